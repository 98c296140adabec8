"""Presents JSON lines as the rows of a table."""

from collections.abc import Iterator, Sequence

from graph.importers.frame import Tally
from graph.importers.input_file import InputFile
from graph.importers.json_lines import JsonObject, JsonValue, read_json_lines
from graph.importers.parquet_cells import LIST_END
from graph.importers.tables.layout import ColumnKind, Layout

MOST_COLUMNS = 250
_MOST_SPELLINGS = 1_000  # of keys whose column is remembered


class _BadValue(ValueError):
    """A value of a kind that its column cannot hold."""


class JsonTable:
    """JSON lines as rows: the known columns first, other keys in order of first appearance."""

    guarded = False

    def __init__(self, file: InputFile, layout: Layout) -> None:
        self.columns = list(layout.column_names)
        self._file = file
        self._layout = layout
        self._positions = {name: position for position, name in enumerate(self.columns)}
        self._lists = {c.name for c in layout.columns if c.kind is ColumnKind.LIST}

    @property
    def remarks(self) -> list[str]:
        """Nothing: what is odd about JSON lines is counted by the row."""
        return []

    def rows(self, tally: Tally) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield line number and cells; `columns` may have grown with each row."""
        for row, record in read_json_lines(self._file, tally):
            try:
                cells = self._cells(record, tally)
            except _BadValue as problem:
                tally.skip(row, str(problem))
                continue
            yield row, cells

    def _cells(self, record: JsonObject, tally: Tally) -> list[str]:
        cells = [""] * len(self.columns)
        for key, value in record.items():
            position = self._position(key)
            if position is None:
                tally.warnings[f"a key beyond the first {MOST_COLUMNS}"] += 1
                continue
            cells.extend([""] * (position + 1 - len(cells)))
            if cells[position]:
                tally.warnings[f"two keys for column {self.columns[position]}: first used"] += 1
                continue
            cells[position] = self._text(self.columns[position], value, tally)
        return cells

    def _position(self, key: str) -> int | None:
        position = self._positions.get(key)
        if position is not None:
            return position
        known = self._layout.positions([key])
        if known:
            position = self._positions[next(iter(known))]
        elif len(self.columns) < MOST_COLUMNS:
            position = len(self.columns)
            self.columns.append(key)
        else:
            return None
        if len(self._positions) < _MOST_SPELLINGS:
            self._positions[key] = position
        return position

    def _text(self, column: str, value: JsonValue, tally: Tally) -> str:
        if not isinstance(value, list | dict):
            return _scalar_text(value)
        is_known = column in self._layout.column_names
        if isinstance(value, list) and not any(isinstance(x, list | dict) for x in value):
            if column in self._lists:
                return "".join(f"{_scalar_text(element)}{LIST_END}" for element in value)
            if not is_known:
                return "; ".join(_scalar_text(element) for element in value)
        if is_known:
            kind = "list" if isinstance(value, list) else "nested object"
            raise _BadValue(f"a {kind} in column {column}")
        tally.warnings["a nested value left out"] += 1
        return ""


def _scalar_text(value: JsonValue) -> str:
    """Return a JSON value as a CSV cell would hold it."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)
