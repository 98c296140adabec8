"""The shapes of rows that go into the store and come out of it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from graph.schema import NodeType
from graph.store.tables import BOOKKEEPING, NODE_TABLES

# The columns of a node that a source can state, in the order of the table.
VALUE_COLUMNS: Mapping[NodeType, tuple[str, ...]] = {
    kind: tuple(column.name for column in table.columns if column.name not in BOOKKEEPING)
    for kind, table in NODE_TABLES.items()
}


class NodeRow(NamedTuple):
    """What one row of a source states of a node."""

    id: str
    values: tuple[Any, ...]  # in the order of VALUE_COLUMNS of its type; None: not stated
    updated_at: int | None = None
    source_row: int = 0


class EdgeRow(NamedTuple):
    """What one row of a source states of an edge; the same order as the table's columns."""

    source_key: int
    type: int
    target_key: int
    since: str
    until: str | None
    weight: float | None
    observed: bool
    mention: str | None
    notes: str | None
    source_id: int
    source_row: int


class EventRow(NamedTuple):
    """What one row of a source states of an event; the same order as the table's columns."""

    person_key: int
    at: int
    kind: int
    object_key: int
    context_key: int
    value: float | None
    source_id: int
    source_row: int
