"""How much of what jobs ask for people can do, and how much of that their skill lists show."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.world.careers.people import PersonSkills
from graph.world.jobs.jobs import Requirements
from graph.world.segments import offsets_of, owners_of, places_within

Floats = npt.NDArray[np.float32]
MASTERED = 50  # a skill known this well meets any requirement


class Asked(NamedTuple):
    """What jobs ask for as tables, (jobs, most requirements); padding weighs nothing."""

    skill: npt.NDArray[np.int16]
    weight: Floats  # share of the importance of all that the job asks for
    is_listed: npt.NDArray[np.bool_]


def lay_out(requirements: Requirements) -> Asked:
    """Return the requirements of all jobs as tables."""
    lengths = np.diff(requirements.offsets)
    shape = (len(lengths), max(int(lengths.max(initial=0)), 1))
    offsets = offsets_of(lengths)
    at = owners_of(offsets), places_within(offsets)
    skill = np.zeros(shape, np.int16)
    weight = np.zeros(shape, np.float32)
    is_listed = np.zeros(shape, bool)
    skill[at] = requirements.skill
    weight[at] = requirements.importance
    is_listed[at] = requirements.is_listed
    total = np.zeros(shape[0], np.float32)
    for column in range(shape[1]):
        total += weight[:, column]
    weight /= np.maximum(total, np.float32(1e-6))[:, None]
    return Asked(skill, weight, is_listed)


class Coverage(NamedTuple):
    """Shares of the importance of a job's requirements, each (pairs,), 0 to 1."""

    listed: Floats  # met, and both the job and the person list the skill
    all: Floats  # met at all


class SkillCoverage:
    """Answers for the people first to last, as a dense table of what they can do."""

    def __init__(self, asked: Asked, skills: PersonSkills, all_skills: int, bounds: slice) -> None:
        """Lay out the skills of some people.

        Args:
            asked: The requirements of all jobs.
            skills: Of all people.
            all_skills: How many skills there are.
            bounds: The people to answer for.
        """
        self._first = bounds.start
        span = slice(skills.offsets[bounds.start], skills.offsets[bounds.stop])
        lengths = np.diff(skills.offsets[bounds.start : bounds.stop + 1])
        person = np.repeat(np.arange(len(lengths)), lengths)
        share = np.minimum(skills.level[span], MASTERED)
        self._mastery = np.zeros((len(lengths), all_skills), np.uint8)
        self._mastery[person, skills.skill[span]] = share
        self._listed = np.zeros_like(self._mastery)
        self._listed[person, skills.skill[span]] = np.where(skills.is_listed[span], share, 0)
        self._asked = asked

    def of(self, people: npt.NDArray[np.integer], jobs: npt.NDArray[np.integer]) -> Coverage:
        """Return the coverage of pairs; people are numbers in the whole world."""
        row = (people - self._first)[:, None]
        skill, weight = self._asked.skill[jobs], self._asked.weight[jobs]
        known = self._mastery[row, skill] * weight
        shown = self._listed[row, skill] * (weight * self._asked.is_listed[jobs])
        return Coverage(_sum(shown), _sum(known))


def _sum(terms: Floats) -> Floats:
    """Add up terms of hundredths, column by column, so that every machine rounds alike."""
    total = np.zeros(len(terms), np.float32)
    for column in range(terms.shape[1]):
        total += terms[:, column]
    return total / np.float32(MASTERED)
