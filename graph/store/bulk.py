"""Puts many rows into a table fast, the same way for SQLite and PostgreSQL."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table

from graph.store.engine import raw_connection
from graph.store.event_columns import NUMBERS, EventColumns
from graph.store.tables import event

Row = tuple[Any, ...]

# One INSERT of many rows costs about half as much for each row as one INSERT a row.
ROWS_PER_INSERT = 100
EVENTS_PER_INSERT = 250


def insert_new(connection: Connection, table: Table, rows: Sequence[Row]) -> int:
    """Insert the rows whose primary key is not there yet.

    Args:
        connection: An open write transaction.
        table: One with a primary key.
        rows: Values of all columns of the table, in their order.

    Returns:
        How many were inserted; the others were there already.
    """
    if not rows:
        return 0
    if connection.dialect.name == "sqlite":
        return _insert_sqlite(connection, table.name, rows)
    names = _names(table)
    with staging(connection, table, rows) as staged:
        return connection.exec_driver_sql(
            f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {staged} "
            "ON CONFLICT DO NOTHING"
        ).rowcount


def insert_events(connection: Connection, events: EventColumns) -> int:
    """Insert events that are not there yet; return how many were."""
    if connection.dialect.name != "sqlite" or events.values is not None:
        return insert_new(connection, event, list(events.rows()))
    # The columns that are the same for all stand in the statement: less to bind for each row.
    row = f"(?, ?, ?, ?, ?, NULL, {events.source_id}, ?)"
    raw = raw_connection(connection)
    before = raw.total_changes
    for numbers in in_chunks(events.numbers, NUMBERS * EVENTS_PER_INSERT):
        values = ", ".join([row] * (len(numbers) // NUMBERS))
        raw.execute(f"INSERT INTO event VALUES {values} ON CONFLICT DO NOTHING", numbers)
    return raw.total_changes - before


@contextmanager
def staging(connection: Connection, table: Table, rows: Sequence[Row]) -> Iterator[str]:
    """Fill a temporary table of the same shape with these rows; yield its name, empty it after."""
    name = f"staged_{table.name}"
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            f"CREATE TEMP TABLE IF NOT EXISTS {name} AS SELECT * FROM {table.name} WHERE 0"
        )
        connection.exec_driver_sql(f"DELETE FROM {name}")
        if rows:
            _insert_sqlite(connection, name, rows)
    else:
        connection.exec_driver_sql(
            f"CREATE TEMP TABLE IF NOT EXISTS {name} ON COMMIT DROP AS "
            f"SELECT {_names(table)} FROM {table.name} WHERE false"
        )
        connection.exec_driver_sql(f"TRUNCATE {name}")
        _copy(connection, name, rows)
    yield name
    connection.exec_driver_sql(f"DELETE FROM {name}")


def staged_join(
    connection: Connection,
    table: Table,
    rows: Sequence[Row],
    key: Sequence[str],
    *,
    delete: bool = False,
) -> list[Row]:
    """Read, or delete, the rows of a table that have the same key as some of these.

    Args:
        connection: An open transaction.
        table: Where to look.
        rows: Full rows of the table, no two with the same key; only the key counts.
        key: Names of its columns.
        delete: Delete what is found, and return nothing.
    """
    if not rows:
        return []
    same = " AND ".join(f"t.{name} = s.{name}" for name in key)
    names = ", ".join(f"t.{column.name}" for column in table.columns)
    with staging(connection, table, rows) as staged:
        if not delete:
            found = connection.exec_driver_sql(
                f"SELECT {names} FROM {staged} s JOIN {table.name} t ON {same}"
            )
            return [tuple(row) for row in found]
        if connection.dialect.name == "sqlite":
            columns = ", ".join(key)
            connection.exec_driver_sql(
                f"DELETE FROM {table.name} WHERE ({columns}) IN (SELECT {columns} FROM {staged})"
            )
        else:
            connection.exec_driver_sql(f"DELETE FROM {table.name} t USING {staged} s WHERE {same}")
    return []


def in_chunks(items: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    """Cut a sequence into pieces of at most `size`."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _names(table: Table) -> str:
    return ", ".join(column.name for column in table.columns)


def _copy(connection: Connection, name: str, rows: Sequence[Row]) -> None:
    with raw_connection(connection).cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN") as c:
        for row in rows:
            c.write_row(row)


def _insert_sqlite(connection: Connection, name: str, rows: Sequence[Row]) -> int:
    raw = raw_connection(connection)
    before = raw.total_changes
    columns = list(zip(*rows, strict=True))
    # A column without values stands in the statement as NULL: binding is what costs most.
    is_stated = [any(value is not None for value in column) for column in columns]
    marks = f"({', '.join('?' if stated else 'NULL' for stated in is_stated)})"
    stated = [column for column, has in zip(columns, is_stated, strict=True) if has]
    for some in in_chunks(list(zip(*stated, strict=True)), ROWS_PER_INSERT):
        values = ", ".join([marks] * len(some))
        # Not OR IGNORE: that would drop rows that break another rule than the key's.
        insert = f"INSERT INTO {name} VALUES {values} ON CONFLICT DO NOTHING"
        raw.execute(insert, list(chain.from_iterable(some)))
    return raw.total_changes - before
