"""Asks which jobs people would apply to, and tells the true chances of all open ones."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.encoder_report.acts import Acts
from app.encoder_report.setting import Setting
from app.encoder_report.sheet import ExamTask, Part, Segment, Sheet, everybody
from graph.world.behaviour.acts import draw_steps
from graph.world.behaviour.job_pools import Viewer
from graph.world.behaviour.pair_parts import PartsOfPairs
from graph.world.behaviour.utility import PairParts, Task
from graph.world.config import TODAY
from graph.world.streams import stream

NEW_JOBS = 0.2  # share of the open jobs that nobody is known to have seen
PEOPLE_AT_ONCE = 64  # bounds the memory that looking at pairs takes

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]


class Lookers(NamedTuple):
    """Who looks at jobs, when and with which field in mind; each (lookers,)."""

    person: Numbers  # rising
    day: Numbers  # since 1970
    focus: npt.NDArray[np.int16]


def choose_new_jobs(setting: Setting) -> Numbers:
    """Choose the open jobs of which the graph is not to tell that anybody saw them, rising."""
    jobs = _open_between(setting, setting.day, setting.day)
    random = stream(setting.true.config.seed, "new jobs")
    return np.sort(random.choice(jobs, round(NEW_JOBS * len(jobs)), replace=False))


def today_sheet(setting: Setting, people: Numbers, acts: Acts) -> Sheet:
    """Ask what people would apply to of all jobs that are open today, if they saw each.

    What they applied to already is no answer.
    """
    jobs = _open_between(setting, setting.day, setting.day)
    focus = np.concatenate([each.focus_today for each in setting.sessions])
    lookers = Lookers(people, np.full(len(people), setting.day, np.int64), focus[people])
    random = stream(setting.true.config.seed, "exam outcomes")
    chance = np.zeros((len(people), len(jobs)), np.float32)
    came = np.zeros(chance.shape, np.bool_)
    for rows, parts in _parts(setting, lookers, jobs):
        shape = chance[rows].shape
        seen = np.ones(len(parts.handicap), np.bool_)
        chance[rows] = parts.probability(Task.APPLY).reshape(shape)
        came[rows] = draw_steps(parts, seen, random)[Task.APPLY].reshape(shape)
    allowed = ~_done(acts.rows(acts.is_application), people, jobs)
    told = [setting.people[number] for number in people]
    offered = [setting.jobs[number] for number in jobs]
    parts_of = _segments(setting, people, jobs, acts)
    return Sheet(ExamTask.APPLY, told, offered, chance, came & allowed, allowed, parts_of)


def future_sheets(setting: Setting, before: Acts, after: Acts) -> list[Sheet]:
    """Ask what people did to jobs after the day of the exam, of all jobs that were open then.

    Only those who did anything are asked of. What came of it hangs also on what lists showed
    them, which the true chance does not tell.
    """
    people = np.unique(after.person)
    jobs = _open_between(setting, setting.day, TODAY - 1)
    lookers = _lookers_after(setting, people)
    chances = {
        task: np.zeros((len(people), len(jobs)), np.float32) for task in (Task.APPLY, Task.VIEW)
    }
    for rows, parts in _parts(setting, lookers, jobs):
        for task, chance in chances.items():
            chance[rows] = parts.probability(task).reshape(chance[rows].shape)
    allowed = ~_done(before.rows(before.is_application), people, jobs)
    told = [setting.people[number] for number in people]
    offered = [setting.jobs[number] for number in jobs]
    segments = _segments(setting, people, jobs, before)
    sheets: list[Sheet] = []
    for name, task, acts in (
        (ExamTask.APPLY, Task.APPLY, after.rows(after.is_application)),
        (ExamTask.ACT, Task.VIEW, after),
    ):
        came = _done(acts, people, jobs) & allowed
        sheets.append(Sheet(name, told, offered, chances[task], came, allowed, segments))
    return sheets


def _open_between(setting: Setting, first: int, last: int) -> Numbers:
    jobs = setting.true.jobs
    return np.flatnonzero((jobs.posted <= last) & (jobs.closed >= first))


def _lookers_after(setting: Setting, people: Numbers) -> Lookers:
    """Return people as they were when they first looked after the day of the exam."""
    day = np.full(len(setting.people), setting.day, np.int64)
    focus = setting.true.people.family.copy()
    for sessions in setting.sessions:
        later = np.flatnonzero(sessions.day >= setting.day)
        person, first = np.unique(sessions.person[later], return_index=True)
        day[person] = sessions.day[later[first]]
        focus[person] = sessions.focus[later[first]]
    return Lookers(people, day[people], focus[people])


def _parts(setting: Setting, lookers: Lookers, jobs: Numbers) -> Iterator[tuple[slice, PairParts]]:
    """Yield the parts of the utility of all pairs, some people's at a time."""
    parts = PartsOfPairs(setting.true, setting.day)
    posted = setting.true.jobs.posted[jobs].astype(np.int64)
    for start in range(0, len(lookers.person), PEOPLE_AT_ONCE):
        rows = slice(start, start + PEOPLE_AT_ONCE)
        person, day, focus = (np.repeat(each[rows], len(jobs)) for each in lookers)
        job = np.tile(jobs, len(lookers.person[rows]))
        # Nobody sees a job before it is posted.
        seen = np.maximum(day, np.tile(posted, len(lookers.person[rows])))
        yield rows, parts.of(Viewer(person, seen, focus), job)


def _done(acts: Acts, people: Numbers, jobs: Numbers) -> Flags:
    """Tell which pairs acts are of, (people, jobs); both are rising."""
    flags = np.zeros((len(people), len(jobs)), np.bool_)
    known = np.isin(acts.person, people) & np.isin(acts.job, jobs)
    rows = np.searchsorted(people, acts.person[known])
    flags[rows, np.searchsorted(jobs, acts.job[known])] = True
    return flags


def _segments(setting: Setting, people: Numbers, jobs: Numbers, acts: Acts) -> dict[Segment, Part]:
    whole = everybody(len(people), len(jobs))
    has_acted = np.isin(people, acts.person)
    is_new = setting.is_newcomer[people]
    return {
        Segment.ALL: whole,
        Segment.WARM: Part(has_acted, whole.candidates),
        Segment.QUIET: Part(~has_acted & ~is_new, whole.candidates),
        Segment.COLD: Part(is_new, whole.candidates),
        Segment.COLD_JOBS: Part(whole.askers, ~np.isin(jobs, acts.job)),
    }
