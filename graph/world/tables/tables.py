"""Writes a world as the seven tables of the table format, complete before the first is named."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from graph.importers.tables.layout import Table
from graph.table_columns import ColumnTableWriter, Values
from graph.table_export import WrittenTable
from graph.whole_file import WholeFile
from graph.world.tables.job_rows import JOB_COLUMNS, job_rows
from graph.world.tables.manifest import MANIFEST, write_manifest
from graph.world.tables.person_rows import PERSON_COLUMNS, person_rows
from graph.world.tables.relation_rows import (
    CONNECTION_COLUMNS,
    EVENT_COLUMNS,
    connection_rows,
    event_rows,
)
from graph.world.world import World

Step = Callable[[str, int], None]
COLUMNS: Mapping[Table, Sequence[str]] = {
    **PERSON_COLUMNS,
    Table.JOBS: JOB_COLUMNS,
    Table.CONNECTIONS: CONNECTION_COLUMNS,
    Table.EVENTS: EVENT_COLUMNS,
}


def write_world(world: World, folder: Path, step: Step) -> list[WrittenTable]:
    """Write the tables of a world; memory is bounded by a chunk of its people.

    What was in the folder before stays until everything new is safe on the disk and only has to
    be renamed. While it is, there is no `world.json`: one that is there describes all tables.

    Args:
        world: The world.
        folder: Where to; no other run may write there meanwhile.
        step: Called with the table that is being written and its rows so far.

    Returns:
        The tables, in reading order.
    """
    with ExitStack() as stack:
        writers = {
            table: stack.enter_context(ColumnTableWriter(folder, table, COLUMNS[table]))
            for table in Table
        }
        for table, batch in _batches(world):
            writers[table].write(batch)
            step(table.value, writers[table].rows)
        finished = {table: writer.finish() for table, writer in writers.items()}
        manifest = stack.enter_context(WholeFile(folder / MANIFEST))
        write_manifest(manifest.stream, world.config, finished)
        manifest.finish()
        manifest.path.unlink(missing_ok=True)  # it would speak of tables that are replaced
        written = [writer.commit() for writer in writers.values()]
        manifest.commit()
    return written


def _batches(world: World) -> Iterator[tuple[Table, Mapping[str, Values]]]:
    for tables in person_rows(world):
        yield from tables.items()
    for table, rows in (
        (Table.JOBS, job_rows),
        (Table.CONNECTIONS, connection_rows),
        (Table.EVENTS, event_rows),
    ):
        for batch in rows(world):
            yield table, batch
