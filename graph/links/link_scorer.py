"""`LinkScorer`: makes vectors of two nodes whose inner product foretells a link between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from graph.links.columns import FIELD, TEXT, WHERE, Columns, span_of, traits_of
from graph.links.link_target import LinkTarget
from graph.links.trail import trails_to


class Side(StrEnum):
    """Which end of a link a node is asked about as."""

    SOURCE = "source"
    TARGET = "target"


class Known(NamedTuple):
    """What is known of some nodes of a type."""

    vectors: Tensor | None  # of the encoder, (nodes, vector_width); None: it has not been asked
    inputs: Tensor  # features and degrees, (nodes, input width)
    signatures: Mapping[str, Tensor]  # hub -> (nodes, trails, width)
    near: Tensor  # where they are, (nodes, NEAR_WIDTH)


@dataclass(frozen=True)
class ScorerConfig:
    """Sizes of a `LinkScorer`, and where in the inputs it finds texts, fields, places, traits."""

    vector_width: int = 128  # of the encoder's vectors
    width: int = 128  # of what a target makes of them
    first_scale: float = 0.5  # of the cosine beside the rest, before anything is learned
    first_scale_alone: float = 8.0  # of the cosine by itself
    input_widths: Mapping[str, int] = field(default_factory=dict)  # node type -> features, degrees
    feature_widths: Mapping[str, int] = field(default_factory=dict)  # node type -> features alone
    columns: Mapping[str, Columns] = field(default_factory=dict)  # node type -> "text", "where", …

    def __post_init__(self) -> None:
        if (
            min(self.vector_width, self.width) < 1
            or self.first_scale <= 0
            or self.first_scale_alone <= 0
        ):
            raise ValueError(f"sizes and scale must be above 0, got {self}")
        for kind, width in self.feature_widths.items():
            if width > self.input_widths.get(kind, 0):
                raise ValueError(f"{kind}: {width} features, more than all inputs: {self}")
        columns = {
            kind: MappingProxyType({name: (span[0], span[1]) for name, span in spans.items()})
            for kind, spans in self.columns.items()
        }
        for name in ("input_widths", "feature_widths"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        object.__setattr__(self, "columns", MappingProxyType(columns))

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        columns = {
            kind: {name: list(span) for name, span in spans.items()}
            for kind, spans in self.columns.items()
        }
        widths = {name: dict(values[name]) for name in ("input_widths", "feature_widths")}
        return values | widths | {"columns": columns}

    def traits(self, kind: str) -> int:
        """Return how many numbers `_Half.traits_of` makes for a type."""
        spans = traits_of(self.columns, kind)
        return 1 + len(spans) + sum(stop - start for start, stop in spans)

    def degrees(self, kind: str) -> int:
        """Return how many of the inputs of a type are degrees."""
        return self.input_widths.get(kind, 0) - self.feature_widths.get(kind, 0)


# The weights that read the encoder's vectors, and a scale at which these are nothing.
_OF_VECTORS = (
    "map.weight",
    "map.bias",
    "log_scale",
    "log_scale_alone",
    "bias_of_vectors.weight",
)
_SILENT = -30.0


class LinkScorer(nn.Module):
    """Gives each target a space of its own, in which an inner product is a log-odds but a constant.

    Six things add up: the cosine of what each side makes of the encoder's vectors; the hubs they
    share, trail by trail; how alike their texts are; whether they are of one field; how near their
    places, which may matter less to some targets, as to remote jobs; and a quadratic form of their
    traits, with a bias for whoever is asked for often. All are inner products, so each side is one
    vector and an index holds all that is known. The encoder is to find what the other five, which
    have few weights, do not say.
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
        pair = self._pair(name)
        return pair.source_vectors(known) if side is Side.SOURCE else pair.target_vectors(known)

    def directions(self, name: str, side: Side, vectors: Tensor) -> Tensor:
        """Return what one side makes of the encoder's vectors alone, (nodes, width).

        The product of two sides is how likely the link is as far as the encoder knows: log-odds
        but for a constant. This is what teaches the encoder; `forward` only takes of it what the
        rest does not say already.
        """
        pair = self._pair(name)
        if side is Side.SOURCE:
            return pair.source.direction_of(vectors) * pair.log_scale_alone.exp()
        return pair.target.direction_of(vectors)

    def without_encoder(self) -> None:
        """Let the encoder's vectors say nothing: for where none was trained."""
        with torch.no_grad():
            for name in self.pairs:
                self._pair(name).log_scale.fill_(_SILENT)
                self._pair(name).bias_of_vectors.weight.zero_()

    def begin_from(self, other: "LinkScorer") -> None:
        """Take over what another scorer has learned, but for what it makes of vectors.

        Raises:
            RuntimeError: It is of another shape.
        """
        weights = {
            name: each
            for name, each in other.state_dict().items()
            if not name.endswith(_OF_VECTORS)
        }
        found = self.load_state_dict(weights, strict=False)
        missing = [name for name in found.missing_keys if not name.endswith(_OF_VECTORS)]
        if missing or found.unexpected_keys:
            raise RuntimeError(f"weights are missing or unknown: {found}")

    def _pair(self, name: str) -> "_Pair":
        pair = self.pairs[name]
        assert isinstance(pair, _Pair)
        return pair


class _Pair(nn.Module):
    """Both sides of a target."""

    def __init__(self, target: LinkTarget, config: ScorerConfig) -> None:
        super().__init__()
        here, there = trails_to(target.source), trails_to(target.target)
        hubs = [hub for hub in here if hub in there]
        self.source = _Half(config, target.source, hubs)
        self.target = _Half(config, target.target, hubs)
        has_both = {
            name: all(
                span_of(config.columns, kind, name)[1] for kind in (target.source, target.target)
            )
            for name in _BESIDE
        }
        self.has_text, self.has_field = has_both[TEXT], has_both[FIELD]
        self.has_place = has_both[WHERE]
        traits = config.traits(target.source), config.traits(target.target)
        self.form = nn.Parameter(torch.zeros(traits))
        self.gate = nn.Parameter(torch.zeros(traits[1]))  # of nearness
        self.log_scale = nn.Parameter(torch.tensor(config.first_scale).log())
        self.log_scale_alone = nn.Parameter(torch.tensor(config.first_scale_alone).log())
        self.bias_of_degrees = nn.Parameter(torch.zeros(config.degrees(target.target), 1))
        self.bias_of_vectors = nn.Linear(config.vector_width, 1, bias=False)
        nn.init.zeros_(self.bias_of_vectors.weight)

    def source_vectors(self, known: Known) -> Tensor:
        half = self.source
        direction = half.direction(known) * self.log_scale.exp()
        one = direction.new_ones(len(direction), 1)
        parts = [direction, one, half.traits_of(known.inputs) @ self.form, *half.trails(known)]
        if self.has_text:
            parts.append(half.text(known))
        if self.has_field:
            parts.append(half.field(known))
        if self.has_place:
            parts.append(half.places(known))
        return torch.cat(parts, dim=1)

    def target_vectors(self, known: Known) -> Tensor:
        half = self.target
        traits = half.traits_of(known.inputs)
        bias = half.degrees_of(known.inputs) @ self.bias_of_degrees
        if known.vectors is not None:
            bias = bias + self.bias_of_vectors(known.vectors)
        parts = [half.direction(known), bias, traits, *half.trails(known)]
        if self.has_text:
            parts.append(half.text(known))
        if self.has_field:
            parts.append(half.field(known))
        if self.has_place:
            parts.append(half.places(known) + known.near * (traits @ self.gate)[:, None])
        return torch.cat(parts, dim=1)


class _Half(nn.Module):
    """One side of a target: a linear map to a direction, and what each thing shared is worth."""

    def __init__(self, config: ScorerConfig, kind: str, hubs: Sequence[str]) -> None:
        super().__init__()
        self.map = nn.Linear(config.vector_width, config.width)
        self.text_span = slice(*span_of(config.columns, kind, TEXT))
        self.field_span = slice(*span_of(config.columns, kind, FIELD))
        self.trait_spans = traits_of(config.columns, kind)
        self.features = config.feature_widths.get(kind, 0)
        self.hubs = tuple(hubs)
        self.sizes = [len(trails_to(kind)[hub]) for hub in hubs]
        self.weights = nn.Parameter(torch.full((sum(self.sizes) + len(_BESIDE),), 0.3))

    def direction(self, known: Known) -> Tensor:
        if known.vectors is None:
            return known.inputs.new_zeros(len(known.inputs), self.map.out_features)
        return self.direction_of(known.vectors)

    def direction_of(self, vectors: Tensor) -> Tensor:
        return functional.normalize(self.map(vectors), dim=1)

    def traits_of(self, inputs: Tensor) -> Tensor:
        """Return one, the numbers of every trait, and the square of its last, (nodes, traits).

        With squares the form can say that a level is best met, neither missed nor passed.
        """
        numbers = [inputs[:, start:stop] for start, stop in self.trait_spans]
        squares = [inputs[:, stop - 1 : stop].square() for _, stop in self.trait_spans]
        return torch.cat([inputs.new_ones(len(inputs), 1), *numbers, *squares], dim=1)

    def degrees_of(self, inputs: Tensor) -> Tensor:
        return inputs[:, self.features :]

    def trails(self, known: Known) -> list[Tensor]:
        of_hubs = self.weights[: sum(self.sizes)].split(self.sizes)
        return [
            torch.einsum("ntw,t->nw", known.signatures[hub].to(weight.dtype), weight)
            for hub, weight in zip(self.hubs, of_hubs, strict=True)
        ]

    def text(self, known: Known) -> Tensor:
        return known.inputs[:, self.text_span] * self.weights[-3] * _BESIDE[TEXT]

    def field(self, known: Known) -> Tensor:
        return known.inputs[:, self.field_span] * self.weights[-2] * _BESIDE[FIELD]

    def places(self, known: Known) -> Tensor:
        return known.near * self.weights[-1] * _BESIDE[WHERE]


# What is shared beside hubs, in the order of the last weights, and how much larger it is made:
# cosines of texts and of places differ little.
_BESIDE = {TEXT: 2.0, FIELD: 2.0, WHERE: 3.0}
