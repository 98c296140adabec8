"""Imports the table format: people, jobs, positions, education, connections, events, groups."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from graph.importers.frame import Reading, ReadOptions, Recognised, Tally
from graph.importers.input_file import BadFile, InputFile
from graph.importers.parquet_rows import MAGIC
from graph.importers.tables import facts
from graph.importers.tables.cells import BadRow
from graph.importers.tables.connections import ConnectionReader
from graph.importers.tables.events import EventReader
from graph.importers.tables.fields import Fields
from graph.importers.tables.layout import LAYOUTS, Layout, Table
from graph.importers.tables.notes import NoteColumns
from graph.importers.tables.recognition import table_in_name, table_of
from graph.importers.tables.sources import TableRows, columns_of, open_rows
from graph.schema import Fact

_MAKERS: dict[Table, Callable[[Fields], Fact]] = {
    Table.PEOPLE: facts.person,
    Table.JOBS: facts.job,
    Table.POSITIONS: facts.position,
    Table.EDUCATION: facts.education,
    Table.GROUPS: facts.group,
}


class TableImporter:
    """The table format, as CSV, Parquet or JSON lines."""

    name = "tables"
    label = "tables (CSV, Parquet or JSON lines)"

    def recognise(self, file: InputFile) -> Recognised | None:
        """Recognise a table by its columns; a damaged Parquet file by its name.

        The columns of a Parquet file stand at its end, so that more than its head is read.
        """
        try:
            table = table_of(columns_of(file), file.name)
        except BadFile:
            table = table_in_name(file.name) if _claims_to_be_parquet(file) else None
        # One group for all folders: events of one may refer to people of another.
        return Recognised(file, table.value, group="") if table else None

    def read(self, group: Sequence[Recognised], options: ReadOptions) -> Iterator[Reading]:
        """Read people and jobs before what refers to them; files of one table by path.

        A file that cannot be used raises `BadFile` when its facts are asked for, so that the
        others of the group can still be read.
        """
        order = {table: place for place, table in enumerate(LAYOUTS)}
        for item in sorted(group, key=lambda item: (order[Table(item.part)], item.file.path)):
            layout = LAYOUTS[Table(item.part)]
            tally = Tally(used_for=(layout.used_for,))
            yield Reading(item.file, _facts(item.file, layout, tally, options), tally)


def _claims_to_be_parquet(file: InputFile) -> bool:
    try:
        return file.head(len(MAGIC)) == MAGIC
    except BadFile:
        return False


def _facts(file: InputFile, layout: Layout, tally: Tally, options: ReadOptions) -> Iterator[Fact]:
    source = open_rows(file, layout)
    now = options.imported_at
    today = datetime.fromtimestamp(now, UTC).date().isoformat() if now else ""
    if layout.table is Table.EVENTS:
        yield from EventReader(source, tally, now).facts()
    elif layout.table is Table.CONNECTIONS:
        yield from ConnectionReader(source, tally, today).facts()
    else:
        make = _MAKERS[layout.table]
        yield from _made(source, Fields(layout, source, tally, today), make, tally)
    tally.remarks.extend(source.remarks)
    unknown = NoteColumns(layout, source.columns).remark()
    if unknown:
        tally.remarks.append(unknown)


def _made(
    source: TableRows, fields: Fields, make: Callable[[Fields], Fact], tally: Tally
) -> Iterator[Fact]:
    for row, cells in source.rows(tally):
        fields.take(row, cells)
        try:
            fact = make(fields)
        except BadRow as problem:
            tally.skip(row, str(problem))
            continue
        tally.use()
        yield fact
