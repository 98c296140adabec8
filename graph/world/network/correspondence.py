"""Lets people invite, accept, decline, write and reply in the observed window."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.schema import EventKind
from graph.world.careers.people import People
from graph.world.config import WorldConfig
from graph.world.network.invitations import invite, show
from graph.world.network.messages import write
from graph.world.network.network import Network
from graph.world.network.person_pairs import PersonPairs
from graph.world.network.questions import DAY, EVENT_KINDS, NO_ANSWER, Questions
from graph.world.network.tie_strength import tie_strength
from graph.world.network.ties import Neighbours, Ties, codes_of
from graph.world.streams import stream
from graph.world.vocabulary import Vocabulary


@dataclass(frozen=True)
class PersonEvents:
    """What people did to people, ordered by person and time; every array is (events,)."""

    person: npt.NDArray[np.int32]
    kind: npt.NDArray[np.int8]  # a number of `EVENT_KINDS`
    other: npt.NDArray[np.int32]
    at: npt.NDArray[np.int64]  # seconds since 1970


@dataclass(frozen=True)
class Correspondence:
    """All that people asked each other in the observed window, and the answers."""

    invitations: Questions
    messages: Questions

    def events(self, first: int, last: int) -> PersonEvents:
        """Return what people from the first to before the last one asked, with the answers."""
        asked = (
            (EventKind.INVITE, self.invitations.between(first, last)),
            (EventKind.MESSAGE, self.messages.between(first, last)),
        )
        return _ordered([rows for kind, questions in asked for rows in _events(kind, questions)])


def correspond(
    config: WorldConfig, vocabulary: Vocabulary, people: People, standing: Network
) -> tuple[Correspondence, Network]:
    """Let people correspond throughout the observed window.

    Args:
        config: Of the world.
        vocabulary: Knows how near fields are.
        people: All people.
        standing: The network as it stands when the window opens.

    Returns:
        What was asked and answered, and the network with the ties that came of it: of each that
        began in the window there is an invitation that was accepted on the day it began.
    """
    random = stream(config.seed, "correspondence")
    count = len(people.family)
    ties = Ties(count, codes_of(standing.a, standing.b, count), standing.since)
    pairs = PersonPairs.of(vocabulary, people, standing)
    invitations = invite(pairs, show(vocabulary, people, ties, random), random)
    network = _extended(people, standing, invitations, random)
    messages = write(PersonPairs.of(vocabulary, people, network), network, invitations, random)
    return Correspondence(invitations, messages), network


def _extended(
    people: People, standing: Network, invitations: Questions, random: np.random.Generator
) -> Network:
    """Add the ties that were accepted."""
    accepted = invitations.answered_by(EventKind.ACCEPT)
    asker, other = invitations.asker[accepted], invitations.other[accepted]
    since = (invitations.answered[accepted] // DAY).astype(np.int32)
    a = np.concatenate([standing.a, np.minimum(asker, other)])
    b = np.concatenate([standing.b, np.maximum(asker, other)])
    order = np.lexsort((b, a))
    a, b = a[order], b[order]
    adjacency = Neighbours.of(a, b, len(people.family)).matrix()
    strength = tie_strength(people, adjacency, asker, other, since, random)
    return Network(
        a,
        b,
        np.concatenate([standing.since, since])[order],
        np.concatenate([standing.strength, strength])[order],
    )


def _events(kind: EventKind, asked: Questions) -> list[PersonEvents]:
    """Return the questions and their answers."""
    has_answer = asked.answer != NO_ANSWER
    number = np.full(len(asked.asker), EVENT_KINDS.index(kind), np.int8)
    return [
        PersonEvents(asked.asker, number, asked.other, asked.at),
        PersonEvents(
            asked.other[has_answer],
            asked.answer[has_answer],
            asked.asker[has_answer],
            asked.answered[has_answer],
        ),
    ]


def _ordered(pieces: list[PersonEvents]) -> PersonEvents:
    person = np.concatenate([piece.person for piece in pieces])
    kind = np.concatenate([piece.kind for piece in pieces])
    other = np.concatenate([piece.other for piece in pieces])
    at = np.concatenate([piece.at for piece in pieces])
    order = np.lexsort((other, kind, at, person))
    return PersonEvents(person[order], kind[order], other[order], at[order])
