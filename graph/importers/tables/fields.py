"""Reads the cells of one row by column name, and counts what is odd about them."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from graph.formula_guard import unguard
from graph.importers.clean_text import clean, clean_line
from graph.importers.dates import parse_date, parse_moment
from graph.importers.frame import Tally
from graph.importers.tables.cells import (
    EARLIEST,
    LATEST,
    BadRow,
    elements,
    identifier,
    number,
)
from graph.importers.tables.layout import Layout
from graph.importers.tables.notes import NoteColumns
from graph.importers.tables.sources import TableRows
from graph.importers.tables.words import FLAGS, word_key

LONGEST_LINE = 2_000
LONGEST_TEXT = 200_000
MOST_ELEMENTS = 500

Word = TypeVar("Word")


class Fields:
    """The row last taken, by column; a column that the file lacks is an empty one.

    What cannot be read is None, with a warning that names the column.
    """

    row: int

    def __init__(self, layout: Layout, source: TableRows, tally: Tally, today: str) -> None:
        self.today = today  # ISO date
        self.columns = layout.positions(source.columns)
        self._notes = NoteColumns(layout, source.columns)
        self._guarded = source.guarded
        self._tally = tally
        self._cells: Sequence[str] = ()

    def take(self, row: int, cells: Sequence[str]) -> None:
        """Make this the row that is read from."""
        self.row = row
        self._cells = cells

    def warn(self, warning: str) -> None:
        """Count something odd about the row."""
        self._tally.warnings[warning] += 1

    def identifier(self, column: str) -> str:
        """Return an id.

        Raises:
            BadRow: There is none, or it is too long.
        """
        return identifier(self._cell(column), column, guarded=False)

    def line(self, column: str) -> str | None:
        """Return text on one line."""
        return clean_line(self._shortened(column, LONGEST_LINE))

    def needed_line(self, column: str) -> str:
        """Return text on one line.

        Raises:
            BadRow: There is none.
        """
        line = self.line(column)
        if line is None:
            raise BadRow(f"no {column}")
        return line

    def text(self, column: str) -> str | None:
        """Return text with its line ends."""
        return clean(self._shortened(column, LONGEST_TEXT))[:LONGEST_TEXT] or None

    def elements(self, column: str) -> tuple[str, ...]:
        """Return the elements of a list."""
        found = elements(self._shortened(column, LONGEST_TEXT))
        if len(found) > MOST_ELEMENTS:
            self.warn(f"{column} cut after {MOST_ELEMENTS}")
        return found[:MOST_ELEMENTS]

    def number(
        self, column: str, least: float = float("-inf"), most: float = float("inf")
    ) -> float | None:
        """Return a finite number within limits."""
        cell = self._cell(column)
        if not cell.strip():
            return None
        value = number(cell)
        if value is None:
            self.warn(f"{column} is not a number")
        elif not least <= value <= most:
            self.warn(f"{column} is out of range")
            return None
        return value

    def flag(self, column: str) -> bool | None:
        """Return true or false."""
        return self.word(column, FLAGS)

    def word(self, column: str, words: Mapping[str, Word]) -> Word | None:
        """Return what a word stands for."""
        line = self.line(column)
        if line is None:
            return None
        meant = words.get(word_key(line))
        if meant is None:
            self.warn(f"{column} is an unknown word")
        return meant

    def date(self, column: str, *, is_past: bool = False) -> str | None:
        """Return an ISO date, as precise as the cell."""
        cell = self._cell(column).strip()
        if not cell:
            return None
        date = parse_date(cell)
        if date is None:
            self.warn(f"{column} is not a date")
        elif is_past and self.today and date > self.today:
            self.warn(f"{column} is in the future")
        return date

    def moment(self, column: str) -> int | None:
        """Return seconds since 1970."""
        cell = self._cell(column).strip()
        if not cell:
            return None
        moment = parse_moment(cell)
        if moment is None or not EARLIEST <= moment <= LATEST:
            self.warn(f"{column} is not a moment")
            return None
        return moment

    def notes(self) -> dict[str, str]:
        """Return what stands in unknown columns."""
        notes = self._notes.notes(self._cells)
        if self._guarded:
            return {name: unguard(note) for name, note in notes.items()}
        return notes

    def _cell(self, column: str) -> str:
        position = self.columns.get(column)
        if position is None:
            return ""
        cell = self._cells[position]
        return unguard(cell) if self._guarded else cell

    def _shortened(self, column: str, longest: int) -> str:
        cell = self._cell(column)
        if len(cell) > longest:
            self.warn(f"{column} cut after {longest} characters")
        return cell[:longest]
