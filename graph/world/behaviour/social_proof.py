"""How well a person knows the people at a company, directly and through one person between."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
from scipy import sparse

from graph.world.careers.people import NONE, Positions
from graph.world.config import OBSERVED_DAYS, TODAY
from graph.world.network.network import Network
from graph.world.network.shared_past import month_of
from graph.world.segments import owners_of

Ints = npt.NDArray[np.integer]
PERIODS = 3  # the observed window is cut into so many; each sees the ties made before it began
# Strengths are counted in tenths of a full tie: small integers, which add up exactly.
_STEP = 10
_CLOSE = 4  # tenths from which one may ask somebody to introduce one


@dataclass(frozen=True)
class SocialProof:
    """Sums of tie strengths between people and companies, as known at some moment."""

    close: sparse.csr_array  # (people, people): the ties over which one asks a favour
    direct: sparse.csr_array  # (people, companies): strengths of ties to those who work there
    staff: npt.NDArray[np.int64]  # who works at each company, (companies,)

    @classmethod
    def at(cls, day: int, network: Network, positions: Positions, companies: int) -> "SocialProof":
        """Look at the network and at who works where as they were on a day."""
        people = len(positions.offsets) - 1
        ties, staff = _ties(network, people, day), _staff(positions, companies, day)
        close = ties.copy()
        close.data[close.data < _CLOSE] = 0
        close.eliminate_zeros()
        return cls(close, ties @ staff, np.asarray(staff.sum(axis=0), np.int64))

    def of(self, people: Ints, companies: Ints) -> tuple[Ints, Ints]:
        """Return sums of strengths for pairs of people and companies.

        Args:
            people: (pairs,); the fewer different ones, the less memory is needed.
            companies: (pairs,).

        Returns:
            Tenths of full ties to people who work there, and sums over paths of two ties, the first
            a close one, of the product of their tenths, both (pairs,).
        """
        asked, rows = np.unique(people, return_inverse=True)
        second = (self.close[asked] @ self.direct).tocsr()
        second.sort_indices()
        direct = self.direct[asked]
        direct.sort_indices()
        return _look_up(direct, rows, companies), _look_up(second, rows, companies)


def period_of(days: Ints) -> Ints:
    """Return the period in which days of the observed window lie; TODAY lies in `PERIODS`."""
    return (days - (TODAY - OBSERVED_DAYS)) * PERIODS // OBSERVED_DAYS


def period_begins(period: int) -> int:
    """Return the day on which a period begins."""
    return TODAY - OBSERVED_DAYS + -(-period * OBSERVED_DAYS // PERIODS)


def _ties(network: Network, people: int, day: int) -> sparse.csr_array:
    known = network.since < day
    a, b = network.a[known], network.b[known]
    tenths = (network.strength[known] + (_STEP - 1)) // _STEP
    ends = np.concatenate([a, b]), np.concatenate([b, a])
    data = np.concatenate([tenths, tenths]).astype(np.int32)
    return sparse.csr_array((data, ends), shape=(people, people))


def _staff(positions: Positions, companies: int, day: int) -> sparse.csr_array:
    month = int(month_of(np.array([day]))[0])
    holds = (positions.start <= month) & (positions.end > month) & (positions.company != NONE)
    at = owners_of(positions.offsets)[holds], positions.company[holds]
    shape = (len(positions.offsets) - 1, companies)
    staff = sparse.csr_array((np.ones(int(holds.sum()), np.int32), at), shape=shape)
    staff.sum_duplicates()
    staff.data[:] = 1  # two positions at one employer count once
    return staff


def _look_up(matrix: sparse.csr_array, rows: Ints, columns: Ints) -> Ints:
    """Return the entries at pairs of a row and a column, zero where there is none."""
    if not len(rows) or not matrix.nnz:
        return np.zeros(len(rows), np.int32)
    _, width = cast(tuple[int, int], matrix.shape)
    lengths = np.diff(matrix.indptr)
    keys = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths) * width + matrix.indices
    wanted = rows.astype(np.int64) * width + columns
    found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[found] == wanted, matrix.data[found], 0)
