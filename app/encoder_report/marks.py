"""Marks rankings: how much of what is to be found lies first, for each asker."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.encoder_report.sheet import ExamTask, Part, Question, Segment, Sheet

Floats = npt.NDArray[np.floating]
Flags = npt.NDArray[np.bool_]
Values = npt.NDArray[np.float64]
Score = Callable[[Question], Floats]  # a question -> (askers, candidates), the higher the better

FIRST = (10, 50)
MRR = "mrr"


@dataclass(frozen=True)
class Mark:
    """How a contestant fared with one task in one segment."""

    name: str
    task: ExamTask
    segment: Segment
    values: Mapping[str, Values]  # metric -> one value an asker; nan: there was nothing to find


def metric_names() -> list[str]:
    """Return the names of the metrics, in the order of reports."""
    outcome = [f"recall@{first}" for first in FIRST]
    return [*outcome, MRR, *(f"chance_{name}" for name in outcome)]


def mark(name: str, sheet: Sheet, score: Score) -> list[Mark]:
    """Let a contestant answer a sheet, and mark each segment.

    Raises:
        ValueError: The scores have another shape, or are no numbers.
    """
    found: dict[Segment, list[Mapping[str, Values]]] = {each: [] for each in sheet.parts}
    for rows, question in sheet.questions():
        scores = np.array(score(question), np.float32)
        _check(name, question, scores)
        scores[~sheet.allowed[rows]] = -np.inf
        for segment, part in sheet.parts.items():
            found[segment].append(_values(sheet, rows, part, scores))
    return [Mark(name, sheet.task, segment, _joined(pieces)) for segment, pieces in found.items()]


def recall(gains: Floats | Flags, scores: Floats, first: int) -> Values:
    """Return the share of all gain that lies within the first so many, (lists,).

    Of candidates with equal scores the order is left to chance, and the share is the one to be
    expected; as `retrieval.metrics.recall_at`, for many candidates at once. nan: no gain at all.
    """
    lists, candidates = scores.shape
    total = gains.sum(axis=1, dtype=np.float64)
    if not lists or not candidates:
        return np.full(lists, np.nan)
    first = min(first, candidates)
    border = np.partition(scores, candidates - first, axis=1)[:, candidates - first, None]
    above, tied = scores > border, scores == border
    room = (first - above.sum(axis=1)) / tied.sum(axis=1)
    inside = np.where(above, gains, 0).sum(axis=1, dtype=np.float64)
    inside += room * np.where(tied, gains, 0).sum(axis=1, dtype=np.float64)
    return np.divide(inside, total, out=np.full(lists, np.nan), where=total > 0)


def reciprocal_rank(good: Flags, scores: Floats) -> Values:
    """Return one over the rank of the first good candidate, (lists,); nan: there is none.

    Ties as in `retrieval.metrics.reciprocal_rank`.
    """
    best = np.where(good, scores, -np.inf).max(axis=1, keepdims=True, initial=-np.inf)
    above = (scores > best).sum(axis=1)
    tied = scores == best
    return np.array(
        [
            _expected(*counts) if counts[2] else np.nan
            for counts in zip(
                above.tolist(),
                tied.sum(axis=1).tolist(),
                (tied & good).sum(axis=1).tolist(),
                strict=True,
            )
        ],
        np.float64,
    )


def _expected(above: int, tied: int, good: int) -> float:
    """Return the expected reciprocal rank of the first of some good ones among tied ones."""
    places = np.arange(tied - good + 1)
    misses = np.concatenate([[1.0], np.cumprod(1 - good / (tied - places[:-1]))])
    return float((misses * good / (tied - places) / (above + places + 1)).sum())


def joined(marks: Iterable[Mark]) -> list[Mark]:
    """Put the marks of several exams together: one of each contestant, task and segment."""
    groups: dict[tuple[str, ExamTask, Segment], list[Mapping[str, Values]]] = {}
    for each in marks:
        groups.setdefault((each.name, each.task, each.segment), []).append(each.values)
    return [Mark(*key, _joined(pieces)) for key, pieces in groups.items()]


def _values(sheet: Sheet, rows: slice, part: Part, scores: Floats) -> dict[str, Values]:
    """Return every metric of the askers of a part."""
    askers = np.flatnonzero(part.askers[rows])
    chosen = np.ix_(askers, np.flatnonzero(part.candidates))
    scores = scores[chosen]
    came, chance = sheet.came[rows][chosen], sheet.chance[rows][chosen]
    chance = np.where(sheet.allowed[rows][chosen], chance, 0)
    found = {f"recall@{first}": recall(came, scores, first) for first in FIRST}
    found[MRR] = reciprocal_rank(came, scores)
    return found | {f"chance_recall@{first}": recall(chance, scores, first) for first in FIRST}


def _check(name: str, question: Question, scores: Floats) -> None:
    wanted = len(question.askers), len(question.candidates)
    if scores.shape != wanted:
        raise ValueError(f"{name} gave {question.task} scores of {scores.shape}, not {wanted}")
    if np.isnan(scores).any():
        raise ValueError(f"{name} gave {question.task} scores that are no numbers")


def _joined(pieces: list[Mapping[str, Values]]) -> dict[str, Values]:
    return {name: np.concatenate([piece[name] for piece in pieces]) for name in metric_names()}
