"""A saved index finds the same, or is refused by the name of what is wrong."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph.whole_file import WholeFile, sole_writer
from retrieval.index.index_config import IndexConfig
from retrieval.index.index_kind import IndexKind
from retrieval.index.vector_index import VectorIndex

KINDS = list(IndexKind)
WIDTH = 6
QUERIES = np.random.default_rng(1).standard_normal((10, WIDTH)).astype(np.float32)


def built(kind: IndexKind) -> VectorIndex:
    """An index from which something was deleted."""
    vectors = np.random.default_rng(0).standard_normal((400, WIDTH))
    config = IndexConfig(kind=kind, hnsw_links=8)
    index = VectorIndex.build([f"person:{number}" for number in range(400)], vectors, config)
    index.delete(["person:7", "person:8"])
    return index


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An exact index that was saved."""
    built(IndexKind.EXACT).save(tmp_path / "index")
    return tmp_path / "index"


def change_config(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "config.json"
    values = json.loads(path.read_text())
    change(values)
    path.write_text(json.dumps(values))


def file_of(folder: Path, name: str) -> Path:
    return next(folder.glob(f"{name}-*"))


def change_file(folder: Path, name: str, content: bytes) -> None:
    """Put another content in, with the hash that it then has."""
    old = file_of(folder, name)
    sha256 = hashlib.sha256(content).hexdigest()
    old.unlink()
    (folder / f"{name}-{sha256}{old.suffix}").write_bytes(content)
    change_config(folder, lambda values: values["files"].update({name: sha256}))


@pytest.mark.parametrize("kind", KINDS)
def test_a_loaded_index_finds_the_same_and_goes_on_as_the_saved_one(
    kind: IndexKind, tmp_path: Path
) -> None:
    index = built(kind)
    index.save(tmp_path / "index")
    loaded = VectorIndex.load(tmp_path / "index")
    assert (loaded.kind, loaded.config, loaded.ids) == (kind, index.config, index.ids)
    assert loaded.num_deleted == index.num_deleted
    np.testing.assert_array_equal(loaded.labels, index.labels)
    assert loaded.search(QUERIES, 30) == index.search(QUERIES, 30)
    for each in (index, loaded):
        each.upsert(["new"], QUERIES[:1] * 10)
        each.delete(["person:9"])
    np.testing.assert_array_equal(loaded.labels, index.labels)
    assert loaded.search(QUERIES[:1], 1) == index.search(QUERIES[:1], 1)
    assert loaded.search(QUERIES[:1], 1)[0][0].id == "new"


def test_an_empty_index_can_be_saved(tmp_path: Path) -> None:
    VectorIndex(3).save(tmp_path)
    assert VectorIndex.load(tmp_path).search(np.ones((1, 3)), 2) == [[]]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_index_gives_the_same_bytes(kind: IndexKind, tmp_path: Path) -> None:
    for name in ("first", "second"):
        built(kind).save(tmp_path / name)
    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ("first", "second")
    )
    assert first == second


@pytest.mark.parametrize("kind", KINDS)
def test_a_flipped_bit_anywhere_is_refused(kind: IndexKind, tmp_path: Path) -> None:
    built(kind).save(tmp_path)
    for path in [each for each in tmp_path.iterdir() if each.name != "config.json"]:
        whole = path.read_bytes()
        for place in np.random.default_rng(0).integers(0, len(whole), 5):
            damaged = bytearray(whole)
            damaged[place] ^= 1
            path.write_bytes(damaged)
            with pytest.raises(ValueError, match=f"{path.name} has the SHA-256"):
                VectorIndex.load(tmp_path)
        path.write_bytes(whole)
    VectorIndex.load(tmp_path)


def test_a_missing_file_or_folder_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nowhere"):
        VectorIndex.load(tmp_path / "nowhere")
    path = file_of(folder, "rows")
    path.unlink()
    with pytest.raises(ValueError, match=path.name):
        VectorIndex.load(folder)


def test_a_config_that_does_not_fit_is_refused(folder: Path) -> None:
    whole = (folder / "config.json").read_text()
    changes: list[tuple[Callable[[dict[str, Any]], object], str]] = [
        (lambda values: values.update(format=2), "has format 2; this version reads 1"),
        (lambda values: values.update(kind="annoy"), "annoy"),
        (lambda values: values.update(kind="hnsw"), "IndexHNSWFlat"),
        (lambda values: values.update(kind="ivf_pq"), "lists"),
        (lambda values: values.update(width=7), r"\(398, 7\), is \(398, 6\)"),
        (lambda values: values.update(num_ids=3), r"\(398, 3\)"),
        (lambda values: values.update(next_label=5), "below 5"),
        (lambda values: values.update(colour="blue"), "colour"),
        (lambda values: values.pop("width"), "width"),
        (lambda values: values["config"].update(seed=-1), "seed"),
        (lambda values: values["files"].update(rows="../../etc"), "cannot be"),
        (lambda values: values.update(files=None), "JSON object"),
    ]
    for change, said in changes:
        change_config(folder, change)
        with pytest.raises(ValueError, match=said):
            VectorIndex.load(folder)
        (folder / "config.json").write_text(whole)
    (folder / "config.json").write_text(whole[:-20])
    with pytest.raises(ValueError, match="no index that can be used"):
        VectorIndex.load(folder)


def test_files_that_belong_to_other_indexes_are_refused(folder: Path, tmp_path: Path) -> None:
    VectorIndex.build(["a"], np.ones((1, WIDTH))).save(tmp_path / "other")
    change_file(folder, "rows", file_of(tmp_path / "other", "rows").read_bytes())
    with pytest.raises(ValueError, match=r"rows must be \(398, 6\), is \(1, 6\)"):
        VectorIndex.load(folder)


def test_a_number_that_is_not_finite_is_refused(folder: Path) -> None:
    content = bytearray(file_of(folder, "rows").read_bytes())
    content[-4:] = np.float32(np.nan).tobytes()
    change_file(folder, "rows", bytes(content))
    with pytest.raises(ValueError, match="not finite"):
        VectorIndex.load(folder)


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_bytes_with_a_right_hash_are_refused_or_harmless(
    kind: IndexKind, tmp_path: Path
) -> None:
    """What FAISS is not to notice may load, but raises nothing else and takes no memory."""
    built(kind).save(tmp_path)
    whole, random = file_of(tmp_path, "rows").read_bytes(), np.random.default_rng(0)
    hostile = [whole[: len(whole) // 2], b"", b"no index", whole[:8] + b"\xff" * 8 + whole[16:]]
    for place in random.integers(0, 64, 20):
        changed = bytearray(whole)
        changed[place] ^= 0xFF
        hostile.append(bytes(changed))
    refused = 0
    for content in hostile:
        change_file(tmp_path, "rows", content)
        try:
            VectorIndex.load(tmp_path)
        except ValueError:
            refused += 1
    assert refused >= 4


def test_a_table_with_an_id_twice_is_refused(folder: Path) -> None:
    values = json.loads(file_of(folder, "ids").read_text())
    values["ids"][1] = values["ids"][0]
    change_file(folder, "ids", json.dumps(values).encode())
    with pytest.raises(ValueError, match="two vectors"):
        VectorIndex.load(folder)


def test_an_index_that_was_not_wholly_written_leaves_the_one_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = VectorIndex.load(folder).ids
    commit = WholeFile.commit

    def full(file: WholeFile) -> None:
        if file.path.name == "config.json":
            raise OSError("no space left")
        commit(file)

    monkeypatch.setattr(WholeFile, "commit", full)
    with pytest.raises(OSError, match="no space left"):
        built(IndexKind.HNSW).save(folder)
    assert VectorIndex.load(folder).ids == before


def test_saving_removes_what_older_and_killed_runs_have_left(folder: Path) -> None:
    old = {path.name for path in folder.iterdir()} - {"config.json"}
    (folder / ".rows-0a1b2c-abcd1234.part").write_bytes(b"half")
    (folder / "notes.txt").write_text("not ours")
    VectorIndex.build(["a"], np.ones((1, 2))).save(folder)
    left = {path.name for path in folder.iterdir()}
    assert not left & old
    assert len(left) == 4
    assert "notes.txt" in left


def test_who_is_deleted_is_not_named_on_disk(tmp_path: Path) -> None:
    for kind in KINDS:
        built(kind).save(tmp_path / kind)
        content = b"".join(path.read_bytes() for path in (tmp_path / kind).iterdir())
        assert b'"person:7"' not in content
        assert b'"person:70"' in content


def test_only_one_process_writes(folder: Path) -> None:
    with sole_writer(folder), pytest.raises(BlockingIOError):
        built(IndexKind.EXACT).save(folder)
