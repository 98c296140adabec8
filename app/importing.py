"""Runs an import on a workspace, with its checks before and its report after."""

import csv
import io
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from app.atomic_file import check_writable, write_text
from app.mistake import Mistake
from app.output import Step
from app.workspace import Workspace, built_in_taxonomy
from graph.formula_guard import guard
from graph.importers.archive import collect
from graph.importers.input_file import InputFile
from graph.importers.linkedin.profile_url import person_id, slug_of
from graph.importers.registry import IMPORTERS
from graph.ingest.import_files import ImportOptions, ImportReport, import_files
from graph.ingest.world_files import refuse_answer_sheet


@dataclass(frozen=True)
class ImportRequest:
    """What to import and how."""

    paths: list[Path]
    format: str | None = None
    owner_id: str | None = None
    is_dry_run: bool = False
    rejects: Path | None = None  # where to write the rows that were left out


def run_import(workspace: Workspace, request: ImportRequest, step: Step) -> ImportReport:
    """Import files into a workspace.

    Raises:
        BadFile: A path does not exist or cannot be read, or is a synthetic world's answer sheet.
        Mistake: There is no format of the given name, or no folder for the rejects.
        NoSpace: The disk has too little room.
        StoreError: The store is busy, full or too new.
    """
    _check(request)
    owner_id = None if request.owner_id is None else _owner(request.owner_id)
    workspace.check_space(_size_of(request.paths))
    options = ImportOptions(request.format, owner_id, request.is_dry_run)
    opened = (
        workspace.store_to_try_on() if request.is_dry_run else nullcontext(workspace.open_store())
    )
    with opened as store:
        report = import_files(store, built_in_taxonomy(), request.paths, options, step)
    if request.rejects is not None:
        write_text(request.rejects, _rejects_csv(report))
    return report


def _check(request: ImportRequest) -> None:
    """Find out before the work begins what would stop it."""
    names = [importer.name for importer in IMPORTERS]
    if request.format is not None and request.format not in names:
        raise Mistake(f"there is no format {request.format!r}; the formats are {', '.join(names)}")
    if request.rejects is not None:
        check_writable(request.rejects)


def _size_of(paths: list[Path]) -> int:
    """Return how large the files to import are together, in bytes."""
    size = 0
    for item in collect(paths):
        if isinstance(item, InputFile):
            refuse_answer_sheet(item)  # before a workspace is made for what does not go in
            size += item.size
    return size


def _owner(words: str) -> str:
    """Return the id that the words for an owner stand for: a profile address, or an id itself."""
    slug = slug_of(words)
    owner_id = person_id(slug) if slug else words.strip()
    if not owner_id:
        raise Mistake("--owner is empty: give an id, such as robin, or the address of the profile")
    return owner_id


def _rejects_csv(report: ImportReport) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["file", "row", "reason"])
    for file in report.files:
        path = guard(file.path)
        if file.unused_because is not None:
            writer.writerow([path, "", guard(file.unused_because)])
        writer.writerows([path, row, guard(reason)] for row, reason in file.rejects)
        more = sum(file.rows_skipped.values()) - len(file.rejects)
        if more > 0 and file.unused_because is None:
            writer.writerow([path, "", f"... and {more:,} more"])
    return text.getvalue()
