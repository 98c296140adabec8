"""`LinkScorer`: makes vectors of two nodes whose inner product foretells a link between them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from graph.links.link_target import LinkTarget
from graph.links.trail import trails_to

EARTH_KM = 6_371.0
REACHES_KM = (40.0, 250.0, 1_500.0)  # how far apart two places may be and still be near
_WAVES = 24  # random features for each reach
_XYZ = 3  # a place is a point on the unit sphere, and a mark that it is not known
Columns = Mapping[str, tuple[int, int]]  # a feature's name -> where its numbers begin and end


class Side(StrEnum):
    """Which end of a link a node is asked about as."""

    SOURCE = "source"
    TARGET = "target"


class Known(NamedTuple):
    """What is known of some nodes of a type."""

    vectors: Tensor  # of the encoder, (nodes, vector_width)
    inputs: Tensor  # features and degrees, (nodes, input width)
    signatures: Mapping[str, Tensor]  # hub -> (nodes, trails, width)


@dataclass(frozen=True)
class ScorerConfig:
    """Sizes of a `LinkScorer`, and where in the inputs it finds texts and places."""

    vector_width: int = 128  # of the encoder's vectors
    width: int = 128  # of what a target makes of them
    first_scale: float = 4.0  # of the cosine, before anything is learned
    input_widths: Mapping[str, int] = field(default_factory=dict)  # node type -> features, degrees
    columns: Mapping[str, Columns] = field(default_factory=dict)  # node type -> "text", "where"

    def __post_init__(self) -> None:
        if min(self.vector_width, self.width) < 1 or self.first_scale <= 0:
            raise ValueError(f"sizes and scale must be above 0, got {self}")
        widths = MappingProxyType(dict(self.input_widths))
        columns = {
            kind: MappingProxyType({name: (span[0], span[1]) for name, span in spans.items()})
            for kind, spans in self.columns.items()
        }
        object.__setattr__(self, "input_widths", widths)
        object.__setattr__(self, "columns", MappingProxyType(columns))

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        columns = {
            kind: {name: list(span) for name, span in spans.items()}
            for kind, spans in self.columns.items()
        }
        return values | {"input_widths": dict(self.input_widths), "columns": columns}

    def span(self, kind: str, name: str) -> tuple[int, int]:
        """Return where a feature's numbers are; an empty span where there is none."""
        return self.columns.get(kind, {}).get(name, (0, 0))

    def facets(self, kind: str) -> int:
        """Return how many inputs a type has beside its text."""
        start, stop = self.span(kind, "text")
        return self.input_widths.get(kind, 0) - (stop - start)


class LinkScorer(nn.Module):
    """Gives each target a space of its own, in which an inner product is a log-odds but a constant.

    Five things add up: the cosine of what each side makes of the encoder's vectors; the hubs
    they share, trail by trail; how alike their texts are; how near their places; and a bilinear
    form of their numbers and categories, with a bias for whoever is asked for often. All are
    inner products, so each side is one vector and an index holds all that is known. The encoder
    is to find what the other four, which have few weights, do not say.
    """

    def __init__(self, config: ScorerConfig, targets: Sequence[LinkTarget]) -> None:
        super().__init__()
        self.config = config
        self.targets = {target.name: target for target in targets}
        self.pairs = nn.ModuleDict({target.name: _Pair(target, config) for target in targets})

    def forward(self, name: str, side: Side, known: Known) -> Tensor:
        """Return the vectors of nodes for one target, (nodes, width of the target's space).

        Args:
            name: Of the target.
            side: As what the nodes are asked about.
            known: What is known of them.
        """
        pair = self.pairs[name]
        assert isinstance(pair, _Pair)
        return pair.source_vectors(known) if side is Side.SOURCE else pair.target_vectors(known)


class _Pair(nn.Module):
    """Both sides of a target."""

    def __init__(self, target: LinkTarget, config: ScorerConfig) -> None:
        super().__init__()
        here, there = trails_to(target.source), trails_to(target.target)
        hubs = [hub for hub in here if hub in there]
        self.source = _Half(config, target.source, hubs)
        self.target = _Half(config, target.target, hubs)
        has_both = {
            name: all(config.span(kind, name)[1] for kind in (target.source, target.target))
            for name in ("text", "where")
        }
        self.has_text, self.has_place = has_both["text"], has_both["where"]
        facets = config.facets(target.source), config.facets(target.target)
        self.facets = nn.Linear(*facets, bias=False)
        nn.init.zeros_(self.facets.weight)
        self.log_scale = nn.Parameter(torch.tensor(config.first_scale).log())
        self.bias = nn.Linear(config.vector_width + facets[1], 1)
        nn.init.zeros_(self.bias.weight)

    def source_vectors(self, known: Known) -> Tensor:
        half = self.source
        direction, facets = half.direction(known.vectors), half.facets_of(known.inputs)
        one = torch.ones_like(direction[:, :1])
        scaled = direction * self.log_scale.exp()
        return torch.cat([scaled, one, self.facets(facets), *self._shared(half, known, facets)], 1)

    def target_vectors(self, known: Known) -> Tensor:
        half = self.target
        direction, facets = half.direction(known.vectors), half.facets_of(known.inputs)
        bias = self.bias(torch.cat([known.vectors, facets], dim=1))
        return torch.cat([direction, bias, facets, *self._shared(half, known, facets)], dim=1)

    def _shared(self, half: "_Half", known: Known, facets: Tensor) -> list[Tensor]:
        weights = half.weights_of(facets)
        parts = half.trails(known, weights)
        if self.has_text:
            parts.append(half.text(known, weights))
        if self.has_place:
            parts.append(half.places(known, weights))
        return parts


class _Half(nn.Module):
    """One side of a target: a linear map to a direction, and weights that its facets may shift."""

    waves: Tensor
    shifts: Tensor

    def __init__(self, config: ScorerConfig, kind: str, hubs: Sequence[str]) -> None:
        super().__init__()
        self.map = nn.Linear(config.vector_width, config.width)
        self.text_span, self.place_span = config.span(kind, "text"), config.span(kind, "where")
        self.hubs = tuple(hubs)
        self.sizes = [len(trails_to(kind)[hub]) for hub in hubs]
        count = sum(self.sizes) + 1 + len(REACHES_KM)
        self.weights = nn.Parameter(torch.full((count,), 0.3))
        self.shift_of_weights = nn.Linear(config.facets(kind), count, bias=False)
        nn.init.zeros_(self.shift_of_weights.weight)
        waves, shifts = _random_waves()
        self.register_buffer("waves", waves)
        self.register_buffer("shifts", shifts)

    def direction(self, vectors: Tensor) -> Tensor:
        return functional.normalize(self.map(vectors), dim=1)

    def facets_of(self, inputs: Tensor) -> Tensor:
        start, stop = self.text_span
        return torch.cat([inputs[:, :start], inputs[:, stop:]], dim=1)

    def weights_of(self, facets: Tensor) -> Tensor:
        """Return the weights of each node, (nodes, trails, text and reaches)."""
        return self.weights + self.shift_of_weights(facets)

    def trails(self, known: Known, weights: Tensor) -> list[Tensor]:
        of_hubs = weights[:, : sum(self.sizes)].split(self.sizes, dim=1)
        return [
            torch.einsum("ntw,nt->nw", known.signatures[hub].to(weight.dtype), weight)
            for hub, weight in zip(self.hubs, of_hubs, strict=True)
        ]

    def text(self, known: Known, weights: Tensor) -> Tensor:
        weight = weights[:, sum(self.sizes), None]
        return known.inputs[:, slice(*self.text_span)] * weight * _TEXT_SCALE

    def places(self, known: Known, weights: Tensor) -> Tensor:
        """Return random Fourier features of places, near at three reaches.

        Their inner product is a Gaussian of the distance (https://papers.nips.cc/paper/3182).
        """
        start = self.place_span[0]
        points = known.inputs[:, start : start + _XYZ]
        is_known = (points.square().sum(1, keepdim=True) > 0.5).to(points.dtype)
        waves = (points @ self.waves + self.shifts).cos() * (2 / _WAVES) ** 0.5
        of_reaches = weights[:, -len(REACHES_KM) :].repeat_interleave(_WAVES, dim=1)
        return waves * of_reaches * is_known


_TEXT_SCALE = 2.0  # cosines of texts differ little


def _random_waves() -> tuple[Tensor, Tensor]:
    """Return frequencies, (3, waves), and phases, (waves,): the same in both halves of a target."""
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randn(_XYZ, len(REACHES_KM), _WAVES, generator=generator)
    reaches = torch.tensor(REACHES_KM)[None, :, None] / EARTH_KM
    phases = torch.rand(len(REACHES_KM) * _WAVES, generator=generator) * 2 * math.pi
    return (drawn / reaches).flatten(1), phases
