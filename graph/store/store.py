"""`Store`: the facts of one workspace, behind one door."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update

from graph.schema import EdgeType, EventKind, NodeType
from graph.store.engine import has_wal_reset_bug, open_engine
from graph.store.erasure import Erased, drop_copies, empty_journal, erase_person
from graph.store.errors import StoreError, plain_errors
from graph.store.fingerprint import compute_fingerprint
from graph.store.keys import Keys
from graph.store.lock import WAIT_SECONDS, writer_lock
from graph.store.migrate import migrate
from graph.store.neighbourhood import Limits, Subgraph, read_neighbourhood
from graph.store.relations import count_by_kind
from graph.store.reviews import OPEN, Review, read_reviews
from graph.store.rows import VALUE_COLUMNS, EdgeRow, EventRow
from graph.store.search_index import SEARCHED, Hit, search
from graph.store.tables import (
    EDGE_CODES,
    EVENT_CODES,
    NODE_TABLES,
    edge,
    event,
    link_review,
    setting,
)
from graph.store.writer import Writer

_REVISION, _FINGERPRINT = "revision", "fingerprint"
DEFAULT_LIMITS = Limits()
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stats:
    """What a store holds."""

    nodes: dict[str, int]
    edges: dict[str, int]
    events: dict[str, int]
    review_queue: int
    fingerprint: str


class Rollback(Exception):
    """Raised inside `Store.write` to leave the store as it was; goes no further."""


class Store:
    """Nodes, edges, events and their provenance; many may read while one writes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, address: str | Path) -> "Store":
        """Open a store, making it or bringing it up to date where needed.

        Args:
            address: A file, or a `postgresql://` URL.

        Raises:
            NewerSchema: It was written by a newer version of the software.
            StoreError: It cannot be opened; the message says why.
        """
        engine = open_engine(address)
        if engine.dialect.name == "sqlite" and has_wal_reset_bug():
            log.info("this SQLite is older than 3.51.3: one writer at a time is enforced")
        with plain_errors():
            migrate(engine)
        return cls(engine)

    @property
    def dialect(self) -> str:
        """Return `sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Read a consistent view of the store, whatever is written meanwhile."""
        with plain_errors(), self._engine.connect() as connection:
            if self.dialect == "sqlite":
                yield connection.execution_options(reads=True)
            else:  # SQLite always reads a snapshot; PostgreSQL must be asked to
                yield connection.execution_options(isolation_level="REPEATABLE READ")

    @contextmanager
    def at_one_moment(self) -> Iterator["Store"]:
        """Give a store to read that stays as it is now, whatever is written meanwhile.

        Everything read from it, by whomever it is passed to, comes from one transaction.
        """
        with self.read() as connection:
            connection.execute(select(setting.c.name).limit(1))  # the first read sets the moment
            yield _AtOneMoment(self._engine, connection)

    @contextmanager
    def write(self, wait_seconds: float = WAIT_SECONDS) -> Iterator[Writer]:
        """Write in one transaction: everything becomes visible at its end, or nothing.

        Args:
            wait_seconds: How long to wait for another writer that may be about to finish.

        Raises:
            StoreBusy: Another process is still writing.
            StoreFull: There is no room; the store is as it was.
        """
        with (
            plain_errors(),
            writer_lock(self._engine, wait_seconds),
            suppress(Rollback),
            self._engine.begin() as connection,
        ):
            writer = Writer(connection)
            yield writer
            writer.finish()
            _bump_revision(connection)

    def stats(self) -> Stats:
        """Count what the store holds."""
        with self.read() as connection:
            counts = count_by_kind(connection)
            nodes = {
                kind: connection.scalar(select(func.count()).select_from(table)) or 0
                for kind, table in NODE_TABLES.items()
            }
            waiting = select(func.count()).where(link_review.c.status == OPEN)
            queue = connection.scalar(waiting) or 0
        return Stats(
            {kind.value: count for kind, count in nodes.items()},
            {kind.value: counts[kind] for kind in EdgeType},
            {kind.value: counts[kind] for kind in EventKind},
            queue,
            self.fingerprint(),
        )

    def fingerprint(self) -> str:
        """Return a value that is the same exactly when the facts are the same."""
        with self.read() as connection:
            known = _settings(connection)
            revision = known.get(_REVISION, "0")
            if known.get(_FINGERPRINT, "").startswith(f"{revision}:"):
                return known[_FINGERPRINT].split(":")[1]
            computed = compute_fingerprint(connection)
        self._keep_fingerprint(revision, computed)
        return computed

    def _keep_fingerprint(self, revision: str, computed: str) -> None:
        # Whoever is writing just now will change it anyway.
        with (
            suppress(StoreError),
            plain_errors(),
            writer_lock(self._engine, wait_seconds=0),
            self._engine.begin() as connection,
        ):
            if _settings(connection).get(_REVISION, "0") == revision:
                _set(connection, _FINGERPRINT, f"{revision}:{computed}")

    def find(self, kind: NodeType, ids: Iterable[str]) -> dict[str, int]:
        """Return the keys of those ids that the store holds."""
        with self.read() as connection:
            return Keys(connection).find(kind, ids)

    def neighbourhood(
        self, keys: Sequence[int], hops: int = 2, limits: Limits = DEFAULT_LIMITS
    ) -> Subgraph:
        """Read the part of the graph around some nodes."""
        with self.read() as connection:
            return read_neighbourhood(connection, keys, hops, limits)

    def search(
        self, query: str, kinds: Sequence[NodeType] = tuple(SEARCHED), limit: int = 20
    ) -> list[Hit]:
        """Find people, jobs and companies by words."""
        with self.read() as connection:
            return search(connection, query, kinds, limit)

    def stream_nodes(
        self, kind: NodeType, columns: Sequence[str] | None = None, batch: int = 50_000
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Read all nodes of a type in order of key: (key, id, *columns), `batch` at a time."""
        table = NODE_TABLES[kind]
        names = VALUE_COLUMNS[kind] if columns is None else columns
        chosen = [table.c.key, table.c.id, *(table.c[name] for name in names)]
        yield from self._stream(select(*chosen).order_by(table.c.key), batch)

    def stream_edges(self, kind: EdgeType, batch: int = 50_000) -> Iterator[list[EdgeRow]]:
        """Read all edges of a type in order of source, target, since."""
        chosen = select(edge).where(edge.c.type == EDGE_CODES[kind])
        ordered = chosen.order_by(*edge.primary_key)
        for rows in self._stream(ordered, batch):
            yield [EdgeRow(*row) for row in rows]

    def stream_events(
        self, kinds: Sequence[EventKind] = tuple(EventKind), batch: int = 50_000
    ) -> Iterator[list[EventRow]]:
        """Read all events of some kinds in order of person, time, kind, object, context."""
        chosen = select(event).order_by(*event.primary_key)
        if len(kinds) < len(EventKind):
            chosen = chosen.where(event.c.kind.in_([EVENT_CODES[kind] for kind in kinds]))
        for rows in self._stream(chosen, batch):
            yield [EventRow(*row) for row in rows]

    def reviews(self, status: str | None = OPEN, limit: int = 1000) -> list[Review]:
        """Read the review queue, the most wanted answers first."""
        with self.read() as connection:
            return read_reviews(connection, status, limit)

    def erase(self, person_id: str, at: int) -> Erased:
        """Erase a person from every table and file of the store; see `erase_person`.

        Raises:
            KeyError: The store holds no such person.
        """
        with self.write() as writer:
            erased = erase_person(writer.connection, person_id, at)
            drop_copies(self._engine)
        empty_journal(self._engine)
        return erased

    def _stream(self, query: Any, batch: int) -> Iterator[list[tuple[Any, ...]]]:  # noqa: ANN401
        options = {"yield_per": batch, "stream_results": True}
        with self.read() as connection:
            for rows in connection.execute(query, execution_options=options).partitions():
                yield [tuple(row) for row in rows]


class _AtOneMoment(Store):
    """A store whose every read is a part of one transaction."""

    def __init__(self, engine: Engine, connection: Connection) -> None:
        super().__init__(engine)
        self._connection = connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Read in the transaction that is open already."""
        with plain_errors():
            yield self._connection


def _settings(connection: Connection) -> dict[str, str]:
    return {row.name: row.value for row in connection.execute(select(setting))}


def _set(connection: Connection, name: str, value: str) -> None:
    changed = connection.execute(update(setting).where(setting.c.name == name).values(value=value))
    if changed.rowcount == 0:
        connection.execute(insert(setting).values(name=name, value=value))


def _bump_revision(connection: Connection) -> None:
    _set(connection, _REVISION, str(int(_settings(connection).get(_REVISION, "0")) + 1))
