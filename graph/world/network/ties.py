"""Works on ties between people as pair codes, and on who is next to whom."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from graph.world.segments import owners_of

Ints = npt.NDArray[np.integer]
_PAIRS_AT_ONCE = 32_768  # bounds the memory that looking up common neighbours takes


@dataclass(frozen=True)
class Ties:
    """Ties, each once, ordered by code; the code of a tie is a * people + b, with a < b."""

    people: int
    codes: npt.NDArray[np.int64]
    since: npt.NDArray[np.int32]  # days since 1970

    @classmethod
    def of(cls, people: int, one: Ints, other: Ints, since: Ints) -> "Ties":
        """Take pairs in any order; of a pair that occurs twice the earliest counts."""
        distinct = one != other
        codes = codes_of(one[distinct], other[distinct], people)
        days = np.asarray(since[distinct], np.int32)
        order = np.lexsort((days, codes))
        codes, days = codes[order], days[order]
        first = np.ones(len(codes), np.bool_)
        first[1:] = codes[1:] != codes[:-1]
        return cls(people, codes[first], days[first])

    def joined(self, later: "Ties") -> "Ties":
        """Return these ties and those of the later ones that are not among them."""
        fresh = ~are_among(later.codes, self.codes)
        codes = np.concatenate([self.codes, later.codes[fresh]])
        since = np.concatenate([self.since, later.since[fresh]])
        order = np.argsort(codes, kind="stable")
        return Ties(self.people, codes[order], since[order])

    @property
    def a(self) -> npt.NDArray[np.int32]:
        """The lower number of each two."""
        return (self.codes // self.people).astype(np.int32)

    @property
    def b(self) -> npt.NDArray[np.int32]:
        """The higher number of each two."""
        return (self.codes % self.people).astype(np.int32)

    def degrees(self) -> npt.NDArray[np.int64]:
        """Return how many ties each person has, (people,)."""
        return np.bincount(self.a, minlength=self.people) + np.bincount(
            self.b, minlength=self.people
        )


@dataclass(frozen=True)
class Neighbours:
    """The neighbours of each person (CSR), one person's after the other's, by number."""

    offsets: npt.NDArray[np.int64]  # (people + 1,)
    person: npt.NDArray[np.int32]  # (2 * ties,)
    tie: npt.NDArray[np.int32]  # which tie leads there, (2 * ties,)

    @classmethod
    def of(cls, a: Ints, b: Ints, people: int) -> "Neighbours":
        """Take every tie once, ordered by (a, b), with a < b."""
        # So ordered, the lower neighbours of each person come first, and all in rising order.
        ends = np.concatenate([b, a]), np.concatenate([a, b])
        tie = np.arange(2 * len(a), dtype=np.int64)
        rows = sparse.csr_array((tie, ends), shape=(people, people))
        number = (rows.data % max(len(a), 1)).astype(np.int32)
        return cls(rows.indptr.astype(np.int64), rows.indices.astype(np.int32), number)

    def degrees(self) -> npt.NDArray[np.int64]:
        """Return how many neighbours each person has, (people,)."""
        return np.diff(self.offsets)

    def draw(self, people: Ints, uniforms: npt.NDArray[np.floating]) -> npt.NDArray[np.int64]:
        """Draw one neighbour for each of some people, all equally likely.

        Returns:
            Positions in `person`, (draws,); -1 where somebody has no neighbour.
        """
        degree = self.offsets[people + 1] - self.offsets[people]
        place = self.offsets[people] + (uniforms * degree).astype(np.int64)
        return np.where(degree > 0, place, -1)

    def matrix(self, weights: Ints | None = None) -> sparse.csr_array:
        """Return the adjacency matrix, (people, people).

        Args:
            weights: Of the ties, (ties,); 1 each if left out.
        """
        size = len(self.offsets) - 1
        data = np.ones(len(self.person), np.int32) if weights is None else weights[self.tie]
        parts = (data.astype(np.int32), self.person, self.offsets)
        return sparse.csr_array(parts, shape=(size, size))


def codes_of(one: Ints, other: Ints, people: int) -> npt.NDArray[np.int64]:
    """Return the codes of pairs, whichever of the two comes first."""
    return np.minimum(one, other).astype(np.int64) * people + np.maximum(one, other)


def are_among(codes: Ints, known: Ints) -> npt.NDArray[np.bool_]:
    """Tell which codes are among known ones, which are sorted."""
    if not len(known):
        return np.zeros(len(codes), np.bool_)
    found = np.minimum(np.searchsorted(known, codes), len(known) - 1)
    return known[found] == codes


def paths_of_two(adjacency: sparse.csr_array, one: Ints, other: Ints) -> npt.NDArray[np.int64]:
    """Sum over common neighbours the product of the two entries that lead to them.

    Args:
        adjacency: Symmetric, of whole numbers; all ones: common neighbours are counted.
        one: (pairs,).
        other: (pairs,).

    Returns:
        Sums, (pairs,).
    """
    sums = np.zeros(len(one), np.int64)
    lengths = np.diff(adjacency.indptr)
    for start in range(0, len(one), _PAIRS_AT_ONCE):
        piece = slice(start, start + _PAIRS_AT_ONCE)
        few, many = one[piece], other[piece]
        swapped = lengths[few] > lengths[many]
        few, many = np.where(swapped, many, few), np.where(swapped, few, many)
        shared = adjacency[few].multiply(adjacency[many]).tocsr()
        owner = owners_of(shared.indptr)
        sums[piece] = np.bincount(owner, weights=shared.data, minlength=len(few)).astype(np.int64)
    return sums
