"""Says how good rankings are: arrays in, numbers out.

A ranking is a list of candidates with scores, the best first. Lists of equal length are given as
(lists, candidates) arrays, lists of different lengths one after the other with `offsets`,
(lists + 1,). Candidates of equal score stand in random order, and every measure is the expected
value over that order: no model gains or loses by the order in which candidates happen to be given.
"""

import itertools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.integer]
Array = npt.NDArray[np.float64]
ROUNDS = 1000
COVERAGE = 0.95
_DRAWS_AT_ONCE = 1_000_000  # bounds the memory that resampling takes


class Estimate(NamedTuple):
    """A mean over lists, with the bootstrap interval that holds it."""

    mean: float
    low: float
    high: float
    lists: int  # that the mean is of; lists without anything to find are left out


class _Ranked(NamedTuple):
    """Candidates list by list, the best first; tied ones share the mean of their gains."""

    gains: Array
    owner: npt.NDArray[np.int64]
    rank: npt.NDArray[np.int64]  # 0 is the best
    lists: int


def ndcg_at(gains: Floats, scores: Floats, k: int, offsets: Ints | None = None) -> Array:
    """Return the discounted gain of the first `k`, as a share of the best possible.

    Gains count as they are, the gain at rank r (from 1) divided by log2(r + 1):
    https://doi.org/10.1145/582415.582418, with the discount from the second rank on.

    Returns:
        (lists,); nan where no candidate has any gain.
    """
    flat, score, ends = _checked(gains, scores, k, offsets)
    best = _discounted(_ranked(flat, flat, ends), k)
    reached = _discounted(_ranked(flat, score, ends), k)
    return np.divide(reached, best, out=np.full(len(best), np.nan), where=best > 0)


def recall_at(gains: Floats, scores: Floats, k: int, offsets: Ints | None = None) -> Array:
    """Return the share of all gain that lies within the first `k`.

    Returns:
        (lists,); nan where no candidate has any gain.
    """
    flat, score, ends = _checked(gains, scores, k, offsets)
    ranked = _ranked(flat, score, ends)
    all_of_it = np.bincount(ranked.owner, ranked.gains, ranked.lists)
    found = np.bincount(ranked.owner, ranked.gains * (ranked.rank < k), ranked.lists)
    return np.divide(found, all_of_it, out=np.full(ranked.lists, np.nan), where=all_of_it > 0)


def reciprocal_rank(gains: Floats, scores: Floats, offsets: Ints | None = None) -> Array:
    """Return one over the rank of the first candidate with any gain; its mean is the MRR.

    Returns:
        (lists,); nan where no candidate has any gain.
    """
    flat, score, ends = _checked(gains, scores, 1, offsets)
    lengths = np.diff(ends)
    result = np.full(len(lengths), np.nan)
    for number, (start, end) in enumerate(itertools.pairwise(ends)):
        is_good, own = flat[start:end] > 0, score[start:end]
        if is_good.any():
            first = own[is_good].max()
            tied = own == first
            above = int(np.count_nonzero(own > first))
            result[number] = _expected_reciprocal(above, int(tied.sum()), int(is_good[tied].sum()))
    return result


def auc(labels: npt.NDArray[np.bool_], scores: Floats) -> float:
    """Return how often a positive outscores a negative; equal scores count half.

    Returns:
        nan where one of the two kinds is missing.
    """
    if labels.shape != scores.shape:
        raise ValueError(f"labels are {labels.shape}, scores {scores.shape}")
    values, place = np.unique(scores.ravel(), return_inverse=True)
    positive = np.bincount(place[labels.ravel()], minlength=len(values)).astype(float)
    negative = np.bincount(place[~labels.ravel()], minlength=len(values)).astype(float)
    pairs = positive.sum() * negative.sum()
    if pairs == 0:
        return float("nan")
    below = np.cumsum(negative) - negative
    return float((positive * (below + negative / 2)).sum() / pairs)


def estimate(values: Floats, seed: int = 0, rounds: int = ROUNDS) -> Estimate:
    """Return the mean of some lists with its 95 % interval, by the percentile bootstrap.

    Args:
        values: One a list, (lists,); nan values are left out.
        seed: Of the resampling; the same seed gives the same interval.
        rounds: How many times the lists are drawn anew.
    """
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    if not len(known):
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    generator = np.random.default_rng(seed)
    at_once = max(1, _DRAWS_AT_ONCE // len(known))
    means: list[float] = []
    for start in range(0, rounds, at_once):
        size = min(at_once, rounds - start), len(known)
        means.extend(known[generator.integers(0, len(known), size)].mean(axis=1))
    low, high = np.quantile(means, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    return Estimate(float(known.mean()), float(low), float(high), len(known))


def _checked(
    gains: Floats, scores: Floats, k: int, offsets: Ints | None
) -> tuple[Array, Array, npt.NDArray[np.int64]]:
    """Return gains and scores as one row each, and where each list starts."""
    if gains.shape != scores.shape:
        raise ValueError(f"gains are {gains.shape}, scores {scores.shape}")
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    if offsets is None:
        if gains.ndim != 2:
            raise ValueError(f"without offsets gains are (lists, candidates), got {gains.shape}")
        ends = np.arange(gains.shape[0] + 1, dtype=np.int64) * gains.shape[1]
    else:
        ends = np.asarray(offsets, np.int64)
        if gains.ndim != 1 or not len(ends) or ends[0] != 0 or ends[-1] != len(gains):
            raise ValueError(f"offsets must lead from 0 to {gains.size}, got {ends}")
    flat, score = np.asarray(gains, float).ravel(), np.asarray(scores, float).ravel()
    if np.isnan(score).any() or not (flat >= 0).all():
        raise ValueError("scores must be numbers, and gains must not be negative")
    return flat, score, ends


def _ranked(gains: Array, scores: Array, ends: npt.NDArray[np.int64]) -> _Ranked:
    lengths = np.diff(ends)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    order = np.lexsort((-scores, owner))  # owners are in order, so each list keeps its place
    ordered = scores[order]
    is_new = np.ones(len(order), bool)
    is_new[1:] = (ordered[1:] != ordered[:-1]) | (owner[1:] != owner[:-1])
    tie = np.cumsum(is_new) - 1
    means = np.bincount(tie, gains[order]) / np.bincount(tie) if len(order) else gains
    rank = np.arange(len(order)) - np.repeat(ends[:-1], lengths)
    return _Ranked(means[tie], owner, rank, len(lengths))


def _discounted(ranked: _Ranked, k: int) -> Array:
    weight = np.where(ranked.rank < k, 1 / np.log2(ranked.rank + 2), 0.0)
    return np.bincount(ranked.owner, ranked.gains * weight, ranked.lists).astype(float)


def _expected_reciprocal(above: int, tied: int, good: int) -> float:
    """Return the expected reciprocal rank of the first of `good` among `tied` in random order."""
    expected, none_before = 0.0, 1.0
    for place in range(tied - good + 1):
        chance = good / (tied - place)  # that this one is good, none before it being so
        expected += none_before * chance / (above + place + 1)
        none_before *= 1 - chance
    return expected
