"""Turns a batch of events into rows of the store, a column at a time.

Bulk tables hold tens of millions of events; looking each id up once a batch and sorting as
arrays keeps that at a few microseconds an event.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.importers.frame import Tally
from graph.ingest.resolver import Resolver
from graph.schema import EVENT_OBJECT, Event, EventKind, NodeType
from graph.store.event_columns import EventColumns
from graph.store.keys import Keys
from graph.store.tables import EVENT_CODES, EVENT_KINDS

Keyed = npt.NDArray[np.int64]
_NO_NODE = 0
_REASONS = {
    NodeType.PERSON: "no person with this id",
    NodeType.JOB: "no job with this id",
    NodeType.COMPANY: "no company by this name",
}
_OBJECT_TYPES = (NodeType.JOB, NodeType.PERSON, NodeType.COMPANY)


class EventBatch:
    """Resolves the ids of events to keys."""

    def __init__(self, keys: Keys, resolver: Resolver) -> None:
        self._keys = keys
        self._resolver = resolver

    def columns(self, events: Sequence[Event], source_id: int, tally: Tally) -> EventColumns:
        """Return columns of the event table, sorted by its key, no two rows with the same key.

        Events whose person or object is unknown are taken back in the tally.
        """
        people, kinds, items, at, values, contexts, source_rows = zip(*events, strict=True)
        kind_codes = _codes(kinds)
        person_keys = self._find(NodeType.PERSON, people)
        object_keys = self._objects(kind_codes, items, source_id)
        context_keys = self._contexts(contexts, source_id)
        moments = np.asarray(at, np.int64)
        self._take_back(kind_codes, person_keys, object_keys, source_rows, tally)
        usable = np.flatnonzero((person_keys != _NO_NODE) & (object_keys != _NO_NODE))
        columns = [person_keys, moments, kind_codes, object_keys, context_keys]
        order = _sorted_unique([column[usable] for column in columns])
        chosen = usable[order]
        columns.append(np.asarray(source_rows, np.int64))
        numbers = np.column_stack([column[chosen] for column in columns])
        stated = None if set(values) == {None} else [values[i] for i in chosen.tolist()]
        return EventColumns(numbers.ravel().tolist(), stated, source_id)

    def _objects(self, kinds: Keyed, items: Sequence[str], source_id: int) -> Keyed:
        found = np.full(len(items), _NO_NODE, np.int64)
        for object_type in _OBJECT_TYPES:
            codes = [code for code, k in enumerate(EVENT_KINDS) if EVENT_OBJECT[k] is object_type]
            where = np.flatnonzero(np.isin(kinds, codes))
            if not len(where):
                continue
            names = items if len(where) == len(items) else [items[i] for i in where.tolist()]
            if object_type is NodeType.COMPANY:
                found[where] = self._named(NodeType.COMPANY, names, source_id)
            else:
                found[where] = self._find(object_type, names)
        return found

    def _contexts(self, contexts: Sequence[str | None], source_id: int) -> Keyed:
        found = np.full(len(contexts), _NO_NODE, np.int64)
        where = [i for i, context in enumerate(contexts) if context]
        if where:
            found[where] = self._named(NodeType.SKILL, [contexts[i] for i in where], source_id)
        return found

    def _find(self, kind: NodeType, ids: Sequence[str]) -> Keyed:
        encoded = pa.array(ids, pa.string()).dictionary_encode()
        distinct = encoded.dictionary.to_pylist()
        keys = np.asarray(self._keys.in_order(kind, distinct), np.int64)
        return keys[encoded.indices.to_numpy()]

    def _named(self, kind: NodeType, names: Sequence[str | None], source_id: int) -> Keyed:
        nodes = self._resolver.resolve(kind, names, source_id)
        found = (nodes.get(name or "") for name in names)
        return np.fromiter((node.key if node else _NO_NODE for node in found), np.int64)

    def _take_back(
        self, kinds: Keyed, people: Keyed, objects: Keyed, rows: Sequence[int], tally: Tally
    ) -> None:
        for i in np.flatnonzero(people == _NO_NODE).tolist():
            tally.unuse(rows[i], _REASONS[NodeType.PERSON])
        for i in np.flatnonzero((people != _NO_NODE) & (objects == _NO_NODE)).tolist():
            object_type = EVENT_OBJECT[EVENT_KINDS[int(kinds[i])]]
            tally.unuse(rows[i], _REASONS[object_type])


def _codes(kinds: Sequence[EventKind]) -> Keyed:
    encoded = pa.array(kinds, pa.string()).dictionary_encode()
    codes = [EVENT_CODES[EventKind(kind)] for kind in encoded.dictionary.to_pylist()]
    return np.asarray(codes, np.int64)[encoded.indices.to_numpy()]


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
