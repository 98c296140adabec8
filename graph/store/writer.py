"""What one import sees of the store: a single write transaction."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import OperationalError

from graph.schema import NodeType
from graph.store.bulk import insert_new, staged_join
from graph.store.event_columns import EventColumns
from graph.store.keys import Keys
from graph.store.nodes import Nodes
from graph.store.relations import BULK_EVENTS, Relations, count_by_kind
from graph.store.rows import EdgeRow, NodeRow
from graph.store.tables import NODE_TABLES, group_membership, source
from graph.store.tombstones import Tombstones


class SourceFile(NamedTuple):
    """The file that facts come from."""

    sha256: str
    path: str
    format: str
    imported_at: int  # seconds since 1970 UTC


class Writer:
    """Writes facts; all of them become visible at once when the transaction ends."""

    def __init__(self, connection: Connection, bulk_events: int = BULK_EVENTS) -> None:
        self.connection = connection
        self.keys = Keys(connection)
        self._nodes = Nodes(connection, self.keys)
        self._relations = Relations(connection, bulk_events)
        self._before: Counter[str] | None = None

    @cached_property
    def tombstones(self) -> Tombstones:
        """Who was erased and must not come back."""
        return Tombstones(self.connection)

    def start_counting(self) -> None:
        """Let `added` and `changed` tell what comes from now on.

        Counts the relations that are there, which takes a second in a large store.
        """
        self._nodes.start_counting()
        self._relations.changed.clear()
        self._before = count_by_kind(self.connection)

    @contextmanager
    def part(self) -> Iterator[None]:
        """Write a part of the transaction that, should it fail, leaves the rest standing."""
        added, changed = self._nodes.added.copy(), self._nodes.changed.copy()
        relations = self._relations.changed.copy()
        savepoint = self.connection.begin_nested()
        try:
            yield
            savepoint.commit()
        except BaseException:
            # A full disk makes SQLite take the whole transaction back, the savepoint with it.
            with suppress(OperationalError):
                savepoint.rollback()
            self.keys.forget()
            self._nodes.added, self._nodes.changed = added, changed
            self._relations.changed = relations
            raise

    def source(self, file: SourceFile) -> int:
        """Return the number of a source; the same bytes are the same source for ever."""
        found = self.connection.scalar(select(source.c.id).where(source.c.sha256 == file.sha256))
        if found is not None:
            return found
        number = (self.connection.scalar(select(func.max(source.c.id))) or 0) + 1
        self.connection.execute(insert(source).values(id=number, rows_used=0, **file._asdict()))
        return number

    def finish_source(self, number: int, rows_used: int, owner_id: str | None) -> None:
        """Note what came of a source and whose it is."""
        owner = self.keys.find(NodeType.PERSON, [owner_id]) if owner_id else {}
        self.connection.execute(
            update(source)
            .where(source.c.id == number)
            .values(rows_used=rows_used, owner_key=owner.get(owner_id or ""))
        )

    def names(self, kind: NodeType) -> list[tuple[str, str]]:
        """Return (id, name) of all nodes of a type that have a name."""
        table = NODE_TABLES[kind]
        named = select(table.c.id, table.c.name).where(table.c.name.is_not(None))
        return [(row[0], row[1]) for row in self.connection.execute(named.order_by(table.c.key))]

    def nodes(self, kind: NodeType, rows: Sequence[NodeRow], source_id: int) -> None:
        """Add or merge nodes of one type."""
        if rows:
            self._nodes.write(kind, rows, source_id)

    def edges(self, rows: Sequence[EdgeRow]) -> None:
        """Add or merge edges."""
        if rows:
            self._relations.write_edges(rows)

    def events(self, events: EventColumns) -> None:
        """Add events of one source."""
        if len(events):
            self._relations.write_events(events)

    def finish(self) -> None:
        """Make the store whole again after bulk writing; must come before the commit."""
        self._relations.finish()

    def groups(self, rows: Iterable[tuple[int, str, str, int, int]]) -> None:
        """Set self-declared attributes: (person key, attribute, value, source, row).

        Each source has its say, of doubles within a source the last row.
        """
        in_order = sorted(rows, key=lambda row: (row[4], row[2]))
        last = {(row[0], row[1], row[3]): row for row in in_order}
        chosen = list(last.values())
        key = ("person_key", "attribute", "source_id")
        staged_join(self.connection, group_membership, chosen, key, delete=True)
        insert_new(self.connection, group_membership, chosen)

    def added(self) -> Counter[str]:
        """Count what is new since `start_counting`, by node type, edge type and event kind.

        Raises:
            RuntimeError: Nobody called `start_counting`.
        """
        if self._before is None:
            raise RuntimeError("call start_counting before anything is written")
        relations = count_by_kind(self.connection)
        relations.subtract(self._before)
        return +(self._nodes.added + relations)

    def changed(self) -> Counter[str]:
        """Count what was there and now says something else."""
        return +(self._nodes.changed + self._relations.changed)
