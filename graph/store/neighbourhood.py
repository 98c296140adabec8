"""Reads the part of the graph around some nodes, with caps so that hubs cannot flood it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from graph.schema import ENDPOINTS, EdgeType, EventKind, NodeType
from graph.store.bulk import in_chunks
from graph.store.tables import (
    EDGE_CODES,
    EDGE_TYPES,
    EVENT_CODES,
    EVENT_KINDS,
    NODE_TABLES,
    is_key,
    type_of,
)

# SQLite takes 500 SELECTs in one UNION.
_TERMS_PER_STATEMENT = 400
# Every column of the key, so that events of one moment always come in the same order.
_LATEST_OF_PERSON = "at DESC, kind DESC, object_key DESC, context_key DESC"
_LATEST_OF_OBJECT = "at DESC, person_key DESC, kind DESC, context_key DESC"
# A list shows a person many times what they ever act upon.
_SHOWS = f"kind = {EVENT_CODES[EventKind.SHOW]}"
_ACTS = f"kind <> {EVENT_CODES[EventKind.SHOW]}"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a neighbourhood to read."""

    per_relation: int = 12  # neighbours of one node by one relation in one direction
    most_nodes: int = 300  # in all, the nodes asked for included

    def __post_init__(self) -> None:
        if min(self.per_relation, self.most_nodes) < 1:
            raise ValueError(f"every limit must be at least 1, got {self}")


@dataclass(frozen=True, slots=True)
class Node:
    """A node with everything its table holds."""

    key: int
    id: str
    kind: NodeType
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EdgeFact:
    """An edge between two nodes of a subgraph, with where it was stated."""

    source_key: int
    type: EdgeType
    target_key: int
    since: str | None
    until: str | None
    weight: float | None
    observed: bool
    mention: str | None
    notes: str | None
    source_id: int
    source_row: int


@dataclass(frozen=True, slots=True)
class EventFact:
    """An event between two nodes of a subgraph, with where it was stated."""

    person_key: int
    at: int
    kind: EventKind
    object_key: int
    context_key: int  # 0: none
    value: float | None
    source_id: int
    source_row: int


@dataclass(slots=True)
class Subgraph:
    """Some nodes and the relations between them."""

    nodes: dict[int, Node] = field(default_factory=dict)
    edges: list[EdgeFact] = field(default_factory=list)
    events: list[EventFact] = field(default_factory=list)


def read_neighbourhood(
    connection: Connection, keys: Sequence[int], hops: int, limits: Limits
) -> Subgraph:
    """Read the nodes within `hops` steps of some nodes, walking relations both ways.

    Args:
        connection: An open read transaction.
        keys: Where to start; keys of nodes that are gone are left out.
        hops: 0 reads the nodes alone.
        limits: Each node gives at most `per_relation` edges a type and direction, the first by
            key, and as many events a direction, the latest. Nearer nodes are kept before farther.
            What lists have shown has limits of its own, fills only the room that all else leaves,
            and leads no further.

    Raises:
        ValueError: `hops` is negative.
    """
    if hops < 0:
        raise ValueError(f"hops must be at least 0, got {hops}")
    known = dict.fromkeys(key for key in keys if is_key(key))
    reached: dict[int, None] = dict.fromkeys(list(known)[: limits.most_nodes])
    edges: dict[tuple[Any, ...], EdgeFact] = {}
    events: dict[tuple[Any, ...], EventFact] = {}
    frontier, walked = list(reached), list[int]()
    for _ in range(hops):
        for row in _read(connection, _edge_terms(frontier, limits.per_relation)):
            edges.setdefault(row[:4], _edge_fact(row))
        for row in _read(connection, _event_terms(frontier, _ACTS, limits.per_relation)):
            events.setdefault(row[:5], _event_fact(row))
        walked += frontier
        before = len(reached)
        _reach(reached, _ends(edges.values(), events.values()), limits.most_nodes)
        frontier = list(reached)[before:]
    for row in _read(connection, _event_terms(walked, _SHOWS, limits.per_relation)):
        events.setdefault(row[:5], _event_fact(row))
    _reach(reached, _ends((), events.values()), limits.most_nodes)
    nodes = read_nodes(connection, list(reached))
    return Subgraph(
        nodes,
        [e for e in edges.values() if e.source_key in nodes and e.target_key in nodes],
        [e for e in events.values() if e.person_key in nodes and e.object_key in nodes],
    )


def read_nodes(connection: Connection, keys: Sequence[int]) -> dict[int, Node]:
    """Read nodes by key, in the order asked for; keys of nodes that are gone are left out."""
    found: dict[int, Node] = {}
    for kind, table in NODE_TABLES.items():
        wanted = [key for key in keys if is_key(key) and type_of(key) is kind]
        for some in in_chunks(wanted, 900):
            for row in connection.execute(select(table).where(table.c.key.in_(some))):
                values = dict(row._mapping)
                found[row.key] = Node(values.pop("key"), values.pop("id"), kind, values)
    return {key: found[key] for key in keys if key in found}


def _edge_terms(frontier: Iterable[int], limit: int) -> Iterator[str]:
    for key in frontier:
        kind = type_of(key)
        for relation, (start, end) in ENDPOINTS.items():
            code = EDGE_CODES[relation]
            for column, other, of in (("source", "target", start), ("target", "source", end)):
                if of is kind:
                    at = f"{column}_key = {key} AND type = {code}"
                    yield _term("edge", at, f"{other}_key, since", limit)


def _event_terms(frontier: Iterable[int], which: str, limit: int) -> Iterator[str]:
    for key in frontier:
        kind = type_of(key)
        if kind is NodeType.PERSON:
            yield _term("event", f"person_key = {key} AND {which}", _LATEST_OF_PERSON, limit)
        if kind in (NodeType.PERSON, NodeType.JOB, NodeType.COMPANY):
            yield _term("event", f"object_key = {key} AND {which}", _LATEST_OF_OBJECT, limit)


def _term(table: str, condition: str, order: str, limit: int) -> str:
    # Keys are numbers of our own, so that they can stand in the statement as they are.
    inner = f"SELECT * FROM {table} WHERE {condition} ORDER BY {order} LIMIT {limit}"
    return f"SELECT * FROM ({inner}) f"


def _read(connection: Connection, terms: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    for some in in_chunks(list(terms), _TERMS_PER_STATEMENT):
        rows = connection.exec_driver_sql(" UNION ALL ".join(some))
        yield from (tuple(row) for row in rows)


def _reach(reached: dict[int, None], keys: Iterable[int], most: int) -> None:
    for key in keys:
        if len(reached) >= most:
            return
        reached.setdefault(key)


def _ends(edges: Iterable[EdgeFact], events: Iterable[EventFact]) -> Iterator[int]:
    for e in edges:
        yield from (e.source_key, e.target_key)
    for e in events:
        yield from (e.person_key, e.object_key)


def _edge_fact(row: tuple[Any, ...]) -> EdgeFact:
    since = row[3] or None
    until, weight, observed, mention, notes, source_id, source_row = row[4:]
    told = (until, weight, bool(observed), mention, notes)
    return EdgeFact(row[0], EDGE_TYPES[row[1]], row[2], since, *told, source_id, source_row)


def _event_fact(row: tuple[Any, ...]) -> EventFact:
    return EventFact(row[0], row[1], EVENT_KINDS[row[2]], *row[3:])
