"""What one import sees of the store: a single write transaction."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from graph.schema import NodeType
from graph.store.event_columns import EventColumns
from graph.store.keys import Keys
from graph.store.nodes import Nodes
from graph.store.relations import Relations, count_by_kind
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

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.keys = Keys(connection)
        self._nodes = Nodes(connection, self.keys)
        self._relations = Relations(connection)
        self._before = count_by_kind(connection)

    @cached_property
    def tombstones(self) -> Tombstones:
        """Who was erased and must not come back."""
        return Tombstones(self.connection)

    @contextmanager
    def part(self) -> Iterator[None]:
        """Write a part of the transaction that, should it fail, leaves the rest standing."""
        added, changed = self._nodes.added.copy(), self._nodes.changed.copy()
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            self.keys.forget()
            self._nodes.added, self._nodes.changed = added, changed
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
        """Set self-declared attributes: (person key, attribute, value, source, row)."""
        names = group_membership.columns.keys()
        for row in rows:
            same = (group_membership.c.person_key == row[0]) & (
                group_membership.c.attribute == row[1]
            )
            self.connection.execute(group_membership.delete().where(same))
            self.connection.execute(
                insert(group_membership).values(**dict(zip(names, row, strict=True)))
            )

    def count_from_here(self) -> None:
        """Let `added` and `changed` count what comes from now on."""
        self._before = count_by_kind(self.connection)
        for counts in (self._nodes.added, self._nodes.changed, self._relations.changed):
            counts.clear()

    def added(self) -> Counter[str]:
        """Count what is new in this transaction, by node type, edge type and event kind."""
        relations = count_by_kind(self.connection)
        relations.subtract(self._before)
        return +(self._nodes.added + relations)

    def changed(self) -> Counter[str]:
        """Count what was there and now says something else."""
        return +(self._nodes.changed + self._relations.changed)
