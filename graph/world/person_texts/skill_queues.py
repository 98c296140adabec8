"""Orders the skills of people for telling: by kind of sentence, the best or most fitting first."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.world.careers.people import PersonSkills
from graph.world.person_texts.scribe import SkillQueues
from graph.world.person_texts.skill_text import SkillClass
from graph.world.segments import Floats, Ints, elements_of, offsets_of
from graph.world.vocabulary import Vocabulary

CLASSES = len(SkillClass)
RANKS = 1 << 16  # steps in which urgency is told apart
MOST_URGENT = 2.0
MOST_LEVEL = 100
UNLISTED_IN_PROSE = 0.4  # of unlisted skills that are told like listed ones
UNLISTED_FIRST = 0.4  # lead that unlisted skills get in descriptions of work


class Queues(NamedTuple):
    """Skills to tell of many tellers, sorted by teller and class, the first to tell last."""

    skills: list[int]
    offsets: list[int]  # (tellers * classes + 1,)

    @classmethod
    def of(
        cls, tellers: Ints, skills: Ints, urgency: Floats, classes: Ints, count: int
    ) -> "Queues":
        """Sort skills (told,) of tellers (told,) by class and urgency."""
        keys = tellers * CLASSES + classes[skills]
        offsets = offsets_of(np.bincount(keys, minlength=count * CLASSES))
        # One sort by both: urgency takes the low bits.
        rank = (urgency * (RANKS / MOST_URGENT)).astype(np.int64)
        order = np.argsort(keys * RANKS + np.minimum(rank, RANKS - 1), kind="stable")
        return cls(skills[order].tolist(), offsets.tolist())

    def at(self, teller: int) -> SkillQueues:
        """Return fresh queues of one teller."""
        told, base = self.skills, teller * CLASSES
        a, b, c, d, e, f = self.offsets[base : base + CLASSES + 1]
        return told[a:b], told[b:c], told[c:d], told[d:e], told[e:f]


class SkillOrders:
    """Puts the skills of chunks of people in order."""

    def __init__(
        self, vocabulary: Vocabulary, skills: PersonSkills, classes: tuple[SkillClass, ...]
    ) -> None:
        self._skills = skills
        self._english = vocabulary.skill_number["english"]  # texts are English; nobody mentions it
        self._classes = np.array(classes, np.int64)
        self._importance = np.zeros((len(vocabulary.titles), len(vocabulary.skills)), np.float32)
        offsets = vocabulary.title_skills.offsets
        titles = np.repeat(np.arange(len(vocabulary.titles)), np.diff(offsets))
        self._importance[titles, vocabulary.title_skill_ids] = vocabulary.title_skill_importance

    def of_people(self, span: slice, generator: np.random.Generator) -> tuple[Queues, Queues]:
        """Order what people tell of themselves, and what they tell though it is not listed."""
        places, owner = elements_of(self._skills.offsets, np.arange(span.start, span.stop))
        skill = self._skills.skill[places].astype(np.int64)
        drawn = generator.random((2, len(places)))
        urgency = self._skills.level[places] / MOST_LEVEL * (0.5 + drawn[0])
        is_plain = self._skills.is_listed[places] | (drawn[1] < UNLISTED_IN_PROSE)
        is_news = skill != self._english
        plain, hidden = np.flatnonzero(is_plain & is_news), np.flatnonzero(~is_plain & is_news)
        count = span.stop - span.start
        return (
            Queues.of(owner[plain], skill[plain], urgency[plain], self._classes, count),
            Queues.of(owner[hidden], skill[hidden], urgency[hidden], self._classes, count),
        )

    def of_positions(self, people: Ints, titles: Ints, generator: np.random.Generator) -> Queues:
        """Order the skills that people (positions,) used under titles (positions,)."""
        places, owner = elements_of(self._skills.offsets, people)
        skill = self._skills.skill[places].astype(np.int64)
        importance = self._importance[titles[owner], skill]
        used = np.flatnonzero(importance)
        urgency = generator.random(len(used)) * (0.3 + importance[used])
        urgency += UNLISTED_FIRST * ~self._skills.is_listed[places[used]]
        return Queues.of(owner[used], skill[used], urgency, self._classes, len(people))

    def listed(
        self, span: slice, generator: np.random.Generator
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the listed skills of people, mostly the best first, and their offsets."""
        places, owner = elements_of(self._skills.offsets, np.arange(span.start, span.stop))
        shown = np.flatnonzero(self._skills.is_listed[places])
        rank = self._skills.level[places[shown]] * (0.7 + 0.6 * generator.random(len(shown)))
        order = np.lexsort((-rank, owner[shown]))
        counts = np.bincount(owner[shown], minlength=span.stop - span.start)
        return self._skills.skill[places[shown]][order].astype(np.int64), offsets_of(counts)
