"""Runs an import on a workspace, with its checks before and its report after."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from app.atomic_file import write_text
from app.output import Step
from app.workspace import Workspace, built_in_taxonomy
from graph.ingest.import_files import ImportOptions, ImportReport, import_files


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
        BadFile: A path does not exist or cannot be read.
        ValueError: There is no format of the given name.
        NoSpace: The disk has too little room.
        StoreError: The store is busy, full or too new.
    """
    workspace.check_space(request.paths)
    options = ImportOptions(request.format, request.owner_id, request.is_dry_run)
    store = workspace.open_store()
    report = import_files(store, built_in_taxonomy(), request.paths, options, step)
    if request.rejects is not None:
        write_text(request.rejects, _rejects_csv(report))
    return report


def _rejects_csv(report: ImportReport) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["file", "row", "reason"])
    for file in report.files:
        if file.unused_because is not None:
            writer.writerow([file.path, "", file.unused_because])
        writer.writerows([file.path, row, reason] for row, reason in file.rejects)
    return text.getvalue()
