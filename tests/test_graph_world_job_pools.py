"""Pools of open jobs: draws follow the stated chances, and nothing closed is drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.world.behaviour.job_pools import Pool
from graph.world.config import OBSERVED_DAYS, TODAY

START = TODAY - OBSERVED_DAYS


def pool(days: int = 60) -> Pool:
    group = np.array([0, 1, 0, 0, 1])
    posted = START + np.array([10, 20, 100, 120, 130])
    return Pool.of(group, posted, np.array([1.0, 1.0, 1.0, 3.0, 1.0]), days)


def test_only_jobs_of_the_group_posted_lately_are_drawn() -> None:
    jobs = pool()
    window = jobs.window(np.zeros(100, np.int64), np.full(100, START + 121))
    drawn = jobs.draw(window, (np.arange(100) + 0.5) / 100)
    assert np.bincount(drawn, minlength=5).tolist() == [0, 0, 25, 75, 0]


def test_a_job_is_not_drawn_before_it_is_posted() -> None:
    jobs = pool()
    window = jobs.window(np.zeros(10, np.int64), np.full(10, START + 119))
    assert set(jobs.draw(window, np.linspace(0, 0.999, 10)).tolist()) == {2}


def test_an_empty_window_draws_nothing() -> None:
    jobs = pool()
    window = jobs.window(np.array([1, 0]), np.array([START + 5, START + 99]))
    assert jobs.draw(window, np.array([0.5, 0.5])).tolist() == [-1, -1]


def test_the_chance_of_a_job_is_its_share_of_the_window() -> None:
    jobs = pool()
    window = jobs.window(np.zeros(5, np.int64), np.full(5, START + 121))
    assert jobs.chance(window, np.arange(5)).tolist() == pytest.approx([0, 0, 0.25, 0.75, 0])


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 547), st.floats(0.1, 5)), min_size=1),
    st.integers(0, 3),
    st.integers(0, 547),
)
def test_the_chances_of_a_window_sum_to_one(
    jobs: list[tuple[int, int, float]], group: int, age: int
) -> None:
    groups, ages, weights = (np.array(column) for column in zip(*jobs, strict=True))
    made = Pool.of(groups, START + ages, weights, days=90)
    window = made.window(np.full(len(jobs), group), np.full(len(jobs), START + age))
    is_open = (groups == group) & (ages <= age) & (ages >= age - 90)
    chances = made.chance(window, np.arange(len(jobs)))
    assert (chances > 0).tolist() == is_open.tolist()
    assert chances.sum() == pytest.approx(1.0 if is_open.any() else 0.0)
