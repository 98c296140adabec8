"""Who is shown to whom in the observed window, who invites whom, and what comes of it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.schema import EventKind
from graph.world.careers.people import People
from graph.world.config import TODAY
from graph.world.network.closure import wedges
from graph.world.network.foci import Foci, circles, classes, meet, teams
from graph.world.network.network import WINDOW_OPENS
from graph.world.network.person_pairs import PersonPairs
from graph.world.network.questions import (
    EVENT_KINDS,
    NO_ANSWER,
    Questions,
    answered,
    asked_lately,
    moments,
)
from graph.world.network.shared_past import NEVER, days_of, first_days, month_of, shared_past
from graph.world.network.ties import Neighbours, Ties, are_among, codes_of
from graph.world.segments import WeightedSegments
from graph.world.vocabulary import Vocabulary

Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.floating]
_Candidates = tuple[Ints, Ints, Ints]  # asker, other, first day, each (candidates,)

SHOWN = 14.0  # people that somebody is shown on average
_MOST_TIMES_MEAN = 40.0
# Whom people are shown, by share; memberships of so many members are looked through.
_FRIENDS, _FAR = 0.54, 0.06
_COLLEAGUES, _CLASSMATES, _FIELD = (0.24, 40), (0.06, 60), (0.10, 400)
_FORMER = 0.15  # weight of where somebody no longer is
_DECLINES = 0.55  # of those who neither accept nor like the other at all


@dataclass(frozen=True)
class Shown:
    """People shown to people; nobody knows the other yet."""

    asker: npt.NDArray[np.int32]
    other: npt.NDArray[np.int32]
    since: npt.NDArray[np.int32]  # first day on which this may be, in days since 1970


def show(vocabulary: Vocabulary, people: People, ties: Ties, random: np.random.Generator) -> Shown:
    """Show people friends of friends, colleagues, classmates, their field, and a few others.

    Every two are shown to each other once at most, and never if they are tied.

    Args:
        vocabulary: Knows the fields of titles.
        people: All people; the active ones look around.
        ties: As they stand when the window opens.
        random: Source of all chance.
    """
    first_day = first_days(people)
    looks = lookers(people, SHOWN) * (first_day < TODAY)
    found = [
        _friends_of_friends(ties, looks * _FRIENDS, random),
        *_in_foci(vocabulary, people, first_day, looks, random),
        _anybody(people, looks * _FAR, random),
    ]
    asker, other, since = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
    since = np.maximum(np.maximum(first_day[asker], first_day[other]), since)
    possible = (asker != other) & (since < TODAY - 1)
    asker, other, since = asker[possible], other[possible], since[possible]
    codes = codes_of(asker, other, ties.people)
    _, first = np.unique(codes, return_index=True)
    first = first[~are_among(codes[first], ties.codes)]
    since = np.maximum(since[first], WINDOW_OPENS)
    return Shown(asker[first].astype(np.int32), other[first].astype(np.int32), since)


def invite(pairs: PersonPairs, shown: Shown, random: np.random.Generator) -> Questions:
    """Let people invite some of those they are shown, and let these answer."""
    chance = pairs.chances(EventKind.INVITE, shown.asker, shown.other)
    chosen = random.random(len(chance)) < chance
    asker, other = shown.asker[chosen], shown.other[chosen]
    # Nobody is invited as a colleague before having become one.
    shared = shared_past(pairs.people, asker, other).since
    since = np.where(shared == NEVER, 0, shared).astype(np.int64)
    at = moments(np.maximum(since, shown.since[chosen]), random)
    recent = asked_lately(other, at, other, at)
    welcome = pairs.chances(EventKind.ACCEPT, asker, other, recent)
    uniforms = random.random((3, len(asker)))
    accepts = uniforms[0] < welcome
    declines = ~accepts & (welcome > 0) & (uniforms[1] < _DECLINES * (1 - welcome))
    answer = np.where(declines, EVENT_KINDS.index(EventKind.DECLINE), NO_ANSWER)
    answer = np.where(accepts, EVENT_KINDS.index(EventKind.ACCEPT), answer)
    return answered(asker, other, at, welcome, answer, uniforms[2])


def lookers(people: People, mean: float) -> npt.NDArray[np.float64]:
    """Return how much each person does, heavy-tailed; 0 for those who are never active.

    Args:
        people: All people.
        mean: Over everybody.
    """
    drive = people.activity.astype(np.float64) * np.sqrt(people.sociability)
    drive = drive * (mean / max(drive.mean(), 1e-9))
    return np.minimum(drive, min(_MOST_TIMES_MEAN * mean, len(drive) / 4))


def _friends_of_friends(ties: Ties, looks: Floats, random: np.random.Generator) -> _Candidates:
    neighbours = Neighbours.of(ties.a, ties.b, ties.people)
    found = wedges(ties, neighbours, _repeated(looks, random), random)
    return found.one, found.other, found.since


def _in_foci(
    vocabulary: Vocabulary,
    people: People,
    first_day: Ints,
    looks: Floats,
    random: np.random.Generator,
) -> Iterable[_Candidates]:
    liveliness = looks * (0.25 + random.random(len(looks)))
    places = (
        (_COLLEAGUES, teams(vocabulary, people, _COLLEAGUES[1])),
        (_CLASSMATES, classes(people, _CLASSMATES[1])),
        (_FIELD, circles(people, month_of(first_day), liveliness, _FIELD[1])),
    )
    for (share, _size), foci in places:
        met = meet(foci, _sought(foci, looks * share), people.sociability, random)
        yield met.one, met.other, days_of(met.start)


def _sought(foci: Foci, looks: Floats) -> npt.NDArray[np.float64]:
    """Share out what everybody looks for over their memberships; those of today count most."""
    opens = int(month_of(np.array([WINDOW_OPENS]))[0])
    weight = np.where(foci.end > opens, 1.0, _FORMER)
    summed = np.bincount(foci.person, weights=weight, minlength=len(looks))
    return looks[foci.person] * weight / summed[foci.person]


def _anybody(people: People, looks: Floats, random: np.random.Generator) -> _Candidates:
    asker = _repeated(looks, random)
    everybody = WeightedSegments.of(np.array([0, len(looks)]), people.sociability)
    other = everybody.draw(np.zeros(len(asker), np.int64), random.random(len(asker)))
    return asker, other, np.zeros(len(asker), np.int32)


def _repeated(looks: Floats, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """Name everybody as often as they look, rounded up or down by chance."""
    count = (looks + random.random(len(looks))).astype(np.int64)
    return np.repeat(np.arange(len(looks)), count)
