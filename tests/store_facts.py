"""Facts of small sources for tests of the store, and what writes them into one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graph.schema import ENDPOINTS, EVENT_OBJECT, EdgeType, EventKind, NodeType
from graph.store import Store
from graph.store.event_columns import from_rows
from graph.store.forget import forget_source
from graph.store.rows import VALUE_COLUMNS, EdgeRow, EventRow, NodeRow
from graph.store.tables import EDGE_CODES, EVENT_CODES
from graph.store.tidy import tidy_edges
from graph.store.writer import SourceFile, Writer

NOW = 1_700_000_000


class NodeFact(NamedTuple):
    """A source says something of a node, or only that it is there."""

    kind: NodeType
    id: str
    values: tuple[tuple[str, Any], ...] = ()
    updated_at: int | None = None
    row: int = 1


class EdgeFact(NamedTuple):
    """A source says something of an edge, and so that its ends are there."""

    start: str
    type: EdgeType
    end: str
    since: str = ""
    until: str | None = None
    weight: float | None = None
    observed: bool = True
    mention: str | None = None
    notes: str | None = None
    row: int = 1


class EventFact(NamedTuple):
    """A source says that a person did something."""

    person: str
    kind: EventKind
    object: str
    at: int = NOW
    value: float | None = None
    context: str | None = None  # the id of a skill
    row: int = 1


class GroupFact(NamedTuple):
    """A person has declared something of themselves."""

    person: str
    attribute: str
    value: str
    row: int = 1


Fact = NodeFact | EdgeFact | EventFact | GroupFact


class Written(NamedTuple):
    """What an import did."""

    source_id: int
    added: Counter[str]
    changed: Counter[str]


def person(id: str, row: int = 1, updated_at: int | None = None, **values: Any) -> NodeFact:  # noqa: ANN401
    """State a person."""
    return NodeFact(NodeType.PERSON, id, tuple(sorted(values.items())), updated_at, row)


def node(kind: NodeType, id: str, row: int = 1, **values: Any) -> NodeFact:  # noqa: ANN401
    """State a node."""
    return NodeFact(kind, id, tuple(sorted(values.items())), None, row)


def write(store: Store, name: str, facts: Sequence[Fact], owner: str | None = None) -> Written:
    """Bring the facts of one source in, as an import does."""
    with store.write() as writer:
        writer.start_counting()
        return write_facts(writer, name, facts, owner)


def write_facts(
    writer: Writer, name: str, facts: Sequence[Fact], owner: str | None = None
) -> Written:
    """Bring the facts of one source in, inside a transaction."""
    number = writer.source(SourceFile(name, f"{name}.csv", "test", NOW))
    _Importer(writer, number).take(facts)
    tidy_edges(writer.connection)
    writer.finish_source(number, len(facts), owner)
    return Written(number, writer.added(), writer.changed())


def forget(store: Store, source_id: int) -> None:
    """Take one source out."""
    with store.write() as writer:
        forget_source(writer.connection, source_id)


def row_of(fact: NodeFact) -> NodeRow:
    """Return a node fact as the row that an import writes."""
    stated = dict(fact.values)
    unknown = stated.keys() - set(VALUE_COLUMNS[fact.kind])
    if unknown:
        raise ValueError(f"a {fact.kind} has no {sorted(unknown)}")
    values = tuple(stated.get(name) for name in VALUE_COLUMNS[fact.kind])
    return NodeRow(fact.id, values, fact.updated_at, fact.row)


@dataclass
class _Importer:
    writer: Writer
    source_id: int
    keys: dict[tuple[NodeType, str], int] = field(default_factory=dict)

    def take(self, facts: Sequence[Fact]) -> None:
        self._nodes(facts)
        self.writer.edges([self._edge(f) for f in facts if isinstance(f, EdgeFact)])
        self.writer.events(from_rows([self._event(f) for f in facts if isinstance(f, EventFact)]))
        groups = [f for f in facts if isinstance(f, GroupFact)]
        self.writer.groups(
            (self._key(NodeType.PERSON, g.person), g.attribute, g.value, self.source_id, g.row)
            for g in groups
        )

    def _nodes(self, facts: Sequence[Fact]) -> None:
        stated = [f for f in facts if isinstance(f, NodeFact)]
        known = {(f.kind, f.id) for f in stated}
        for kind, id in sorted({end for f in facts for end in ends(f)} - known):
            stated.append(NodeFact(kind, id, row=0))
        for kind in NodeType:
            rows = [row_of(f) for f in stated if f.kind is kind]
            self.writer.nodes(kind, rows, self.source_id)

    def _edge(self, fact: EdgeFact) -> EdgeRow:
        first, second = ENDPOINTS[fact.type]
        start, end = self._key(first, fact.start), self._key(second, fact.end)
        code = EDGE_CODES[fact.type]
        told = (fact.since, fact.until, fact.weight, fact.observed, fact.mention, fact.notes)
        return EdgeRow(start, code, end, *told, self.source_id, fact.row)

    def _event(self, fact: EventFact) -> EventRow:
        subject = self._key(NodeType.PERSON, fact.person)
        object = self._key(EVENT_OBJECT[fact.kind], fact.object)
        context = self._key(NodeType.SKILL, fact.context) if fact.context else 0
        code = EVENT_CODES[fact.kind]
        return EventRow(
            subject, fact.at, code, object, context, fact.value, self.source_id, fact.row
        )

    def _key(self, kind: NodeType, id: str) -> int:
        return self.writer.keys.find(kind, [id])[id]


def ends(fact: Fact) -> list[tuple[NodeType, str]]:
    """Return the nodes that a relation refers to."""
    if isinstance(fact, EdgeFact):
        first, second = ENDPOINTS[fact.type]
        return [(first, fact.start), (second, fact.end)]
    if isinstance(fact, EventFact):
        met = [(NodeType.PERSON, fact.person), (EVENT_OBJECT[fact.kind], fact.object)]
        return [*met, (NodeType.SKILL, fact.context)] if fact.context else met
    return [(NodeType.PERSON, fact.person)] if isinstance(fact, GroupFact) else []
