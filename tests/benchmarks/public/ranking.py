"""Ranks what was hidden among everything that is not known, block by block, in bounded memory."""

from collections.abc import Callable
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

BLOCK = 512  # lists scored at once

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.floating]
Score = Callable[[Numbers], Floats]  # numbers of lists -> (lists, items)


class Ranks(NamedTuple):
    """Where the hidden items of each list came in; lists that hide nothing are left out."""

    place: Numbers  # (hidden,), 0 is the first, rising within a list
    offsets: Numbers  # (lists + 1,)

    def recall(self, k: int) -> float:
        """Return the share of the hidden items among the first `k`, the mean over lists."""
        return float((self._sums(self.place < k) / self._sizes()).mean())

    def r_precision(self, k: int) -> float:
        """Return the share of the first `k`, or of as many as are hidden, that is hidden."""
        most = np.minimum(self._sizes(), k)
        within = self._within() < most.repeat(self._sizes())
        reach = most.repeat(self._sizes())
        return float((self._sums((self.place < reach) & within) / most).mean())

    def ndcg(self, k: int) -> float:
        """Return the discounted gain of the first `k` as a share of the best possible."""
        discount = np.append(1 / np.log2(np.arange(2, k + 2)), 0.0)
        gains = self._sums(discount[np.minimum(self.place, k)])
        best = np.append(0, np.cumsum(discount))[np.minimum(self._sizes(), k)]
        return float((gains / best).mean())

    def average_precision(self) -> float:
        """Return the mean over lists of the precision at each hidden item: MAP."""
        precision = (self._within() + 1) / (self.place + 1)
        return float((self._sums(precision) / self._sizes()).mean())

    def reciprocal_rank(self, k: int | None = None) -> float:
        """Return one over the place of the first hidden item, 0 beyond `k`: MRR."""
        first = self.place[self.offsets[:-1]]
        return float(np.where(first < (k or np.inf), 1 / (first + 1), 0.0).mean())

    def _sizes(self) -> Numbers:
        return np.diff(self.offsets)

    def _within(self) -> Numbers:
        return np.arange(len(self.place)) - self.offsets[:-1].repeat(self._sizes())

    def _sums(self, values: npt.NDArray[np.generic]) -> Floats:
        return np.add.reduceat(values.astype(float), self.offsets[:-1])


def rank_hidden(score: Score, known: csr_array, hidden: csr_array) -> Ranks:
    """Rank every hidden item of every list among all items but the known ones.

    Items of equal score stand in the order of their numbers.

    Args:
        score: Gives a block of lists their scores.
        known: What is not to be ranked, (lists, items).
        hidden: What is to be found, (lists, items).

    Raises:
        ValueError: A score is no number, or nothing is hidden.
    """
    lists = np.flatnonzero(np.diff(hidden.indptr)).astype(np.int64)
    if not len(lists):
        raise ValueError("nothing is hidden, so there is nothing to rank")
    places: list[Numbers] = []
    for start in range(0, len(lists), BLOCK):
        chosen = lists[start : start + BLOCK]
        scores = np.array(score(chosen), np.float32)
        if np.isnan(scores).any():
            raise ValueError(f"scores of lists {chosen[0]} to {chosen[-1]} have one that is none")
        rows, columns = known[chosen].nonzero()
        scores[rows, columns] = -np.inf
        own = csr_array(hidden[chosen])
        places.append(_places(scores, own.indptr.astype(np.int64), own.indices.astype(np.int64)))
    sizes = np.diff(hidden.indptr)[lists]
    return Ranks(np.concatenate(places), np.append(0, np.cumsum(sizes)).astype(np.int64))


@numba.njit(cache=True)
def _places(scores: npt.NDArray[np.float32], starts: Numbers, items: Numbers) -> Numbers:
    places = np.zeros(len(items), np.int64)
    for row in range(len(starts) - 1):
        for at in range(starts[row], starts[row + 1]):
            item = items[at]
            own = scores[row, item]
            above = 0
            for other in range(item):
                above += scores[row, other] >= own
            for other in range(item + 1, scores.shape[1]):
                above += scores[row, other] > own
            places[at] = above
        places[starts[row] : starts[row + 1]].sort()
    return places
