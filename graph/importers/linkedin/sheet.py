"""Opens a file of an export as rows whose cells are asked for by column name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph.importers.clean_text import clean, clean_line
from graph.importers.delimited import open_delimited
from graph.importers.frame import Tally
from graph.importers.input_file import InputFile
from graph.importers.linkedin.columns import Column, columns_of, languages_of
from graph.importers.linkedin.layout import Layout

_BEFORE_HEADER = "lines before the header"


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a file."""

    number: int  # 1 = the first after the header
    _cells: Sequence[str]
    _columns: Mapping[Column, int]

    def raw(self, column: Column) -> str:
        """Return a cell as it stands, "" where the file has no such column."""
        index = self._columns.get(column)
        return "" if index is None else self._cells[index]

    def line(self, column: Column) -> str | None:
        """Return a cleaned cell on one line, or None when it is empty."""
        return clean_line(self.raw(column))

    def text(self, column: Column) -> str | None:
        """Return a cleaned cell with its paragraphs, or None when it is empty."""
        return clean(self.raw(column)) or None

    def name(self, first: Column, last: Column) -> str | None:
        """Return a first and a last name as one."""
        return clean_line(f"{self.raw(first)} {self.raw(last)}")

    def only(self, column: Column) -> bool:
        """Say whether nothing but this column is filled in."""
        index = self._columns.get(column)
        return all(not cell.strip() for place, cell in enumerate(self._cells) if place != index)


class Sheet:
    """One file of an export, open for one pass."""

    def __init__(self, file: InputFile, layout: Layout) -> None:
        self._table = open_delimited(file, layout.is_header)
        self.columns = columns_of(self._table.header)

    @property
    def has_preamble(self) -> bool:
        """Whether lines of text stand before the header."""
        return any(remark.endswith(_BEFORE_HEADER) for remark in self._table.remarks)

    def rows(self, tally: Tally) -> Iterator[Row]:
        """Iterate over the rows; malformed ones are counted in `tally` and left out."""
        for language in languages_of(self._table.header):
            tally.remarks.append(f"headers in {language}, matched by a list of translations")
        for number, cells in self._table.rows(tally):
            yield Row(number, cells, self.columns)
        tally.remarks.extend(self._table.remarks)
