"""Erases a person so that nothing of them is left, and keeps them from coming back."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Engine, func, select

from graph.schema import NodeType
from graph.store.errors import StoreBusy
from graph.store.forget import forget_source
from graph.store.nodes import read_current, read_statements
from graph.store.removal import remove_nodes
from graph.store.rows import VALUE_COLUMNS
from graph.store.search_index import scrub_index
from graph.store.tables import edge, event, person, source
from graph.store.tombstones import Tombstones


class Erased(NamedTuple):
    """What an erasure removed."""

    person_id: str
    edges: int
    events: int
    sources: int  # exports that were the person's own, taken out whole
    people: int  # others whom only those exports knew


def erase_person(connection: Connection, person_id: str, at: int) -> Erased:
    """Remove a person, their own sources and every relation to them; leave a tombstone.

    Args:
        connection: An open write transaction.
        person_id: Who.
        at: Now, in seconds since 1970 UTC.

    Raises:
        KeyError: The store holds no such person.
    """
    row = connection.execute(select(person).where(person.c.id == person_id)).one_or_none()
    if row is None:
        raise KeyError(person_id)
    before = _count(connection)
    Tombstones(connection).add(_marks(connection, row.key, row.id), at)
    own = list(connection.scalars(select(source.c.id).where(source.c.owner_key == row.key)))
    for source_id in own:
        forget_source(connection, source_id)
    remove_nodes(connection, [row.key], even_if_stated=True)
    scrub_index(connection)
    after = _count(connection)
    edges, events, people = (b - a for b, a in zip(before, after, strict=True))
    return Erased(person_id, edges, events, len(own), people - 1)


def _marks(connection: Connection, key: int, person_id: str) -> list[str | None]:
    """Return everything a person was known by: the id, and the addresses of every statement."""
    said = [
        read_current(connection, NodeType.PERSON, [key])[key],
        *read_statements(connection, NodeType.PERSON, [key]).get(key, []),
    ]
    columns = VALUE_COLUMNS[NodeType.PERSON]
    places = [columns.index(name) for name in ("email", "url")]
    return [person_id, *(s.values[place] for s in said for place in places)]


def drop_copies(engine: Engine) -> None:
    """Drop the copies that were made before migrations.

    Must come before the erasure is final: whoever is killed in between erases again, and finds
    the person still there.
    """
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return
    database = Path(engine.url.database)
    for copy in database.parent.glob(f"{database.name}.before-*"):
        copy.unlink()


def empty_journal(engine: Engine) -> None:
    """Empty the journal, which still holds what was there before.

    The database itself is clean already: it overwrites what it deletes.

    Raises:
        StoreBusy: Somebody reads what was there before; once they stop, the next erasure or
            the end of the last process that uses the store empties the journal.
    """
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return
    database = Path(engine.url.database)
    with closing(sqlite3.connect(database)) as connection:
        (is_busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if is_busy:
        raise StoreBusy(
            "the person is erased, but another process still reads the store as it was before; "
            f"the journal {database.name}-wal is emptied when it stops"
        )


def _count(connection: Connection) -> tuple[int, int, int]:
    counts = [
        connection.scalar(select(func.count()).select_from(table)) or 0
        for table in (edge, event, person)
    ]
    return counts[0], counts[1], counts[2]
