"""Writes edges and events, keeping what every source said of them.

The row in the table is the newest source's; what other sources said stands in `claim`, so that
a source can be taken out again and the fact stays as long as anyone else states it.
"""

import json
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, Table, func, select

from graph.store.bulk import Row, insert_events, insert_new, stage
from graph.store.event_columns import EventColumns
from graph.store.rows import EdgeRow, EventRow
from graph.store.tables import CLAIM_EVENT, EDGE_TYPES, EVENT_KINDS, claim, edge, event

EDGE_KEY = ("source_key", "type", "target_key", "since")
# From this many in a batch on, more is likely to follow.
_BULK_EVENTS = 100_000
_BULK_SHARE = 10
_EVENT_INDEX = next(index for index in event.indexes if index.name == "event_object")
_EVENT_KEY = ("person_key", "at", "kind", "object_key", "context_key")


class Relations:
    """Writes edges and events inside one transaction and counts what became of them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.changed: Counter[str] = Counter()
        self._index_is_off = False

    def write_edges(self, rows: Sequence[EdgeRow]) -> None:
        """Add edges; where one is there already, the newer source's version stands."""
        last = {row[:4]: row for row in rows}  # of doubles within a file, the last row
        unique = list(last.values())
        if insert_new(self._connection, edge, unique) < len(unique):
            self._settle_edges(unique)

    def write_events(self, events: EventColumns) -> None:
        """Add events; one that is there already stays as it is and gains a source."""
        if len(events) >= _BULK_EVENTS and not self._index_is_off:
            self._take_index_off()
        if insert_events(self._connection, events) < len(events):
            known = self._meet(event, _EVENT_KEY, list(events.rows()))
            claims = [event_claim(EventRow(*new)) for _, new in known]
            insert_new(self._connection, claim, claims)

    def finish(self) -> None:
        """Put back the index that bulk writing took off."""
        if self._index_is_off:
            _EVENT_INDEX.create(self._connection)
            self._index_is_off = False

    def _take_index_off(self) -> None:
        # Building it once at the end costs half of keeping it up row by row, as long as the
        # table is not much larger than what comes in.
        held = self._connection.scalar(select(func.count()).select_from(event)) or 0
        if held <= _BULK_EVENTS * _BULK_SHARE:
            _EVENT_INDEX.drop(self._connection)
            self._index_is_off = True

    def _settle_edges(self, rows: Sequence[EdgeRow]) -> None:
        meetings = [(EdgeRow(*a), EdgeRow(*b)) for a, b in self._meet(edge, EDGE_KEY, rows)]
        said_before = self._claimed([edge_claim(new)[:5] for _, new in meetings])
        winners: list[EdgeRow] = []
        claims: list[Row] = []
        for old, new in meetings:
            if edge_claim(new)[:5] in said_before:
                continue
            newer = new.source_id > old.source_id
            claims.append(edge_claim(old if newer else new))
            if newer:
                winners.append(_with_gaps_filled(new, old))
                self.changed[EDGE_TYPES[new.type]] += new[4:9] != old[4:9]
        insert_new(self._connection, claim, claims)
        replace_edges(self._connection, winners)

    def _meet(self, table: Table, key: Sequence[str], rows: Sequence[Row]) -> list[tuple[Row, Row]]:
        """Return (row in the store, new row) where both have the key but not the source."""
        staged = stage(self._connection, table, rows)
        width = len(table.columns)
        same = " AND ".join(f"t.{name} = s.{name}" for name in key)
        columns = [f"{side}.{c.name}" for side in "ts" for c in table.columns]
        found = self._connection.exec_driver_sql(
            f"SELECT {', '.join(columns)} FROM {staged} s JOIN {table.name} t ON {same} "
            "WHERE t.source_id <> s.source_id"
        )
        return [(tuple(row[:width]), tuple(row[width:])) for row in found]

    def _claimed(self, keys: Sequence[Row]) -> set[Row]:
        """Return which of these claim keys are there already."""
        if not keys:
            return set()
        staged = stage(self._connection, claim, [(*key, 0, "") for key in keys])
        names = [column.name for column in claim.columns][:5]
        same = " AND ".join(f"c.{name} = s.{name}" for name in names)
        found = self._connection.exec_driver_sql(
            f"SELECT {', '.join(f'c.{name}' for name in names)} "
            f"FROM {staged} s JOIN claim c ON {same}"
        )
        return {tuple(row) for row in found}


def replace_edges(connection: Connection, rows: Sequence[EdgeRow]) -> None:
    """Set edges that are there to these rows."""
    if not rows:
        return
    staged = stage(connection, edge, rows)
    values = [column.name for column in edge.columns if column.name not in EDGE_KEY]
    same = " AND ".join(f"edge.{name} = s.{name}" for name in EDGE_KEY)
    connection.exec_driver_sql(
        f"UPDATE edge SET {', '.join(f'{name} = s.{name}' for name in values)} "
        f"FROM {staged} s WHERE {same}"
    )


def edge_claim(row: EdgeRow) -> Row:
    """Return the claim that keeps what one source said of an edge."""
    stated = json.dumps(list(row[4:9]), ensure_ascii=False)
    return (*row[:4], row.source_id, row.source_row, stated)


def edge_of_claim(row: Row) -> EdgeRow:
    """Return the edge as a claim states it."""
    until, weight, observed, mention, notes = json.loads(row[6])
    values = (until, weight, observed, mention, notes)
    return EdgeRow._make((*row[:4], *values, row[4], row[5]))


def event_claim(row: EventRow) -> Row:
    """Return the claim that keeps what one source said of an event."""
    qualifier = f"{row.at}/{row.context_key}"
    subject = (row.person_key, CLAIM_EVENT + row.kind, row.object_key, qualifier)
    return (*subject, row.source_id, row.source_row, json.dumps([row.value]))


def event_of_claim(row: Row) -> EventRow:
    """Return the event as a claim states it."""
    at, context = row[3].split("/")
    (value,) = json.loads(row[6])
    kind = row[1] - CLAIM_EVENT
    return EventRow(row[0], int(at), kind, row[2], int(context), value, row[4], row[5])


def count_by_kind(connection: Connection) -> Counter[str]:
    """Count edges by type and events by kind."""
    counts: Counter[str] = Counter()
    for column, name in ((edge.c.type, _edge_name), (event.c.kind, _event_name)):
        rows = connection.execute(select(column, func.count()).group_by(column))
        counts.update({name(code): number for code, number in rows})
    return counts


def _with_gaps_filled(new: EdgeRow, old: EdgeRow) -> EdgeRow:
    return new._replace(
        until=new.until if new.until is not None else old.until,
        weight=new.weight if new.weight is not None else old.weight,
        # What anyone observed is not an inference any more.
        observed=bool(new.observed or old.observed),
        mention=new.mention if new.mention is not None else old.mention,
        notes=new.notes if new.notes is not None else old.notes,
    )


def _edge_name(code: int) -> str:
    return EDGE_TYPES[code]


def _event_name(code: int) -> str:
    return EVENT_KINDS[code]
