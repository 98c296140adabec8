"""Closes triangles: friends of friends get to know each other, the more so the more they share."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.world.careers.people import NONE, People
from graph.world.network.shared_past import shared_past
from graph.world.network.ties import Neighbours, Ties
from graph.world.vocabulary import SAME_FAMILY, Vocabulary

Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.floating]
# The chance that a friend of a friend is worth knowing: summed over what the two have in common.
_ALWAYS, _SAME_COMPANY, _SAME_CITY, _SAME_FIELD = 0.03, 0.37, 0.3, 0.3
# Two people with a very popular common friend need not hear of each other.
_POPULAR = 40
_STRANGERS = 0.2  # the share of those who were never anywhere together that tie up all the same
_RELUCTANT = 0.1  # how willing somebody is to know one more who knows enough people
_LOOKS_AT_ONCE = 1_000_000  # bounds the memory that looking around takes
_MOST_WEDGES = 7  # that are looked at for each tie still missing


@dataclass(frozen=True)
class Wedges:
    """Friends of friends."""

    one: npt.NDArray[np.int32]  # who looks around, (wedges,)
    between: npt.NDArray[np.int32]  # whom both know
    other: npt.NDArray[np.int32]
    since: npt.NDArray[np.int32]  # days since 1970 when the second of the two ties began


def wedges(ties: Ties, neighbours: Neighbours, one: Ints, random: np.random.Generator) -> Wedges:
    """Draw a friend of a friend for each of some people; those without any are left out.

    Args:
        ties: All of them.
        neighbours: Made of the same ties.
        one: Who looks around, (draws,); may repeat.
        random: Source of all chance.
    """
    uniforms = random.random((2, len(one)))
    first = neighbours.draw(one, uniforms[0])
    one, first, second_uniforms = one[first >= 0], first[first >= 0], uniforms[1][first >= 0]
    between = neighbours.person[first]
    second = neighbours.draw(between, second_uniforms)
    other = neighbours.person[second]
    since = np.maximum(ties.since[neighbours.tie[first]], ties.since[neighbours.tie[second]])
    apart = one != other
    return Wedges(one[apart].astype(np.int32), between[apart], other[apart], since[apart])


def closing_chance(
    vocabulary: Vocabulary, people: People, found: Wedges
) -> npt.NDArray[np.float64]:
    """Return how likely each wedge is closed, going by what its ends share today, (wedges,)."""
    one, other = found.one, found.other
    same_company = (people.company[one] == people.company[other]) & (people.company[one] != NONE)
    near = vocabulary.family_proximity[people.family[one], people.family[other]] / SAME_FAMILY
    chance = _ALWAYS + _SAME_COMPANY * same_company + _SAME_FIELD * near
    return chance + _SAME_CITY * (people.city[one] == people.city[other])


def close(
    vocabulary: Vocabulary,
    people: People,
    ties: Ties,
    wanted: Floats,
    random: np.random.Generator,
) -> Wedges:
    """Close triangles for those who know fewer people than they want to.

    Args:
        vocabulary: Knows how near fields are.
        people: All people.
        ties: So far.
        wanted: How many people each one wants to know, (people,).
        random: Source of all chance.

    Returns:
        The wedges that are closed; some may be tied already.
    """
    degrees = ties.degrees()
    missing = np.maximum(wanted - degrees, 0.0)
    eager = np.clip(2 * missing / np.maximum(wanted, 1.0), _RELUCTANT, 1.0)
    quiet = np.minimum(1.0, _POPULAR / np.maximum(degrees, 1))
    looks = (missing * (_MOST_WEDGES / 2) + random.random(len(missing))).astype(np.int64)
    one = np.repeat(np.arange(len(looks), dtype=np.int32), looks)
    neighbours = Neighbours.of(ties.a, ties.b, ties.people)
    closed: list[Wedges] = []
    for start in range(0, max(len(one), 1), _LOOKS_AT_ONCE):
        found = wedges(ties, neighbours, one[start : start + _LOOKS_AT_ONCE], random)
        # Each wedge passes three gates; the dearest to look at comes last, when few are left.
        found = _passed(found, quiet[found.between] * eager[found.other], random)
        found = _passed(found, closing_chance(vocabulary, people, found), random)
        together = shared_past(people, found.one, found.other).contexts > 0
        closed.append(_passed(found, np.where(together, 1.0, _STRANGERS), random))
    return Wedges(
        np.concatenate([found.one for found in closed]),
        np.concatenate([found.between for found in closed]),
        np.concatenate([found.other for found in closed]),
        np.concatenate([found.since for found in closed]),
    )


def _passed(found: Wedges, chance: Floats, random: np.random.Generator) -> Wedges:
    chosen = random.random(len(chance)) < chance
    return Wedges(
        found.one[chosen], found.between[chosen], found.other[chosen], found.since[chosen]
    )
