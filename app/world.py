"""Makes a synthetic world: as tables in a folder, or as facts in a workspace."""

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from app.importing import ImportRequest, run_import
from app.mistake import Mistake
from app.output import Step
from app.workspace import CHECKOUT, Workspace, built_in_taxonomy
from app.world_place import (
    TRUTH_FILES,
    WORLD_FILES,
    check_folders,
    hold_folder,
    name_of,
    refuse_beside_others,
    temporary_folder,
)
from graph.ingest.import_files import ImportReport
from graph.world.config import WorldConfig
from graph.world.tables.manifest import TABLE_FILES, read_manifest

WORDS = CHECKOUT / "data" / "world"


class WorldRequest(NamedTuple):
    """Which world to make, and where to put it."""

    config: WorldConfig
    out: Path | None = None  # None: into the store of the workspace
    truth: Path | None = None  # where to write the answer sheet


class MadeWorld(NamedTuple):
    """A world that has been made."""

    manifest: dict[str, Any]
    seconds: float  # to make it and to write its tables, and nothing else
    imported: ImportReport | None


def config_of(
    people: int, jobs: int, seed: int, exposure_bias: float, hiring_bias: float
) -> WorldConfig:
    """Return what a world is made from.

    Raises:
        Mistake: A number is out of range.
    """
    try:
        return WorldConfig(people, jobs, seed, exposure_bias, hiring_bias)
    except ValueError as error:
        raise Mistake(str(error)) from None


def build_world(workspace: Workspace, request: WorldRequest, step: Step) -> MadeWorld:
    """Make a world, and put it where it was asked for.

    Raises:
        Mistake: A folder cannot be used, or the workspace holds other facts.
        NoSpace: The disk has too little room.
        StoreError: The store is busy, full or too new.
        OSError: Another process makes a world there, or the system refuses to write.
    """
    check_folders(request.out, request.truth, workspace.home)
    name = name_of(request.config)
    with ExitStack() as stack:
        if request.out is None:
            refuse_beside_others(workspace, name)
            folder = stack.enter_context(temporary_folder(workspace)) / name
        else:
            folder = request.out
            stack.enter_context(hold_folder(folder, WORLD_FILES))
        if request.truth is not None:
            stack.enter_context(hold_folder(request.truth, TRUTH_FILES))
        made = _written(request, folder, step)
        if request.out is not None:
            return made
        return made._replace(imported=_import(workspace, folder, step))


def _import(workspace: Workspace, folder: Path, step: Step) -> ImportReport:
    tables = [folder / file for file in TABLE_FILES]
    refuse_beside_others(workspace, folder.name, tables)
    report = run_import(
        workspace, ImportRequest(tables), lambda path, done: step(Path(path).stem, done)
    )
    for file in report.files:  # the folder they lay in will be gone
        file.path = f"{folder.name}/{Path(file.path).name}"
    return report


def _written(request: WorldRequest, folder: Path, step: Step) -> MadeWorld:
    # What makes a world loads numbers by the second; mistakes are answered without it.
    from graph.world.tables.tables import write_world
    from graph.world.truth.writer import write_truth
    from graph.world.world import make_world

    begun = time.monotonic()
    world = make_world(request.config, built_in_taxonomy(), WORDS, step)
    write_world(world, folder, step)
    seconds = time.monotonic() - begun
    if request.truth is not None:
        write_truth(world, request.truth, step)
    return MadeWorld(read_manifest(folder), seconds, None)
