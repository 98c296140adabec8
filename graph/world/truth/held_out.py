"""Chooses who is examined: people, and for each the jobs or people put before them today."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.world.behaviour.job_pools import JobPools, Mix, Viewer
from graph.world.behaviour.sessions import hold_sessions
from graph.world.config import TODAY
from graph.world.network.shared_past import first_days
from graph.world.people_chunks import chunks_of
from graph.world.streams import stream
from graph.world.world import World

CANDIDATES = 100  # jobs for each person, at most
_DRAWS = 400  # with repeats and closed ones; in a small world there are fewer open jobs
_MIX = Mix(own_field=0.35, focus_field=0.3, popular=0.1, any=0.25)
_SHARE, _FEWEST, _MOST = 10, 50, 3_000  # one person in ten


class JobExam(NamedTuple):
    """Pairs of a held-out person and an open job, ordered by person and job; each (pairs,)."""

    viewer: Viewer
    job: npt.NDArray[np.int64]


def held_out_people(world: World) -> npt.NDArray[np.int64]:
    """Return the numbers of the people who are examined, rising; their lives have begun."""
    people = np.flatnonzero(first_days(world.people) < TODAY)
    count = min(max(world.config.people // _SHARE, _FEWEST), _MOST, len(people))
    random = stream(world.config.seed, "held out")
    return np.sort(random.choice(people, count, replace=False))


def job_exam(world: World, people: npt.NDArray[np.int64]) -> JobExam:
    """Put open jobs before people, in the field that holds their eye today.

    They are asked as if they saw each job for the first time, and had no new one yet.
    """
    random = stream(world.config.seed, "job exam")
    pools = JobPools(world.vocabulary, world.companies, world.people, world.jobs)
    person = np.repeat(people, _DRAWS)
    focus = np.repeat(_focus_today(world, people), _DRAWS)
    viewer = Viewer(person, np.full(len(person), TODAY, np.int64), focus)
    job = pools.draw(viewer, _MIX, random).job
    place = np.repeat(np.arange(len(people)), _DRAWS)
    chosen = _first_different(place, job, len(world.jobs.title))
    chosen = chosen[np.lexsort((job[chosen], place[chosen]))]
    return JobExam(Viewer(*(each[chosen] for each in viewer)), job[chosen])


def _first_different(
    owner: npt.NDArray[np.int64], item: npt.NDArray[np.int64], items: int
) -> npt.NDArray[np.int64]:
    """Return the places of the first `CANDIDATES` different items of each owner."""
    _, first = np.unique(owner * (items + 1) + item + 1, return_index=True)
    first = np.sort(first[item[first] >= 0])
    starts = np.searchsorted(owner[first], owner[first], side="left")
    return first[np.arange(len(first)) - starts < CANDIDATES]


def _focus_today(world: World, people: npt.NDArray[np.int64]) -> npt.NDArray[np.int16]:
    """Return the field that each person looks at today."""
    focus = np.empty(world.config.people, np.int16)
    first_day = first_days(world.people)
    for chunk, bounds in enumerate(chunks_of(world.config.people)):
        sessions = hold_sessions(
            world.config, world.vocabulary, world.people, first_day, bounds, chunk
        )
        focus[bounds] = sessions.focus_today
    return focus[people]
