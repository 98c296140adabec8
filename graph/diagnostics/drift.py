"""Measures how far vectors move when a node is seen without its neighbours, as a new one is."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from graph.diagnostics.accuracy import acts_of
from graph.diagnostics.diagnosis_config import DiagnosisConfig
from graph.diagnostics.finding import Finding, Severity
from graph.diagnostics.glimpse import Glimpse
from graph.links.graph_view import GraphView
from graph.links.link_model import LinkModel
from graph.schema import NodeType
from graph.training.disguise import Disguise
from graph.training.step_loss import is_behaviour

KINDS = (NodeType.PERSON.value, NodeType.JOB.value)  # that are new every day
WITHOUT_ACTS, BARE = "without acts", "without neighbours"
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
BINS = 40  # of the histogram, from cosine -1 to 1
_FAR, _FURTHER = 0.7, 0.5  # medians of the cosine
_APART = 0.2  # a difference of populations that search notices
_FEW = 20  # nodes; of fewer nothing is said
_SHUFFLES = 50
Vectors = npt.NDArray[np.float32]


class DriftRow(NamedTuple):
    """Vectors of the same nodes with their neighbours and without."""

    kind: str
    view: str  # what is missing in it
    nodes: int
    quantiles: tuple[float, ...]  # of the cosine of both vectors of a node, as `QUANTILES`
    strangers: float  # median cosine with another node's vector
    recognised: float  # share of nodes whose own vector is the nearest among those sampled
    distance: float  # of both populations, squared: 0 alike, about 1 apart
    distance_by_chance: float  # what populations that are alike stay below, 19 times of 20
    histogram: tuple[float, ...]  # share of nodes by cosine, `BINS` bins from -1 to 1


class PopulationRow(NamedTuple):
    """Vectors of nodes nobody has met yet, and of the others."""

    kind: str
    cold: int  # nodes sampled
    warm: int
    distance: float
    distance_by_chance: float


class Drift(NamedTuple):
    """Both tables."""

    views: list[DriftRow]
    populations: list[PopulationRow]


def measure_drift(model: LinkModel, view: GraphView, config: DiagnosisConfig) -> Drift:
    """Give people and jobs that have acts a vector as they are, and as if they were new."""
    found = Drift([], [])
    for kind in KINDS:
        if kind not in model.encoder.schema.widths:
            continue
        generator = np.random.default_rng([config.seed, KINDS.index(kind)])
        acts = acts_of(view, kind)
        warm, cold = (
            generator.permutation(np.flatnonzero(each))[: config.nodes]
            for each in (acts > 0, acts == 0)
        )
        if len(warm) > 1:
            found.views.extend(_views(model, view, kind, warm, config))
        if min(len(warm), len(cold)) >= _FEW:
            found.populations.append(_populations(model, view, kind, (cold, warm), config))
    return found


def _views(
    model: LinkModel,
    view: GraphView,
    kind: str,
    nodes: npt.NDArray[np.int64],
    config: DiagnosisConfig,
) -> list[DriftRow]:
    count = len(nodes)
    fan_outs = config.fan_outs(model.encoder.config.num_layers)
    glimpse = Glimpse(model, view, kind, np.tile(nodes, 3), fan_outs)
    into = tuple(each for each in view.relations if each.target == kind)
    hidden = {WITHOUT_ACTS: tuple(each for each in into if is_behaviour(each)), BARE: into}
    disguise = Disguise()
    for number, relations in enumerate(hidden.values(), start=1):
        places = torch.arange(number * count, (number + 1) * count)
        disguise.hide(kind, places, len(glimpse.flow.nodes[kind]), relations)
    vectors = glimpse.vectors(disguise=disguise, new_from=count)
    warm = vectors[:count]
    return [
        _row(kind, name, warm, vectors[number * count : (number + 1) * count], config.seed)
        for number, name in enumerate(hidden, start=1)
    ]


def _row(kind: str, name: str, warm: Vectors, cold: Vectors, seed: int) -> DriftRow:
    cosines = cold @ warm.T
    own = cosines.diagonal().clip(-1, 1)
    others = cosines[~np.eye(len(warm), dtype=bool)]
    counts, _ = np.histogram(own, BINS, (-1, 1))
    return DriftRow(
        kind,
        name,
        len(warm),
        tuple(np.quantile(own, QUANTILES).tolist()),
        float(np.median(others)),
        float((cosines.argmax(1) == np.arange(len(warm))).mean()),
        *population_distance(cold, warm, seed),
        tuple((counts / len(warm)).tolist()),
    )


def _populations(
    model: LinkModel,
    view: GraphView,
    kind: str,
    nodes: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
    config: DiagnosisConfig,
) -> PopulationRow:
    fan_outs = config.fan_outs(model.encoder.config.num_layers)
    vectors = Glimpse(model, view, kind, np.concatenate(nodes), fan_outs).vectors()
    cold, warm = np.split(vectors, [len(nodes[0])])
    distances = population_distance(cold, warm, config.seed)
    return PopulationRow(kind, len(cold), len(warm), *distances)


def population_distance(one: Vectors, other: Vectors, seed: int) -> tuple[float, float]:
    """Return how far two populations are apart, and what chance alone would make of it.

    The unbiased squared maximum mean discrepancy (https://jmlr.org/papers/v13/gretton12a.html)
    with a Gaussian kernel as wide as the median distance, and its 95th percentile when nodes are
    dealt to the two populations anew.
    """
    both = np.concatenate([one, other]).astype(np.float64)
    lengths = np.square(both).sum(1)
    squares = (lengths[:, None] + lengths - 2 * both @ both.T).clip(0)
    width = np.median(squares[~np.eye(len(both), dtype=bool)])
    kernel = np.exp(-squares / width) if width > 0 else np.ones_like(squares)
    is_one = np.arange(len(both)) < len(one)
    generator = np.random.default_rng(seed)
    dealt = [_discrepancy(kernel, generator.permutation(is_one)) for _ in range(_SHUFFLES)]
    return _discrepancy(kernel, is_one), float(np.quantile(dealt, 0.95))


def _discrepancy(kernel: npt.NDArray[np.float64], is_one: npt.NDArray[np.bool_]) -> float:
    among_one = kernel[is_one][:, is_one]
    among_other = kernel[~is_one][:, ~is_one]
    across = kernel[is_one][:, ~is_one].mean()
    return float(_off_diagonal_mean(among_one) + _off_diagonal_mean(among_other) - 2 * across)


def _off_diagonal_mean(kernel: npt.NDArray[np.float64]) -> float:
    count = len(kernel)
    return float((kernel.sum() - np.trace(kernel)) / (count * (count - 1)))


def judge_drift(drift: Drift) -> list[Finding]:
    """Say whether new nodes land where they will be when they are known."""
    return [
        *(_judge_view(row) for row in drift.views if row.nodes >= _FEW),
        *(_judge_population(row) for row in drift.populations),
    ]


def _judge_view(row: DriftRow) -> Finding:
    median = row.quantiles[QUANTILES.index(0.5)]
    values = {
        "median": median,
        "strangers": row.strangers,
        "recognised": row.recognised,
        "distance": row.distance,
    }
    where = f"{row.kind}, {row.view}"
    said = (
        f"Seen {row.view}, a {row.kind} keeps a cosine of {median:.2f} (median) with its own "
        f"vector; with a stranger's it has {row.strangers:.2f}. {row.recognised:.0%} are nearest "
        f"to themselves."
    )
    is_lost = median - row.strangers < 0.1
    if median >= _FAR and not is_lost:
        return Finding("cold_drift", Severity.OK, where, said, values=values)
    severity = Severity.WARNING if median < _FURTHER or is_lost else Severity.NOTICE
    advice = (
        "Raise cold_share and alignment and train anew; give new nodes pseudo-neighbours (same "
        "title, company, school), and ask for skills and a title first."
    )
    return Finding("cold_drift", severity, where, said, advice, values)


def _judge_population(row: PopulationRow) -> Finding:
    values = {"distance": row.distance, "by_chance": row.distance_by_chance}
    where = f"{row.kind}, new beside known"
    said = (
        f"Vectors of nodes that nobody has met and of the others differ by {row.distance:.3f} "
        f"(0 alike, about 1 apart; by chance up to {row.distance_by_chance:.3f})."
    )
    if row.distance <= max(_APART, row.distance_by_chance):
        return Finding("cold_population", Severity.OK, where, said, values=values)
    advice = (
        "One index would put new nodes in a corner of their own. Raise alignment and cold_share, "
        "and see whether new nodes lack features that the others have."
    )
    return Finding("cold_population", Severity.WARNING, where, said, advice, values)
