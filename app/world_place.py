"""Finds out whether a synthetic world may go where it was asked for: a folder, or a workspace."""

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.mistake import Mistake
from app.workspace import PRIVATE_FOLDER, Workspace
from graph.held_files import read_held_files
from graph.importers.archive import collect
from graph.importers.input_file import InputFile
from graph.ingest.import_files import source_digest
from graph.world.config import WorldConfig
from graph.world.tables.manifest import MANIFEST, TABLE_FILES
from graph.world.truth.format import JOB_PAIRS, NEXT_TITLES, PERSON_PAIRS
from graph.world.truth.format import MANIFEST as TRUTH_MANIFEST

_NAME = "world-"  # how folders begin that a store remembers as the source of a world
_WORLD_FILES = (*TABLE_FILES, MANIFEST)
_TRUTH_FILES = (
    *(f"{name}.parquet" for name in (JOB_PAIRS, PERSON_PAIRS, NEXT_TITLES)),
    TRUTH_MANIFEST,
)


def check_folders(out: Path | None, truth: Path | None) -> None:
    """Find out before the work begins what would stop it.

    Raises:
        Mistake: A folder cannot be written, holds other files, or the answers would lie in it.
    """
    if out is not None and truth is not None and truth.resolve().is_relative_to(out.resolve()):
        raise Mistake(
            f"--truth {truth} lies in --out {out}: answers must not come to those who learn "
            "from the tables"
        )
    if out is not None:
        _check_folder(out, _WORLD_FILES, "--out")
    if truth is not None:
        _check_folder(truth, _TRUTH_FILES, "--truth")


def _check_folder(folder: Path, ours: Collection[str], option: str) -> None:
    nearest = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not nearest.is_dir():
        raise Mistake(f"{option} {folder} is no folder: {nearest} is a file")
    if not os.access(nearest, os.R_OK | os.W_OK | os.X_OK):
        raise Mistake(f"{option} {folder} cannot be written: the folder {nearest} is read-only")
    held = sorted(path.name for path in folder.iterdir()) if nearest == folder else []
    other = next((name for name in held if name not in ours and not name.startswith(".")), None)
    if other is not None:
        raise Mistake(f"{option} {folder} holds {other} already: name a new or an empty folder")


def name_of(config: WorldConfig) -> str:
    """Return the folder that a store remembers as the source of a world's facts."""
    name = f"{_NAME}{config.people}-people-{config.jobs}-jobs-seed-{config.seed}"
    for bias, size in (("exposure", config.exposure_bias), ("hiring", config.hiring_bias)):
        name += f"-{bias}-{size:g}" if size else ""
    return name


def refuse_beside_others(workspace: Workspace, name: str, tables: Collection[Path] = ()) -> None:
    """Keep fictional people out of a store that holds anybody else.

    Args:
        workspace: Where the world is to go.
        name: Of the world.
        tables: Its files; none while they are not made yet, and names must do.

    Raises:
        Mistake: The store holds facts of other files.
    """
    if not workspace.exists:
        return
    files = [item for item in collect(list(tables)) if isinstance(item, InputFile)]
    known = {source_digest(None, file) for file in files}
    with workspace.open_store().read() as connection:
        held = read_held_files(connection)
    for file in held:
        if file.sha256 not in known and (known or not _may_be_of(Path(file.path), name)):
            raise Mistake(
                f"the workspace in {workspace.home} holds other facts, such as {file.path}, and "
                "the people of a world are fictional: name another folder with --home, or with "
                "--out"
            )


def _may_be_of(path: Path, name: str) -> bool:
    folder = path.parent.name
    is_of_another = folder.startswith(_NAME) and folder != name
    return path.name in TABLE_FILES and not is_of_another


@contextmanager
def temporary_folder(workspace: Workspace) -> Iterator[Path]:
    """Make a folder in the workspace that is gone afterwards, whatever happens.

    Raises:
        Mistake: The workspace is a file.
    """
    home = workspace.home
    if home.exists() and not home.is_dir():
        raise Mistake(f"{home} is a file, and a workspace is a folder")
    if not home.exists():
        home.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=home, prefix=".world-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
