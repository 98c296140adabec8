"""What makes one person answer another: named parts, weighed differently by each question.

As with jobs, the utility is a sum of parts, so that a part can be taken away to see what only it
carries, and an explanation can be scored against what really moved the person.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import sparse

from graph.schema import EventKind
from graph.world.careers.people import People
from graph.world.network.network import WINDOW_OPENS, Network
from graph.world.network.shared_past import SharedPast, shared_past
from graph.world.network.ties import Neighbours, are_among, codes_of, paths_of_two
from graph.world.vocabulary import HEIGHTS, SAME_FAMILY, Vocabulary

Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float32]


class PersonPart(StrEnum):
    """One reason among those that make somebody write to or answer somebody else."""

    EMPLOYER = "employer"  # time at the same employer together
    SCHOOL = "school"  # time at the same school together
    PLACE = "place"  # the same city
    FIELD = "field"  # nearness of their fields
    COMMON = "common"  # how many both know
    CLOSENESS = "closeness"  # how well both know these
    STATUS = "status"  # how much higher than the other the one who asks stands; may be negative
    LOAD = "load"  # how many others asked the same person lately
    TIE = "tie"  # how well they know each other; 0 without a tie
    TASTE = "taste"  # whether they look for the same in work; only texts tell
    ATTENTION = "attention"  # how active the one who is asked is; 0: never answers


# Columns: what a unit of each part adds to the logit of asking, of accepting, of replying.
_QUESTIONS = (EventKind.INVITE, EventKind.ACCEPT, EventKind.REPLY)
_WEIGHTS: Mapping[PersonPart, tuple[float, float, float]] = {
    #                     invite accept reply
    PersonPart.EMPLOYER: (1.4, 1.2, 0.4),
    PersonPart.SCHOOL: (0.8, 0.7, 0.4),
    PersonPart.PLACE: (0.3, 0.2, 0.1),
    PersonPart.FIELD: (0.9, 0.7, 0.5),
    PersonPart.COMMON: (2.6, 1.3, 0.3),
    PersonPart.CLOSENESS: (0.4, 0.6, 0.0),
    PersonPart.STATUS: (-0.6, 2.0, 1.8),
    PersonPart.LOAD: (0.0, -1.0, -1.4),
    PersonPart.TIE: (0.0, 0.0, 3.0),
    PersonPart.TASTE: (0.2, 0.5, 0.5),
    PersonPart.ATTENTION: (0.0, 1.0, 1.4),
}
_BIAS = (-2.15, -1.4, -1.9)
# Where a part that grows with a number without end reaches 1.
_MANY_COMMON, _HEAVY_LOAD, _LONG_TOGETHER = 20, 10, 24
_PAIRS_AT_ONCE = 131_072  # bounds the memory that looking at pairs takes
_TASTE_SCALE = 0.75  # a mean product of tastes that counts as 1: two people who want the same


@dataclass(frozen=True)
class PersonPairParts:
    """The parts of the utility for pairs of one who asks and one who is asked."""

    values: Mapping[PersonPart, Floats]  # each (pairs,)

    def logits(
        self, question: EventKind, without: Collection[PersonPart] = ()
    ) -> npt.NDArray[np.float64]:
        """Return the logits of inviting, accepting or replying, (pairs,).

        Raises:
            ValueError: Another kind of event is asked for.
        """
        place = _place(question)
        logits = np.full(len(self.values[PersonPart.LOAD]), _BIAS[place])
        for part, weights in _WEIGHTS.items():
            if weights[place] and part not in without:
                logits += weights[place] * self.values[part].astype(np.float64)
        return logits

    def probability(
        self, question: EventKind, without: Collection[PersonPart] = ()
    ) -> npt.NDArray[np.float64]:
        """Return the chance of inviting, accepting or replying, (pairs,).

        Nobody is answered by those who are never active, whatever the logits.
        """
        chance = 1.0 / (1.0 + np.exp(-self.logits(question, without)))
        if question is EventKind.INVITE:
            return chance
        return np.where(self.values[PersonPart.ATTENTION] > 0, chance, 0.0)

    def under_load(self, recent: Ints) -> "PersonPairParts":
        """Return the same, with so many who asked the same person lately, (pairs,)."""
        load = np.log1p(recent) / np.log1p(_HEAVY_LOAD)
        return replace(self, values={**self.values, PersonPart.LOAD: load.astype(np.float32)})


@dataclass(frozen=True)
class PersonPairs:
    """Looks at pairs of people in a world: their lives up to today, and whom both know.

    Those whom both know count if both knew them when the observed window opened, so that no chance
    depends on what came of others in the window. Of the tie between the two themselves the strength
    is known whenever it began, as people write to new ones too.
    """

    vocabulary: Vocabulary
    people: People
    known: sparse.csr_array  # ones where two knew each other when the window opened
    closeness: sparse.csr_array  # the strength there
    codes: npt.NDArray[np.int64]  # of all ties, sorted
    strength: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, vocabulary: Vocabulary, people: People, network: Network) -> "PersonPairs":
        """Prepare to look at pairs; ties that began in the window tell of no common neighbours."""
        count = len(people.family)
        before = network.since < WINDOW_OPENS
        neighbours = Neighbours.of(network.a[before], network.b[before], count)
        return cls(
            vocabulary,
            people,
            neighbours.matrix(),
            neighbours.matrix(network.strength[before]),
            codes_of(network.a, network.b, count),
            network.strength,
        )

    def parts(self, asker: Ints, other: Ints) -> PersonPairParts:
        """Look at pairs of one who asks and one who is asked, both (pairs,), without any load."""
        people = self.people
        past = shared_past(people, asker, other)
        near = self.vocabulary.family_proximity[people.family[asker], people.family[other]]
        rise = HEIGHTS[people.level[asker]] - HEIGHTS[people.level[other]]
        active = people.activity[other]
        values = {
            PersonPart.EMPLOYER: np.minimum(np.sqrt(past.work_months / _LONG_TOGETHER), 1.5),
            PersonPart.SCHOOL: _school(past),
            PersonPart.PLACE: people.city[asker] == people.city[other],
            PersonPart.FIELD: near / SAME_FAMILY,
            **self._in_between(asker, other),
            PersonPart.STATUS: rise / HEIGHTS.max(),
            PersonPart.LOAD: np.zeros(len(asker)),
            PersonPart.TIE: self.tie_strength(asker, other) / 100,
            PersonPart.TASTE: _agreement(people, asker, other),
            PersonPart.ATTENTION: active / (1 + active),
        }
        return PersonPairParts({part: np.asarray(values[part], np.float32) for part in PersonPart})

    def chances(
        self, question: EventKind, asker: Ints, other: Ints, recent: Ints | None = None
    ) -> npt.NDArray[np.float64]:
        """Return the chance of inviting, accepting or replying, for any number of pairs.

        Args:
            question: What is asked for.
            asker: (pairs,).
            other: (pairs,).
            recent: How many others asked `other` lately, (pairs,); none if left out.
        """
        chance = np.zeros(len(asker))
        for start in range(0, len(asker), _PAIRS_AT_ONCE):
            piece = slice(start, start + _PAIRS_AT_ONCE)
            parts = self.parts(asker[piece], other[piece])
            if recent is not None:
                parts = parts.under_load(recent[piece])
            chance[piece] = parts.probability(question)
        return chance

    def tie_strength(self, one: Ints, other: Ints) -> npt.NDArray[np.int64]:
        """Return the strength of the ties between pairs, 0 where there is none, (pairs,)."""
        codes = codes_of(one, other, len(self.people.family))
        if not len(self.codes):
            return np.zeros(len(codes), np.int64)
        found = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        return np.where(are_among(codes, self.codes), self.strength[found], 0).astype(np.int64)

    def _in_between(self, asker: Ints, other: Ints) -> Mapping[PersonPart, npt.NDArray[np.float64]]:
        common = paths_of_two(self.known, asker, other)
        products = paths_of_two(self.closeness, asker, other)
        return {
            PersonPart.COMMON: np.minimum(np.log1p(common) / np.log1p(_MANY_COMMON), 1.5),
            PersonPart.CLOSENESS: np.sqrt(products / np.maximum(common, 1)) / 100,
        }


def _place(question: EventKind) -> int:
    if question not in _QUESTIONS:
        raise ValueError(f"people weigh {', '.join(_QUESTIONS)}, not {question}")
    return _QUESTIONS.index(question)


def _school(past: SharedPast) -> npt.NDArray[np.float64]:
    return np.minimum(np.sqrt(past.school_months / _LONG_TOGETHER), 1.0)


def _agreement(people: People, one: Ints, other: Ints) -> npt.NDArray[np.float64]:
    """Return the mean product of tastes, scaled; added up in a fixed order."""
    summed = np.zeros(len(one))
    for taste in people.taste.T:
        summed += taste[one].astype(np.float64) * taste[other]
    return np.clip(summed / (people.taste.shape[1] * _TASTE_SCALE), -1.0, 1.0)
