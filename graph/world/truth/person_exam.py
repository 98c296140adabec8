"""Puts other people before held-out people, with the true chance that these would answer."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.schema import EventKind
from graph.world.config import TODAY
from graph.world.network.network import Network
from graph.world.network.person_pairs import PersonPairs, PersonPart
from graph.world.network.questions import DAY, Questions, asked_lately
from graph.world.network.ties import Neighbours, are_among, codes_of
from graph.world.segments import WeightedSegments, group
from graph.world.streams import stream
from graph.world.world import World

Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.floating]
CANDIDATES = 40  # people put before each person, at most
_DRAWS = 90
LOAD_OF_REPLY = "load_of_reply"  # the part `load` where the question is a message
# Friends of friends, people of one's field in one's city, anybody: shares of the draws.
_SHARES = (0.5, 0.8, 1.0)


class PersonExam(NamedTuple):
    """Pairs of a held-out person and somebody they do not know, ordered by both."""

    person: npt.NDArray[np.int64]
    other: npt.NDArray[np.int64]
    parts: Mapping[str, Floats]  # of the utility, each (pairs,)
    chances: Mapping[EventKind, Floats]  # of `accept` when invited, of `reply` when written to


def person_exam(world: World, people: npt.NDArray[np.int64]) -> PersonExam:
    """Choose candidates for people and tell how likely each is to accept and to reply today."""
    random = stream(world.config.seed, "person exam")
    person = np.repeat(people, _DRAWS)
    other = _drawn(world, person, random)
    person, other = _strangers(world.network, world.config.people, person, other)
    pairs = PersonPairs.of(world.vocabulary, world.people, world.network)
    parts = pairs.parts(person, other)
    invited = _recently_asked(other, world.correspondence.invitations)
    written = invited + _recently_asked(other, world.correspondence.messages)
    # As when things happened: invitations weigh on an invitation, messages on messages too.
    accepting, replying = parts.under_load(invited), parts.under_load(written)
    values = {part.value: value for part, value in accepting.values.items()}
    values[LOAD_OF_REPLY] = replying.values[PersonPart.LOAD]
    chances = {
        EventKind.ACCEPT: accepting.probability(EventKind.ACCEPT),
        EventKind.REPLY: replying.probability(EventKind.REPLY),
    }
    return PersonExam(person, other, values, chances)


def _drawn(world: World, person: Ints, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """Draw somebody for each person; -1 where there is nobody."""
    network, people = world.network, world.people
    neighbours = Neighbours.of(network.a, network.b, world.config.people)
    between = _neighbour(neighbours, person, random)
    friends = _neighbour(neighbours, np.maximum(between, 0), random)
    place = people.city.astype(np.int64) * len(world.vocabulary.families) + people.family
    order, offsets = group(place, int(place.max()) + 1)
    alike = WeightedSegments.of(offsets, people.sociability[order])
    near = order[alike.draw(place[person], random.random(len(person)))]
    anybody = random.integers(0, world.config.people, len(person))
    source = np.searchsorted(_SHARES, random.random(len(person)), side="right")
    friends = np.where(between >= 0, friends, -1)
    return np.choose(np.minimum(source, len(_SHARES) - 1), [friends, near, anybody])


def _neighbour(
    neighbours: Neighbours, person: Ints, random: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Draw one of those whom each person knows; -1 where there is nobody."""
    ties = WeightedSegments.of(neighbours.offsets, np.ones(len(neighbours.person)))
    drawn = ties.draw(person, random.random(len(person)))
    return np.where(drawn >= 0, neighbours.person[np.maximum(drawn, 0)], -1)


def _strangers(
    network: Network, people: int, person: Ints, other: Ints
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Keep the first `CANDIDATES` different people whom each person does not know."""
    known = codes_of(network.a, network.b, people)
    found = (other >= 0) & (other != person)
    person, other = person[found], other[found]
    new = ~are_among(codes_of(person, other, people), known)
    person, other = person[new], other[new]
    _, first = np.unique(person.astype(np.int64) * people + other, return_index=True)
    first = np.sort(first)
    starts = np.searchsorted(person[first], person[first], side="left")
    first = first[np.arange(len(first)) - starts < CANDIDATES]
    order = first[np.lexsort((other[first], person[first]))]
    return person[order].astype(np.int64), other[order].astype(np.int64)


def _recently_asked(other: Ints, asked: Questions) -> Ints:
    """Count who asked each of them lately, as of today."""
    return asked_lately(other, np.full(len(other), TODAY * DAY), asked.other, asked.at)
