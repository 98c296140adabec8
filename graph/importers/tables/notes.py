"""Keeps what stands in columns that the table format does not know."""

from collections.abc import Sequence

from graph.importers.clean_text import clean, clean_line
from graph.importers.tables.layout import Layout, column_key

MOST_NOTE_COLUMNS = 200
LONGEST_NAME = 100
LONGEST_NOTE = 10_000
_MOST_NAMED = 20


class NoteColumns:
    """The unknown columns of one file; those of JSON lines grow while it is read."""

    def __init__(self, layout: Layout, columns: list[str]) -> None:
        self._layout = layout
        self._columns = columns
        self._looked_at = 0
        self._names: dict[int, str] = {}  # position -> name
        self._known = {column_key(name) for name in layout.column_names}

    def notes(self, cells: Sequence[str]) -> dict[str, str]:
        """Return the unknown cells of a row that hold something, by column."""
        self._catch_up()
        found: dict[str, str] = {}
        for position, name in self._names.items():
            if position < len(cells) and (note := clean(cells[position][:LONGEST_NOTE])):
                found[name] = note[:LONGEST_NOTE]
        return found

    def remark(self) -> str | None:
        """Say which columns are unknown and what becomes of them; None when all are known."""
        self._catch_up()
        if not self._names:
            return None
        fate = "kept as notes" if self._layout.keeps_notes else "not used"
        names = list(self._names.values())
        more = len(names) - _MOST_NAMED
        listed = ", ".join(name[:40] for name in names[:_MOST_NAMED])
        return f"columns {fate}: {listed}" + (f" and {more} more" if more > 0 else "")

    def _catch_up(self) -> None:
        for position in range(self._looked_at, len(self._columns)):
            name = clean_line(self._columns[position][:LONGEST_NAME])
            if name is None or column_key(name) in self._known:
                continue
            if len(self._names) < MOST_NOTE_COLUMNS and name not in self._names.values():
                self._names[position] = name
        self._looked_at = len(self._columns)
