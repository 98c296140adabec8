"""An index on disk: config.json and the files it names, loaded strictly or not at all."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import faiss
import numpy as np

from graph.encoder.json_fields import checked_fields
from graph.whole_file import WholeFile, sole_writer
from retrieval.index.index_config import IndexConfig
from retrieval.index.index_kind import IndexKind
from retrieval.index.row_table import RowTable
from retrieval.index.structure import view_of

FORMAT = 1  # raised when folders of before can no longer be read
CONFIG_FILE = "config.json"
_IDS = "ids"
_KEYS = ("format", "kind", "width", "num_rows", "num_ids", "next_label", "config", "files")
_PARTS = {  # what FAISS holds of each kind, by name
    IndexKind.EXACT: {"rows": faiss.IndexFlat},
    IndexKind.HNSW: {"rows": faiss.IndexHNSWFlat},
    IndexKind.IVF_PQ: {"rows": faiss.IndexFlat, "lists": faiss.IndexIVFPQ},
}
_ENDINGS = {_IDS: "json", "rows": "faiss", "lists": "faiss"}


class Saved(NamedTuple):
    """All there is to an index."""

    width: int
    kind: IndexKind
    config: IndexConfig
    table: RowTable
    parts: Mapping[str, Any]  # FAISS indexes of the kind's classes


def save_index(saved: Saved, folder: Path) -> None:
    """Write an index into a folder.

    Files are named after their hashes, so none of an older index is written over, and config.json,
    which names them, comes last: till then the older one can be loaded. Then what it does not
    name is removed.

    Raises:
        BlockingIOError: Another process writes there.
    """
    with sole_writer(folder, stems=(Path(CONFIG_FILE).stem,)) as is_certain:
        files = {_IDS: _write(folder, _IDS, _table_json(saved.table))}
        for name, part in saved.parts.items():
            files[name] = _write(folder, name, faiss.serialize_index(part).data)
        values = {
            "format": FORMAT,
            "kind": saved.kind,
            "width": saved.width,
            "num_rows": saved.table.num_rows,
            "num_ids": len(saved.table),
            "next_label": saved.table.next_label,
            "config": saved.config.as_json(),
            "files": files,
        }
        with WholeFile(folder / CONFIG_FILE) as file:
            file.stream.write((json.dumps(values, indent=2) + "\n").encode())
            file.commit()
        if is_certain:
            _remove_unnamed(folder, {_file_name(*each) for each in files.items()})


def load_index(folder: Path) -> Saved:
    """Read an index; nothing in its files is run.

    Raises:
        ValueError: It is missing, damaged, of another version, or does not fit together.
    """
    try:
        return _load(folder)
    except OSError as error:
        raise ValueError(f"{folder} holds no whole index: {error}") from error
    except (KeyError, TypeError, RuntimeError, ValueError) as error:  # RuntimeError: FAISS
        raise ValueError(f"{folder} holds no index that can be used: {error}") from error


def _load(folder: Path) -> Saved:
    found = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    values = checked_fields(CONFIG_FILE, found, _KEYS, required=("format",))
    if values["format"] != FORMAT:
        raise ValueError(f"it has format {values['format']!r}; this version reads {FORMAT}")
    values = checked_fields(CONFIG_FILE, found, _KEYS, required=_KEYS)
    kind, width = IndexKind(values["kind"]), int(values["width"])
    names = (_IDS, *_PARTS[kind])
    hashes = checked_fields("files", values["files"], names, required=names)
    table = _read_table(_read(folder, _IDS, hashes[_IDS]), values)
    parts = {
        name: _part(name, _read(folder, name, hashes[name]), kind, (table.num_rows, width))
        for name in _PARTS[kind]
    }
    return Saved(width, kind, IndexConfig.from_json(values["config"]), table, parts)


def _table_json(table: RowTable) -> bytes:
    values = {
        "ids": table.ids.tolist(),
        "labels": table.labels.tolist(),
        "is_live": table.is_live.astype(int).tolist(),
    }
    return json.dumps(values).encode()


def _read_table(content: bytes, values: Mapping[str, Any]) -> RowTable:
    keys = ("ids", "labels", "is_live")
    found = checked_fields("the table of ids", json.loads(content), keys, required=keys)
    table = RowTable.restored(
        found["ids"],
        np.array(found["labels"], np.int64),
        np.array(found["is_live"], bool),
        int(values["next_label"]),
    )
    counted = table.num_rows, len(table)
    if counted != (values["num_rows"], values["num_ids"]):
        raise ValueError(
            f"it has {counted} rows and ids; {CONFIG_FILE} says "
            f"{(values['num_rows'], values['num_ids'])}"
        )
    return table


def _part(name: str, content: bytes, kind: IndexKind, shape: tuple[int, int]) -> faiss.Index:
    with _limits(len(content)):
        part: Any = faiss.deserialize_index(np.frombuffer(content, np.uint8))
    wanted = _PARTS[kind][name]
    if not isinstance(part, wanted) or part.metric_type != faiss.METRIC_INNER_PRODUCT:
        raise ValueError(f"{name} must be {wanted.__name__} by inner product, is {type(part)}")
    width = shape[1] + -shape[1] % 4 if name == "lists" else shape[1]
    if (part.ntotal, part.d) != (shape[0], width):
        raise ValueError(f"{name} must be {(shape[0], width)}, is {(part.ntotal, part.d)}")
    if name == "rows":
        flat: Any = part if kind is not IndexKind.HNSW else faiss.downcast_index(part.storage)
        rows = view_of(flat)
        if not np.isfinite(rows.sum(dtype=np.float64)):
            raise ValueError("a number of a vector is not finite")
    return part


@contextmanager
def _limits(num_bytes: int) -> Iterator[None]:
    """Let FAISS reserve for what it reads little more than there is to read."""
    before = faiss.get_deserialization_vector_byte_limit()
    faiss.set_deserialization_vector_byte_limit(max(2 * num_bytes, 1 << 20))
    try:
        yield
    finally:
        faiss.set_deserialization_vector_byte_limit(before)


def _file_name(name: str, sha256: str) -> str:
    return f"{name}-{sha256}.{_ENDINGS[name]}"


def _write(folder: Path, name: str, content: bytes | memoryview) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    with WholeFile(folder / _file_name(name, sha256)) as file:
        file.stream.write(content)
        file.commit()
    return sha256


def _read(folder: Path, name: str, sha256: object) -> bytes:
    if not isinstance(sha256, str) or not sha256.isalnum():
        raise ValueError(f"the SHA-256 of {name} cannot be {sha256!r}")
    path = folder / _file_name(name, sha256)
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ValueError(f"{path.name} has the SHA-256 {found}; its {CONFIG_FILE} says {sha256}")
    return content


def _remove_unnamed(folder: Path, named: set[str]) -> None:
    for name, ending in _ENDINGS.items():
        for path in [*folder.glob(f"{name}-*.{ending}"), *folder.glob(f".{name}-*.part")]:
            if path.name not in named:
                path.unlink()
