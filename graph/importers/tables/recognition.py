"""Tells which table a file holds: by its columns, and by its name only where those are unclear."""

import re
from collections.abc import Iterable

from graph.importers.tables.layout import LAYOUTS, Layout, Table, column_key

# Both are written by the JobSpy package, whose files have an importer of their own.
_JOBSPY = frozenset({"site", column_key("job_url")})
_LETTERS = re.compile(r"[a-z]+")


def table_of(columns: Iterable[str], file_name: str) -> Table | None:
    """Return the table of which `columns` are, or None.

    The table that knows most of the columns wins; of several the one the file is named after,
    then the first in `LAYOUTS` that has a column no id-only table has.
    """
    keys = {column_key(column) for column in columns}
    if keys >= _JOBSPY:
        return None
    named = table_in_name(file_name)
    possible = [layout for layout in LAYOUTS.values() if _may_be(layout, keys, named)]
    if not possible:
        return None
    most = max(_known(layout, keys) for layout in possible)
    best = [layout.table for layout in possible if _known(layout, keys) == most]
    if named in best:
        return named
    # A title or a company without a name or a headline is a posting rather than a person.
    return Table.JOBS if Table.JOBS in best else best[0]


def table_in_name(file_name: str) -> Table | None:
    """Return the table that a file is named after: `people.csv`, `02_people-part1.parquet`."""
    words = set(_LETTERS.findall(file_name.lower()))
    named = [table for table in Table if table.value in words]
    return named[0] if len(named) == 1 else None


def _may_be(layout: Layout, keys: set[str], named: Table | None) -> bool:
    if not keys.issuperset(column_key(name) for name in layout.required):
        return False
    if layout.telling and named != layout.table:
        return any(column_key(name) in keys for name in layout.telling)
    return True


def _known(layout: Layout, keys: set[str]) -> int:
    return sum(column_key(name) in keys for name in layout.column_names)
