"""Turns a batch of events into rows of the store, a column at a time.

Bulk tables hold tens of millions of events; looking each id up once a batch and sorting as
arrays keeps that at a few microseconds an event.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from graph.importers.frame import Tally
from graph.ingest.people import why_missing
from graph.ingest.resolver import Resolver
from graph.schema import EVENT_OBJECT, Event, EventKind, NodeType
from graph.store.event_columns import EventColumns
from graph.store.tables import EVENT_CODES, EVENT_KINDS
from graph.store.writer import Writer

Keyed = npt.NDArray[np.int64]
_NO_NODE = 0
_REASONS = {
    NodeType.PERSON: "no person with this id",
    NodeType.JOB: "no job with this id",
    NodeType.COMPANY: "no company by this name",
}
_OBJECT_TYPES = (NodeType.JOB, NodeType.PERSON, NodeType.COMPANY)
_EVENT_OF_WORD = {kind.value: code for kind, code in EVENT_CODES.items()}


class EventBatch:
    """Resolves the ids of events to keys."""

    def __init__(self, writer: Writer, resolver: Resolver) -> None:
        self._writer = writer
        self._resolver = resolver

    def columns(self, events: Sequence[Event], source_id: int, tally: Tally) -> EventColumns:
        """Return columns of the event table, sorted by its key, no two rows with the same key.

        Events whose person or object is unknown are taken back in the tally.
        """
        people, kinds, items, at, values, contexts, source_rows = zip(*events, strict=True)
        kind_codes = np.fromiter(map(_EVENT_OF_WORD.__getitem__, kinds), np.int64, len(kinds))
        person_keys = self._find(NodeType.PERSON, people)
        # What nobody we know did must leave no trace: its words make no node.
        is_known = person_keys != _NO_NODE
        object_keys = self._objects(kind_codes, items, is_known, source_id)
        context_keys = self._contexts(contexts, is_known & (object_keys != _NO_NODE), source_id)
        moments = np.asarray(at, np.int64)
        self._take_back(events, is_known, object_keys, tally)
        usable = np.flatnonzero(is_known & (object_keys != _NO_NODE))
        columns = [person_keys, moments, kind_codes, object_keys, context_keys]
        order = _sorted_unique([column[usable] for column in columns])
        chosen = usable[order]
        columns.append(np.asarray(source_rows, np.int64))
        numbers = np.column_stack([column[chosen] for column in columns])
        stated = None if set(values) == {None} else [values[i] for i in chosen.tolist()]
        return EventColumns(numbers.ravel().tolist(), stated, source_id)

    def _objects(
        self, kinds: Keyed, items: Sequence[str], is_known: npt.NDArray[np.bool_], source_id: int
    ) -> Keyed:
        found = np.full(len(items), _NO_NODE, np.int64)
        for object_type in _OBJECT_TYPES:
            codes = [code for code, k in enumerate(EVENT_KINDS) if EVENT_OBJECT[k] is object_type]
            where = np.flatnonzero(np.isin(kinds, codes) & is_known)
            if not len(where):
                continue
            names = items if len(where) == len(items) else [items[i] for i in where.tolist()]
            if object_type is NodeType.COMPANY:
                found[where] = self._named(NodeType.COMPANY, names, source_id)
            else:
                found[where] = self._find(object_type, names)
        return found

    def _contexts(
        self, contexts: Sequence[str | None], is_usable: npt.NDArray[np.bool_], source_id: int
    ) -> Keyed:
        found = np.full(len(contexts), _NO_NODE, np.int64)
        if set(contexts) == {None}:
            return found
        where = [i for i in np.flatnonzero(is_usable).tolist() if contexts[i]]
        if where:
            found[where] = self._named(NodeType.SKILL, [contexts[i] for i in where], source_id)
        return found

    def _find(self, kind: NodeType, ids: Sequence[str]) -> Keyed:
        distinct = list(dict.fromkeys(ids))
        keys = dict(zip(distinct, self._writer.keys.in_order(kind, distinct), strict=True))
        return np.fromiter(map(keys.__getitem__, ids), np.int64, len(ids))

    def _named(self, kind: NodeType, names: Sequence[str | None], source_id: int) -> Keyed:
        nodes = self._resolver.resolve(kind, names, source_id)
        found = (nodes.get(name or "") for name in names)
        return np.fromiter((node.key if node else _NO_NODE for node in found), np.int64)

    def _take_back(
        self,
        events: Sequence[Event],
        is_known: npt.NDArray[np.bool_],
        objects: Keyed,
        tally: Tally,
    ) -> None:
        tombstones = self._writer.tombstones
        for i in np.flatnonzero(~is_known).tolist():
            tally.unuse(events[i].row, why_missing(tombstones, events[i].person_id))
        for i in np.flatnonzero(is_known & (objects == _NO_NODE)).tolist():
            object_type = EVENT_OBJECT[EventKind(events[i].kind)]
            reason = _REASONS[object_type]
            if object_type is NodeType.PERSON:
                reason = why_missing(tombstones, events[i].item)
            tally.unuse(events[i].row, reason)


def _sorted_unique(columns: Sequence[Keyed]) -> Keyed:
    """Return positions in order of the columns, the first of each group of equals."""
    order = np.lexsort(tuple(reversed(columns)))
    if not len(order):
        return order
    differs = np.zeros(len(order), bool)
    differs[0] = True
    for column in columns:
        ordered = column[order]
        differs[1:] |= ordered[1:] != ordered[:-1]
    return order[differs]
