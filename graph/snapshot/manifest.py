"""The manifest of a snapshot: what it was made from, and every file and array that belongs to it.

Written after everything else, so that a folder with a manifest is whole; read strictly.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

from graph.relation import STATED, Relation
from graph.schema import NodeType
from graph.snapshot.array_files import DTYPES, ArrayFile, ArrayPlace
from graph.store.tables import SCHEMA_VERSION
from graph.whole_file import WholeFile

FORMAT = 1
MANIFEST = "snapshot.json"
_KINDS = frozenset(kind.value for kind in NodeType)


class UnusableSnapshot(ValueError):
    """A folder holds no snapshot, or one that is damaged or of another version."""


class NodePart(NamedTuple):
    """The nodes of one type."""

    size: int  # how many
    width: int  # of their features


class RelationPart(NamedTuple):
    """The edges of one stated relation."""

    edges: int  # as stated: undirected ones, which messages pass both ways, count once
    digest: str  # of source key, target key, time and weight of all


@dataclass(frozen=True)
class Manifest:
    """Everything about a snapshot but its arrays."""

    fingerprint: str
    store: str  # fingerprint of the facts
    features: str  # fingerprint of what made the features
    context: str  # what rows of jobs depended on beside what is stated at them
    as_of: int  # the newest moment in the facts, seconds since 1970 UTC; 0: nothing is dated
    nodes: Mapping[str, NodePart]
    relations: Mapping[Relation, RelationPart]  # stated ones, those that have edges
    files: Mapping[str, ArrayFile]

    def write(self, folder: Path) -> None:
        """Write it; whole or not at all."""
        with WholeFile(folder / MANIFEST) as file:
            file.stream.write(json.dumps(self._plain(), indent=1).encode())
            file.commit()

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the manifest of a folder and hold the files of the folder against it.

        Raises:
            UnusableSnapshot: It is missing, damaged, of another format or schema, or a file is
                missing or not as long as it says.
            OSError: It cannot be read.
        """
        path = folder / MANIFEST
        try:
            said = json.loads(path.read_bytes())
        except FileNotFoundError:
            raise UnusableSnapshot(f"there is no snapshot in {folder}: no {MANIFEST}") from None
        except ValueError:
            raise UnusableSnapshot(f"{path} is damaged: it is no JSON") from None
        _check_version(path, said)
        try:
            manifest = cls._from_plain(said)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UnusableSnapshot(f"{path} is damaged: {error!r}") from None
        manifest.check_files(folder)
        return manifest

    def check_files(self, folder: Path) -> None:
        """Refuse a folder whose files are not those of the manifest.

        Raises:
            UnusableSnapshot: A file is missing, or has another size.
        """
        for name, file in self.files.items():
            path = folder / name
            if not path.is_file():
                raise UnusableSnapshot(f"{path} is missing")
            if (size := path.stat().st_size) != file.size:
                raise UnusableSnapshot(f"{path} has {size} bytes, and should have {file.size}")

    def _plain(self) -> dict[str, Any]:
        relations = [
            {**relation._asdict(), **part._asdict()} for relation, part in self.relations.items()
        ]
        files = {
            name: {
                "size": file.size,
                "sha256": file.sha256,
                "arrays": {name: place._asdict() for name, place in file.arrays.items()},
            }
            for name, file in self.files.items()
        }
        return {
            "format": FORMAT,
            "schema": SCHEMA_VERSION,
            "fingerprint": self.fingerprint,
            "store": self.store,
            "features": self.features,
            "context": self.context,
            "as_of": self.as_of,
            "nodes": {kind: part._asdict() for kind, part in self.nodes.items()},
            "relations": relations,
            "files": files,
        }

    @classmethod
    def _from_plain(cls, said: Mapping[str, Any]) -> Self:
        manifest = cls(
            str(said["fingerprint"]),
            str(said["store"]),
            str(said["features"]),
            str(said["context"]),
            int(said["as_of"]),
            {kind: NodePart(**part) for kind, part in said["nodes"].items()},
            dict(_relation(part) for part in said["relations"]),
            {name: _file(name, file) for name, file in said["files"].items()},
        )
        if manifest.nodes.keys() != _KINDS:
            raise ValueError(f"nodes of {sorted(manifest.nodes)}, expected {sorted(_KINDS)}")
        wanted = file_names(manifest.relations)
        if manifest.files.keys() != wanted:
            raise ValueError(f"files {sorted(manifest.files)}, expected {sorted(wanted)}")
        return manifest


def list_file(kind: str) -> str:
    """Return the name of the file of keys and ids of a node type."""
    return f"{kind}.nodes"


def feature_file(kind: str) -> str:
    """Return the name of the file of features of a node type."""
    return f"{kind}.features"


def digest_file(kind: str) -> str:
    """Return the name of the file that tells which nodes have changed since."""
    return f"{kind}.digests"


def edge_file(relation: Relation) -> str:
    """Return the name of the file of a stated relation and its reverse."""
    return f"{relation}.edges"


def file_names(relations: Mapping[Relation, RelationPart]) -> set[str]:
    """Return the names of all files but the manifest."""
    of_nodes = {of(kind) for kind in _KINDS for of in (list_file, feature_file, digest_file)}
    return of_nodes | {edge_file(relation) for relation in relations}


def _check_version(path: Path, said: Any) -> None:  # noqa: ANN401  whatever the JSON holds
    if not isinstance(said, dict):
        raise UnusableSnapshot(f"{path} is damaged: it is no JSON object")
    for name, ours in (("format", FORMAT), ("schema", SCHEMA_VERSION)):
        if said.get(name) != ours:
            raise UnusableSnapshot(f"{path} is of {name} {said.get(name)!r}, and ours is {ours!r}")


def _relation(part: Mapping[str, Any]) -> tuple[Relation, RelationPart]:
    relation = Relation(part["source"], part["name"], part["target"])
    if relation not in STATED:
        raise ValueError(f"no relation is called {relation}")
    return relation, RelationPart(int(part["edges"]), str(part["digest"]))


def _file(name: str, said: Mapping[str, Any]) -> ArrayFile:
    arrays = {
        array: ArrayPlace(place["dtype"], tuple(place["shape"]), int(place["start"]))
        for array, place in said["arrays"].items()
    }
    size = int(said["size"])
    for array, place in arrays.items():
        if place.dtype not in DTYPES or min(place.start, *place.shape) < 0:
            raise ValueError(f"{array} of {name} cannot be {place}")
        if place.start + place.size > size:
            raise ValueError(f"{array} of {name} ends after its file, which has {size} bytes")
    return ArrayFile(size, str(said["sha256"]), arrays)
