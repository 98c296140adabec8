"""Finds the keys of nodes by their ids, and hands out new ones."""

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, func, select

from graph.schema import NodeType
from graph.store.tables import KEY_STEP, NODE_CODES, NODE_TABLES

MOST_KEYS_KEPT = 3_000_000  # about 400 MB of ids at the very most


class Keys:
    """The keys of the nodes met during one transaction."""

    def __init__(self, connection: Connection, most_kept: int = MOST_KEYS_KEPT) -> None:
        self._connection = connection
        self._most_kept = most_kept
        self._known: dict[NodeType, dict[str, int]] = {kind: {} for kind in NodeType}
        self._next: dict[NodeType, int] = {}

    def find(self, kind: NodeType, ids: Iterable[str]) -> dict[str, int]:
        """Return the key of every id that the store holds; the others are left out."""
        known = self._known[kind]
        wanted = set(ids)
        # Before the look-up: it may have to forget them to make room.
        hits = {id: known[id] for id in wanted if id in known}
        missing = [id for id in wanted if id not in hits]
        return hits | self._look_up(kind, missing) if missing else hits

    def in_order(self, kind: NodeType, ids: Sequence[str]) -> list[int]:
        """Return a key for each id, 0 where the store holds no such node."""
        known = self._known[kind]
        keys = [known.get(id, 0) for id in ids]
        if 0 in keys:
            missing = [id for id, key in zip(ids, keys, strict=True) if not key]
            found = self._look_up(kind, missing)
            keys = [key or found.get(id, 0) for id, key in zip(ids, keys, strict=True)]
        return keys

    def remember(self, kind: NodeType, ids: Sequence[str], keys: Sequence[int]) -> None:
        """Note keys that were just given out."""
        self._make_room()
        self._known[kind].update(zip(ids, keys, strict=True))

    def reserve(self, kind: NodeType, count: int) -> range:
        """Hand out `count` keys that no node has had before in this transaction."""
        if kind not in self._next:
            table = NODE_TABLES[kind]
            highest = self._connection.scalar(select(func.max(table.c.key)))
            # 0 is no key: it stands for "no context" in events.
            first = NODE_CODES[kind] + KEY_STEP
            self._next[kind] = first if highest is None else highest + KEY_STEP
        first = self._next[kind]
        self._next[kind] = first + count * KEY_STEP
        return range(first, self._next[kind], KEY_STEP)

    def forget(self) -> None:
        """Forget every key: some of them may have been taken back."""
        self._known = {kind: {} for kind in NodeType}

    def _look_up(self, kind: NodeType, ids: Sequence[str]) -> dict[str, int]:
        self._make_room()
        found = keys_of(self._connection, kind, ids)
        self._known[kind].update(found)
        return found

    def _make_room(self) -> None:
        if sum(len(known) for known in self._known.values()) > self._most_kept:
            self._known = {kind: {} for kind in NodeType}


def keys_of(connection: Connection, kind: NodeType, ids: Sequence[str]) -> dict[str, int]:
    """Read the keys of nodes by their ids, any number of them in one statement."""
    if connection.dialect.name == "sqlite":
        wanted, parameters = "IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    else:
        wanted, parameters = "= ANY(%s)", (list(ids),)
    rows = connection.exec_driver_sql(f"SELECT id, key FROM {kind} WHERE id {wanted}", parameters)
    return {row[0]: row[1] for row in rows}
