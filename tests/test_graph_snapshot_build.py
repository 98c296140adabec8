"""A snapshot says what the store says: known answers, both directions, nothing half done."""

import os
import signal
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from conftest import NewStore
from fakes import FakeFeatures, PowerCut
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_facts import NOW, EdgeFact, EventFact, Fact, node, person, write
from store_strategies import facts

from graph.relation import EDGE_RELATIONS, EVENT_RELATIONS, STATED, Relation, both_ways
from graph.schema import ENDPOINTS, EVENT_OBJECT, EdgeType, EventKind, NodeType
from graph.snapshot.adjacency import ALWAYS
from graph.snapshot.build import build_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.store import Store
from graph.store.column_streams import seconds_of

CONNECTED = EDGE_RELATIONS[EdgeType.CONNECTED_TO]
KNOWS_SKILL = EDGE_RELATIONS[EdgeType.HAS_SKILL]
ROOT = Path(__file__).parents[1]


def quiet(_what: str, _count: int) -> None:
    """Say nothing."""


def build(store: Store, folder: Path, features: FakeFeatures | None = None) -> Snapshot:
    return build_snapshot(store, features or FakeFeatures(), folder, quiet)


def row(snapshot: Snapshot, relation: Relation, id: str) -> list[tuple[str, int, float]]:
    """Return (id of the source, time, weight) of what a node hears, in order."""
    adjacency = snapshot.adjacency(relation)
    number = snapshot.node_of(relation.target, id)
    place = slice(adjacency.starts[number], adjacency.ends[number])
    ids = snapshot.ids(relation.source)
    columns = (adjacency.sources[place], adjacency.times[place], adjacency.weights[place])
    told = zip(*(each.tolist() for each in columns), strict=True)
    return [(ids[int(source)], int(time), float(weight)) for source, time, weight in told]


def ends(start: NodeType, end: NodeType) -> tuple[str, str]:
    return f"{start}-1", f"{end}-2"


def day(year: int, month: int = 1, day: int = 1) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp())


def test_every_kind_of_edge_is_heard_both_ways(store: Store, tmp_path: Path) -> None:
    pairs = {kind: ends(*ENDPOINTS[kind]) for kind in EdgeType}
    said = [
        EdgeFact(start, kind, end, "2020-03", weight=(place + 1) / 16)
        for place, (kind, (start, end)) in enumerate(pairs.items())
    ]
    write(store, "a", said)
    snapshot = build(store, tmp_path / "s")
    assert snapshot.relations == both_ways(tuple(EDGE_RELATIONS.values()))
    for place, (kind, (start, end)) in enumerate(pairs.items()):
        relation, weight = EDGE_RELATIONS[kind], (place + 1) / 16
        assert row(snapshot, relation, end) == [(start, day(2020, 3), weight)]
        assert row(snapshot, relation.reversed(), start) == [(end, day(2020, 3), weight)]
        assert snapshot.manifest.relations[relation].edges == 1


def test_every_kind_of_event_is_a_relation_heard_both_ways(store: Store, tmp_path: Path) -> None:
    pairs = {kind: ends(NodeType.PERSON, EVENT_OBJECT[kind]) for kind in EventKind}
    said = [
        EventFact(who, kind, what, NOW + place + later, value=0.5 if later else None)
        for place, (kind, (who, what)) in enumerate(pairs.items())
        for later in (0, 100)
    ]
    write(store, "a", said)
    snapshot = build(store, tmp_path / "s")
    assert snapshot.relations == both_ways(tuple(EVENT_RELATIONS.values()))
    for place, (kind, (who, what)) in enumerate(pairs.items()):
        relation, at = EVENT_RELATIONS[kind], NOW + place
        assert row(snapshot, relation, what) == [(who, at + 100, 0.5), (who, at, 1.0)]
        assert row(snapshot, relation.reversed(), who) == [(what, at + 100, 0.5), (what, at, 1.0)]


def test_the_newest_comes_first_and_the_undated_last(store: Store, tmp_path: Path) -> None:
    said = [
        EdgeFact("p", EdgeType.HAS_SKILL, "s"),
        EdgeFact("q", EdgeType.HAS_SKILL, "s", "2020-06-01"),
        EdgeFact("r", EdgeType.HAS_SKILL, "s", "2021"),
        EdgeFact("p", EdgeType.HAS_SKILL, "s", "1969"),
    ]
    write(store, "a", said)
    snapshot = build(store, tmp_path / "s")
    assert row(snapshot, KNOWS_SKILL, "s") == [
        ("r", day(2021), 1.0),
        ("q", day(2020, 6), 1.0),
        ("p", day(1969), 1.0),
        ("p", ALWAYS, 1.0),
    ]
    older = snapshot.adjacency(KNOWS_SKILL).before(day(2021))
    assert older.degrees().tolist() == [3]


def test_edges_of_one_moment_come_in_the_order_of_their_sources(
    sqlite_store: Store, tmp_path: Path
) -> None:
    # Of a year and of its first day: edges of their own, and no different in time.
    said = [
        EdgeFact(f"p{i:02}", EdgeType.WORKED_AT, "c", since, weight=weight)
        for i in range(40)
        for since, weight in (("2020", 0.5), ("2020-01", 0.25), ("2020-01-01", 0.75))
    ]
    write(sqlite_store, "a", said)
    found = row(build(sqlite_store, tmp_path / "s"), EDGE_RELATIONS[EdgeType.WORKED_AT], "c")
    assert found == [(f"p{i:02}", day(2020), w) for i in range(40) for w in (0.25, 0.5, 0.75)]


def test_a_connection_is_held_both_ways_under_one_name(store: Store, tmp_path: Path) -> None:
    said = [EdgeFact("p", EdgeType.CONNECTED_TO, "q", "2020", weight=0.5)]
    write(store, "a", [*said, EdgeFact("p", EdgeType.CONNECTED_TO, "r", "2021")])
    snapshot = build(store, tmp_path / "s")
    assert snapshot.relations == (CONNECTED,)
    assert row(snapshot, CONNECTED, "p") == [("r", day(2021), 1.0), ("q", day(2020), 0.5)]
    assert row(snapshot, CONNECTED, "q") == [("p", day(2020), 0.5)]
    assert snapshot.adjacency(CONNECTED).num_edges == 4
    assert snapshot.manifest.relations[CONNECTED].edges == 2


def test_a_node_that_is_tied_to_itself_hears_itself_once(
    sqlite_store: Store, tmp_path: Path
) -> None:
    write(sqlite_store, "a", [EdgeFact("s", EdgeType.RELATED_TO, "s")])
    snapshot = build(sqlite_store, tmp_path / "s")
    assert row(snapshot, EDGE_RELATIONS[EdgeType.RELATED_TO], "s") == [("s", ALWAYS, 1.0)]


def test_nodes_stand_in_rising_order_of_key_and_are_found_by_id_and_key(
    store: Store, tmp_path: Path
) -> None:
    ids = ["zoë", "b", "ab", "a", "名前", "é"]
    write(store, "a", [person(id) for id in ids])
    snapshot = build(store, tmp_path / "s")
    keys = store.find(NodeType.PERSON, ids)
    assert snapshot.num_nodes("person") == len(ids)
    assert snapshot.keys("person").tolist() == sorted(keys.values())
    assert sorted(snapshot.ids("person")) == sorted(ids)
    assert snapshot.ids("person")[1:3] == [snapshot.ids("person")[i] for i in (1, 2)]
    for id in ids:
        number = snapshot.node_of("person", id)
        assert snapshot.ids("person")[number] == id
        assert snapshot.numbers("person", [keys[id], keys[id]]).tolist() == [number] * 2
    for unknown in ("", "aa", "zzz", "名"):
        with pytest.raises(KeyError, match=f"no person '{unknown}'"):
            snapshot.node_of("person", unknown)
    for key in (0, max(keys.values()) + 8):
        with pytest.raises(KeyError, match=f"no person with key {key}"):
            snapshot.numbers("person", [*keys.values(), key])


def test_features_stand_in_the_order_of_nodes(store: Store, tmp_path: Path) -> None:
    write(store, "a", [EdgeFact(f"p{i}", EdgeType.HAS_SKILL, f"s{i % 2}") for i in range(8)])
    features = FakeFeatures(width=5)
    snapshot = build(store, tmp_path / "s", features)
    for kind in NodeType:
        rows = list(features.rows(store, kind))
        wanted = np.concatenate([some.values for some in rows]) if rows else np.empty((0, 0))
        found = snapshot.features(kind)
        assert found.shape == (snapshot.num_nodes(kind), snapshot.widths[kind])
        assert found.dtype == np.float16
        assert found.tolist() == wanted.tolist()
    assert snapshot.widths["job"] == 6
    assert snapshot.features_fingerprint == "fake-5"


@pytest.mark.parametrize(
    ("facts", "as_of"),
    [
        ([], 0),
        ([EdgeFact("p", EdgeType.HAS_SKILL, "s")], 0),
        ([EdgeFact("p", EdgeType.WORKS_AT, "c", "2020-02", until="2029")], day(2020, 2)),
        ([EventFact("p", EventKind.VIEW, "j", NOW), node(NodeType.JOB, "k")], NOW),
        (
            [node(NodeType.JOB, "j", posted_at="2024-05-06", expires_at="2030-01-01")],
            day(2024, 5, 6),
        ),
        ([EventFact("p", EventKind.VIEW, "j", -5)], -5),
    ],
)
def test_it_is_as_of_the_newest_moment_in_the_facts(
    sqlite_store: Store, tmp_path: Path, facts: list[Fact], as_of: int
) -> None:
    write(sqlite_store, "a", facts)
    assert build(sqlite_store, tmp_path / "s").as_of == as_of


@pytest.mark.parametrize("facts", [[], [person("p")], [person("p"), node(NodeType.JOB, "j")]])
def test_a_store_without_relations_has_a_snapshot(
    store: Store, tmp_path: Path, facts: list[Fact]
) -> None:
    write(store, "a", facts)
    snapshot = build(store, tmp_path / "s")
    assert snapshot.relations == ()
    assert snapshot.num_nodes("person") == (1 if facts else 0)
    assert list(snapshot.ids("place")) == []


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 1e38])
def test_a_feature_that_is_no_number_is_refused_by_the_name_of_its_node(
    sqlite_store: Store, tmp_path: Path, value: float
) -> None:
    write(sqlite_store, "a", [node(NodeType.JOB, "j"), node(NodeType.JOB, "poisoned-job")])
    features = FakeFeatures()
    features.poisoned["poisoned-job"] = value
    with (
        np.errstate(over="ignore"),
        pytest.raises(ValueError, match=r"feature 0 of job poisoned-job is -?(nan|inf)"),
    ):
        build(sqlite_store, tmp_path / "root" / "s", features)
    assert list((tmp_path / "root").iterdir()) == []


@pytest.mark.parametrize("value", [float("inf"), 1e39])
def test_a_weight_that_is_no_number_is_refused(
    sqlite_store: Store, tmp_path: Path, value: float
) -> None:
    write(sqlite_store, "a", [EventFact("p", EventKind.SHOW, "j", NOW, value=value)])
    with pytest.raises(ValueError, match="person-show-job: the weight from key 8 to key 9 is inf"):
        build(sqlite_store, tmp_path / "s")


def test_a_folder_that_holds_something_is_left_alone(sqlite_store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    folder.mkdir()
    build(sqlite_store, folder)  # an empty one is filled
    before = sorted(folder.iterdir())
    with pytest.raises(FileExistsError, match="something already"):
        build(sqlite_store, folder)
    assert sorted(folder.iterdir()) == before


def test_what_stops_in_the_middle_leaves_nothing(sqlite_store: Store, tmp_path: Path) -> None:
    write(sqlite_store, "a", [EdgeFact("p", EdgeType.HAS_SKILL, "s")])

    def stop(what: str, _count: int) -> None:
        if what == str(KNOWS_SKILL):
            raise PowerCut

    root = tmp_path / "root"
    with pytest.raises(PowerCut):
        build_snapshot(sqlite_store, FakeFeatures(), root / "new", stop)
    assert list(root.iterdir()) == []


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, "tests")
from fakes import FakeFeatures
from graph.snapshot.build import build_snapshot
from graph.store import Store

def step(what, count):
    if what == "person-has_skill-skill":
        os.kill(os.getpid(), signal.SIGKILL)

build_snapshot(Store.open(sys.argv[1]), FakeFeatures(), Path(sys.argv[2]), step)
"""


@pytest.mark.slow
def test_a_build_that_is_killed_leaves_the_older_one_and_the_next_cleans_up(
    sqlite_store: Store, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    write(sqlite_store, "a", [EdgeFact("p", EdgeType.HAS_SKILL, "s")])
    old = build(sqlite_store, root / "old")
    command = [sys.executable, "-c", KILLED, str(tmp_path / "store.db"), str(root / "new")]
    done = subprocess.run(command, cwd=ROOT, check=False, env={**os.environ, "PYTHONPATH": "."})
    assert done.returncode == -signal.SIGKILL
    left = [path for path in root.iterdir() if path.name != "old"]
    assert len(left) == 1
    assert left[0].name.startswith(".new-")
    assert Snapshot.open(root / "old", verify=True).fingerprint == old.fingerprint
    build(sqlite_store, root / "new")
    assert sorted(path.name for path in root.iterdir()) == ["new", "old"]


def test_the_fingerprint_tells_facts_keys_and_features_apart(
    new_store: NewStore, tmp_path: Path
) -> None:
    one = new_store()
    write(one, "a", [person("p"), person("q")])
    first = build(one, tmp_path / "1").fingerprint
    assert build(one, tmp_path / "2").fingerprint == first
    assert build(one, tmp_path / "3", FakeFeatures(name="other")).fingerprint != first
    write(one, "b", [person("p", name="Ann")])
    assert build(one, tmp_path / "4").fingerprint != first
    swapped = new_store()
    write(swapped, "a", [person("q"), person("p")])  # the same facts, and other keys
    assert build(swapped, tmp_path / "5").fingerprint != first


def edges_of(store: Store) -> dict[Relation, list[tuple[str, str, int, float]]]:
    """Return (source, target, time, weight) of every relation, the slow way."""
    name = {
        key: id for kind in NodeType for rows in store.stream_nodes(kind, []) for key, id in rows
    }
    found: dict[Relation, list[tuple[str, str, int, float]]] = {each: [] for each in STATED}
    for kind, relation in EDGE_RELATIONS.items():
        for edge in chain.from_iterable(store.stream_edges(kind)):
            weight = 1.0 if edge.weight is None else edge.weight
            ends = name[edge.source_key], name[edge.target_key]
            found[relation].append((*ends, seconds_of(edge.since), weight))
            if relation.is_undirected and ends[0] != ends[1]:
                found[relation].append((*ends[::-1], seconds_of(edge.since), weight))
    for kind, relation in EVENT_RELATIONS.items():
        for act in chain.from_iterable(store.stream_events([kind])):
            weight = 1.0 if act.value is None else act.value
            found[relation].append((name[act.person_key], name[act.object_key], act.at, weight))
    for relation in STATED:
        if not relation.is_undirected:
            turned = [(b, a, time, weight) for a, b, time, weight in found[relation]]
            found[relation.reversed()] = turned
    return {relation: sorted(edges) for relation, edges in found.items() if edges}


@pytest.mark.slow
@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(said=st.lists(facts, max_size=12))
def test_every_edge_is_there_once_in_each_direction_in_order(
    new_store: NewStore, tmp_path: Path, said: list[Fact]
) -> None:
    store = new_store()
    write(store, "a", said)
    snapshot = build(store, Path(tempfile.mkdtemp(dir=tmp_path)))
    wanted = edges_of(store)
    assert set(snapshot.relations) == wanted.keys()
    for relation, edges in wanted.items():
        rows = {id: row(snapshot, relation, id) for id in snapshot.ids(relation.target)}
        found = [(source, target, *rest) for target, r in rows.items() for source, *rest in r]
        assert sorted(found) == edges
        for each in rows.values():
            in_order = sorted(
                each, key=lambda e: (-e[1], snapshot.node_of(relation.source, e[0]), e[2])
            )
            assert each == in_order
