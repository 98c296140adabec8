"""Tells which files the facts of a store come from."""

from typing import NamedTuple

from sqlalchemy import Connection, select

from graph.ingest.taxonomy_seed import FORMAT
from graph.store.tables import person, source


class HeldFile(NamedTuple):
    """A file that was imported."""

    sha256: str  # of the owner's id and the bytes, as the import computes it
    path: str
    owner_id: str | None


def read_held_files(connection: Connection) -> list[HeldFile]:
    """Read which files were imported, without the built-in taxonomy."""
    query = (
        select(source.c.sha256, source.c.path, person.c.id)
        .join_from(source, person, source.c.owner_key == person.c.key, isouter=True)
        .where(source.c.format != FORMAT)
        .order_by(source.c.id)
    )
    return [HeldFile(*row) for row in connection.execute(query)]
