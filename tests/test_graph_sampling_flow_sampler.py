import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sampled_graphs import APPLY, CONNECTED, Drawn, adjacency_of, drawn_graph, graphs, pairs_of

from graph.relation import Relation
from graph.sampling.flow_sampler import Asked, FlowSampler, Moments
from graph.sampling.graph_arrays import GraphArrays
from graph.sampling.group_edges import Edges
from graph.sampling.kernel import Kernel
from graph.sampling.left_out import Links
from graph.sampling.neighbourhood import Neighbourhood
from graph.sampling.sampling_config import ALL, Choice, SamplingConfig
from graph.snapshot.adjacency import ALWAYS

ON_EDGES = (Choice.UNIFORM, Choice.WEIGHTED, Choice.RECENT)
choices = st.sampled_from(list(Choice))


def same(one: Neighbourhood, other: Neighbourhood) -> bool:
    """Tell whether two samples are alike to the last bit."""
    return _content(one) == _content(other)


def _content(found: Neighbourhood) -> list[object]:
    arrays = [*found.nodes.values(), *(found.trees or {}).values()]
    counts: list[object] = [found.met]
    for edges in found.edges.values():
        arrays += [each for each in edges[:4] if each is not None]
        counts.append([each is None for each in edges[:4]])
        counts.append(list(edges.per_hop))
    return [*counts, *((each.dtype, each.tobytes()) for each in arrays)]


def global_pairs(found: Neighbourhood, relation: Relation) -> set[tuple[int, int]]:
    """Return a relation's sampled edges as pairs of node numbers."""
    edges = found.edges[relation]
    targets = np.repeat(np.arange(len(edges.offsets) - 1), np.diff(edges.offsets))
    return pairs_of(
        found.nodes[relation.source][edges.sources], found.nodes[relation.target][targets]
    )


@settings(max_examples=25, deadline=None)
@given(
    graphs(), choices, st.integers(0, 3), st.sampled_from([None, 3]), st.sampled_from([0, 1, 2, 3])
)
def test_both_kernels_sample_the_same(
    drawn: Drawn, choice: Choice, seed: int, hub_cap: int | None, way: int
) -> None:
    config = SamplingConfig((4, 2), choice, hub_cap=hub_cap, walks=5, tolerance=1e-3)
    without = {APPLY: Links([0, 0], [0, min(1, drawn.num_nodes["job"] - 1)])}
    seeds = {"person": [0, drawn.num_nodes["person"] - 1], "job": [0]}
    moments: Moments = [None, 50, {"person": [30, 70], "job": [50]}, None][way]
    asked = Asked(seed, moments, without if way == 3 else None)
    found = [
        FlowSampler(drawn.arrays(kernel), config, seed).sample(seeds, asked)
        for kernel in (Kernel.NUMBA, Kernel.NUMPY)
    ]
    assert same(*found)


@given(graphs(), st.sampled_from(ON_EDGES), st.integers(0, 100))
@settings(max_examples=20, deadline=None)
def test_every_sampled_edge_exists_and_no_node_hears_too_many(
    drawn: Drawn, choice: Choice, call: int
) -> None:
    sampler = FlowSampler(drawn.arrays(), SamplingConfig((3, 2), choice))
    found = sampler.sample({"person": range(drawn.num_nodes["person"])}, Asked(call))
    for relation, edges in drawn.edges.items():
        assert global_pairs(found, relation) <= pairs_of(edges.sources, edges.targets)
        assert np.diff(found.edges[relation].offsets).max(initial=0) <= 3


def test_no_edge_is_sampled_twice() -> None:
    sampler = FlowSampler(drawn_graph(1).arrays(), SamplingConfig((5, 5)))
    found = sampler.sample({"person": range(40)})
    for edges in found.edges.values():
        assert edges.positions is not None
        assert len(np.unique(edges.positions)) == len(edges.positions)


def test_every_neighbour_is_equally_likely() -> None:
    """Of ten neighbours three are heard: each in 30 % of calls, within five standard errors."""
    edges = Edges(np.arange(10), np.zeros(10, np.int64))
    sampler = FlowSampler(_one_relation(edges, 10, 1), SamplingConfig((3,)))
    heard = np.zeros(10)
    for call in range(1000):
        found = sampler.sample({"job": [0]}, Asked(call))
        heard[found.nodes["person"]] += 1
    assert np.abs(heard / 1000 - 0.3).max() < 5 * (0.3 * 0.7 / 1000) ** 0.5


def test_a_neighbour_of_three_times_the_weight_is_heard_three_times_as_often() -> None:
    weights = np.array([3, 1, 0], np.float32)
    edges = Edges(np.arange(3), np.zeros(3, np.int64), None, weights)
    sampler = FlowSampler(_one_relation(edges, 3, 1), SamplingConfig((1,), Choice.WEIGHTED))
    heard = np.zeros(3)
    for call in range(1000):
        heard[sampler.sample({"job": [0]}, Asked(call)).nodes["person"]] += 1
    assert heard[2] == 0
    assert abs(heard[0] / 1000 - 0.75) < 5 * (0.75 * 0.25 / 1000) ** 0.5


def test_seeds_come_first_and_a_node_is_met_once() -> None:
    found = FlowSampler(drawn_graph(2).arrays(), SamplingConfig((4, 4))).sample({"job": [7, 3]})
    assert found.nodes["job"][:2].tolist() == [7, 3]
    for numbers in found.nodes.values():
        assert len(np.unique(numbers)) == len(numbers)


def test_a_node_is_expanded_in_the_hop_after_it_was_met() -> None:
    found = FlowSampler(drawn_graph(2).arrays(), SamplingConfig((4, 4))).sample({"job": [7, 3]})
    for relation, edges in found.edges.items():
        assert len(edges.offsets) - 1 == found.met[relation.target][1]


def test_the_flow_holds_what_was_sampled() -> None:
    found = FlowSampler(drawn_graph(2).arrays(), SamplingConfig((4, 4))).sample({"job": [7, 3]})
    bag = found.flow().bags[APPLY]
    assert bag.sources.dtype == torch.int64
    assert bag.sources.tolist() == found.edges[APPLY].sources.tolist()
    assert bag.targets().tolist() == sorted(bag.targets().tolist())


@given(graphs(), choices, st.integers(0, 100))
@settings(max_examples=20, deadline=None)
def test_nothing_of_the_time_of_the_seeds_or_later_is_heard(
    drawn: Drawn, choice: Choice, moment: int
) -> None:
    """Whatever is done to later edges, the sample stays the same."""
    config = SamplingConfig((3, 2, 2), choice, walks=4)
    seeds = {"person": [0], "job": [0]}
    found = FlowSampler(drawn.arrays(), config).sample(seeds, Asked(0, moment))
    past = Drawn(
        {relation: _before(edges, moment) for relation, edges in drawn.edges.items()},
        drawn.num_nodes,
    )
    known = FlowSampler(past.arrays(), config).sample(seeds, Asked(0, moment))
    for kind, numbers in found.nodes.items():
        assert numbers.tolist() == known.nodes[kind].tolist()
    for relation, edges in past.edges.items():
        if choice in ON_EDGES:
            assert global_pairs(found, relation) <= pairs_of(edges.sources, edges.targets)


@given(graphs(), choices)
@settings(max_examples=20, deadline=None)
def test_each_seed_with_its_own_time_is_sampled_as_if_alone(drawn: Drawn, choice: Choice) -> None:
    sampler = FlowSampler(drawn.arrays(), SamplingConfig((50, 50), choice, walks=4))
    together = sampler.sample({"job": [0, 0]}, Asked(0, {"job": [30, 80]}))
    assert together.trees is not None
    for tree, moment in enumerate((30, 80)):
        alone = sampler.sample({"job": [0]}, Asked(0, moment))
        for kind, numbers in together.nodes.items():
            own = numbers[together.trees[kind] == tree]
            if choice in (Choice.RECENT, Choice.PAGE_RANK):
                assert set(own.tolist()) == set(alone.nodes[kind].tolist())
            assert len(np.unique(own)) == len(own)


def test_trees_share_no_edges() -> None:
    sampler = FlowSampler(drawn_graph(4).arrays(), SamplingConfig((5, 5)))
    found = sampler.sample({"person": [1, 1, 2]}, Asked(0, {"person": [20, 90, 60]}))
    assert found.trees is not None
    for relation, edges in found.edges.items():
        targets = np.repeat(np.arange(len(edges.offsets) - 1), np.diff(edges.offsets))
        trees = found.trees[relation.source][edges.sources]
        assert trees.tolist() == found.trees[relation.target][targets].tolist()


def test_the_newest_edges_are_heard_and_the_undated_last() -> None:
    times = np.array([5, ALWAYS, 9, 7])
    edges = Edges(np.arange(4), np.zeros(4, np.int64), times)
    sampler = FlowSampler(_one_relation(edges, 4, 1), SamplingConfig((2,), Choice.RECENT))
    assert sampler.sample({"job": [0]}).nodes["person"].tolist() == [2, 3]
    assert sampler.sample({"job": [0]}, Asked(before=9)).nodes["person"].tolist() == [3, 0]
    assert sampler.sample({"job": [0]}, Asked(before=5)).nodes["person"].tolist() == [1]


@given(graphs(), choices, st.integers(0, 100))
@settings(max_examples=25, deadline=None)
def test_a_link_to_predict_is_heard_by_neither_end(drawn: Drawn, choice: Choice, call: int) -> None:
    """TRN-05: what messages pass along and what is to be predicted have nothing in common."""
    config = SamplingConfig((6, 6), choice, walks=6)
    links = {}
    for relation in (APPLY, CONNECTED):
        edges = drawn.edges[relation]
        links[relation] = Links(edges.sources[::3], edges.targets[::3])
    seeds = {"person": range(drawn.num_nodes["person"]), "job": range(drawn.num_nodes["job"])}
    found = FlowSampler(drawn.arrays(), config).sample(seeds, Asked(call, None, links))
    rest = Drawn(
        {relation: _without(edges, relation, links) for relation, edges in drawn.edges.items()},
        drawn.num_nodes,
    )
    if choice in ON_EDGES:
        for relation, (sources, targets) in links.items():
            pairs = pairs_of(sources, targets)
            assert not pairs & global_pairs(found, relation)
            assert not {pair[::-1] for pair in pairs} & global_pairs(found, relation.reversed())
    if choice in (Choice.RECENT, Choice.PAGE_RANK):  # nothing is left to chance
        known = FlowSampler(rest.arrays(), config).sample(seeds, Asked(call))
        assert _numbers(found) == _numbers(known)


def test_leaving_out_links_leaves_room_for_others() -> None:
    """A node that loses a link hears as many as one that lost none."""
    edges = Edges(np.arange(6), np.zeros(6, np.int64))
    sampler = FlowSampler(_one_relation(edges, 6, 1), SamplingConfig((5,)))
    found = sampler.sample({"job": [0]}, Asked(without={APPLY: Links([2], [0])}))
    assert sorted(found.nodes["person"].tolist()) == [0, 1, 3, 4, 5]


def test_of_a_hub_only_the_newest_edges_are_looked_at() -> None:
    edges = Edges(np.arange(1000), np.zeros(1000, np.int64), np.arange(1000))
    for choice in (*ON_EDGES, Choice.RANDOM_WALK, Choice.PAGE_RANK):
        config = SamplingConfig((40,), choice, hub_cap=50)
        found = FlowSampler(_one_relation(edges, 1000, 1), config).sample({"job": [0]})
        assert len(found.nodes["person"])
        assert found.nodes["person"].min() >= 950


def test_a_relation_can_have_a_fan_out_of_its_own() -> None:
    config = SamplingConfig((3, 3), relation_fan_outs={CONNECTED: (0, 0), APPLY: (1, ALL)})
    found = FlowSampler(drawn_graph(3).arrays(), config).sample({"job": range(25)})
    assert not len(found.edges[CONNECTED].sources)
    assert found.edges[APPLY].per_hop[0] <= 25


def test_walks_prefer_whom_many_paths_lead_to() -> None:
    """Person 0 reaches job 0 by one way; persons 1 and 2 share three jobs with each other."""
    sources = np.array([0, 1, 1, 1, 2, 2, 2, 1])
    targets = np.array([0, 1, 2, 3, 1, 2, 3, 0])
    edges = Edges(sources, targets)
    for choice in (Choice.RANDOM_WALK, Choice.PAGE_RANK):
        config = SamplingConfig((3,), choice, walks=400)
        graph = _one_relation(edges, 3, 4, both_ways=True)
        found = FlowSampler(graph, config).sample({"job": [1]}).edges[APPLY]
        assert found.shares is not None
        assert found.shares.sum() == pytest.approx(1)
        assert found.sources.tolist() == [0, 1, 2]  # as they are met: the most visited first
        assert np.all(np.diff(found.shares) <= 0)


def test_exact_page_rank_is_approximated() -> None:
    """Known answer: the power method on the bipartite graph, teleporting from both sides."""
    drawn = drawn_graph(8)
    graph = drawn.arrays()
    config = SamplingConfig((40,), Choice.PAGE_RANK, tolerance=1e-9)
    found = FlowSampler(graph, config).sample({"job": [2]})
    exact = _exact_page_rank(drawn, 2, config.teleport)
    edges = found.edges[APPLY]
    assert edges.shares is not None
    persons = found.nodes["person"][edges.sources]
    assert np.abs(exact[persons] - edges.shares).max() < 1e-3
    assert set(np.flatnonzero(exact > 1e-4).tolist()) <= set(persons.tolist())


def test_the_same_call_finds_the_same_and_another_does_not() -> None:
    graph = drawn_graph(5).arrays()
    seeds = {"person": range(40)}
    one, again = (FlowSampler(graph, SamplingConfig((3, 3)), 7) for _ in range(2))
    assert same(one.sample(seeds, Asked(4)), again.sample(seeds, Asked(4)))
    assert not same(one.sample(seeds, Asked(4)), one.sample(seeds, Asked(5)))
    assert not same(one.sample(seeds), FlowSampler(graph, SamplingConfig((3, 3)), 8).sample(seeds))


def test_a_sampler_that_failed_is_as_good_as_new() -> None:
    sampler = FlowSampler(drawn_graph(6).arrays(), SamplingConfig((3, 3)))
    before = sampler.sample({"person": [1]})
    with pytest.raises(ValueError, match=r"links of person-apply-job name job 0 to 99"):
        sampler.sample({"person": [1]}, Asked(without={APPLY: Links([0, 0], [0, 99])}))
    assert same(before, sampler.sample({"person": [1]}))


def test_a_seed_that_is_no_node_is_refused() -> None:
    sampler = FlowSampler(drawn_graph(6).arrays(), SamplingConfig())
    with pytest.raises(ValueError, match="person seeds -1 to 40: the graph has 40 person nodes"):
        sampler.sample({"person": [-1, 40]})


def test_a_graph_without_edges_gives_the_seeds_alone() -> None:
    nothing = Edges(np.empty(0, np.int64), np.empty(0, np.int64))
    for choice in Choice:
        graph = _one_relation(nothing, 3, 2, both_ways=True)
        found = FlowSampler(graph, SamplingConfig((3, 3), choice)).sample({"job": [1]})
        assert found.nodes["job"].tolist() == [1]
        assert not len(found.nodes["person"])


def test_a_pickled_graph_of_mapped_arrays_carries_paths(tmp_path: Path) -> None:
    drawn = drawn_graph(9)
    adjacency = drawn.adjacencies()[APPLY]
    padded = np.concatenate((np.full(3, -1, np.int32), adjacency.sources))
    np.save(tmp_path / "sources.npy", padded)
    mapped = np.load(tmp_path / "sources.npy", mmap_mode="r")[3:]
    fields = {**adjacency.__dict__, "sources": mapped}
    arrays = GraphArrays({APPLY: type(adjacency)(**fields)}, drawn.num_nodes, Kernel.NUMPY)
    copy: GraphArrays = pickle.loads(pickle.dumps(arrays))
    assert isinstance(copy._given[APPLY].sources, np.memmap)
    assert copy.adjacencies[APPLY].sources.tolist() == adjacency.sources.tolist()


def _one_relation(edges: Edges, people: int, jobs: int, *, both_ways: bool = False) -> GraphArrays:
    num_nodes = {"person": people, "job": jobs}
    adjacencies = {APPLY: adjacency_of(APPLY, edges, num_nodes)}
    if both_ways:
        back = edges._replace(sources=edges.targets, targets=edges.sources)
        adjacencies[APPLY.reversed()] = adjacency_of(APPLY.reversed(), back, num_nodes)
    return GraphArrays(adjacencies, num_nodes, Kernel.NUMPY)


def _before(edges: Edges, moment: int) -> Edges:
    assert edges.times is not None
    return _kept(edges, edges.times < moment)


def _without(edges: Edges, relation: Relation, links: dict[Relation, Links]) -> Edges:
    left_out: set[tuple[int, int]] = set()
    for each, (sources, targets) in links.items():
        if each == relation:
            left_out |= pairs_of(sources, targets)
        if each.reversed() == relation:
            left_out |= pairs_of(targets, sources)
    pairs = zip(edges.sources.tolist(), edges.targets.tolist(), strict=True)
    return _kept(edges, np.array([pair not in left_out for pair in pairs], dtype=bool))


def _kept(edges: Edges, is_kept: np.ndarray) -> Edges:
    return Edges(*(None if each is None else each[is_kept] for each in edges))  # type: ignore[arg-type]


def _numbers(found: Neighbourhood) -> dict[str, list[int]]:
    return {kind: numbers.tolist() for kind, numbers in found.nodes.items()}


def _exact_page_rank(drawn: Drawn, job: int, teleport: float) -> np.ndarray:
    edges = drawn.edges[APPLY]
    links = np.zeros((drawn.num_nodes["job"], drawn.num_nodes["person"]))
    np.add.at(links, (edges.targets, edges.sources), 1)
    to_person = links / np.maximum(links.sum(axis=1, keepdims=True), 1)
    to_job = (links / np.maximum(links.sum(axis=0, keepdims=True), 1)).T
    at_job = np.eye(len(links))[job]
    rank = np.zeros(links.shape[1])
    for _ in range(300):
        at_person = (1 - teleport) * at_job @ to_person
        rank += teleport * at_person
        at_job = (1 - teleport) * at_person @ to_job
    return rank / rank.sum()
