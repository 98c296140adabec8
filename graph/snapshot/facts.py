"""Reads a store into node lists and spools of edges, in memory that does not grow with edges."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from graph.relation import EDGE_RELATIONS, EVENT_RELATIONS, STATED, Relation
from graph.schema import NodeType
from graph.snapshot.adjacency import ALWAYS
from graph.snapshot.mixing import RECORD, Ends, Facts, take
from graph.store import Store
from graph.store.column_streams import (
    EdgeColumns,
    EventColumns,
    read_edge_columns,
    read_event_columns,
    read_keys,
    read_node_columns,
    seconds_of,
)
from graph.store.tables import EDGE_TYPES, EVENT_KINDS, KEY_STEP, NODE_CODES

_DIGEST = 2**64


class NodeList:
    """The nodes of one type, in rising order of key."""

    def __init__(self, kind: NodeType, keys: npt.NDArray[np.int64], ids: list[str]) -> None:
        self.kind = kind
        self.keys = keys
        self.ids = ids

    def __len__(self) -> int:
        return len(self.keys)

    def ends(self, rows: npt.NDArray[np.uint64]) -> Ends:
        """Return them as ends of facts.

        Args:
            rows: A digest of what is stated of each node alone, (nodes,).
        """
        most = int(self.keys[-1]) // KEY_STEP if len(self) else 0
        numbers = np.full(most + 1, -1, np.int32)
        numbers[self.keys // KEY_STEP] = np.arange(len(self), dtype=np.int32)
        return Ends(NODE_CODES[self.kind], numbers, rows, rows.copy())


@dataclass
class Spool:
    """The edges of one relation, waiting in a file to be grouped."""

    relation: Relation
    number: int  # tells it from other relations
    stream: IO[bytes]
    count: int = 0
    digest: int = 0  # of all, whatever their order

    def add(self, facts: Facts, source: Ends, target: Ends) -> None:
        """Append a batch of edges.

        Raises:
            ValueError: A weight is not finite, or one is about a node that is not there.
        """
        self._check_weights(facts)
        records = np.empty(len(facts.sources), RECORD)
        taken = take(facts, source, target, self.number, records)
        if taken.unknown >= 0:
            ends = facts.sources[taken.unknown], facts.targets[taken.unknown]
            raise ValueError(f"{self.relation}: keys {ends[0]} to {ends[1]}, no such nodes")
        self.stream.write(records.tobytes())
        self.count += len(records)
        self.digest = (self.digest + int(taken.digest)) % _DIGEST

    def records(self) -> npt.NDArray[np.void]:
        """Read all of them, (edges,), of `mixing.RECORD`."""
        self.stream.seek(0)
        return np.fromfile(self.stream, RECORD, self.count)

    def _check_weights(self, facts: Facts) -> None:
        is_bad = ~np.isfinite(facts.weights)
        if is_bad.any():
            place = int(np.flatnonzero(is_bad)[0])
            raise ValueError(
                f"{self.relation}: the weight from key {facts.sources[place]} to key "
                f"{facts.targets[place]} is {facts.weights[place]}, and must be a finite number"
            )


class Taking:
    """What is read of a store, but for features."""

    def __init__(
        self, nodes: Mapping[NodeType, NodeList], spools: Mapping[Relation, Spool]
    ) -> None:
        self.nodes = nodes
        self.spools = spools
        self.digests: Mapping[NodeType, npt.NDArray[np.uint64]] = {}
        self.as_of = int(ALWAYS)

    def count(self) -> int:
        """Return how many edges and events were taken."""
        return sum(spool.count for spool in self.spools.values())

    def note(self, times: npt.NDArray[np.int64]) -> None:
        """Take moments into account for `as_of`."""
        if len(times):
            self.as_of = max(self.as_of, int(times.max()))


def read_node_lists(store: Store) -> dict[NodeType, NodeList]:
    """Read the keys and ids of all nodes."""
    return {kind: NodeList(kind, *read_keys(store, kind)) for kind in NodeType}


def keys_digest(nodes: Mapping[NodeType, NodeList]) -> str:
    """Return a value that differs where keys or ids do: facts may be the same and keys not."""
    hashed = blake2b(digest_size=16)
    for kind, listed in nodes.items():
        hashed.update(f"{kind}:{len(listed)}:".encode())
        hashed.update(listed.keys.tobytes())
        for id in listed.ids:
            hashed.update(id.encode("utf-8", "surrogatepass") + b"\0")
    return hashed.hexdigest()


@contextmanager
def read_facts(store: Store, nodes: Mapping[NodeType, NodeList], folder: Path) -> Iterator[Taking]:
    """Read all facts; the spools are gone at the end.

    Args:
        store: Held at one moment.
        nodes: All of the store, at that moment.
        folder: Where spools may lie: they take 20 bytes an edge.
    """
    with ExitStack() as stack:
        spools = {
            relation: Spool(
                relation, number, stack.enter_context(tempfile.TemporaryFile(dir=folder))
            )
            for number, relation in enumerate(STATED)
        }
        taking = Taking(nodes, spools)
        ends = {kind: listed.ends(_row_digests(store, listed)) for kind, listed in nodes.items()}
        for edges in read_edge_columns(store):
            for code in np.unique(edges.kinds):
                _take_one(taking, ends, EDGE_RELATIONS[EDGE_TYPES[code]], edges, int(code))
        for events in read_event_columns(store):
            for code in np.unique(events.kinds):
                _take_one(taking, ends, EVENT_RELATIONS[EVENT_KINDS[code]], events, int(code))
        taking.digests = {kind: end.digests for kind, end in ends.items()}
        _note_jobs(store, taking)
        yield taking


def _take_one(
    taking: Taking,
    ends: Mapping[NodeType, Ends],
    relation: Relation,
    columns: EdgeColumns | EventColumns,
    code: int,
) -> None:
    chosen = np.flatnonzero(columns.kinds == code)
    weights = columns.weights[chosen]
    weights[np.isnan(weights)] = 1
    with np.errstate(over="ignore"):  # what float32 cannot hold is refused as infinite
        # Adding zero makes one of the two zeros, which are equal and differ in their bytes.
        small = weights.astype(np.float32) + np.float32(0)
    facts = Facts(
        columns.sources[chosen],
        columns.targets[chosen],
        columns.times[chosen],
        small,
        columns.details[chosen],
    )
    source, target = ends[NodeType(relation.source)], ends[NodeType(relation.target)]
    taking.spools[relation].add(facts, source, target)
    taking.note(facts.times)


def _row_digests(store: Store, listed: NodeList) -> npt.NDArray[np.uint64]:
    digests = np.zeros(len(listed), np.uint64)
    for batch in read_node_columns(store, listed.kind):
        digests[np.searchsorted(listed.keys, batch.keys)] = batch.digests
    return digests


def _note_jobs(store: Store, taking: Taking) -> None:
    for rows in store.stream_nodes(NodeType.JOB, ["posted_at"]):
        posted = [seconds_of(row[2]) for row in rows]
        taking.note(np.array(posted, np.int64))
