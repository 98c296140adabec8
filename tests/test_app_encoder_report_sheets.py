"""Sheets ask about pairs that are open, and what is told as true is what the world would do."""

from functools import cache

import numpy as np
import pytest

from app.encoder_report.acts import Acts
from app.encoder_report.job_sheets import choose_new_jobs, future_sheets, today_sheet
from app.encoder_report.newcomers import SHARE, choose_newcomers, without_acts, without_ties
from app.encoder_report.setting import Setting
from app.encoder_report.sheet import ExamTask, Segment, Sheet
from app.encoder_report.skill_sheet import choose_hidden_jobs, skill_sheet
from app.encoder_report.tie_sheet import (
    chances_of_ties,
    future_tie_sheet,
    today_tie_sheet,
)
from app.workspace import built_in_taxonomy
from app.world import WORDS
from graph.schema import EventKind
from graph.world.behaviour.job_pools import Viewer
from graph.world.behaviour.pair_parts import parts_of_pairs
from graph.world.behaviour.utility import Task
from graph.world.config import TODAY, WorldConfig
from graph.world.network.questions import DAY
from graph.world.truth.held_out import held_out_people
from graph.world.world import World, make_world

SEED = 4
NOTHING = Acts(
    np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.bool_), np.zeros(0, np.int64)
)


@cache
def small_world() -> World:
    return make_world(WorldConfig(600, 150, SEED), built_in_taxonomy(), WORDS, lambda _a, _b: None)


@cache
def today() -> Setting:
    world = small_world()
    newcomers = choose_newcomers(SEED, held_out_people(world))
    true = without_ties(world, newcomers)
    return Setting(true, without_acts(true, newcomers), newcomers, TODAY)


@cache
def lately() -> Setting:
    return Setting(small_world(), small_world(), np.zeros(0, np.int64), TODAY - 60)


def acts(*rows: tuple[int, int, bool]) -> Acts:
    person, job, applied = zip(*rows, strict=True)
    count = np.zeros(len(rows), np.int64)
    return Acts(np.array(person), np.array(job), np.array(applied, np.bool_), count)


@cache
def job_sheet() -> Sheet:
    return today_sheet(today(), held_out_people(small_world()), NOTHING)


def test_newcomers_know_nobody_and_wrote_to_nobody() -> None:
    setting = today()
    people = held_out_people(small_world())
    assert len(setting.newcomers) == round(SHARE * len(people))
    assert set(setting.newcomers.tolist()) <= set(people.tolist())
    told = setting.told
    for ends in (
        (told.network.a, told.network.b),
        (told.correspondence.invitations.asker, told.correspondence.invitations.other),
        (told.correspondence.messages.asker, told.correspondence.messages.other),
    ):
        assert not setting.is_newcomer[np.concatenate(ends)].any()
    assert len(told.network.a) < len(small_world().network.a)


def test_newcomers_never_look_at_jobs_and_lose_no_wish() -> None:
    setting = today()
    looked = np.concatenate([sessions.person for sessions in setting.sessions])
    assert not setting.is_newcomer[looked].any()
    assert np.array_equal(setting.true.people.activity, small_world().people.activity)


def test_the_chances_are_those_of_the_law_of_the_world() -> None:
    setting, sheet = today(), job_sheet()
    people = held_out_people(small_world())
    focus = np.concatenate([sessions.focus_today for sessions in setting.sessions])
    job = setting.jobs.index(sheet.candidates[3])
    viewer = Viewer(people, np.full(len(people), TODAY), focus[people])
    parts = parts_of_pairs(setting.true, viewer, np.full(len(people), job))
    assert sheet.chance[:, 3] == pytest.approx(parts.probability(Task.APPLY), rel=1e-6)


def test_only_open_jobs_are_candidates() -> None:
    jobs = small_world().jobs
    numbers = [today().jobs.index(id) for id in job_sheet().candidates]
    assert (jobs.closed[numbers] >= TODAY).all()
    assert len(numbers) == int((jobs.closed >= TODAY).sum())


def test_as_many_applications_come_as_the_chances_say() -> None:
    sheet = job_sheet()
    spread = np.sqrt((sheet.chance * (1 - sheet.chance)).sum())
    assert abs(sheet.came.sum() - sheet.chance.sum()) < 4 * spread


def test_what_somebody_applied_to_is_no_answer_and_makes_them_warm() -> None:
    people = held_out_people(small_world())
    job = today().jobs.index(job_sheet().candidates[0])
    other = today().jobs.index(job_sheet().candidates[1])
    warm, viewed = int(people[0]), int(people[1])
    sheet = today_sheet(today(), people, acts((warm, job, True), (viewed, other, False)))
    assert not sheet.allowed[0, 0]
    assert sheet.allowed.sum() == sheet.allowed.size - 1
    assert sheet.parts[Segment.WARM].askers.tolist()[:3] == [True, True, False]
    assert not sheet.parts[Segment.COLD_JOBS].candidates[:2].any()
    assert sheet.parts[Segment.COLD_JOBS].candidates[2:].all()


def test_everybody_is_warm_quiet_or_cold() -> None:
    for sheet in (job_sheet(), today_tie_sheet(today(), held_out_people(small_world()), NOTHING)):
        kinds = (Segment.WARM, Segment.QUIET, Segment.COLD)
        flags = np.array([sheet.parts[kind].askers for kind in kinds])
        assert (flags.sum(axis=0) == 1).all()
        assert sheet.parts[Segment.COLD].askers.sum() == len(today().newcomers)


def test_new_jobs_are_open() -> None:
    chosen = choose_new_jobs(today())
    assert {today().jobs[number] for number in chosen} < set(job_sheet().candidates)


def test_the_future_asks_for_what_was_done() -> None:
    setting = lately()
    jobs = setting.true.jobs
    job = int(np.flatnonzero((jobs.posted < setting.day) & (jobs.closed >= setting.day))[0])
    applied, viewed = future_sheets(
        setting, acts((1, job, True)), acts((1, job, True), (2, job, True), (5, job, False))
    )
    assert (applied.task, viewed.task) == (ExamTask.APPLY, ExamTask.ACT)
    column = list(applied.candidates).index(setting.jobs[job])
    assert list(applied.askers) == [setting.people[number] for number in (1, 2, 5)]
    assert applied.came[:, column].tolist() == [False, True, False]  # 1 had applied before
    assert viewed.came[:, column].tolist() == [False, True, True]
    assert applied.came.sum() == 1
    assert (viewed.chance >= applied.chance).all()  # nobody applies without a view


def test_rehearsals_tell_how_many_ties_come_about() -> None:
    """The world itself is one performance of what is rehearsed."""
    setting = Setting(small_world(), small_world(), np.zeros(0, np.int64), TODAY)
    everybody = np.arange(600)
    expected = chances_of_ties(setting, everybody).sum()
    asked = small_world().correspondence.invitations
    assert expected == pytest.approx(asked.answered_by(EventKind.ACCEPT).sum(), rel=0.2)


def test_nobody_is_asked_to_meet_whom_they_know_or_invited() -> None:
    setting = today()
    people = held_out_people(small_world())
    sheet = today_tie_sheet(setting, people, NOTHING)
    row = {number: place for place, number in enumerate(people.tolist())}
    network, asked = setting.told.network, setting.told.correspondence.invitations
    pairs = [*zip(network.a, network.b, strict=True), *zip(asked.asker, asked.other, strict=True)]
    for one, other in [(a, b) for pair in pairs for a, b in (pair, pair[::-1])]:
        assert int(one) not in row or not sheet.allowed[row[int(one)], other]
    assert not (sheet.came & ~sheet.allowed).any()
    assert sheet.chance[~sheet.allowed].sum() == 0


def test_the_future_ties_are_those_that_came() -> None:
    setting = lately()
    sheet = future_tie_sheet(setting, NOTHING)
    asked = setting.told.correspondence.invitations
    later = asked.answered_by(EventKind.ACCEPT) & (asked.at >= setting.day * DAY)
    pairs = {
        (setting.people[a], setting.people[b])
        for a, b in zip(asked.asker[later], asked.other[later], strict=True)
    }
    rows, columns = np.nonzero(sheet.came)
    places = zip(rows.tolist(), columns.tolist(), strict=True)
    assert {(sheet.askers[a], sheet.candidates[b]) for a, b in places} == pairs
    assert pairs


def test_hidden_jobs_ask_for_the_skills_that_they_listed() -> None:
    setting = today()
    jobs = choose_hidden_jobs(setting)
    sheet = skill_sheet(setting, jobs)
    asked = setting.true.jobs.requirements
    for row, job in enumerate(jobs):
        piece = slice(asked.offsets[job], asked.offsets[job + 1])
        listed = set(asked.skill[piece][asked.is_listed[piece]].tolist())
        assert set(np.flatnonzero(sheet.came[row]).tolist()) == listed
        assert listed
        assert (sheet.chance[row] > 0).sum() == piece.stop - piece.start
