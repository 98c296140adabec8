"""Brings a store to the schema of this version, keeping a copy of what was there before."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from graph.store.errors import NewerSchema
from graph.store.lock import writer_lock
from graph.store.tables import SCHEMA_VERSION

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def schema_version(connection: Connection) -> str | None:
    """Return the schema version of a store, None for a blank database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(text("SELECT version_num FROM alembic_version"))


def migrate(engine: Engine, target: str = SCHEMA_VERSION) -> None:
    """Bring the store to a schema version, in one transaction; do nothing when it is there.

    A SQLite store that holds something is first copied to `<name>.before-<version>`.

    Raises:
        NewerSchema: The store was written by a newer version of the software.
        StoreBusy: Another process is writing.
    """
    if _current(engine) == target:
        return
    with writer_lock(engine):
        found = _current(engine)  # again: another process may just have brought it up to date
        if found == target:
            return
        if found is not None:
            _back_up(engine, found)
        with engine.begin() as connection:
            _upgrade(connection, target)


def _current(engine: Engine) -> str | None:
    with engine.connect().execution_options(reads=True) as connection:
        found = schema_version(connection)
    if found is not None and found > SCHEMA_VERSION:
        raise NewerSchema(
            f"the store has schema {found}, this version of careergraph knows up to "
            f"{SCHEMA_VERSION}: install the newer careergraph"
        )
    return found


def _back_up(engine: Engine, version: str) -> None:
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return  # a PostgreSQL server's backups are its keeper's: the upgrade is one transaction
    database = Path(engine.url.database)
    copy = database.with_name(f"{database.name}.before-{version}")
    temporary = copy.with_name(f"{copy.name}.part")
    temporary.unlink(missing_ok=True)
    # As private as the store from its first byte on.
    os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT, database.stat().st_mode & 0o777))
    with closing(sqlite3.connect(database)) as old, closing(sqlite3.connect(temporary)) as new:
        old.backup(new)
    temporary.replace(copy)


def _upgrade(connection: Connection, target: str) -> None:
    # Alembic takes a third of a second to load; a store that is up to date never pays it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, target)
