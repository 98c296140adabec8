"""A snapshot that is brought up to date is the one that would be built, and costs less."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import NewStore
from fakes import FakeFeatures
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_facts import NOW, EdgeFact, EventFact, Fact, forget, node, person, write
from store_strategies import PEOPLE, sources

from graph.schema import EdgeType, EventKind, NodeType
from graph.snapshot.build import build_snapshot, update_snapshot
from graph.snapshot.ensure import ensure_snapshot
from graph.snapshot.manifest import MANIFEST
from graph.snapshot.snapshot import Snapshot
from graph.store import Store

STATED: list[Fact] = [
    person("p", name="Ann"),
    person("q", name="Bo"),
    person("alone", name="Cy"),
    EdgeFact("p", EdgeType.HAS_SKILL, "s"),
    EdgeFact("q", EdgeType.HAS_SKILL, "t"),
    EventFact("p", EventKind.VIEW, "j", NOW),
]


def quiet(_what: str, _count: int) -> None:
    """Say nothing."""


def updated(store: Store, old: Snapshot, folder: Path, features: FakeFeatures) -> Snapshot:
    return update_snapshot(old, store, features, folder, quiet)


def contents(snapshot: Snapshot) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in snapshot.folder.iterdir()}


def asked(store: Store, features: FakeFeatures) -> set[str]:
    """Return the ids of the nodes that features were worked out for."""
    keys = {key for some in features.asked.values() for key in some}
    rows = [row for kind in NodeType for rows in store.stream_nodes(kind, []) for row in rows]
    return {id for key, id in rows if key in keys}


def is_same_file(one: Snapshot, other: Snapshot, name: str) -> bool:
    return (one.folder / name).samefile(other.folder / name)


@settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    sources=sources,
    gone=st.sampled_from([None, 0, 1]),
    erased=st.sampled_from([None, *PEOPLE]),
    width=st.sampled_from([3, 4]),
)
@pytest.mark.slow
def test_an_update_gives_the_very_files_that_a_build_gives(
    new_store: NewStore,
    tmp_path: Path,
    sources: list[list[Fact]],
    gone: int | None,
    erased: str | None,
    width: int,
) -> None:
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    store = new_store()
    numbers = [write(store, f"s{i}", said).source_id for i, said in enumerate(sources[:-1])]
    old = build_snapshot(store, FakeFeatures(), folder / "old", quiet)
    before = contents(old)
    write(store, "more", sources[-1])
    if gone is not None and gone < len(numbers):
        forget(store, numbers[gone])
    if erased is not None and store.find(NodeType.PERSON, [erased]):
        store.erase(erased, NOW)
    features = FakeFeatures(width)
    new = updated(store, old, folder / "new", features)
    built = build_snapshot(store, features, folder / "built", quiet)
    assert contents(new) == contents(built)
    assert new.fingerprint == built.fingerprint
    assert contents(old) == before


def test_nothing_is_worked_out_where_nothing_has_changed(
    sqlite_store: Store, tmp_path: Path
) -> None:
    write(sqlite_store, "a", STATED)
    old = build_snapshot(sqlite_store, FakeFeatures(), tmp_path / "old", quiet)
    features = FakeFeatures()
    new = updated(sqlite_store, old, tmp_path / "new", features)
    assert features.asked == {}
    assert {name for name in old.manifest.files if is_same_file(old, new, name)} == set(
        new.manifest.files
    )


Change = Callable[[Store], object]


@pytest.mark.parametrize(
    ("change", "recomputed"),
    [
        (lambda s: write(s, "b", [person("alone", headline="Weaver")]), {"alone"}),
        (lambda s: write(s, "b", [person("new")]), {"new"}),
        (lambda s: write(s, "b", [person("p", headline="Weaver")]), {"p", "s", "j"}),
        (lambda s: write(s, "b", [node(NodeType.SKILL, "t", name="Loom")]), {"q", "t"}),
        (lambda s: write(s, "b", [EdgeFact("q", EdgeType.HAS_SKILL, "s")]), {"q", "s"}),
        (lambda s: write(s, "b", [EventFact("q", EventKind.VIEW, "j", NOW)]), {"q", "j"}),
        (lambda s: s.erase("p", NOW), {"j", "s"}),
    ],
)
def test_features_are_worked_out_only_for_nodes_at_a_change(
    sqlite_store: Store, tmp_path: Path, change: Change, recomputed: set[str]
) -> None:
    write(sqlite_store, "a", STATED)
    old = build_snapshot(sqlite_store, FakeFeatures(), tmp_path / "old", quiet)
    change(sqlite_store)
    features = FakeFeatures()
    new = updated(sqlite_store, old, tmp_path / "new", features)
    assert asked(sqlite_store, features) == recomputed
    built = build_snapshot(sqlite_store, features, tmp_path / "built", quiet)
    assert contents(new) == contents(built)


def test_edges_of_a_relation_without_change_are_not_written_again(
    sqlite_store: Store, tmp_path: Path
) -> None:
    write(sqlite_store, "a", STATED)
    old = build_snapshot(sqlite_store, FakeFeatures(), tmp_path / "old", quiet)
    write(sqlite_store, "b", [EventFact("q", EventKind.VIEW, "j", NOW)])
    new = updated(sqlite_store, old, tmp_path / "new", FakeFeatures())
    assert is_same_file(old, new, "person-has_skill-skill.edges")
    assert is_same_file(old, new, "person.nodes")
    assert is_same_file(old, new, "skill.features")
    assert not is_same_file(old, new, "person-view-job.edges")
    assert not is_same_file(old, new, "person.features")


def test_other_features_are_worked_out_for_all(sqlite_store: Store, tmp_path: Path) -> None:
    write(sqlite_store, "a", STATED)
    old = build_snapshot(sqlite_store, FakeFeatures(), tmp_path / "old", quiet)
    features = FakeFeatures(name="other")
    new = updated(sqlite_store, old, tmp_path / "new", features)
    assert asked(sqlite_store, features) == {"p", "q", "alone", "s", "t", "j"}
    assert new.features_fingerprint == features.fingerprint
    assert is_same_file(old, new, "person-view-job.edges")


def test_all_jobs_are_worked_out_again_when_what_they_depend_on_changes(
    sqlite_store: Store, tmp_path: Path
) -> None:
    write(sqlite_store, "a", STATED)
    old = build_snapshot(sqlite_store, FakeFeatures(), tmp_path / "old", quiet)
    write(sqlite_store, "b", [person("new")])
    features = FakeFeatures()
    features.season = "autumn"
    new = updated(sqlite_store, old, tmp_path / "new", features)
    assert asked(sqlite_store, features) == {"j", "new"}
    built = build_snapshot(sqlite_store, features, tmp_path / "built", quiet)
    assert contents(new) == contents(built) != contents(old)


class TestEnsure:
    """`ensure_snapshot` keeps one folder, named by the fingerprint, up to date."""

    def ensure(self, store: Store, root: Path, features: FakeFeatures | None = None) -> Snapshot:
        return ensure_snapshot(store, features or FakeFeatures(), root, quiet)

    def test_it_makes_one_and_opens_it_the_next_time(
        self, sqlite_store: Store, tmp_path: Path
    ) -> None:
        root = tmp_path / "snapshots"
        write(sqlite_store, "a", STATED)
        first = self.ensure(sqlite_store, root)
        assert first.folder == root / first.fingerprint
        said: list[str] = []
        features = FakeFeatures()
        again = ensure_snapshot(
            sqlite_store, features, root, lambda what, _count: said.append(what)
        )
        assert again.fingerprint == first.fingerprint
        assert said == []
        assert features.asked == {}

    def test_an_erased_person_is_in_no_file_any_more(
        self, sqlite_store: Store, tmp_path: Path
    ) -> None:
        root = tmp_path / "snapshots"
        write(sqlite_store, "a", [*STATED, person("canary-person")])
        old = self.ensure(sqlite_store, root)
        assert "canary-person" in old.ids("person")
        sqlite_store.erase("canary-person", NOW)
        new = self.ensure(sqlite_store, root)
        assert list(root.iterdir()) == [new.folder]
        assert not any(b"canary" in each for each in contents(new).values())
        assert old.ids("person")[3] == "canary-person"  # who had it open keeps what they see

    def test_a_damaged_one_is_made_again(self, sqlite_store: Store, tmp_path: Path) -> None:
        root = tmp_path / "snapshots"
        write(sqlite_store, "a", STATED)
        first = self.ensure(sqlite_store, root)
        before = contents(first)
        (first.folder / MANIFEST).unlink()
        assert contents(self.ensure(sqlite_store, root)) == before

    def test_a_damaged_older_one_is_not_built_upon(
        self, sqlite_store: Store, tmp_path: Path
    ) -> None:
        root = tmp_path / "snapshots"
        write(sqlite_store, "a", STATED)
        first = self.ensure(sqlite_store, root)
        (first.folder / "person.nodes").unlink()
        write(sqlite_store, "b", [person("new")])
        second = self.ensure(sqlite_store, root)
        second.verify()
        assert list(root.iterdir()) == [second.folder]

    def test_what_cannot_be_made_leaves_the_older_one(
        self, sqlite_store: Store, tmp_path: Path
    ) -> None:
        root = tmp_path / "snapshots"
        write(sqlite_store, "a", STATED)
        first = self.ensure(sqlite_store, root)
        write(sqlite_store, "b", [person("poisoned")])
        features = FakeFeatures()
        features.poisoned["poisoned"] = float("nan")
        with pytest.raises(ValueError, match="feature 0 of person poisoned is nan"):
            self.ensure(sqlite_store, root, features)
        assert list(root.iterdir()) == [first.folder]
        assert np.isfinite(Snapshot.open(first.folder, verify=True).features("person")).all()
