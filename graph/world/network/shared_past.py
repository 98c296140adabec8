"""Finds what two people went through together: the same employer or school at the same time."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.world.careers.people import (
    MONTH_ZERO,
    NO_END,
    NONE,
    THIS_MONTH_SHORT,
    People,
    Positions,
    Studies,
)
from graph.world.segments import elements_of, offsets_of

Ints = npt.NDArray[np.integer]
NEVER = np.iinfo(np.int32).max  # a day that does not come
_PAIRS_AT_ONCE = 65_536  # bounds the memory that comparing careers takes
_EPOCH_MONTH = 1970 * 12 - MONTH_ZERO


@dataclass(frozen=True)
class SharedPast:
    """What pairs of people have in common; every array is (pairs,)."""

    work_months: npt.NDArray[np.int32]  # at the same employer at the same time, summed
    employers: npt.NDArray[np.int32]  # spells of it
    work_since: npt.NDArray[np.int32]  # days since 1970 when it first began; NEVER
    work_until: npt.NDArray[np.int32]  # days since 1970 when it last ended; 0: never was
    school_months: npt.NDArray[np.int32]  # at the same school at the same time, summed
    school_since: npt.NDArray[np.int32]  # days since 1970 when it first began; NEVER

    @property
    def contexts(self) -> npt.NDArray[np.int32]:
        """How many spells of work or study they share."""
        return self.employers + (self.school_months > 0)

    @property
    def since(self) -> npt.NDArray[np.int32]:
        """When the first of it began, in days since 1970; NEVER if they share nothing."""
        return np.minimum(self.work_since, self.school_since)


@dataclass(frozen=True)
class Spells:
    """Months that people spent somewhere, one person's after the other's."""

    offsets: npt.NDArray[np.int64]  # (people + 1,)
    where: npt.NDArray[np.int32]  # a number of an employer or school; NONE
    start: npt.NDArray[np.int32]  # months as in `people.Months`
    end: npt.NDArray[np.int32]  # exclusive


def spells_of_work(positions: Positions) -> Spells:
    """Return where people worked."""
    start, end = positions.start.astype(np.int32), positions.end.astype(np.int32)
    return Spells(positions.offsets, positions.company.astype(np.int32), start, end)


def spells_of_study(studies: Studies) -> Spells:
    """Return where people studied: from October of the first to July of the last year."""
    start = studies.start.astype(np.int32) * 12 + 9 - MONTH_ZERO
    end = np.maximum(studies.end.astype(np.int32) * 12 + 7 - MONTH_ZERO, start + 1)
    return Spells(studies.offsets, studies.school.astype(np.int32), start, end)


def days_of(months: Ints) -> npt.NDArray[np.int32]:
    """Return the first day of months, in days since 1970; NEVER for NO_END."""
    known = np.minimum(months, NO_END - 1).astype(np.int64) - _EPOCH_MONTH
    days = known.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return np.where(months >= NO_END, NEVER, days).astype(np.int32)


def month_of(days: Ints) -> npt.NDArray[np.int32]:
    """Return the months in which days since 1970 lie; NO_END for NEVER."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + _EPOCH_MONTH
    return np.minimum(months, NO_END).astype(np.int32)


def first_days(people: People) -> npt.NDArray[np.int32]:
    """Return when each person's working or student life began, in days since 1970; NEVER."""
    first = np.full(len(people.family), NO_END, np.int32)
    for spells in (spells_of_work(people.positions), spells_of_study(people.studies)):
        has_any = np.flatnonzero(np.diff(spells.offsets))
        start = spells.start[spells.offsets[has_any]]
        first[has_any] = np.minimum(first[has_any], start)
    return days_of(first)


def shared_past(people: People, one: Ints, other: Ints) -> SharedPast:
    """Compare the lives of pairs of people.

    Args:
        people: All people.
        one: (pairs,).
        other: (pairs,).
    """
    work = _shared(spells_of_work(people.positions), one, other)
    school = _shared(spells_of_study(people.studies), one, other)
    return SharedPast(
        work_months=work.months,
        employers=work.count,
        work_since=days_of(work.first),
        work_until=np.where(work.count > 0, days_of(work.last), 0).astype(np.int32),
        school_months=school.months,
        school_since=days_of(school.first),
    )


@dataclass(frozen=True)
class _Overlaps:
    months: npt.NDArray[np.int32]
    count: npt.NDArray[np.int32]
    first: npt.NDArray[np.int32]
    last: npt.NDArray[np.int32]


def _shared(spells: Spells, one: Ints, other: Ints) -> _Overlaps:
    found = _Overlaps(
        np.zeros(len(one), np.int32),
        np.zeros(len(one), np.int32),
        np.full(len(one), NO_END, np.int32),
        np.zeros(len(one), np.int32),
    )
    for start in range(0, len(one), _PAIRS_AT_ONCE):
        piece = slice(start, start + _PAIRS_AT_ONCE)
        _add_shared(spells, one[piece], other[piece], found, start)
    return found


def _add_shared(spells: Spells, one: Ints, other: Ints, found: _Overlaps, base: int) -> None:
    mine, pair = elements_of(spells.offsets, one)
    theirs_of = other[pair]
    compared = offsets_of(spells.offsets[theirs_of + 1] - spells.offsets[theirs_of])
    counts = np.diff(compared)
    theirs = np.repeat(spells.offsets[theirs_of] - compared[:-1], counts)
    theirs += np.arange(len(theirs))
    # Nearly all comparisons end here, so that only the rest is looked up at all.
    same = np.flatnonzero(np.repeat(spells.where[mine], counts) == spells.where[theirs])
    row = np.searchsorted(compared, same, side="right") - 1
    mine, theirs, pair = mine[row], theirs[same], pair[row] + base
    known = spells.where[mine] != NONE
    mine, theirs, pair = mine[known], theirs[known], pair[known]
    begin = np.maximum(spells.start[mine], spells.start[theirs])
    end = np.minimum(spells.end[mine], spells.end[theirs])
    together = begin < np.minimum(end, THIS_MONTH_SHORT)
    begin, end, pair = begin[together], end[together], pair[together]
    np.add.at(found.months, pair, np.minimum(end, THIS_MONTH_SHORT) - begin)
    np.add.at(found.count, pair, 1)
    np.minimum.at(found.first, pair, begin)
    np.maximum.at(found.last, pair, end)
