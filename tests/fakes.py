"""Doubles that stand in for what fails in the world."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, event

from graph.features.source import FeatureRows
from graph.schema import EdgeType, NodeType
from graph.store import Store
from graph.store.bulk import in_chunks
from graph.store.tables import type_of


class PowerCut(BaseException):
    """The machine stops here; nothing may catch it and carry on."""


@contextmanager
def power_cut_at(engine: Engine, statement: int, *, containing: str = "") -> Iterator[list[str]]:
    """Stop before the n-th statement (1 is the first) that contains a text.

    Yields:
        Every statement that was begun.
    """
    begun: list[str] = []
    counted = 0

    def before(_connection: Connection, _cursor: object, sql: str, *_rest: Any) -> None:  # noqa: ANN401
        nonlocal counted
        counted += containing in sql
        if counted >= statement:
            raise PowerCut(sql)
        begun.append(sql)

    event.listen(engine, "before_cursor_execute", before)
    try:
        yield begun
    finally:
        event.remove(engine, "before_cursor_execute", before)


class FakeFeatures:
    """Features that depend on everything stated about a node, one step away; counts its work."""

    def __init__(self, width: int = 4, name: str = "fake") -> None:
        self.widths = {kind: width + place for place, kind in enumerate(NodeType)}
        self.fingerprint = f"{name}-{width}"
        self.asked: dict[NodeType, list[int]] = {}  # keys that rows were worked out for
        self.poisoned: dict[str, float] = {}  # id -> what its first feature is instead
        self.season = "spring"  # rows of jobs depend on it

    def context(self, store: Store) -> str:
        return self.season

    def rows(
        self, store: Store, kind: NodeType, keys: Sequence[int] | None = None
    ) -> Iterator[FeatureRows]:
        said = _stated_by_key(store)
        chosen = sorted(key for key in said if type_of(key) is kind) if keys is None else list(keys)
        self.asked[kind] = chosen
        for some in in_chunks(chosen, 3):  # not the batches of whoever reads
            values = np.array([self._row(kind, said[key]) for key in some], np.float16)
            yield FeatureRows(np.array(some, np.int64), values)

    def _row(self, kind: NodeType, said: list[str]) -> list[float]:
        season = self.season if kind is NodeType.JOB else ""
        drawn = sha256("\n".join([season, *sorted(said)]).encode()).digest()
        row = [float(byte) / 8 for byte in drawn[: self.widths[kind]]]
        return [self.poisoned.get(said[0], row[0]), *row[1:]]


def _stated_by_key(store: Store) -> dict[int, list[str]]:
    """Return for every node its id, then what is stated of it, of its relations and neighbours."""
    alone = {
        row[0]: [row[1], repr(row[1:])]
        for kind in NodeType
        for rows in store.stream_nodes(kind)
        for row in rows
    }
    said = {key: list(words) for key, words in alone.items()}
    for kind in EdgeType:
        for edge in chain.from_iterable(store.stream_edges(kind)):
            told = (kind, *edge[3:6], bool(edge[6]), *edge[7:9])
            said[edge.source_key].append(f"to {told} {alone[edge.target_key][1]}")
            said[edge.target_key].append(f"from {told} {alone[edge.source_key][1]}")
    for act in chain.from_iterable(store.stream_events()):
        told = (act.kind, act.at, act.value, act.context_key)
        said[act.person_key].append(f"did {told} {alone[act.object_key][1]}")
        said[act.object_key].append(f"met {told} {alone[act.person_key][1]}")
    return said
