"""Lets the people of a world look for jobs over the observed months."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from graph.world.behaviour.acts import DAY, EventChunk, act, events_of, moments
from graph.world.behaviour.job_pools import JobPools, Viewer
from graph.world.behaviour.lists import ListPolicy
from graph.world.behaviour.pair_parts import PartsOfPairs, proof_at
from graph.world.behaviour.sessions import Sessions, hold_sessions
from graph.world.behaviour.social_proof import PERIODS, first_day, period_of
from graph.world.behaviour.utility import Task
from graph.world.people_chunks import chunks_of
from graph.world.streams import stream
from graph.world.world import World

_NEVER = np.iinfo(np.int32).max


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
    hired_on = np.full(world.config.people, _NEVER, np.int32)
    for period in range(PERIODS):
        parts = PartsOfPairs(world, proof_at(world, first_day(period)))
        for chunk, bounds in enumerate(chunks_of(world.config.people)):
            yield _live(world, policy, parts, hired_on, (period, chunk, bounds))


def _live(
    world: World,
    policy: ListPolicy,
    parts: PartsOfPairs,
    hired_on: npt.NDArray[np.int32],
    piece: tuple[int, int, slice],
) -> EventChunk:
    """Tell one period of a chunk of people; `hired_on` learns who found a job."""
    period, chunk, bounds = piece
    random = stream(world.config.seed, f"behaviour {period}", chunk)
    sessions = hold_sessions(world.config, world.vocabulary, world.people, bounds, chunk)
    now = _those(sessions, period_of(sessions.day) == period)
    lists = policy.show(now, slice(0, len(now.person)), random)
    viewer = Viewer(*(each[lists.session] for each in (now.person, now.day, now.focus)))
    acts = act(lists, parts.of(viewer, lists.job), random)
    opened = (now.day.astype(np.int64) * DAY + now.second)[lists.session]
    when = moments(opened, lists, random)
    hired = np.flatnonzero(acts.done[Task.HIRE])
    np.minimum.at(hired_on, viewer.person[hired], (when.tasks[Task.HIRE][hired] // DAY))
    # Who has found a job looks no further.
    is_told = viewer.day <= hired_on[viewer.person]
    return events_of(now.person[lists.session], lists, acts, when, is_told)


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
