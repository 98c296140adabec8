"""Gathers everything the store holds about one person, for that person."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Connection, Table, or_, select

from graph.schema import NodeType
from graph.store.neighbourhood import read_nodes
from graph.store.search_index import SEARCHED
from graph.store.tables import (
    CLAIM_EVENT,
    EDGE_TYPES,
    EVENT_KINDS,
    NODE_TABLES,
    metadata,
    person,
    source,
    type_of,
)

# A column of these names holds the key of a node, and so may hold a person.
_KEY_COLUMNS = (
    "key",
    "source_key",
    "target_key",
    "person_key",
    "object_key",
    "subject_key",
    "owner_key",
)
_JSON_COLUMNS = ("notes", "stated")


def export_person(connection: Connection, person_id: str) -> dict[str, Any]:
    """Return every row that mentions a person, table by table, in words instead of keys.

    Other people appear by id and name alone: their addresses are not this person's data.

    Raises:
        KeyError: The store holds no such person.
    """
    key = connection.scalar(select(person.c.key).where(person.c.id == person_id))
    if key is None:
        raise KeyError(person_id)
    tables: dict[str, list[dict[str, Any]]] = {}
    names: dict[int, str] = {}
    for table, columns in _tables_with_people():
        rows = connection.execute(select(table).where(or_(*(c == key for c in columns)))).all()
        held = [dict(row._mapping) for row in rows]
        if held:
            names |= _names(connection, table, held)
            tables[table.name] = [_readable(table, row, names) for row in held]
    return {"person": person_id, "tables": tables, "sources": _sources(connection, tables)}


def _sources(
    connection: Connection, tables: dict[str, list[dict[str, Any]]]
) -> dict[str, dict[str, Any]]:
    """Say for each source number in the rows which file that is."""
    numbers = {row["source_id"] for rows in tables.values() for row in rows if "source_id" in row}
    files = select(source.c.id, source.c.path, source.c.format, source.c.imported_at)
    rows = connection.execute(files.where(source.c.id.in_(numbers)).order_by(source.c.id))
    return {
        str(row.id): {"path": row.path, "format": row.format, "imported_at": row.imported_at}
        for row in rows
    }


def _tables_with_people() -> Iterator[tuple[Table, list[Column[Any]]]]:
    others = [NODE_TABLES[kind] for kind in NodeType if kind is not NodeType.PERSON]
    for table in metadata.sorted_tables:
        columns = [table.c[name] for name in _KEY_COLUMNS if name in table.c]
        if columns and table not in others:
            yield table, columns


def _names(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> dict[int, str]:
    columns = [name for name in (*_KEY_COLUMNS, "context_key") if name in table.c]
    keys = sorted({row[name] for row in rows for name in columns if row[name]})
    return {
        key: f"{node.id} ({node.values.get(_name_column(key)) or 'no name'})"
        for key, node in read_nodes(connection, keys).items()
    }


def _name_column(key: int) -> str:
    return SEARCHED.get(type_of(key), ("name", ()))[0]


def _readable(table: Table, row: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, value in row.items():
        if value is None:
            continue
        if name in (*_KEY_COLUMNS, "context_key"):
            if value in names:
                told[name.removesuffix("_key")] = names[value]
        elif name in _JSON_COLUMNS:
            told[name] = json.loads(value)
        else:
            told[name] = value
    if table.name == "edge":
        told["type"] = EDGE_TYPES[row["type"]].value
    elif table.name == "event":
        told["kind"] = EVENT_KINDS[row["kind"]].value
    elif table.name == "claim":
        told["relation"] = _relation(row["relation"])
    return told


def _relation(code: int) -> str:
    kind = EVENT_KINDS[code - CLAIM_EVENT] if code >= CLAIM_EVENT else EDGE_TYPES[code]
    return kind.value
