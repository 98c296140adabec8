"""`Snapshot`: the facts of a store as they were at one moment, in memory-mapped arrays."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from graph.relation import Relation, both_ways
from graph.snapshot.adjacency import Adjacency
from graph.snapshot.array_files import map_arrays, sha256_of
from graph.snapshot.id_list import IdList
from graph.snapshot.manifest import (
    Manifest,
    UnusableSnapshot,
    digest_file,
    edge_file,
    feature_file,
    list_file,
)

if TYPE_CHECKING:
    from torch_geometric.data import HeteroData

FORWARD, BACKWARD = "forward", "backward"  # how the arrays of a relation and its reverse begin
_Arrays = Mapping[str, npt.NDArray[Any]]


class Snapshot:
    """A folder of arrays, of which only what is looked at takes memory.

    A node has a number: its place in rising order of store key within its type. Arrays are
    mapped copy-on-write: writing to them changes nothing on the disk.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self._arrays = {
            name: map_arrays(folder / name, file.arrays) for name, file in manifest.files.items()
        }
        self._ids = {kind: IdList(self._arrays[list_file(kind)]) for kind in manifest.nodes}
        self._adjacencies: dict[Relation, Adjacency] = {}
        for relation in manifest.relations:
            self._adjacencies.update(self._both(relation))
        self.relations: tuple[Relation, ...] = tuple(self._adjacencies)
        self.widths: Mapping[str, int] = {kind: part.width for kind, part in manifest.nodes.items()}

    @classmethod
    def open(cls, folder: Path, *, verify: bool = False) -> Self:
        """Open a snapshot.

        Args:
            folder: Where it is.
            verify: Read every file and check its hash, not only its length.

        Raises:
            UnusableSnapshot: There is none, or it is damaged, or of another format or schema.
            OSError: It cannot be read.
        """
        manifest = Manifest.read(folder)
        try:
            snapshot = cls(folder, manifest)
            snapshot._check_shapes()
        except (KeyError, IndexError, ValueError) as error:
            raise UnusableSnapshot(f"the arrays of {folder} do not fit: {error!r}") from None
        if verify:
            snapshot.verify()
        return snapshot

    def __reduce__(self) -> tuple[Callable[[Path], "Snapshot"], tuple[Path]]:
        """Let another process map the same files."""
        return type(self).open, (self.folder,)

    @property
    def fingerprint(self) -> str:
        """Return a value that differs wherever facts, keys of nodes or features do."""
        return self.manifest.fingerprint

    @property
    def features_fingerprint(self) -> str:
        """Return the fingerprint of what made the features."""
        return self.manifest.features

    @property
    def as_of(self) -> int:
        """Return the newest moment in the facts, in seconds since 1970 UTC; 0: all undated."""
        return self.manifest.as_of

    def num_nodes(self, kind: str) -> int:
        """Return how many nodes of a type there are."""
        return self.manifest.nodes[kind].size

    def keys(self, kind: str) -> npt.NDArray[np.int64]:
        """Return the store keys of the nodes of a type, by number; they rise."""
        return self._arrays[list_file(kind)]["keys"]

    def ids(self, kind: str) -> Sequence[str]:
        """Return the ids of the nodes of a type, by number."""
        return self._ids[kind]

    def node_of(self, kind: str, id: str) -> int:
        """Return the number of the node with an id.

        Raises:
            KeyError: There is none.
        """
        number = self._ids[kind].find(id)
        if number is None:
            raise KeyError(f"the snapshot has no {kind} {id!r}")
        return number

    def numbers(self, kind: str, keys: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Return the numbers of the nodes with these store keys.

        Raises:
            KeyError: There is none with one of them.
        """
        known, wanted = self.keys(kind), np.asarray(keys, np.int64)
        places = np.searchsorted(known, wanted)
        is_there = places < len(known)
        is_there[is_there] = known[places[is_there]] == wanted[is_there]
        if not is_there.all():
            raise KeyError(f"the snapshot has no {kind} with key {wanted[~is_there][0]}")
        return places

    def features(self, kind: str) -> npt.NDArray[np.float16]:
        """Return the features of the nodes of a type, (nodes, width)."""
        return self._arrays[feature_file(kind)]["features"]

    def digests(self, kind: str) -> npt.NDArray[np.uint64]:
        """Return what tells whether a node, or anything stated about it, has changed, (nodes,)."""
        return self._arrays[digest_file(kind)]["digests"]

    def adjacency(self, relation: Relation) -> Adjacency:
        """Return the edges of a relation, grouped by who receives.

        Raises:
            KeyError: It has no edges.
        """
        return self._adjacencies[relation]

    def hetero_data(self, relations: Collection[Relation] | None = None) -> "HeteroData":
        """Return nodes with features, and edges, for PyG; see `hetero_view.hetero_data`."""
        from graph.snapshot.hetero_view import hetero_data

        features = {kind: self.features(kind) for kind in self.manifest.nodes}
        chosen = self.relations if relations is None else tuple(relations)
        return hetero_data(features, {each: self.adjacency(each) for each in chosen})

    def verify(self) -> None:
        """Read every file and check it against its hash.

        Raises:
            UnusableSnapshot: One has changed.
        """
        for name, file in self.manifest.files.items():
            if (found := sha256_of(self.folder / name)) != file.sha256:
                raise UnusableSnapshot(
                    f"{self.folder / name} is damaged: its SHA-256 is {found}, "
                    f"and should be {file.sha256}"
                )

    def _both(self, relation: Relation) -> dict[Relation, Adjacency]:
        arrays = self._arrays[edge_file(relation)]
        ways = zip(both_ways((relation,)), (FORWARD, BACKWARD), strict=False)
        return {each: self._read(each, way, arrays) for each, way in ways}

    def _read(self, relation: Relation, way: str, arrays: _Arrays) -> Adjacency:
        offsets = arrays[f"{way}.offsets"]
        sources, times, weights = (
            arrays[f"{way}.{name}"] for name in ("sources", "times", "weights")
        )
        num_sources = self.num_nodes(relation.source)
        return Adjacency(offsets[:-1], offsets[1:], sources, times, weights, num_sources)

    def _check_shapes(self) -> None:
        for kind, part in self.manifest.nodes.items():
            lengths = {len(self.keys(kind)), len(self._ids[kind]), len(self.digests(kind))}
            if lengths != {part.size}:
                raise ValueError(f"{part.size} {kind} nodes, and arrays of {sorted(lengths)}")
            if self.features(kind).shape != (part.size, part.width):
                raise ValueError(f"features of {kind} of shape {self.features(kind).shape}")
        for relation, found in self._adjacencies.items():
            nodes = self.num_nodes(relation.target)
            lengths = {len(found.sources), len(found.times), len(found.weights)}
            if found.num_targets != nodes or lengths != {found.num_edges}:
                raise ValueError(f"edges of {relation}: {found.num_targets} rows, {lengths}")
