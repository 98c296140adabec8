"""Lets the people of a world look for jobs over the observed months."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from graph.world.behaviour.acts import DAY, EventChunk, act, events_of, moments
from graph.world.behaviour.job_pools import JobPools, Viewer
from graph.world.behaviour.lists import ListPolicy
from graph.world.behaviour.memory import Memory
from graph.world.behaviour.pair_parts import PartsOfPairs
from graph.world.behaviour.sessions import Sessions, hold_sessions
from graph.world.behaviour.social_proof import PERIODS, period_begins, period_of
from graph.world.network.shared_past import first_days
from graph.world.people_chunks import chunks_of
from graph.world.streams import stream
from graph.world.world import World


def live_on(world: World) -> Iterator[EventChunk]:
    """Yield what people do, period by period and in each by chunks of people.

    Each period sees the network as it was when the period began, so that no act depends on a tie
    that was not there yet.
    """
    policy = ListPolicy(
        world.config,
        world.vocabulary,
        world.people,
        world.jobs,
        JobPools(world.vocabulary, world.companies, world.people, world.jobs),
    )
    memory = Memory(world.config.people, world.config.jobs)
    first_day = first_days(world.people)
    for period in range(PERIODS):
        parts = PartsOfPairs(world, period_begins(period))
        for chunk, bounds in enumerate(chunks_of(world.config.people)):
            random = stream(world.config.seed, f"behaviour {period}", chunk)
            sessions = hold_sessions(
                world.config, world.vocabulary, world.people, first_day, bounds, chunk
            )
            now = _those(sessions, period_of(sessions.day) == period)
            yield _live(now, policy, parts, memory, random)


def _live(
    sessions: Sessions,
    policy: ListPolicy,
    parts: PartsOfPairs,
    memory: Memory,
    random: np.random.Generator,
) -> EventChunk:
    """Tell what comes of some sessions; the memory learns of it."""
    lists = policy.show(sessions, random)
    viewer = Viewer(
        *(each[lists.session] for each in (sessions.person, sessions.day, sessions.focus))
    )
    opened = (sessions.day.astype(np.int64) * DAY + sessions.second)[lists.session]
    acts = act(lists, parts.of(viewer, lists.job), random)
    when = moments(opened, lists, random)
    person = sessions.person[lists.session]
    acts = memory.recall(person, lists.job, acts, when)
    return events_of(person, lists, acts, when, memory.is_looking(person, opened))


def _those(sessions: Sessions, chosen: npt.NDArray[np.bool_]) -> Sessions:
    """Return some of the sessions."""
    return Sessions(
        sessions.person[chosen],
        sessions.day[chosen],
        sessions.second[chosen],
        sessions.focus[chosen],
        sessions.length[chosen],
        sessions.focus_today,
    )
