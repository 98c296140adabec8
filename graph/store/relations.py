"""Writes edges and events, keeping what every source said of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from sqlalchemy import Connection, func, select, text

from graph.store.bulk import insert_events, insert_new, staging
from graph.store.claims import (
    EDGE_KEY,
    EVENT_KEY,
    Claim,
    RelationKey,
    claim_of_edge,
    claim_of_event,
    edge_that_stands,
    read_claims,
    remove_standing,
    rewrite,
    stronger,
)
from graph.store.event_columns import EventColumns
from graph.store.rows import EdgeRow, EventRow
from graph.store.tables import EDGE_TYPES, EVENT_KINDS, claim, edge, event

# From this many in a batch on, more is likely to follow.
BULK_EVENTS = 100_000
_BULK_SHARE = 10


class Relations:
    """Writes edges and events inside one transaction and counts what became of them."""

    def __init__(self, connection: Connection, bulk_events: int = BULK_EVENTS) -> None:
        self._connection = connection
        self._bulk_events = bulk_events
        self.changed: Counter[str] = Counter()

    def write_edges(self, rows: Sequence[EdgeRow]) -> None:
        """Add edges; where one is there already, the newer source's version stands."""
        first: dict[RelationKey, EdgeRow] = {}
        several: dict[RelationKey, list[EdgeRow]] = {}
        for row in rows:
            kept = first.setdefault(row[:4], row)
            if kept is not row:
                several.setdefault(row[:4], [kept]).append(row)
        unique = [row for key, row in first.items() if key not in several]
        met = insert_new(self._connection, edge, unique) < len(unique)
        doubles = chain.from_iterable(several.values())
        self._settle([*(self._met_edges(unique) if met else ()), *doubles])

    def write_events(self, events: EventColumns) -> None:
        """Add events; one that is there already stays as it is and gains a source."""
        if len(events) >= self._bulk_events:
            self._take_index_off()
        if insert_events(self._connection, events) < len(events):
            self._settle_events(list(events.rows()))

    def finish(self) -> None:
        """Put back the index that bulk writing took off."""
        if self._connection.dialect.name != "sqlite":
            return
        # Asked of the database, as a part of the transaction that was taken back may have
        # changed what is there.
        self._connection.execute(
            text("CREATE INDEX IF NOT EXISTS event_object ON event (object_key, at)")
        )

    def _take_index_off(self) -> None:
        # A server would have every reader wait until the transaction ends.
        if self._connection.dialect.name != "sqlite":
            return
        # Building it once at the end costs half of keeping it up row by row, as long as the
        # table is not much larger than what comes in.
        most = self._bulk_events * _BULK_SHARE
        some = select(event.c.person_key).limit(most + 1).subquery()
        held = self._connection.scalar(select(func.count()).select_from(some)) or 0
        if held <= most:
            self._connection.execute(text("DROP INDEX IF EXISTS event_object"))

    def _settle(self, rows: Iterable[EdgeRow]) -> None:
        """Bring in edges that another claim has been made about."""
        new: dict[RelationKey, list[Claim]] = {}
        for row in rows:
            new.setdefault(row[:4], []).append(claim_of_edge(row))
        if not new:
            return
        known = read_claims(self._connection, new)
        before = {key: _merged(claims) for key, claims in known.items()}
        changes: dict[RelationKey, list[Claim]] = {}
        for key, claims in new.items():
            by_wording = {(c.source_id, c.mention): c for c in known.get(key, [])}
            for said in claims:
                wording = (said.source_id, said.mention)
                by_wording[wording] = stronger(by_wording.get(wording, said), said)
            if set(by_wording.values()) != set(known.get(key, [])):
                changes[key] = list(by_wording.values())
        for key, claims in changes.items():
            is_known = key in before
            self.changed[EDGE_TYPES[key[1]]] += is_known and before[key] != _merged(claims)
        rewrite(self._connection, changes)

    def _met_edges(self, rows: Sequence[EdgeRow]) -> list[EdgeRow]:
        """Return those that the store holds as another row says them."""
        same = " AND ".join(f"t.{name} = s.{name}" for name in EDGE_KEY)
        with staging(self._connection, edge, rows) as staged:
            found = self._connection.exec_driver_sql(
                f"SELECT s.* FROM {staged} s JOIN edge t ON {same} "
                "WHERE t.source_id <> s.source_id OR t.source_row <> s.source_row "
                "OR coalesce(t.mention, '') <> coalesce(s.mention, '')"
            )
            return [EdgeRow(*row) for row in found]

    def _settle_events(self, rows: Sequence[EventRow]) -> None:
        """Note who else says what is known; the first source's version stands."""
        same = " AND ".join(f"t.{name} = s.{name}" for name in EVENT_KEY)
        with staging(self._connection, event, rows) as staged:
            met = self._connection.exec_driver_sql(
                f"SELECT s.*, t.value, t.source_id, t.source_row FROM {staged} s "
                f"JOIN event t ON {same} WHERE t.source_id <> s.source_id"
            ).all()
        claims: list[Claim] = []
        firsts: list[EventRow] = []
        for row in met:
            new = EventRow(*row[:8])
            old = EventRow(*new[:5], *row[8:])
            if new.source_id < old.source_id:
                firsts.append(new)
            claims.append(claim_of_event(max(new, old, key=lambda each: each.source_id)))
        remove_standing(self._connection, [claim_of_event(row).key for row in firsts])
        insert_new(self._connection, event, firsts)
        insert_new(self._connection, claim, claims)


def count_by_kind(connection: Connection) -> Counter[str]:
    """Count edges by type and events by kind."""
    counts: Counter[str] = Counter()
    for column, name in ((edge.c.type, _edge_name), (event.c.kind, _event_name)):
        rows = connection.execute(select(column, func.count()).group_by(column))
        counts.update({name(code): number for code, number in rows})
    return counts


def _merged(claims: Sequence[Claim]) -> tuple[object, ...]:
    return edge_that_stands(claims)[4:9]


def _edge_name(code: int) -> str:
    return EDGE_TYPES[code]


def _event_name(code: int) -> str:
    return EVENT_KINDS[code]
