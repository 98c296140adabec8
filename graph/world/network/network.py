"""Makes the network of a world: who knows whom, since when and how well."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.world.careers.people import NONE, People
from graph.world.config import OBSERVED_DAYS, TODAY, WorldConfig
from graph.world.network.closure import close
from graph.world.network.foci import Foci, Meetings, acquaint, circles, classes, meet, teams
from graph.world.network.shared_past import days_of, first_days, month_of
from graph.world.network.tie_strength import tie_strength
from graph.world.network.ties import Neighbours, Ties
from graph.world.segments import WeightedSegments
from graph.world.streams import stream
from graph.world.vocabulary import Vocabulary

Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.floating]
WINDOW_OPENS = TODAY - OBSERVED_DAYS  # ties since then have been asked for; see correspondence

_MEAN_DEGREE = 29.5  # wanted in a large world when the window opens; not all find it
_SMALL_WORLD = 120  # people; in a world of so many everybody knows half as many as in a large one
_MOST_TIMES_MEAN = 45.0  # nobody wants to know more people than so many times the mean
_CLOSING_ROUNDS = 6
_FAR_SHARE = 0.015  # of what everybody wants goes to people met by chance anywhere
_REST_SHARE = 0.15  # of what is still wanted in the end
_QUIET, _LIVELY = 0.4, 1.8  # the least company kept at an employer, and what may come on top
_SPREAD = 1.1  # how much stronger the wish for company varies than sociability
_HALF_GROWN = 6.0  # years after which half of all the people are known that one will ever know
# In a close-knit place everybody gets to know everybody; few places are.
_CLOSE_KNIT, _COLD = 0.17, 0.005
_MOST_MONTHS = 60  # in one place; staying longer makes no more friends
_AFTER_PARTING = 120  # days in which people who parted may still tie up


class _Place(NamedTuple):
    """Where people look for others they want to know."""

    share: float  # of those they still want to know
    size: int  # members, about


# In this order: what a small place cannot give is looked for in larger ones.
_TEAM, _CLASS, _CIRCLE = _Place(0.5, 12), _Place(0.4, 14), _Place(0.4, 16)
_DIVISION, _YEAR, _FIELD = _Place(0.15, 40), _Place(0.03, 60), _Place(0.03, 200)


@dataclass(frozen=True)
class Network:
    """Ties between people, each once, ordered by (a, b)."""

    a: npt.NDArray[np.int32]  # a < b
    b: npt.NDArray[np.int32]
    since: npt.NDArray[np.int32]  # days since 1970
    strength: npt.NDArray[np.uint8]  # 1 to 100


def connect_people(config: WorldConfig, vocabulary: Vocabulary, people: People) -> Network:
    """Make the network as it stands when the observed window opens.

    People meet where they work, study and live; then friends of friends get to know each other,
    and a few meet by chance. How many somebody wants to know is heavy-tailed, and grows with the
    years.
    """
    random = stream(config.seed, "network")
    first_day = first_days(people)
    wanted = _wanted_degrees(people, first_day, random)
    ties = _tied_by_foci(vocabulary, people, wanted, first_day, random)
    for _ in range(_CLOSING_ROUNDS):
        closed = close(vocabulary, people, ties, wanted, random)
        since = _between(closed.since, WINDOW_OPENS, random)
        ties = ties.joined(Ties.of(ties.people, closed.one, closed.other, since))
    ties = ties.joined(_far_ties(ties, wanted, first_day, random))
    adjacency = Neighbours.of(ties.a, ties.b, ties.people).matrix()
    strength = tie_strength(people, adjacency, ties.a, ties.b, ties.since, random)
    return Network(ties.a, ties.b, ties.since, strength)


def _wanted_degrees(
    people: People, first_day: Ints, random: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return how many others each person wants to know; nobody whose life is yet to begin."""
    count = len(people.family)
    years = np.clip((WINDOW_OPENS - first_day.astype(np.int64)) / 365.25, 0.0, 25.0)
    wanted = people.sociability.astype(np.float64) ** _SPREAD * _custom(people, random)
    wanted = wanted * years / (years + _HALF_GROWN)
    mean = _MEAN_DEGREE * count / (count + _SMALL_WORLD)
    wanted = wanted * (mean / max(wanted.mean(), 1e-9))
    return np.minimum(wanted, min(_MOST_TIMES_MEAN * mean, count / 4))


def _custom(people: People, random: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return how much company is kept where each person works, or in the city if nowhere.

    In some houses everybody knows everybody; so those who know many know people who know many.
    """
    house = np.where(people.company == NONE, people.company.max() + 1 + people.city, people.company)
    return (_QUIET + _LIVELY * random.random(int(house.max()) + 1) ** 2)[house]


def _tied_by_foci(
    vocabulary: Vocabulary,
    people: People,
    wanted: Floats,
    first_day: Ints,
    random: np.random.Generator,
) -> Ties:
    """Tie those who were in the same places at the same time."""

    def circle(size: int) -> Foci:
        return circles(people, month_of(first_day), liveliness, size)

    liveliness = wanted * (0.25 + random.random(len(wanted)))
    ties = Ties.of(len(wanted), *(np.zeros(0, np.int32),) * 3)
    for share, foci in (
        (_TEAM.share, teams(vocabulary, people, _TEAM.size)),
        (_CLASS.share, classes(people, _CLASS.size)),
        (_CIRCLE.share, circle(_CIRCLE.size)),
    ):
        missing = np.maximum(wanted - ties.degrees(), 0.0) * share
        warmth = np.where(random.random(len(foci.offsets) - 1) < _CLOSE_KNIT, 1.0, _COLD)
        met = acquaint(foci, missing, warmth, random)
        ties = ties.joined(_ties_of(met, first_day, random))
    for share, foci in (
        (_DIVISION.share, teams(vocabulary, people, _DIVISION.size)),
        (_YEAR.share, classes(people, _YEAR.size)),
        (_FIELD.share, circle(_FIELD.size)),
    ):
        missing = np.maximum(wanted - ties.degrees(), 0.0) * share
        met = meet(foci, _sought(foci, missing), wanted, random)
        ties = ties.joined(_ties_of(met, first_day, random))
    return ties


def _sought(foci: Foci, wanted: Floats) -> npt.NDArray[np.float64]:
    """Share out what everybody wants over their memberships, the longer ones first.

    Half of it, as the other half comes from being sought.
    """
    opens = int(month_of(np.array([WINDOW_OPENS]))[0])
    months = np.clip(np.minimum(foci.end, opens) - foci.start, 0, _MOST_MONTHS).astype(np.float64)
    summed = np.bincount(foci.person, weights=months, minlength=len(wanted))
    return wanted[foci.person] / 2 * months / np.maximum(summed[foci.person], 1.0)


def _ties_of(met: Meetings, first_day: Ints, random: np.random.Generator) -> Ties:
    """Tie those who met before the window opens, mostly soon after they could have met."""
    begun = np.maximum(days_of(met.start), np.maximum(first_day[met.one], first_day[met.other]))
    parted = np.minimum(days_of(met.end).astype(np.int64) + _AFTER_PARTING, WINDOW_OPENS)
    since = _between(begun, parted, random)
    early = begun < WINDOW_OPENS
    return Ties.of(len(first_day), met.one[early], met.other[early], since[early])


def _far_ties(ties: Ties, wanted: Floats, first_day: Ints, random: np.random.Generator) -> Ties:
    """Tie people met by chance, the sociable ones first; whoever knows nobody meets somebody."""
    degrees = ties.degrees()
    missing = np.maximum(wanted - degrees, 0.0)
    seek = np.maximum(_FAR_SHARE / 2 * wanted, _REST_SHARE / 2 * missing)
    seek = seek + random.random(len(wanted))
    count = np.maximum(seek.astype(np.int64), (degrees == 0) & (wanted > 0))
    one = np.repeat(np.arange(len(count)), count)
    everybody = WeightedSegments.of(np.array([0, len(wanted)]), missing + _FAR_SHARE * wanted)
    other = everybody.draw(np.zeros(len(one), np.int64), random.random(len(one)))
    begun = np.maximum(first_day[one], first_day[other])
    return Ties.of(len(wanted), one, other, _between(begun, WINDOW_OPENS, random))


def _between(begun: Ints, ended: Ints | int, random: np.random.Generator) -> npt.NDArray[np.int32]:
    """Draw days from the first to before the last, rather the earlier ones."""
    span = np.maximum(ended - begun.astype(np.int64), 1)
    return (begun + (random.random(len(begun)) ** 2 * span).astype(np.int64)).astype(np.int32)
