"""Who writes to whom along the ties in the observed window, and who replies."""

import numpy as np

from graph.schema import EventKind
from graph.world.config import TODAY
from graph.world.network.invitations import lookers
from graph.world.network.network import WINDOW_OPENS, Network
from graph.world.network.person_pairs import PersonPairs
from graph.world.network.questions import (
    EVENT_KINDS,
    NO_ANSWER,
    Questions,
    answered,
    asked_lately,
    moments,
)
from graph.world.network.ties import Neighbours
from graph.world.segments import WeightedSegments

_WRITTEN = 4.0  # messages that somebody writes on average


def write(
    pairs: PersonPairs, network: Network, invitations: Questions, random: np.random.Generator
) -> Questions:
    """Let active people write to those they know, the more the better they know them.

    Args:
        pairs: Knows the strength of every tie.
        network: All ties; nobody writes before the day after a tie began.
        invitations: They weigh on those who got them, as messages do.
        random: Source of all chance.
    """
    writers = lookers(pairs.people, _WRITTEN)
    count = (writers + random.random(len(writers))).astype(np.int64)
    asker = np.repeat(np.arange(len(count)), count)
    neighbours = Neighbours.of(network.a, network.b, len(count))
    weights = network.strength[neighbours.tie].astype(np.float64)
    drawn = WeightedSegments.of(neighbours.offsets, weights).draw(asker, random.random(len(asker)))
    since = np.maximum(network.since[neighbours.tie[drawn]].astype(np.int64) + 1, WINDOW_OPENS)
    possible = (drawn >= 0) & (since < TODAY - 1)
    asker, drawn, since = asker[possible], drawn[possible], since[possible]
    other, at = neighbours.person[drawn], moments(since, random)
    recent = asked_lately(
        other,
        at,
        np.concatenate([other, invitations.other]),
        np.concatenate([at, invitations.at]),
    )
    chance = pairs.chances(EventKind.REPLY, asker, other, recent)
    replies = random.random(len(chance)) < chance
    answer = np.where(replies, EVENT_KINDS.index(EventKind.REPLY), NO_ANSWER)
    return answered(asker, other, at, chance, answer, random.random(len(chance)))
