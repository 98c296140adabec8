"""Counts what happened to each person of a world, from nothing but what its tables hold."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from graph.schema import EventKind
from graph.world.behaviour.acts import KINDS
from graph.world.behaviour.behaviour import live_on
from graph.world.segments import owners_of
from graph.world.world import World
from retrieval.fairness import Counts

QUALIFIED = 0.5  # share of the skills a job lists that the profile must list as well

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


class Measure(StrEnum):
    """What is counted, as a share of what."""

    BETTER_PAID = "better-paid jobs, of jobs shown"
    APPLICATIONS = "applications, of jobs shown"
    INTERVIEWS = "interviews, of applications"
    HIRES = "people hired, of people who applied"
    QUALIFIED_INTERVIEWS = "interviews, of applications of the qualified"


class JobEvents(NamedTuple):
    """Events of one kind; (events,) each."""

    person: Numbers
    job: Numbers

    def those(self, chosen: Flags) -> "JobEvents":
        """Return some of the events."""
        return JobEvents(self.person[chosen], self.job[chosen])


def count_all(world: World) -> dict[Measure, Counts]:
    """Let the people of a world live, and count what every measure is about."""
    events = _events(world)
    people = world.config.people
    shown, applied = events[EventKind.SHOW], events[EventKind.APPLY]
    interviewed, hired = events[EventKind.INTERVIEW], events[EventKind.HIRE]

    def of_people(some: JobEvents) -> Numbers:
        return np.bincount(some.person, minlength=people)

    def shares(happened: JobEvents, trials: JobEvents) -> Counts:
        return Counts(of_people(happened), of_people(trials))

    def of_qualified(some: JobEvents) -> JobEvents:
        return some.those(is_qualified(world, some))

    priced = shown.those(world.jobs.shows_pay[shown.job])
    return {
        Measure.BETTER_PAID: Counts.of(is_better_paid(world, priced), priced.person, people),
        Measure.APPLICATIONS: shares(applied, shown),
        Measure.INTERVIEWS: shares(interviewed, applied),
        Measure.HIRES: Counts(np.minimum(of_people(hired), 1), np.minimum(of_people(applied), 1)),
        Measure.QUALIFIED_INTERVIEWS: shares(of_qualified(interviewed), of_qualified(applied)),
    }


def is_better_paid(world: World, shown: JobEvents) -> Flags:
    """Tell which jobs pay more than the median of those shown to people of the same title.

    Args:
        world: The world.
        shown: Jobs that state their pay, and to whom they were shown.
    """
    pay = world.jobs.pay[shown.job]
    title = world.people.title[shown.person]
    order = np.lexsort((pay, title))
    first, last = (np.searchsorted(title[order], title, side) for side in ("left", "right"))
    return pay > pay[order][(first + last - 1) // 2]


def is_qualified(world: World, applied: JobEvents) -> Flags:
    """Tell who lists at least half of the skills that the job lists."""
    skills, asked = world.people.skills, world.jobs.requirements
    width = len(world.vocabulary.skills)
    has = _listed(skills.offsets, skills.skill, skills.is_listed, width)[applied.person]
    asks = _listed(asked.offsets, asked.skill, asked.is_listed, width)[applied.job]
    wanted = np.asarray(asks.sum(axis=1))
    met = np.asarray(has.multiply(asks).sum(axis=1))
    return (wanted > 0) & (met >= QUALIFIED * wanted)


def _events(world: World) -> Mapping[EventKind, JobEvents]:
    chunks = list(live_on(world))
    kind = np.concatenate([chunk.kind for chunk in chunks])
    everything = JobEvents(
        np.concatenate([chunk.person for chunk in chunks]).astype(np.int64),
        np.concatenate([chunk.item for chunk in chunks]).astype(np.int64),
    )
    return {name: everything.those(kind == place) for place, name in enumerate(KINDS)}


def _listed(
    offsets: Numbers, skill: npt.NDArray[np.int16], is_listed: Flags, width: int
) -> csr_array:
    at = owners_of(offsets)[is_listed], skill[is_listed].astype(np.int64)
    return csr_array((np.ones(len(at[0]), np.int32), at), shape=(len(offsets) - 1, width))
