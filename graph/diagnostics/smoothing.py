"""Measures how far the states of nodes are from each other, layer by layer."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from graph.diagnostics.diagnosis_config import DiagnosisConfig
from graph.diagnostics.finding import Finding, Severity
from graph.diagnostics.glimpse import Glimpse, Ints
from graph.diagnostics.pairs import Pairs, neighbours_of_own_type
from graph.links.graph_view import GraphView
from graph.links.link_model import LinkModel

SMOOTH, ONE_POINT = 0.1, 0.01  # mean distance of vectors below which they are hard to tell apart
_FEW_DIRECTIONS = 0.05  # of the width, below which most of it is wasted
_ZERO = 1e-6  # a length that is none
_UNEVEN = 20.0  # the longest states are so many times as long as the shortest


class LayerRow(NamedTuple):
    """The states of the sampled nodes of one type after one layer."""

    kind: str
    layer: str  # "input", "layer 1" ..., "vector"
    nodes: int
    distance: float | None  # mean of 1 - cosine over all pairs of nodes; None: fewer than two
    neighbour_distance: float | None  # the same over pairs of neighbours; None: there are none
    norm_low: float  # 1st percentile
    norm_median: float
    norm_high: float  # 99th percentile
    zero: int  # nodes whose state is zero
    broken: int  # nodes whose state is not finite; only the others are measured
    directions: float | None  # how many are in use, of `width`
    width: int


def measure_layers(
    model: LinkModel, view: GraphView, kind: str, nodes: Ints, config: DiagnosisConfig
) -> list[LayerRow]:
    """Return what the states of some nodes are like after each layer.

    The mean average distance of https://arxiv.org/abs/1909.03211, over all pairs of a sample, and
    over pairs of a node with a neighbour: of its own type, or, for types that have no relation to
    themselves, with one that shares a neighbour. How we differ: pairs count alike, theirs are
    averaged node by node first.
    """
    generator = np.random.default_rng([config.seed, len(nodes)])
    pairs = neighbours_of_own_type(view, kind, nodes, generator)
    numbers = np.union1d(nodes, pairs.second)
    fan_outs = config.fan_outs(model.encoder.config.num_layers)
    states = Glimpse(model, view, kind, numbers, fan_outs).states()
    names = ["input", *(f"layer {n}" for n in range(1, len(states) - 1)), "vector"]
    chosen = torch.from_numpy(np.searchsorted(numbers, nodes))
    places = Pairs(*(np.searchsorted(numbers, each) for each in pairs))
    return [
        _row(kind, name, layer.float(), chosen, places)
        for name, layer in zip(names, states, strict=True)
    ]


def _row(kind: str, layer: str, states: Tensor, chosen: Tensor, pairs: Pairs) -> LayerRow:
    is_whole = states.isfinite().all(1)
    broken = int((~is_whole[chosen]).sum())
    chosen = chosen[is_whole[chosen]]
    unit = functional.normalize(states, dim=1)
    one, other = (torch.from_numpy(each) for each in pairs)
    both = is_whole[one] & is_whole[other]
    cosines = (unit[one[both]] * unit[other[both]]).sum(1)
    near = float((1 - cosines).mean()) if len(cosines) else None
    sample = unit[chosen]
    norms = states[chosen].norm(dim=1).numpy()
    low, median, high = np.percentile(norms, (1, 50, 99)).tolist() if len(norms) else [0.0] * 3
    return LayerRow(
        kind,
        layer,
        len(sample),
        _mean_distance(sample),
        near,
        low,
        median,
        high,
        int((norms < _ZERO).sum()),
        broken,
        _directions(states[chosen]),
        states.shape[1],
    )


def _mean_distance(unit: Tensor) -> float | None:
    """Return the mean of 1 - cosine over all pairs of two nodes."""
    count = len(unit)
    if count < 2:
        return None
    summed = float(unit.sum(0).square().sum() - unit.square().sum())
    return 1 - summed / (count * (count - 1))


def _directions(states: Tensor) -> float | None:
    """Return the participation ratio of the variances: how many directions hold the spread."""
    if len(states) < 2:
        return None
    centred = (states - states.mean(0)).double()
    spectrum = torch.linalg.svdvals(centred).square()
    total = float(spectrum.sum())
    return float(total**2 / spectrum.square().sum()) if total > _ZERO**2 else 0.0


def judge_layers(rows: Sequence[LayerRow]) -> list[Finding]:
    """Say where nodes can hardly be told apart, and where states are uneven."""
    if any(row.broken for row in rows):
        layers = list(dict.fromkeys(row.layer for row in rows))
        broken = (row for row in rows if row.broken)
        return [_broken(min(broken, key=lambda row: layers.index(row.layer)))]
    findings = [
        *(found for row in rows if (found := _judge_distance(row)) is not None),
        *(found for row in rows if (found := _judge_lengths(row)) is not None),
        *(found for row in rows if (found := _judge_directions(row)) is not None),
    ]
    vectors = [row for row in rows if row.layer == "vector" and row.distance is not None]
    if vectors and not any(each.name == "over_smoothing" for each in findings):
        low = min(vectors, key=lambda row: row.distance or 0.0)
        meaning = (
            f"Vectors of one type keep apart: the least mean distance is {low.distance:.2f} "
            f"({low.kind})."
        )
        findings.append(
            Finding("smoothing", Severity.OK, "layers", meaning, values={"least": low.distance})
        )
    return findings


def _broken(first: LayerRow) -> Finding:
    meaning = (
        f"States of {first.broken} of {first.nodes + first.broken} sampled nodes are no numbers, "
        f"though features and weights are: sums overflow there first."
    )
    advice = "Take an earlier release; train anew with a lower learning_rate and layer norm."
    where = f"{first.kind}, {first.layer}"
    return Finding("broken_states", Severity.FAULT, where, meaning, advice)


def _judge_distance(row: LayerRow) -> Finding | None:
    """Judge what matters: the vector, which all later steps see."""
    if row.distance is None or row.layer != "vector" or row.distance >= SMOOTH:
        return None
    return Finding(
        "over_smoothing",
        Severity.FAULT if row.distance < ONE_POINT else Severity.WARNING,
        f"{row.kind}, {row.layer}",
        f"The {row.nodes} sampled nodes point the same way: mean distance {row.distance:.3f}, "
        f"where 1 is unrelated. A search among them finds anybody.",
        "Train longer, or with fewer layers (num_layers), with residual connections and "
        "jumping_knowledge 'cat', or with more edge_dropout. If the model was just made, train it.",
        {"distance": row.distance, "neighbour_distance": row.neighbour_distance},
    )


def _judge_lengths(row: LayerRow) -> Finding | None:
    where = f"{row.kind}, {row.layer}"
    values = {"low": row.norm_low, "median": row.norm_median, "high": row.norm_high}
    if row.zero:
        meaning = f"{row.zero} of {row.nodes} sampled states are zero: they are like nobody."
        advice = "See whether these nodes have features; with 'lightgcn', whether they have edges."
        return Finding("zero_states", Severity.WARNING, where, meaning, advice, values)
    if row.layer == "vector" or row.norm_high <= _UNEVEN * row.norm_low:
        return None
    meaning = (
        f"The longest states ({row.norm_high:.3g}) are {row.norm_high / row.norm_low:.0f} times "
        f"as long as the shortest ({row.norm_low:.3g}), and drown them wherever they are summed."
    )
    advice = (
        "Take aggregation 'mean' in place of 'sum', and cap hubs; layer norm keeps this from "
        "happening in all convolutions but 'lightgcn'."
    )
    return Finding("uneven_states", Severity.WARNING, where, meaning, advice, values)


def _judge_directions(row: LayerRow) -> Finding | None:
    if row.layer != "vector" or row.directions is None or row.distance is None:
        return None
    if row.directions >= _FEW_DIRECTIONS * min(row.width, row.nodes) or row.nodes < row.width:
        return None
    meaning = (
        f"The vectors spread over {row.directions:.1f} of their {row.width} directions: most of "
        f"their width says nothing."
    )
    advice = "Train with more or harder candidates, or take a smaller out_width and save memory."
    values = {"directions": row.directions, "width": row.width}
    return Finding("few_directions", Severity.NOTICE, row.kind, meaning, advice, values)
