"""Says how well the links of the newest days are found, by how much was known of both ends."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.diagnostics.finding import Finding, Severity
from graph.links.graph_view import GraphView
from graph.links.link_model import LinkModel
from graph.links.link_scorer import Side
from graph.links.link_vectors import LinkVectors
from graph.training.lessons import Chapter
from graph.training.step_loss import is_behaviour
from graph.training.validation import AT, ranks_of

BUCKETS = (0, 1, 3, 6, 11, 21, 51)  # where each begins, in edges
_FEW = 30  # links; of fewer nothing is said
_MUCH_WORSE, _WORSE = 0.25, 0.5  # of the reciprocal rank of all others
_SURE = 2.5  # standard errors
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class AccuracyRow(NamedTuple):
    """How well links are found whose source, or target, had so many edges before."""

    target: str  # of the model, such as "job"
    side: str
    degrees: str  # "0", "1-2", ... "51+"
    links: int
    reciprocal_rank: float  # mean
    standard_error: float | None  # of that
    recall: float  # share of links within the first 50


def bucket_names() -> list[str]:
    """Return what the buckets are called."""
    ends = [*(begin - 1 for begin in BUCKETS[1:]), None]
    return [
        f"{begin}+" if end is None else str(begin) if begin == end else f"{begin}-{end}"
        for begin, end in zip(BUCKETS, ends, strict=True)
    ]


def measure_accuracy(
    model: LinkModel, examination: Chapter, most_links: int, seed: int
) -> list[AccuracyRow]:
    """Rank all candidates for the sources of links, as validation does, and group the links.

    Edges that count are those that come of what people do, contacts and acts, before the links:
    nodes with none are the cold ones.
    """
    vectors = LinkVectors.of(model, examination.view)
    rows: list[AccuracyRow] = []
    for lesson in examination.lessons:
        if not lesson.target.is_dated or not len(lesson.links):
            continue
        links = lesson.links
        if len(links) > most_links:
            chosen = np.random.default_rng(seed).choice(len(links), most_links, replace=False)
            links = links.rows(chosen)
        ranks = ranks_of(vectors, lesson, links)
        ends = {Side.SOURCE: links.sources, Side.TARGET: links.targets}
        for side, kind in model.ends(lesson.target.name).items():
            degrees = acts_of(examination.view, kind)[ends[side]]
            rows += _by_bucket(lesson.target.name, side, degrees, ranks)
    return rows


def acts_of(view: GraphView, kind: str) -> Ints:
    """Return how many edges each node of a type has that come of what people do."""
    total = np.zeros(view.num_nodes[kind], np.int64)
    for relation in view.relations:
        if relation.target == kind and is_behaviour(relation) and relation in view.adjacencies:
            total += view.adjacencies[relation].degrees()
    return total


def _by_bucket(target: str, side: Side, degrees: Ints, ranks: Floats) -> list[AccuracyRow]:
    bucket = np.searchsorted(BUCKETS, degrees, side="right") - 1
    rows = []
    for number, name in enumerate(bucket_names()):
        inverse = 1 / ranks[bucket == number]
        count = len(inverse)
        if count:
            error = float(inverse.std(ddof=1) / np.sqrt(count)) if count > 1 else None
            recall = float((ranks[bucket == number] <= AT).mean())
            mean = float(inverse.mean())
            rows.append(AccuracyRow(target, side.value, name, count, mean, error, recall))
    return rows


def judge_accuracy(rows: Sequence[AccuracyRow]) -> list[Finding]:
    """Say for whom links are found much worse than for others."""
    findings = []
    for target, side in dict.fromkeys((row.target, row.side) for row in rows):
        some = [row for row in rows if (row.target, row.side) == (target, side)]
        enough = [row for row in some if row.links >= _FEW]
        if not enough:
            links = sum(row.links for row in some)
            meaning = f"Only {links} links came in the newest days: too few to judge by degree."
            advice = "Judge when more has happened, or on a synthetic world."
            where = f"{target}, {side}"
            findings.append(Finding("few_links", Severity.NOTICE, where, meaning, advice))
            continue
        findings.append(_judge(target, side, enough))
    return findings


_ADVICE_FEW = {
    Side.SOURCE: "Raise cold_share and alignment in training, and let pseudo-neighbours (same "
    "title, company, school) speak for those who have few edges.",
    Side.TARGET: "Much-linked nodes win over little-known ones: raise cold_share and hard_share in "
    "training, and keep places in each list for what is new.",
}
_ADVICE_MANY = (
    "Means over many neighbours blur: raise fan_outs, or choose neighbours by recency or weight."
)


def _judge(target: str, side: str, rows: Sequence[AccuracyRow]) -> Finding:
    where = f"{target}, {side}"
    behind = [
        (row, other) for row in rows if (other := _others(row, rows)) and _is_behind(row, other)
    ]
    if not behind:
        overall = _joined(rows)
        meaning = (
            f"No degree of the {side} falls clearly behind, as far as {overall.links:,} links "
            f"tell: mean reciprocal rank {overall.reciprocal_rank:.3f}."
        )
        return Finding("accuracy_by_degree", Severity.OK, where, meaning)
    least, others = min(behind, key=lambda pair: pair[0].reciprocal_rank / pair[1].reciprocal_rank)
    values = {
        "least": least.reciprocal_rank,
        "degrees": least.degrees,
        "others": others.reciprocal_rank,
    }
    meaning = (
        f"Links whose {side} had {least.degrees} edges from acts and contacts are found worse: "
        f"mean reciprocal rank {least.reciprocal_rank:.3f} over {least.links:,} links, all others "
        f"{others.reciprocal_rank:.3f}."
    )
    names = bucket_names()
    mean_place = sum(names.index(row.degrees) * row.links for row in rows) / _joined(rows).links
    is_little_known = names.index(least.degrees) < mean_place
    advice = _ADVICE_FEW[Side(side)] if is_little_known else _ADVICE_MANY
    is_much = least.reciprocal_rank < _MUCH_WORSE * others.reciprocal_rank
    severity = Severity.WARNING if is_much else Severity.NOTICE
    return Finding("accuracy_by_degree", severity, where, meaning, advice, values)


def _others(row: AccuracyRow, rows: Sequence[AccuracyRow]) -> AccuracyRow | None:
    """Return all buckets but one together; None where it is the only one."""
    others = [each for each in rows if each is not row]
    return _joined(others) if others else None


def _joined(rows: Sequence[AccuracyRow]) -> AccuracyRow:
    links = sum(row.links for row in rows)
    mean, recall = (
        sum(value * row.links for value, row in zip(values, rows, strict=True)) / links
        for values in ([row.reciprocal_rank for row in rows], [row.recall for row in rows])
    )
    error = math.hypot(*(row.links * (row.standard_error or 0.0) for row in rows)) / links
    first = rows[0]
    return AccuracyRow(first.target, first.side, "all", links, mean, error, recall)


def _is_behind(row: AccuracyRow, others: AccuracyRow) -> bool:
    error = math.hypot(row.standard_error or 0.0, others.standard_error or 0.0)
    is_sure = others.reciprocal_rank - row.reciprocal_rank > _SURE * error
    return is_sure and row.reciprocal_rank < _WORSE * others.reciprocal_rank
