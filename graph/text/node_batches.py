"""Reads nodes in order of key, and the edges that leave them, a batch at a time."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from graph.schema import EdgeType, NodeType
from graph.store.tables import EDGE_CODES, NODE_TABLES, edge

NodeRows = list[tuple[Any, ...]]  # (key, id, *columns), in order of key
_KEYS_PER_QUERY = 900
BATCH = 4096


def read_batches(
    connection: Connection,
    kind: NodeType,
    columns: Sequence[str],
    keys: Sequence[int] | None = None,
) -> Iterator[NodeRows]:
    """Read nodes of a type: (key, id, *columns), in order of key, in batches of bounded size.

    Args:
        connection: An open read of a store, so that all batches belong together.
        kind: Of the nodes.
        columns: Of its table.
        keys: Only these, rising; None: all of the type.

    Raises:
        KeyError: There is no node of the type with one of the keys.
        ValueError: The keys do not rise.
    """
    table = NODE_TABLES[kind]
    chosen = select(table.c.key, table.c.id, *(table.c[name] for name in columns))
    ordered = chosen.order_by(table.c.key)
    if keys is not None:
        for start in range(0, len(keys), _KEYS_PER_QUERY):
            some = [int(key) for key in keys[start : start + _KEYS_PER_QUERY]]
            found = connection.execute(ordered.where(table.c.key.in_(some))).all()
            yield _exactly(kind, some, [tuple(row) for row in found])
        return
    last = -1
    while rows := connection.execute(ordered.where(table.c.key > last).limit(BATCH)).all():
        yield [tuple(row) for row in rows]
        last = rows[-1][0]


def read_edges(
    connection: Connection, kinds: Sequence[EdgeType], rows: NodeRows, columns: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    """Read the edges of some types that leave the nodes of a batch, in order of source.

    Args:
        connection: An open read of a store.
        kinds: Types of edges that leave nodes of this type.
        rows: As `read_batches` yields them.
        columns: Of the table of edges.
    """
    if rows:
        chosen = select(*(edge.c[name] for name in columns)).where(_leaving(kinds, rows))
        for row in connection.execute(chosen.order_by(*edge.primary_key)):
            yield tuple(row)


def count_edges(
    connection: Connection, kinds: Sequence[EdgeType], rows: NodeRows
) -> Iterator[tuple[Any, ...]]:
    """Count the edges of some types that leave the nodes of a batch: (source, code, number)."""
    if rows:
        counted = select(edge.c.source_key, edge.c.type, func.count())
        chosen = counted.where(_leaving(kinds, rows))
        for row in connection.execute(chosen.group_by(edge.c.source_key, edge.c.type)):
            yield tuple(row)


def _leaving(kinds: Sequence[EdgeType], rows: NodeRows) -> ColumnElement[bool]:
    keys = [row[0] for row in rows]
    is_of_kind = edge.c.type.in_([EDGE_CODES[kind] for kind in kinds])
    if len(keys) <= _KEYS_PER_QUERY:
        return is_of_kind & edge.c.source_key.in_(keys)
    # A whole batch: the nodes of a type lie side by side.
    return is_of_kind & edge.c.source_key.between(keys[0], keys[-1])


def _exactly(kind: NodeType, keys: Sequence[int], rows: NodeRows) -> NodeRows:
    found = [row[0] for row in rows]
    if found == list(keys):
        return rows
    missing = sorted(set(keys) - set(found))
    if missing:
        raise KeyError(f"no {kind} has the key {missing[0]}")
    raise ValueError(f"keys of {kind} nodes do not rise: {list(keys[:10])}")
