"""Shows what the doctor found, as a table for a person and as JSON for a program."""

from collections.abc import Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from app.doctor import Component, Status

_MARKS = {Status.OK: "ok", Status.WARNING: "note", Status.OPTIONAL: "optional"}


def as_json(components: Sequence[Component]) -> dict[str, Any]:
    """Return what was found for a program."""
    return {
        "components": [
            {
                "name": each.name,
                "version": each.version,
                "location": str(each.location) if each.location else None,
                "status": each.status.value,
                "remedy": each.remedy,
            }
            for each in components
        ]
    }


def as_text(components: Sequence[Component]) -> Table:
    """Return what was found for a person."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Component", "Version", "", "Where, and what to do"):
        table.add_column(heading, overflow="fold")
    for each in components:
        told = [str(each.location)] if each.location else []
        told += [each.remedy] if each.remedy else []
        mark = _MARKS.get(each.status, each.status.value.upper())
        table.add_row(each.name, each.version or "", mark, escape("\n".join(told)))
    return table


def has_faults(components: Sequence[Component]) -> bool:
    """Tell whether something is wrong enough that the software cannot do its work."""
    return any(each.status in (Status.MISSING, Status.ERROR) for each in components)
