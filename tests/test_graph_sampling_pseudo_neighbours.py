from collections.abc import Iterable
from math import log

import numpy as np
import pytest

from graph.relation import EDGE_RELATIONS, Relation
from graph.sampling import pseudo_neighbours
from graph.sampling.flow_sampler import FlowSampler
from graph.sampling.graph_arrays import GraphArrays
from graph.sampling.group_edges import Edges, group_edges
from graph.sampling.kernel import Kernel
from graph.sampling.pseudo_neighbours import PEOPLE_ALIKE, AlikeConfig, jobs_alike, people_alike
from graph.sampling.sampling_config import SamplingConfig
from graph.schema import EdgeType
from graph.snapshot.adjacency import ALWAYS, Adjacency

PEOPLE = 60


def grouped(
    pairs: Iterable[tuple[int, int]], sources: int, targets: int, time: int | None = None
) -> Adjacency:
    """Group (source, target) pairs."""
    ends = np.array(list(pairs), np.int64).reshape(-1, 2)
    times = None if time is None else np.full(len(ends), time)
    return group_edges(Edges(ends[:, 0], ends[:, 1], times), sources, targets).adjacency


def of(kind: EdgeType, adjacency: Adjacency) -> tuple[Relation, Adjacency]:
    """Name an adjacency."""
    return EDGE_RELATIONS[kind], adjacency


def row(adjacency: Adjacency, node: int) -> dict[int, float]:
    """Return whom a node hears, and the weights."""
    edges = slice(int(adjacency.starts[node]), int(adjacency.ends[node]))
    return dict(
        zip(
            adjacency.sources[edges].tolist(),
            adjacency.weights[edges].astype(float).tolist(),
            strict=True,
        )
    )


def test_who_shares_a_small_school_is_nearer_than_who_shares_a_common_title() -> None:
    school = [(0, 0), (1, 0)]
    title = [(person, 0) for person in range(PEOPLE)]
    found = people_alike(
        dict(
            (
                of(EdgeType.STUDIED_AT, grouped(school, PEOPLE, 2)),
                of(EdgeType.HOLDS, grouped(title, PEOPLE, 1)),
            )
        ),
        PEOPLE,
        AlikeConfig(neighbours=5),
    )
    heard = row(found, 0)
    assert len(heard) == 5
    assert heard[1] == pytest.approx(1 / log(3) + 1 / log(1 + PEOPLE))
    assert all(
        weight == pytest.approx(1 / log(1 + PEOPLE)) for other, weight in heard.items() if other > 1
    )


def test_who_left_a_company_shares_it_with_who_stayed() -> None:
    found = people_alike(
        dict(
            (
                of(EdgeType.WORKS_AT, grouped([(0, 3)], 4, 5)),
                of(EdgeType.WORKED_AT, grouped([(0, 3), (2, 3)], 4, 5)),
            )
        ),
        4,
    )
    assert row(found, 0) == {2: pytest.approx(1 / log(3))}
    assert row(found, 2) == {0: pytest.approx(1 / log(3))}
    assert row(found, 1) == {}


def test_who_has_connections_gets_none_unless_they_are_few() -> None:
    facts = dict(
        (
            of(EdgeType.HOLDS, grouped([(0, 0), (1, 0), (2, 0)], 3, 1)),
            of(EdgeType.CONNECTED_TO, grouped([(0, 1), (1, 0)], 3, 3)),
        )
    )
    assert people_alike(facts, 3).degrees().tolist() == [0, 0, 2]
    assert people_alike(facts, 3, AlikeConfig(max_degree=1)).degrees().tolist() == [2, 2, 2]


def test_what_came_later_is_not_shared_before() -> None:
    kind, adjacency = of(EdgeType.HOLDS, grouped([(0, 0), (1, 0)], 2, 1, time=50))
    assert people_alike({kind: adjacency.before(50)}, 2).num_edges == 0
    assert people_alike({kind: adjacency.before(51)}, 2).num_edges == 2


def test_a_huge_group_costs_each_of_its_members_a_few() -> None:
    count = 20_000
    title = grouped(((person, 0) for person in range(count)), count, 1)
    facts = dict((of(EdgeType.HOLDS, title),))
    found = people_alike(facts, count, AlikeConfig(neighbours=8, members=10))
    assert set(found.degrees().tolist()) == {8}
    heard = np.bincount(found.sources, minlength=count)
    assert heard.max() < 100  # nobody becomes the neighbour of all


def test_parts_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    pairs = zip(
        random.integers(0, 200, 600).tolist(), random.integers(0, 9, 600).tolist(), strict=True
    )
    facts = dict((of(EdgeType.HAS_TITLE, grouped(pairs, 200, 9)),))
    at_once = jobs_alike(facts, 200)
    monkeypatch.setattr(pseudo_neighbours, "PAIRS_AT_ONCE", 500)
    in_parts = jobs_alike(facts, 200)
    assert at_once.sources.tolist() == in_parts.sources.tolist()
    assert at_once.weights.tolist() == in_parts.weights.tolist()
    assert at_once.num_edges > 1000


def test_the_same_seed_gives_the_same_and_another_does_not() -> None:
    facts = dict((of(EdgeType.HOLDS, grouped(((each, 0) for each in range(500)), 500, 1)),))
    one, same, other = (
        people_alike(facts, 500, AlikeConfig(members=12, seed=seed)).sources.tolist()
        for seed in (0, 0, 1)
    )
    assert one == same != other


def test_rows_keep_the_order_of_an_adjacency() -> None:
    facts = dict((of(EdgeType.REQUIRES, grouped([(0, 0), (3, 0), (1, 0), (3, 1)], 4, 2)),))
    found = jobs_alike(facts, 4)
    assert found.sources.tolist() == [1, 3, 0, 3, 0, 1]
    assert set(found.times.tolist()) == {ALWAYS}
    assert found.num_sources == found.num_targets == 4


def test_a_lonely_person_is_heard_from_through_them() -> None:
    facts = dict((of(EdgeType.HOLDS, grouped([(0, 0), (1, 0)], 3, 1)),))
    derived = {PEOPLE_ALIKE: people_alike(facts, 3)}
    sampler = FlowSampler(GraphArrays(derived, {"person": 3}, Kernel.NUMPY), SamplingConfig((5,)))
    assert sampler.sample({"person": [0]}).nodes["person"].tolist() == [0, 1]


def test_a_graph_without_facts_gives_nobody_anyone() -> None:
    assert people_alike({}, 5).degrees().tolist() == [0] * 5
    assert jobs_alike({}, 0).num_edges == 0
