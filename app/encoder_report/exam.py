"""Makes exams: a world, a store that tells what may be known of it, and sheets of questions."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sqlalchemy import delete

from app.encoder_report.acts import read_acts
from app.encoder_report.job_sheets import choose_new_jobs, future_sheets, today_sheet
from app.encoder_report.newcomers import choose_newcomers, without_acts, without_ties
from app.encoder_report.setting import Setting
from app.encoder_report.sheet import ExamTask, Sheet
from app.encoder_report.skill_sheet import choose_hidden_jobs, skill_sheet
from app.encoder_report.tie_sheet import future_tie_sheet, today_tie_sheet
from app.importing import ImportRequest, run_import
from app.output import Step
from app.workspace import Workspace, built_in_taxonomy
from app.world import WORDS
from graph.schema import EdgeType, NodeType
from graph.store import Store
from graph.store.bulk import in_chunks
from graph.store.tables import EDGE_CODES, KEY_STEP, NODE_CODES, edge, event
from graph.world.behaviour.acts import DAY
from graph.world.config import TODAY, WorldConfig
from graph.world.tables.manifest import TABLE_FILES
from graph.world.tables.tables import write_world
from graph.world.truth.held_out import held_out_people
from graph.world.world import make_world

FUTURE_DAYS = 21
_KEYS_AT_ONCE = 400


class Split(StrEnum):
    """Which part of what happens an exam asks about."""

    UNSEEN = "unseen"  # a world that nobody learned from, as it stands today
    FUTURE = "future"  # the last days of a world whose past may be learned from


class ExamRequest(NamedTuple):
    """Which exam to make, and where its store goes."""

    split: Split
    config: WorldConfig
    folder: Path  # a workspace, new or empty


@dataclass(frozen=True)
class Exam:
    """Questions on a graph."""

    split: Split
    config: WorldConfig  # of the world
    store: Store  # what contestants may know
    as_of: int  # seconds since 1970 UTC: nothing that is later lies in the store
    sheets: Mapping[ExamTask, Sheet]

    @property
    def seed(self) -> int:
        """Return the seed of the world."""
        return self.config.seed


def make_exam(request: ExamRequest, step: Step) -> Exam:
    """Make the world of an exam, put what may be known of it in a store, and ask.

    Raises:
        Mistake: The folder cannot be used.
        NoSpace: The disk has too little room.
        StoreError: The store is busy, full or too new.
    """
    setting = _settle(request, step)
    store = _tell(setting, request.folder, step)
    if not setting.is_future:
        _forget_acts_on(store, [setting.jobs[number] for number in choose_new_jobs(setting)])
    acts = read_acts(store, setting.people, setting.jobs)
    hidden = choose_hidden_jobs(setting)
    _hide_skills(store, [setting.jobs[number] for number in hidden])
    step("questions", 0)
    if setting.is_future:
        moment = setting.day * DAY
        before, after = acts.rows(acts.at < moment), acts.rows(acts.at >= moment)
        _forget_after(store, setting.day)
        sheets = [*future_sheets(setting, before, after), future_tie_sheet(setting, before)]
    else:
        people = held_out_people(setting.true)
        sheets = [today_sheet(setting, people, acts), today_tie_sheet(setting, people, acts)]
    sheets.append(skill_sheet(setting, hidden))
    return Exam(
        request.split,
        request.config,
        store,
        setting.day * DAY,
        {sheet.task: sheet for sheet in sheets},
    )


def _settle(request: ExamRequest, step: Step) -> Setting:
    world = make_world(request.config, built_in_taxonomy(), WORDS, step)
    if request.split is Split.FUTURE:
        nobody = np.zeros(0, np.int64)
        return Setting(world, world, nobody, TODAY - FUTURE_DAYS)
    newcomers = choose_newcomers(request.config.seed, held_out_people(world))
    true = without_ties(world, newcomers)
    return Setting(true, without_acts(true, newcomers), newcomers, TODAY)


def _tell(setting: Setting, folder: Path, step: Step) -> Store:
    """Put a world as its tables tell it into a store."""
    workspace = Workspace(folder)
    with tempfile.TemporaryDirectory(prefix="careergraph-") as temporary:
        write_world(setting.told, Path(temporary), step)
        tables = [Path(temporary) / name for name in TABLE_FILES]
        run_import(workspace, ImportRequest(tables), step)
    return workspace.open_store()


def _hide_skills(store: Store, jobs: Sequence[str]) -> None:
    """Remove from a store which skills some jobs list."""
    keys = list(store.find(NodeType.JOB, jobs).values())
    with store.write() as writer:
        for some in in_chunks(keys, _KEYS_AT_ONCE):
            listed = edge.c.type == EDGE_CODES[EdgeType.REQUIRES]
            writer.connection.execute(delete(edge).where(listed, edge.c.source_key.in_(some)))


def _forget_acts_on(store: Store, jobs: Sequence[str]) -> None:
    """Remove from a store that anybody ever saw some jobs."""
    keys = list(store.find(NodeType.JOB, jobs).values())
    with store.write() as writer:
        for some in in_chunks(keys, _KEYS_AT_ONCE):
            writer.connection.execute(delete(event).where(event.c.object_key.in_(some)))


def _forget_after(store: Store, day: int) -> None:
    """Remove from a store what people did, whom they met and where they went from a day on."""
    since = str(np.datetime64(day, "D"))
    is_of_person = edge.c.source_key % KEY_STEP == NODE_CODES[NodeType.PERSON]
    with store.write() as writer:
        writer.connection.execute(delete(event).where(event.c.at >= day * DAY))
        writer.connection.execute(delete(edge).where(is_of_person, edge.c.since >= since))
