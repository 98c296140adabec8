"""Opens the database: SQLite by file, PostgreSQL by URL, both with the same promises."""

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

# SQLite before this version can corrupt a WAL database that two connections checkpoint at the
# same instant (fixed in 3.51.3); one writer at a time, held by a lock, avoids it.
SQLITE_WITHOUT_WAL_RESET_BUG = (3, 51, 3)
BUSY_TIMEOUT_SECONDS = 5
CACHE_KIB = 128 * 1024


def store_url(address: str | Path) -> URL:
    """Return the database URL for a file path or a `postgresql://` address.

    Raises:
        ValueError: The address names another database.
    """
    text = str(address)
    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise ValueError("this is no address of a store: user@host:port/database") from error
    if url.get_backend_name() == "sqlite":
        if url.database in (None, "", ":memory:"):
            raise ValueError("a store is a file or a server: it cannot be kept in memory")
        return url
    if url.get_backend_name() in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    raise ValueError(
        f"a store is a file or a postgresql:// address, not {url.get_backend_name()}://"
    )


def open_engine(address: str | Path) -> Engine:
    """Create an engine whose every transaction that writes takes the write lock first."""
    url = store_url(address)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url, poolclass=NullPool, connect_args={"timeout": BUSY_TIMEOUT_SECONDS}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    # What the server tells another writer, who is refused, about this one.
    known_as = {"application_name": f"careergraph {os.getpid()}"}
    return create_engine(url, poolclass=NullPool, connect_args=known_as)


def has_wal_reset_bug(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Tell whether this SQLite needs the single-writer rule to be safe."""
    return version < SQLITE_WITHOUT_WAL_RESET_BUG


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not begin transactions of its own: they would not be IMMEDIATE.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",  # a commit that was acknowledged survives a power cut
        "secure_delete = ON",
        "foreign_keys = OFF",
        "trusted_schema = OFF",
        f"cache_size = -{CACHE_KIB}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Begin as a reader, or take the write lock at once.

    A plain BEGIN that reads and then writes fails under contention even with a busy time-out;
    BEGIN IMMEDIATE does not.
    """
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def raw_connection(connection: Connection) -> Any:  # noqa: ANN401  driver connections share no type
    """Return the driver's connection beneath an SQLAlchemy one, inside the same transaction."""
    return connection.connection.driver_connection
