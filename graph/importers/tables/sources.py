"""Opens a table in any of its three formats as rows of text cells."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from graph.formula_guard import unguard
from graph.importers.delimited import header_of, open_delimited
from graph.importers.frame import Tally
from graph.importers.input_file import BadFile, InputFile
from graph.importers.json_lines import columns_in_head
from graph.importers.parquet_rows import MAGIC, ParquetRows, parquet_columns
from graph.importers.tables.json_table import JsonTable
from graph.importers.tables.layout import Layout

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class TableRows(Protocol):
    """One pass over the rows of a table."""

    columns: list[str]  # as the file spells them; JSON lines add to them while they are read
    guarded: bool  # text that looks like a formula may have an apostrophe before it

    @property
    def remarks(self) -> list[str]:
        """What was found about the file; complete once the rows are exhausted."""
        ...

    def rows(self, tally: Tally) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield row number and cells; rows that cannot be read go to `tally.skip`."""
        ...


def columns_of(file: InputFile) -> tuple[str, ...]:
    """Return the columns of a file, as far as its head shows them; none for other content.

    Raises:
        BadFile: The file is damaged.
    """
    head = file.head(16)
    if head.startswith(MAGIC):
        return parquet_columns(file)
    if _begins_as_json(head):
        return columns_in_head(file)
    return header_of(file) or ()


def open_rows(file: InputFile, layout: Layout) -> TableRows:
    """Open a file for reading.

    Raises:
        BadFile: The file as a whole cannot be used.
    """
    head = file.head(16)
    if head.startswith(MAGIC):
        return _ParquetTable(file, layout)
    if _begins_as_json(head):
        return JsonTable(file, layout)
    return _DelimitedTable(file)


def _begins_as_json(head: bytes) -> bool:
    return head.removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(b"{")


class _DelimitedTable:
    guarded = True

    def __init__(self, file: InputFile) -> None:
        self._table = open_delimited(file)
        self.columns = [unguard(name) for name in self._table.header]

    @property
    def remarks(self) -> list[str]:
        """What was found about the file, such as its delimiter."""
        return self._table.remarks

    def rows(self, tally: Tally) -> Iterator[tuple[int, Sequence[str]]]:
        return self._table.rows(tally)


class _ParquetTable:
    guarded = False

    def __init__(self, file: InputFile, layout: Layout) -> None:
        self._parquet = ParquetRows(file)
        self.columns = self._parquet.columns
        known = layout.positions(list(self._parquet.unreadable))
        if known:
            name = next(iter(known))
            kind = self._parquet.unreadable[list(self._parquet.unreadable)[known[name]]]
            raise BadFile(f"{file.path}: column {name} has type {kind[:80]}")
        self._remarks = [
            f"column {column[:40]} left out: type {kind[:80]}"
            for column, kind in list(self._parquet.unreadable.items())[:20]
        ]

    @property
    def remarks(self) -> list[str]:
        """The columns that are left out."""
        return self._remarks

    def rows(self, tally: Tally) -> Iterator[tuple[int, Sequence[str]]]:
        return self._parquet.rows(tally)
