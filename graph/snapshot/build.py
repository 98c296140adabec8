"""Builds snapshots: the facts of a store as they are now, as a folder of arrays."""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from operator import eq
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.features.source import FeatureSource
from graph.relation import Relation
from graph.schema import NodeType
from graph.snapshot.adjacency import ALWAYS, Adjacency
from graph.snapshot.array_files import ArrayFile, ArrayFileWriter
from graph.snapshot.facts import (
    NodeList,
    Spool,
    Taking,
    keys_digest,
    read_facts,
    read_node_lists,
)
from graph.snapshot.feature_rows import FeatureTable, Known
from graph.snapshot.grouping import both_directions, group_backward, group_forward
from graph.snapshot.id_list import id_arrays
from graph.snapshot.manifest import (
    FORMAT,
    Manifest,
    NodePart,
    RelationPart,
    digest_file,
    edge_file,
    feature_file,
    list_file,
)
from graph.snapshot.new_folder import new_folder
from graph.snapshot.snapshot import BACKWARD, FORWARD, Snapshot
from graph.store import Store
from graph.store.tables import SCHEMA_VERSION
from graph.whole_file import WholeFile

Step = Callable[[str, int], None]


def build_snapshot(store: Store, features: FeatureSource, folder: Path, step: Step) -> Snapshot:
    """Build a snapshot of the facts as they are at the beginning.

    The folder appears when it is whole; it takes about 32 bytes an edge and two a feature.

    Args:
        store: Whose facts; others may write to it meanwhile.
        features: Turns nodes into numbers.
        folder: Where to; nothing may be there yet.
        step: Called with what has been done, and how much of it.

    Raises:
        FileExistsError: There is something in the folder.
        BlockingIOError: Another process builds beside it.
        ValueError: A feature, or the weight of an edge, is not finite; the node is named, and
            nothing is left behind.
    """
    return _write(store, features, folder, step, None)


def update_snapshot(
    old: Snapshot, store: Store, features: FeatureSource, folder: Path, step: Step
) -> Snapshot:
    """Build a snapshot, the same to the last byte, with as much of an older one as still holds.

    Edges of a relation in which nothing has changed are not written again, and features are
    worked out only for nodes about which something was stated or is no longer: of the node
    itself, of an edge or event at it, or of a node at the other end; and for all jobs where what
    `FeatureSource.context` tells has changed. So features may depend on that, and on nothing
    further away.

    Args:
        old: An earlier snapshot of the same store; it stays as it is.
        store: Whose facts.
        features: Turns nodes into numbers.
        folder: Where to; nothing may be there yet.
        step: Called with what has been done, and how much of it.

    Raises:
        FileExistsError: There is something in the folder.
        BlockingIOError: Another process builds beside it.
        ValueError: As of `build_snapshot`.
    """
    return _write(store, features, folder, step, old)


def fingerprint_of(
    store_fingerprint: str, features: FeatureSource, nodes: Mapping[NodeType, NodeList]
) -> str:
    """Return the fingerprint that a snapshot of a store has, 32 hexadecimal digits."""
    parts = (FORMAT, SCHEMA_VERSION, store_fingerprint, keys_digest(nodes), features.fingerprint)
    return blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def _write(
    store: Store, features: FeatureSource, folder: Path, step: Step, old: Snapshot | None
) -> Snapshot:
    with new_folder(folder) as part:
        with store.at_one_moment() as facts:
            held, context = facts.fingerprint(), features.context(facts)
            nodes = read_node_lists(facts)
            with read_facts(facts, nodes, part) as taking:
                step("facts", taking.count())
                writing = _Writing(part, step, features, context, taking, old)
                writing.nodes(facts)
                relations = writing.relations()
        Manifest(
            fingerprint_of(held, features, nodes),
            held,
            features.fingerprint,
            context,
            0 if taking.as_of == ALWAYS else taking.as_of,
            {kind.value: NodePart(len(nodes[kind]), features.widths[kind]) for kind in NodeType},
            relations,
            writing.files,
        ).write(part)
    return Snapshot.open(folder)


@dataclass
class _Writing:
    """Writes the files of a snapshot, or takes them over from an older one."""

    folder: Path
    step: Step
    features: FeatureSource
    context: str
    taking: Taking
    old: Snapshot | None
    files: dict[str, ArrayFile] = field(default_factory=dict)

    def nodes(self, facts: Store) -> None:
        """Write what there is of nodes: lists, features and digests."""
        for kind, listed in self.taking.nodes.items():
            if self._is_listed_so(kind):
                self._take_over(list_file(kind))
            else:
                self._save(list_file(kind), {"keys": listed.keys, **id_arrays(listed.ids)})
            digests = self.taking.digests[kind]
            table = FeatureTable(facts, self.features, listed, digests, self._known(kind))
            if table.is_as_known():
                self._take_over(feature_file(kind))
                self._take_over(digest_file(kind))
            else:
                self._save_features(table)
                self._save(digest_file(kind), {"digests": digests})
            self.step(f"features of {kind}", len(listed))

    def relations(self) -> dict[Relation, RelationPart]:
        """Write the edges of all relations that have any, in both directions."""
        parts: dict[Relation, RelationPart] = {}
        for relation, spool in self.taking.spools.items():
            if spool.count:
                parts[relation] = RelationPart(spool.count, f"{spool.digest:016x}")
                if self._has_the_same(relation, parts[relation]):
                    self._take_over(edge_file(relation))
                else:
                    self._save(edge_file(relation), self._edges(spool))
                self.step(str(relation), spool.count)
        return parts

    def _edges(self, spool: Spool) -> dict[str, npt.NDArray[Any]]:
        relation, records = spool.relation, spool.records()
        sources, targets = (
            len(self.taking.nodes[NodeType(end)]) for end in (relation.source, relation.target)
        )
        if relation.is_undirected:
            return _arrays(FORWARD, group_forward(both_directions(records), sources, targets))
        return _arrays(FORWARD, group_forward(records, sources, targets)) | _arrays(
            BACKWARD, group_backward(records, sources, targets)
        )

    def _known(self, kind: NodeType) -> Known | None:
        if self.old is None or self.old.features_fingerprint != self.features.fingerprint:
            return None
        if self.old.widths[kind] != self.features.widths[kind]:
            return None
        if kind is NodeType.JOB and self.old.manifest.context != self.context:
            return None
        return Known(self.old.keys(kind), self.old.digests(kind), self.old.features(kind))

    def _is_listed_so(self, kind: NodeType) -> bool:
        listed = self.taking.nodes[kind]
        return (
            self.old is not None
            and np.array_equal(self.old.keys(kind), listed.keys)
            and all(map(eq, self.old.ids(kind), listed.ids))
        )

    def _has_the_same(self, relation: Relation, part: RelationPart) -> bool:
        if self.old is None or self.old.manifest.relations.get(relation) != part:
            return False
        ends = (NodeType(relation.source), NodeType(relation.target))
        return all(np.array_equal(self.old.keys(e), self.taking.nodes[e].keys) for e in ends)

    def _save_features(self, table: FeatureTable) -> None:
        with ArrayFileWriter(self.folder / feature_file(table.nodes.kind)) as writer:
            shape = (len(table.nodes), table.width)
            writer.add_in_parts("features", np.float16, shape, table.blocks())
            self.files[feature_file(table.nodes.kind)] = writer.finish()

    def _save(self, name: str, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        with ArrayFileWriter(self.folder / name) as writer:
            for part, array in arrays.items():
                writer.add(part, array)
            self.files[name] = writer.finish()

    def _take_over(self, name: str) -> None:
        """Give a file of the older snapshot a second name; a copy where the disk cannot."""
        if self.old is None:
            raise RuntimeError(f"{name} of no snapshot")
        try:
            os.link(self.old.folder / name, self.folder / name)
        except OSError:
            with (self.old.folder / name).open("rb") as there, WholeFile(self.folder / name) as to:
                shutil.copyfileobj(there, to.stream)
                to.commit()
        self.files[name] = self.old.manifest.files[name]


def _arrays(way: str, adjacency: Adjacency) -> dict[str, npt.NDArray[Any]]:
    offsets = np.append(adjacency.starts, adjacency.num_edges)
    return {
        f"{way}.offsets": offsets,
        f"{way}.sources": adjacency.sources,
        f"{way}.times": adjacency.times,
        f"{way}.weights": adjacency.weights,
    }
