"""Writes facts as tables, CSV or Parquet, that `graph.importers.tables` reads back unchanged."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from enum import StrEnum
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from graph.importers.tables.cells import EARLIEST, LATEST
from graph.importers.tables.layout import LAYOUTS, Column, ColumnKind, Layout, Table, column_key
from graph.schema import (
    Connection,
    Education,
    Event,
    Fact,
    GroupMembership,
    Job,
    Person,
    Position,
)
from graph.table_sinks import CsvSink, ParquetSink, RowSink
from graph.whole_file import WholeFile

_TABLE_OF: Mapping[type, Table] = {
    Person: Table.PEOPLE,
    Job: Table.JOBS,
    Position: Table.POSITIONS,
    Education: Table.EDUCATION,
    Connection: Table.CONNECTIONS,
    Event: Table.EVENTS,
    GroupMembership: Table.GROUPS,
}


class TableFormat(StrEnum):
    """The formats a table is written in; also the suffix of the file."""

    CSV = "csv"
    PARQUET = "parquet"


class WrittenTable(NamedTuple):
    """A table that is on disk."""

    path: Path
    rows: int
    shortened: int  # cells whose text was too long for CSV


class TableWriter(AbstractContextManager["TableWriter"]):
    """Writes one table row by row; the file appears under its name only when all went well.

    Semicolons inside an element of a list are written as commas, as `;` joins the elements.
    """

    def __init__(
        self,
        folder: Path,
        table: Table,
        file_format: TableFormat = TableFormat.CSV,
        note_columns: Sequence[str] = (),
    ) -> None:
        """Begin a table.

        Args:
            folder: Where to write `people.csv` and so on; made if it is not there.
            table: Which table.
            file_format: CSV or Parquet.
            note_columns: Names of notes (of people or jobs) that get a column.

        Raises:
            ValueError: The table has no notes, or a note is named like a column.
        """
        self._layout = LAYOUTS[table]
        self._note_columns = _checked_note_columns(self._layout, note_columns)
        self._path = folder / f"{table.value}.{file_format.value}"
        self._rows = 0
        self._values_of = attrgetter(*(column.fact_attribute for column in self._layout.columns))
        self._lists = _positions_of(ColumnKind.LIST, self._layout)
        self._moments = _positions_of(ColumnKind.MOMENT, self._layout)
        self._file = WholeFile(self._path)
        columns = (
            *self._layout.columns,
            *(Column(name, ColumnKind.TEXT, "a note") for name in self._note_columns),
        )
        sink = CsvSink if file_format is TableFormat.CSV else ParquetSink
        self._sink: RowSink = sink(self._file.stream, columns)

    def write(self, fact: Fact) -> None:
        """Write one fact as a row.

        Raises:
            ValueError: It belongs to another table, or has a note without a column.
        """
        if _TABLE_OF.get(type(fact)) is not self._layout.table:
            raise ValueError(f"{self._path.name}: holds no {type(fact).__name__}")
        values = list(self._values_of(fact))
        for position in self._lists:
            values[position] = ";".join(element.replace(";", ",") for element in values[position])
        for position in self._moments:
            _check_moment(values[position], self._path)
        if isinstance(fact, Person | Job):
            unknown = fact.notes.keys() - set(self._note_columns)
            if unknown:
                raise ValueError(
                    f"{self._path.name}: {fact.id} has notes {sorted(unknown)},"
                    f" the columns for notes are {list(self._note_columns)}"
                )
            values.extend(fact.notes.get(name) for name in self._note_columns)
        self._sink.write(values)
        self._rows += 1

    def commit(self) -> WrittenTable:
        """Finish the file and give it its name."""
        self._sink.finish()
        self._file.commit()
        return WrittenTable(self._path, self._rows, self._sink.shortened)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave nothing behind of a table that was not committed."""
        self._sink.abandon()
        self._file.__exit__(kind, error, trace)


def write_table(
    folder: Path,
    table: Table,
    facts: Iterable[Fact],
    file_format: TableFormat = TableFormat.CSV,
    note_columns: Sequence[str] = (),
) -> WrittenTable:
    """Write one table from a stream of its facts; see `TableWriter`."""
    with TableWriter(folder, table, file_format, note_columns) as writer:
        for fact in facts:
            writer.write(fact)
        return writer.commit()


def write_tables(
    folder: Path,
    facts: Iterable[Fact],
    file_format: TableFormat = TableFormat.CSV,
    note_columns: Mapping[Table, Sequence[str]] | None = None,
) -> list[WrittenTable]:
    """Write a mixed stream of facts, each to its table; none is written unless all can be.

    Returns:
        The tables that have rows, in reading order.

    Raises:
        ValueError: A fact for which there is no table, such as a `Company`.
    """
    writers: dict[Table, TableWriter] = {}
    with ExitStack() as stack:
        for fact in facts:
            table = _TABLE_OF.get(type(fact))
            if table is None:
                raise ValueError(f"there is no table for a {type(fact).__name__}")
            if table not in writers:
                names = (note_columns or {}).get(table, ())
                writers[table] = stack.enter_context(TableWriter(folder, table, file_format, names))
            writers[table].write(fact)
        return [writers[table].commit() for table in LAYOUTS if table in writers]


def _checked_note_columns(layout: Layout, names: Sequence[str]) -> tuple[str, ...]:
    if names and not layout.keeps_notes:
        raise ValueError(f"{layout.table} has no notes, got columns {list(names)}")
    known = {column_key(name) for name in layout.column_names}
    for name in names:
        if column_key(name) in known or not column_key(name):
            raise ValueError(f"{layout.table}: a note cannot be named {name!r}")
    if len(set(names)) < len(names):
        raise ValueError(f"{layout.table}: a note named twice in {list(names)}")
    return tuple(names)


def _positions_of(kind: ColumnKind, layout: Layout) -> list[int]:
    return [place for place, column in enumerate(layout.columns) if column.kind is kind]


def _check_moment(moment: int | None, path: Path) -> None:
    if moment is not None and not EARLIEST <= moment <= LATEST:
        raise ValueError(f"{path.name}: {moment} is no moment in the years 1000 to 2999")
