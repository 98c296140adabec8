"""Shows what became of an import, as a table for a person and as JSON for a program."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from app.counted import counted
from graph.ingest.import_files import FileReport, ImportReport
from graph.schema import EdgeType, EventKind, NodeType

MOST_NAMED = 8
EXPORT_FOLDERS = ("Jobs", "Verifications", "Articles")
NODE_KINDS = frozenset(kind.value for kind in NodeType)
EDGE_KINDS = frozenset(kind.value for kind in EdgeType)
EVENT_KINDS = frozenset(kind.value for kind in EventKind)
IRREGULAR = {"person": "people", "company": "companies"}


def as_json(report: ImportReport) -> dict[str, Any]:
    """Return the report in the documented shape."""
    return {
        "files": [_file_json(file) for file in report.files],
        "added": report.added,
        "changed": report.changed,
    }


def as_text(report: ImportReport, *, is_dry_run: bool) -> RenderableType:
    """Return the report as a person reads it: what was used, what was not, what is new."""
    used = [file for file in report.files if file.unused_because is None]
    unused = [file for file in report.files if file.unused_because is not None]
    parts: list[RenderableType] = []
    if used:
        parts += [_used_table(used), ""]
    if unused:
        parts += ["[bold]Left out[/bold]", *_left_out(unused), ""]
    return Group(*parts, *_summary(report, is_dry_run))


def _used_table(files: Sequence[FileReport]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("File", overflow="fold")
    table.add_column("Read", justify="right")
    table.add_column("Used", justify="right")
    table.add_column("What for, and what to know", overflow="fold")
    for container, members in _by_container(files).items():
        formats = sorted({file.format or "?" for file in members})
        table.add_row(f"[bold]{escape(container)}[/bold]", "", "", f"format {', '.join(formats)}")
        for file in members:
            counts = f"{file.rows_read:,}", f"{file.rows_used:,}"
            name = f"  {escape(_below(file.path, container))}"
            table.add_row(name, *counts, escape("\n".join(_told(file))))
    return table


def _told(file: FileReport) -> Iterator[str]:
    if file.used_for:
        yield ", ".join(file.used_for)
    for reason, rows in sorted(file.rows_skipped.items()):
        yield f"skipped {rows:,}: {reason}"
    for warning, rows in sorted(file.warnings.items()):
        yield f"{counted(rows, 'row')}: {warning}"
    yield from file.remarks


def _left_out(files: Sequence[FileReport]) -> Iterator[str]:
    for container, members in _by_container(files).items():
        yield f"[bold]{escape(container)}[/bold]"
        by_reason: dict[str, list[str]] = {}
        for file in members:
            reason = file.unused_because or ""
            by_reason.setdefault(reason, []).append(_below(file.path, container))
        for reason, names in by_reason.items():
            more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
            yield f"  {escape(', '.join(names[:MOST_NAMED]))}{more}: {escape(reason)}"


def _summary(report: ImportReport, is_dry_run: bool) -> Iterator[str]:
    yield from _counts("Would be added" if is_dry_run else "Added", report.added)
    if report.changed:
        yield from _counts("Would be changed" if is_dry_run else "Changed", report.changed)
    if is_dry_run:
        yield "This was a dry run: the store is as it was."


def _counts(verb: str, counts: dict[str, int]) -> Iterator[str]:
    nodes = [_count(kind, counts[kind]) for kind in counts if kind in NODE_KINDS]
    yield f"[bold]{verb}[/bold]: {', '.join(nodes) or 'nothing new'}"
    for group, kinds in (("relations", EDGE_KINDS), ("events", EVENT_KINDS)):
        told = [f"{kind.replace('_', ' ')} {counts[kind]:,}" for kind in counts if kind in kinds]
        if told:
            yield f"  {group}: {', '.join(told)}"


def _count(kind: str, number: int) -> str:
    return counted(number, kind, IRREGULAR.get(kind))


def _by_container(files: Sequence[FileReport]) -> dict[str, list[FileReport]]:
    containers: dict[str, list[FileReport]] = {}
    for file in files:
        containers.setdefault(_container(file.path), []).append(file)
    return containers


def _container(path: str) -> str:
    """Return the archive a file lies in, else its folder; an export's own folders count as its."""
    parts = PurePosixPath(path).parts
    for depth, part in enumerate(parts[:-1], 1):
        if part.lower().endswith(".zip"):
            return str(PurePosixPath(*parts[:depth]))
    folder = PurePosixPath(path).parent
    return str(folder.parent if folder.name in EXPORT_FOLDERS else folder)


def _below(path: str, container: str) -> str:
    return path.removeprefix(f"{container}/")


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
