"""Finds out whether a synthetic world may go where it was asked for: a folder, or a workspace."""

import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from app.mistake import Mistake
from app.workspace import PRIVATE_FOLDER, Workspace
from graph.held_files import read_held_files
from graph.importers.archive import collect
from graph.importers.input_file import InputFile
from graph.ingest.import_files import source_digest
from graph.whole_file import sole_writer
from graph.world.config import WorldConfig
from graph.world.tables.manifest import MANIFEST, TABLE_FILES
from graph.world.truth.format import JOB_PAIRS, NEXT_TITLES, PERSON_PAIRS
from graph.world.truth.format import MANIFEST as TRUTH_MANIFEST

WORLD_FILES = (*TABLE_FILES, MANIFEST)
TRUTH_FILES = (
    *(f"{name}.parquet" for name in (JOB_PAIRS, PERSON_PAIRS, NEXT_TITLES)),
    TRUTH_MANIFEST,
)
_NAME = "world-"  # how folders begin that a store remembers as the source of a world
_TEMPORARY = ".world-"  # how those begin in which its tables lie on their way into the store
_LEFT_OVER = re.compile(re.escape(_TEMPORARY) + "[a-z0-9_]{8}")


def check_folders(out: Path | None, truth: Path | None, home: Path) -> None:
    """Find out before the work begins what would stop it.

    Args:
        out: Where the tables are to go; None: into the store.
        truth: Where the answers are to go, if anywhere.
        home: The folder of the workspace.

    Raises:
        Mistake: A folder has no name, cannot be written or holds what is not ours, or the tables
            and the answers would lie one in the other.
    """
    if out is not None:
        _check_folder(out, WORLD_FILES, "--out")
    if truth is not None:
        _check_apart(out, truth, home)
        _check_folder(truth, TRUTH_FILES, "--truth")


def _check_apart(out: Path | None, truth: Path, home: Path) -> None:
    answers, tables = truth.resolve(), (out or home).resolve()
    if out is not None and answers.is_relative_to(tables):
        raise Mistake(
            f"--truth {truth} lies in --out {out}: answers must not come to those who learn "
            "from the tables"
        )
    if tables.is_relative_to(answers):
        held = f"the workspace in {home}" if out is None else f"--out {out}"
        raise Mistake(f"--truth {truth} holds {held}: answers need a folder of their own")


def _check_folder(folder: Path, ours: Collection[str], option: str) -> None:
    if not folder.parts:  # "" and "." make the same path
        raise Mistake(
            f"{option} names no folder: it is empty, as a variable that is not set, or `.`; "
            "name a new or an empty folder"
        )
    nearest = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not nearest.is_dir():
        raise Mistake(f"{option} {folder} is no folder: {nearest} is a file")
    if not os.access(nearest, os.R_OK | os.W_OK | os.X_OK):
        raise Mistake(f"{option} {folder} cannot be written: the folder {nearest} is read-only")
    for path in sorted(folder.iterdir()) if nearest == folder else []:
        if path.name not in ours and not path.name.startswith("."):
            raise Mistake(
                f"{option} {folder} holds {path.name} already: name a new or an empty folder"
            )
        if path.name in ours and path.is_dir():
            raise Mistake(f"{option} {folder}: {path.name} is a folder, and a file goes there")


def hold_folder(folder: Path, ours: Collection[str]) -> AbstractContextManager[bool]:
    """Hold a folder for one run, and remove what killed ones left there of these files.

    Raises:
        BlockingIOError: Another run holds it.
    """
    return sole_writer(folder, {Path(name).stem for name in ours})


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
    """Make a folder in the workspace that is gone afterwards, or when the next one is made.

    Raises:
        Mistake: The workspace is a file.
        BlockingIOError: Another run has such a folder there.
    """
    home = workspace.home
    if home.exists() and not home.is_dir():
        raise Mistake(f"{home} is a file, and a workspace is a folder")
    if not home.exists():
        home.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
    with sole_writer(home) as is_alone:
        if is_alone:
            for left in [path for path in home.iterdir() if _LEFT_OVER.fullmatch(path.name)]:
                shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(dir=home, prefix=_TEMPORARY))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
