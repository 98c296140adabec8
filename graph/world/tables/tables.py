"""Writes a world as the seven tables of the table format, all of them or none."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from graph.importers.tables.layout import Table
from graph.table_columns import ColumnTableWriter, Values
from graph.table_export import WrittenTable
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

    Args:
        world: The world.
        folder: Where to; no file has its name before all tables are complete, and `world.json`
            gets its own last.
        step: Called with the table that is being written and its rows so far.

    Returns:
        The tables, in reading order.
    """
    (folder / MANIFEST).unlink(missing_ok=True)  # it would speak of tables that are replaced
    with ExitStack() as stack:
        writers = {
            table: stack.enter_context(ColumnTableWriter(folder, table, COLUMNS[table]))
            for table in Table
        }
        for table, batch in _batches(world):
            writers[table].write(batch)
            step(table.value, writers[table].rows)
        written = [writer.commit() for writer in writers.values()]
    write_manifest(folder, world.config, written)
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
