"""A snapshot opens only when all of it is there as it was written; opening reads no arrays."""

import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import FakeFeatures
from store_facts import NOW, EdgeFact, EventFact, write

from graph.relation import EDGE_RELATIONS, EVENT_RELATIONS
from graph.schema import EdgeType, EventKind
from graph.snapshot.build import build_snapshot
from graph.snapshot.manifest import MANIFEST, UnusableSnapshot
from graph.snapshot.snapshot import Snapshot
from graph.store import Store

HAS_SKILL = EDGE_RELATIONS[EdgeType.HAS_SKILL]
CONNECTED = EDGE_RELATIONS[EdgeType.CONNECTED_TO]
VIEW = EVENT_RELATIONS[EventKind.VIEW]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("snapshot")
    store = Store.open(folder / "store.db")
    said = [
        EdgeFact("p", EdgeType.HAS_SKILL, "s", weight=0.5),
        EdgeFact("q", EdgeType.HAS_SKILL, "s", "2020"),
        EdgeFact("p", EdgeType.CONNECTED_TO, "q"),
        EventFact("p", EventKind.VIEW, "j", NOW),
    ]
    write(store, "a", said)
    return build_snapshot(store, FakeFeatures(), folder / "s", lambda _what, _count: None).folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "copy")


def rewrite(folder: Path, **changes: Any) -> None:  # noqa: ANN401
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | changes))


def test_a_whole_one_opens_and_verifies(folder: Path) -> None:
    snapshot = Snapshot.open(folder, verify=True)
    assert snapshot.as_of == NOW
    assert snapshot.relations == (
        HAS_SKILL,
        HAS_SKILL.reversed(),
        CONNECTED,
        VIEW,
        VIEW.reversed(),
    )


@pytest.mark.parametrize("name", ["format", "schema"])
def test_another_version_is_refused_with_both(folder: Path, name: str) -> None:
    ours = json.loads((folder / MANIFEST).read_text())[name]
    rewrite(folder, **{name: "77"})
    with pytest.raises(UnusableSnapshot, match=f"of {name} '77', and ours is {ours!r}"):
        Snapshot.open(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "\x00"])
def test_a_manifest_that_is_none_is_refused(folder: Path, text: str) -> None:
    (folder / MANIFEST).write_text(text)
    with pytest.raises(UnusableSnapshot, match=r"snapshot\.json is damaged"):
        Snapshot.open(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"nodes": {}},
        {"nodes": {"person": {"size": 2, "width": 4, "more": 1}}},
        {"files": {}},
        {"relations": []},
        {"relations": [{"source": "a", "name": "b", "target": "c", "edges": 1, "digest": ""}]},
        {"as_of": "soon"},
    ],
)
def test_a_manifest_of_other_things_is_refused(folder: Path, changes: dict[str, Any]) -> None:
    rewrite(folder, **changes)
    with pytest.raises(UnusableSnapshot, match=r"snapshot\.json is damaged"):
        Snapshot.open(folder)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("dtype", "|O"),
        ("dtype", "<f8"),
        ("start", -8),
        ("start", 1 << 40),
        ("shape", [1 << 40]),
        ("shape", [-1]),
        ("shape", [1]),
        ("shape", []),
    ],
)
def test_an_array_elsewhere_or_of_another_kind_is_refused(
    folder: Path, place: str, value: object
) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"]["person.nodes"]["arrays"]["keys"][place] = value
    rewrite(folder, files=manifest["files"])
    with pytest.raises(UnusableSnapshot, match=r"damaged|do not fit"):
        Snapshot.open(folder)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableSnapshot, match=f"no snapshot in {tmp_path / 'nowhere'}"):
        Snapshot.open(tmp_path / "nowhere")


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "job.features").unlink()
    with pytest.raises(UnusableSnapshot, match=r"job\.features is missing"):
        Snapshot.open(folder)


def test_a_file_of_another_length_is_refused_with_both_lengths(folder: Path) -> None:
    path = folder / "person.features"
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    said = rf"person\.features has {len(content) - 1} bytes, and should have {len(content)}"
    with pytest.raises(UnusableSnapshot, match=said):
        Snapshot.open(folder)


def test_a_changed_byte_is_noticed_when_hashes_are_checked(folder: Path) -> None:
    path = folder / "person-has_skill-skill.edges"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    snapshot = Snapshot.open(folder)
    with pytest.raises(UnusableSnapshot, match=r"skill\.edges is damaged: its SHA-256 is"):
        snapshot.verify()
    with pytest.raises(UnusableSnapshot, match=r"skill\.edges is damaged: its SHA-256 is"):
        Snapshot.open(folder, verify=True)


def test_writing_to_an_array_does_not_reach_the_disk(folder: Path) -> None:
    snapshot = Snapshot.open(folder)
    snapshot.features("person")[:] = 7
    snapshot.keys("person")[:] = 7
    snapshot.adjacency(HAS_SKILL).weights[:] = 7
    Snapshot.open(folder, verify=True)


def test_another_process_maps_the_same_files(folder: Path) -> None:
    snapshot = pickle.loads(pickle.dumps(Snapshot.open(folder)))
    assert snapshot.ids("person")[:] == ["p", "q"]
    assert len(pickle.dumps(snapshot)) < 1000


@pytest.mark.slow
class TestHeteroData:
    """PyG sees the mapped arrays themselves."""

    def test_nodes_and_edges_are_those_of_the_snapshot(self, folder: Path) -> None:
        snapshot = Snapshot.open(folder)
        data = snapshot.hetero_data()
        assert data.edge_types == list(snapshot.relations)
        assert data[HAS_SKILL].edge_index.tolist() == [[1, 0], [0, 0]]
        assert data[HAS_SKILL.reversed()].edge_index.tolist() == [[0, 0], [0, 1]]
        assert data[HAS_SKILL].edge_weight.tolist() == [1.0, 0.5]
        assert data["person"].x.tolist() == snapshot.features("person").tolist()
        assert data["place"].num_nodes == 0

    def test_memory_is_shared(self, folder: Path) -> None:
        snapshot = Snapshot.open(folder)
        data = snapshot.hetero_data()
        shared = [
            (data["person"].x, snapshot.features("person")),
            (data[VIEW].edge_time, snapshot.adjacency(VIEW).times),
            (data[VIEW].edge_weight, snapshot.adjacency(VIEW).weights),
        ]
        for tensor, array in shared:
            assert np.shares_memory(tensor.numpy(), array)

    def test_only_the_relations_asked_for_are_there(self, folder: Path) -> None:
        data = Snapshot.open(folder).hetero_data([VIEW])
        assert data.edge_types == [VIEW]
        assert data["skill"].num_nodes == 1
