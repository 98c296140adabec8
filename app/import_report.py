"""Shows what became of an import, as a table for a person and as JSON for a program."""

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from graph.ingest.import_files import FileReport, ImportReport


def as_json(report: ImportReport) -> dict[str, Any]:
    """Return the report in the documented shape."""
    return {
        "files": [_file_json(file) for file in report.files],
        "added": report.added,
        "changed": report.changed,
    }


def as_text(report: ImportReport, *, is_dry_run: bool) -> RenderableType:
    """Return the report as a person reads it."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("File", overflow="fold")
    table.add_column("Format")
    table.add_column("Read", justify="right")
    table.add_column("Used", justify="right")
    table.add_column("What it is used for, and what was left out", overflow="fold")
    for file in report.files:
        table.add_row(
            escape(file.path),
            file.format or "?",
            f"{file.rows_read:,}" if file.unused_because is None else "",
            f"{file.rows_used:,}" if file.unused_because is None else "",
            escape("\n".join(_told(file))),
        )
    return Group(table, "", *_summary(report, is_dry_run))


def _told(file: FileReport) -> Iterator[str]:
    if file.unused_because is not None:
        yield f"not used: {file.unused_because}"
    if file.used_for:
        yield ", ".join(file.used_for)
    for reason, rows in sorted(file.rows_skipped.items()):
        yield f"skipped {rows:,}: {reason}"
    for warning, rows in sorted(file.warnings.items()):
        yield f"note, {rows:,} rows: {warning}"
    yield from file.remarks


def _summary(report: ImportReport, is_dry_run: bool) -> Iterator[str]:
    verb = "would be added" if is_dry_run else "added"
    yield f"[bold]{verb}[/bold]: {_counts(report.added) or 'nothing new'}"
    if report.changed:
        yield f"[bold]changed[/bold]: {_counts(report.changed)}"
    if is_dry_run:
        yield "This was a dry run: the store is as it was."


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {kind.replace('_', ' ')}" for kind, number in counts.items())


def _file_json(file: FileReport) -> dict[str, Any]:
    return {
        "path": file.path,
        "format": file.format,
        "rows_read": file.rows_read,
        "rows_used": file.rows_used,
        "rows_skipped": file.rows_skipped,
        "used_for": list(file.used_for),
        "warnings": file.warnings,
        "remarks": file.remarks,
        "unused_because": file.unused_because,
    }
