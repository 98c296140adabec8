"""Gathers people where they get to know each other: teams, classes, circles of a field."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.world.careers.people import NO_END, NONE, People
from graph.world.network.shared_past import spells_of_study, spells_of_work
from graph.world.segments import WeightedSegments, offsets_of, owners_of, places_within
from graph.world.vocabulary import Vocabulary

Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.floating]
_AT_ONCE = 262_144  # bounds the memory that pairing members takes
_MOST_HOPE = 4.0  # of knowing each other, beyond what a place holds


@dataclass(frozen=True)
class Foci:
    """Memberships, ordered by focus; a person may be a member of many foci, or twice of one."""

    offsets: npt.NDArray[np.int64]  # (foci + 1,)
    person: npt.NDArray[np.int32]  # (memberships,)
    start: npt.NDArray[np.int32]  # months as in `people.Months`
    end: npt.NDArray[np.int32]  # exclusive


@dataclass(frozen=True)
class Meetings:
    """Pairs that met in a focus, some more than once."""

    one: npt.NDArray[np.int32]  # who sought company, (meetings,)
    other: npt.NDArray[np.int32]
    start: npt.NDArray[np.int32]  # first month in which both were members
    end: npt.NDArray[np.int32]  # the month after the last one


def teams(vocabulary: Vocabulary, people: People, size: int) -> Foci:
    """Gather those who came to a company in a city at about the same time, for the same work.

    Args:
        vocabulary: Knows the fields of titles.
        people: All people.
        size: Of a team, about; teams have half to one and a half times as many members.
    """
    work, spells = people.positions, spells_of_work(people.positions)
    site = [work.city.astype(np.int64), spells.where]
    family = vocabulary.title_family[work.title]
    order, focus = _cells(site, spells.start, family, size)
    order, focus = _kept(order, focus, spells.where != NONE)
    person = owners_of(work.offsets)[order]
    return _foci(focus, person, spells.start[order], spells.end[order])


def classes(people: People, size: int) -> Foci:
    """Gather those who came to a school at about the same time, to study much the same."""
    spells = spells_of_study(people.studies)
    order, focus = _cells([spells.where], spells.start, people.studies.family, size)
    person = owners_of(people.studies.offsets)[order]
    return _foci(focus, person, spells.start[order], spells.end[order])


def circles(people: People, first_month: Ints, liveliness: Floats, size: int) -> Foci:
    """Gather people of one field in one city, lively people with lively people.

    Args:
        people: All people.
        first_month: When each one's working life began, (people,).
        liveliness: The likes meet, (people,).
        size: Of a circle, about.
    """
    place = people.city.astype(np.int64) * (int(people.family.max()) + 1) + people.family
    rank = np.empty(len(place), np.int64)
    rank[np.argsort(liveliness, kind="stable")] = np.arange(len(place))
    order, focus = _cells([place], rank, np.zeros(len(place), np.int64), size)
    never = np.full(len(place), NO_END, np.int32)
    return _foci(focus, order, first_month[order], never)


def acquaint(foci: Foci, wanted: Floats, warmth: Floats, random: np.random.Generator) -> Meetings:
    """Let members of small foci get to know each other: all of them in a warm one, few in a cold.

    Args:
        foci: Where they meet; every two who were members at the same time may get to know.
        wanted: How many each person hopes to get to know here, (people,).
        warmth: The chance of two who hope for all they may find here, (foci,).
        random: Source of all chance.
    """
    pieces = [
        _together(foci, np.arange(start, min(start + _AT_ONCE, len(foci.person))))
        for start in range(0, max(len(foci.person), 1), _AT_ONCE)
    ]
    one, other = (np.concatenate(ends) for ends in zip(*pieces, strict=True))
    chance = warmth[owners_of(foci.offsets)[one]]
    a, b = foci.person[one], foci.person[other]
    to_find = np.bincount(a, weights=chance, minlength=len(wanted))
    to_find += np.bincount(b, weights=chance, minlength=len(wanted))
    hope = np.minimum(wanted / np.maximum(to_find, 1e-9), _MOST_HOPE)
    met = random.random(len(chance)) < chance * np.sqrt(hope[a] * hope[b])
    one, other = one[met], other[met]
    start = np.maximum(foci.start[one], foci.start[other])
    return Meetings(a[met], b[met], start, np.minimum(foci.end[one], foci.end[other]))


def meet(foci: Foci, wanted: Floats, weight: Floats, random: np.random.Generator) -> Meetings:
    """Let members of foci seek each other's company.

    Args:
        foci: Where they meet.
        wanted: How many others each membership seeks, on average, (memberships,).
        weight: How much each person is sought, (people,).
        random: Source of all chance.

    Returns:
        Only those meetings whose two were members at the same time.
    """
    count = (wanted + random.random(len(wanted))).astype(np.int64)
    one = np.repeat(np.arange(len(wanted)), count)
    drawn = WeightedSegments.of(foci.offsets, weight[foci.person])
    other = drawn.draw(owners_of(foci.offsets)[one], random.random(len(one)))
    start = np.maximum(foci.start[one], foci.start[other])
    end = np.minimum(foci.end[one], foci.end[other])
    met = (other >= 0) & (start < end) & (foci.person[one] != foci.person[other])
    one, other = one[met], other[met]
    return Meetings(foci.person[one], foci.person[other], start[met], end[met])


def _together(foci: Foci, members: Ints) -> tuple[Ints, Ints]:
    """Pair some members with the later members of their foci who were there at the same time."""
    last = np.repeat(foci.offsets[1:], np.diff(foci.offsets))[members]
    pairs = offsets_of(last - members - 1)
    one = members[owners_of(pairs)]
    other = one + 1 + places_within(pairs)
    begin = np.maximum(foci.start[one], foci.start[other])
    met = begin < np.minimum(foci.end[one], foci.end[other])
    met &= foci.person[one] != foci.person[other]
    return one[met].astype(np.int32), other[met].astype(np.int32)


def _cells(
    keys: Sequence[Ints], start: Ints, family: Ints, size: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Cut what has the same keys into cells of about a size.

    First into blocks of four cells by start, then each block into cells by family: near in time
    and near in work.

    Returns:
        The order of the elements by cell, and for each in that order its cell, rising.
    """
    order = np.lexsort((start, *keys))
    block = _cut(_runs([key[order] for key in keys]), 4 * size)
    within = np.lexsort((family[order], block))
    return order[within], _cut(block[within], size)


def _cut(groups: Ints, size: int) -> npt.NDArray[np.int64]:
    """Cut groups, given for each element in rising order, into even pieces of about a size."""
    offsets = offsets_of(np.bincount(groups))
    lengths = np.diff(offsets)
    pieces = np.maximum((lengths + size // 2) // size, 1)
    first = offsets_of(pieces)[:-1]
    return first[groups] + places_within(offsets) * pieces[groups] // lengths[groups]


def _runs(keys: Sequence[Ints]) -> npt.NDArray[np.int64]:
    """Number the runs of elements that are alike in all keys, from 0."""
    begins = np.zeros(len(keys[0]), np.bool_)
    for key in keys:
        begins[1:] |= key[1:] != key[:-1]
    return np.cumsum(begins, dtype=np.int64)


def _kept(order: Ints, focus: Ints, keep: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    chosen = keep[order]
    return order[chosen], focus[chosen]


def _foci(focus: Ints, person: Ints, start: Ints, end: Ints) -> Foci:
    offsets = offsets_of(np.bincount(focus))
    return Foci(offsets, person.astype(np.int32), start.astype(np.int32), end.astype(np.int32))
