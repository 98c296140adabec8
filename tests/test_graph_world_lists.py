"""The logging policy: what it shows has the chance it states, and it shows only what is open."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from small_world import small_world

from graph.world.behaviour.job_pools import JobPools
from graph.world.behaviour.lists import ListPolicy, Lists
from graph.world.behaviour.sessions import Sessions
from graph.world.config import TODAY
from graph.world.world import World

TIMES = 6_000
DAY = TODAY - 30


@lru_cache(maxsize=1)
def made() -> World:
    return small_world(people=300, jobs=200, seed=3)


def policy(world: World, exposure_bias: float = 0.0) -> ListPolicy:
    return ListPolicy(
        replace(world.config, exposure_bias=exposure_bias),
        world.vocabulary,
        world.people,
        world.jobs,
        JobPools(world.vocabulary, world.companies, world.people, world.jobs),
    )


def visits(world: World, person: int, times: int = TIMES) -> Sessions:
    """The same person opens the same list of eight jobs many times on one day."""
    same = np.ones(times, np.int64)
    return Sessions(
        person=(person * same).astype(np.int32),
        day=(DAY * same).astype(np.int32),
        second=(30_000 * same).astype(np.int32),
        focus=(int(world.people.family[person]) * same).astype(np.int16),
        length=(8 * same).astype(np.int16),
        focus_today=np.zeros(0, np.int16),
    )


def show(world: World, person: int, bias: float = 0.0) -> Lists:
    sessions = visits(world, person)
    random = np.random.default_rng(1)
    return policy(world, bias).show(sessions, random)


@pytest.mark.parametrize("bias", [0.0, 0.6])
def test_a_job_is_shown_as_often_as_the_logged_chance_says(bias: float) -> None:
    world = made()
    person = int(np.flatnonzero(world.people.is_group_b)[0])
    lists = show(world, person, bias)
    for job in np.unique(lists.job):
        at = lists.job == job
        stated = np.unique(lists.shown[at])
        assert len(stated) == 1
        spread = np.sqrt(stated[0] * (1 - stated[0]) / TIMES)
        assert at.sum() / TIMES == pytest.approx(stated[0], abs=4.5 * spread + 1e-9)


def test_only_open_jobs_are_shown_and_none_twice_in_a_list() -> None:
    world = made()
    lists = show(world, person=0)
    posted, closed = world.jobs.posted[lists.job], world.jobs.closed[lists.job]
    assert (posted <= DAY).all()
    assert (closed >= DAY).all()
    pairs = lists.session * len(world.jobs.title) + lists.job
    assert len(np.unique(pairs)) == len(pairs)


def test_every_list_is_numbered_from_its_top() -> None:
    lists = show(made(), person=0)
    for session in np.unique(lists.session)[:50]:
        positions = lists.position[lists.session == session]
        assert positions.tolist() == list(range(1, len(positions) + 1))


def test_near_titles_stand_higher() -> None:
    world = made()
    lists = show(world, person=0)
    title = world.people.title[0]
    near = world.vocabulary.proximity[title, world.jobs.posted_title[lists.job]]
    assert near[lists.position == 1].mean() > near[lists.position >= 4].mean()


def test_the_planted_bias_withholds_better_paid_jobs_from_group_b_alone() -> None:
    world = made()
    for is_group_b in (True, False):
        person = int(np.flatnonzero(world.people.is_group_b == is_group_b)[0])
        wage = world.people.expected_pay[person]
        shares = []
        for bias in (0.0, 0.6):
            lists = show(world, person, bias)
            better = world.jobs.pay[lists.job] > wage
            shares.append((better.sum() / TIMES, (~better).sum() / TIMES))
        (better_before, others_before), (better_after, others_after) = shares
        assert others_after == pytest.approx(others_before, rel=0.05)
        if is_group_b:
            assert better_after < 0.7 * better_before
        else:
            assert better_after == better_before
