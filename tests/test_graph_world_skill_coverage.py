"""Coverage: what a person can do of what a job asks, and what of it both sides list."""

import numpy as np
import pytest

from graph.world.behaviour.skill_coverage import MASTERED, SkillCoverage, lay_out
from graph.world.careers.people import PersonSkills
from graph.world.jobs.jobs import Requirements

REQUIREMENTS = Requirements(
    offsets=np.array([0, 2, 5, 5]),
    skill=np.array([0, 1, 1, 2, 3], np.int16),
    importance=np.array([0.75, 0.25, 0.5, 0.25, 0.25], np.float32),
    is_listed=np.array([True, True, False, True, True]),
)
SKILLS = PersonSkills(
    offsets=np.array([0, 1, 3]),
    skill=np.array([9, 0, 1], np.int16),
    level=np.array([100, MASTERED, MASTERED // 2], np.uint8),
    is_listed=np.array([True, True, False]),
)


@pytest.fixture
def coverage() -> SkillCoverage:
    return SkillCoverage(lay_out(REQUIREMENTS), SKILLS, all_skills=10, bounds=slice(1, 2))


def test_coverage_is_weighed_by_importance_and_mastery(coverage: SkillCoverage) -> None:
    found = coverage.of(np.array([1, 1]), np.array([0, 1]))
    # Job 0: 0.75 fully and half of 0.25; job 1: half of 0.5.
    assert found.all.tolist() == pytest.approx([0.875, 0.25])


def test_only_what_both_list_counts_as_listed(coverage: SkillCoverage) -> None:
    found = coverage.of(np.array([1, 1]), np.array([0, 1]))
    assert found.listed.tolist() == pytest.approx([0.75, 0.0])


def test_a_job_that_asks_for_nothing_is_covered_by_nobody(coverage: SkillCoverage) -> None:
    assert coverage.of(np.array([1]), np.array([2])).all.tolist() == [0.0]


def test_more_mastery_than_enough_adds_nothing() -> None:
    expert = PersonSkills(
        np.array([0, 1]), np.array([0], np.int16), np.array([100], np.uint8), np.array([True])
    )
    found = SkillCoverage(lay_out(REQUIREMENTS), expert, 10, slice(0, 1)).of(
        np.array([0]), np.array([0])
    )
    assert found.all.tolist() == pytest.approx([0.75])
