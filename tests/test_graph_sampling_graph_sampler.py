import pickle
from collections.abc import Iterator
from multiprocessing.reduction import ForkingPickler

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sampled_graphs import APPLY, CONNECTED, REQUIRES, Drawn, drawn_graph, graphs, pairs_of
from torch_geometric.data import HeteroData
from torch_geometric.loader import LinkLoader, NodeLoader
from torch_geometric.nn import HeteroConv, SAGEConv
from torch_geometric.sampler import NegativeSampling
from torch_geometric.utils import trim_to_layer

from graph.relation import Relation
from graph.sampling.graph_arrays import GraphArrays
from graph.sampling.graph_sampler import GraphSampler
from graph.sampling.group_edges import group_hetero_data
from graph.sampling.importance_loaders import ImportanceLinkLoader, ImportanceNodeLoader
from graph.sampling.kernel import Kernel
from graph.sampling.page_rank_sampler import PageRankSampler
from graph.sampling.random_walk_sampler import RandomWalkSampler
from graph.sampling.sampling_config import SamplingConfig
from graph.sampling.temporal_sampler import TemporalSampler
from graph.sampling.uniform_sampler import UniformSampler
from graph.sampling.weighted_sampler import WeightedSampler
from graph.snapshot.adjacency import ALWAYS

ON_EDGES: tuple[type[GraphSampler], ...] = (UniformSampler, WeightedSampler, TemporalSampler)
SAMPLERS: tuple[type[GraphSampler], ...] = (*ON_EDGES, RandomWalkSampler, PageRankSampler)
LATER = 1000


def hetero_data(drawn: Drawn) -> HeteroData:
    """Return a graph as PyG holds it, edges in the order in which they were drawn."""
    data = HeteroData()
    for kind, count in drawn.num_nodes.items():
        data[kind].x = torch.arange(count * 3, dtype=torch.float32).view(count, 3)
    for relation, edges in drawn.edges.items():
        assert edges.times is not None
        assert edges.weights is not None
        store = data[relation]
        store.edge_index = torch.from_numpy(np.stack((edges.sources, edges.targets)))
        store.edge_time = torch.from_numpy(edges.times)
        store.edge_weight = torch.from_numpy(edges.weights)
    return data


def make(
    kind: type[GraphSampler], data: HeteroData, *, fan_outs: tuple[int, ...] = (4, 3)
) -> GraphSampler:
    """Make a sampler of a graph."""
    grouped = group_hetero_data(data)
    arrays = GraphArrays(grouped.adjacencies, grouped.num_nodes, Kernel.NUMPY)
    config = SamplingConfig(fan_outs, walks=5)
    return kind(arrays, config, before=LATER, edge_permutation=grouped.edge_permutation)


def nodes_of(data: HeteroData, sampler: GraphSampler, workers: int = 0) -> Iterator[HeteroData]:
    """Load all people in batches."""
    return iter(NodeLoader(data, sampler, ("person", None), batch_size=16, num_workers=workers))


def links_of(
    data: HeteroData, sampler: GraphSampler, workers: int = 0, mode: str = "triplet"
) -> Iterator[HeteroData]:
    """Load all applications in batches, with negatives."""
    return iter(
        LinkLoader(
            data,
            sampler,
            APPLY,
            neg_sampling=NegativeSampling(mode, 2),
            batch_size=32,
            num_workers=workers,
        )
    )


def pairs_in(batch: HeteroData, relation: Relation) -> set[tuple[int, int]]:
    """Return the edges of a batch as pairs of node numbers."""
    source, target = batch[relation].edge_index
    return pairs_of(batch[relation.source].n_id[source], batch[relation.target].n_id[target])


@pytest.mark.parametrize("kind", ON_EDGES)
def test_a_batch_holds_the_edges_of_the_data_it_names(kind: type[GraphSampler]) -> None:
    data = hetero_data(drawn_graph(1))
    for batch in nodes_of(data, make(kind, data)):
        for edge_type in data.edge_types:
            columns = data[edge_type].edge_index[:, batch[edge_type].e_id]
            assert pairs_of(*columns) == pairs_in(batch, Relation(*edge_type))
            whole = data[edge_type].edge_weight[batch[edge_type].e_id]
            assert torch.equal(batch[edge_type].edge_weight, whole)


@pytest.mark.parametrize("kind", SAMPLERS)
def test_seeds_stand_first_and_every_relation_is_there(kind: type[GraphSampler]) -> None:
    data = hetero_data(drawn_graph(1))
    first = next(nodes_of(data, make(kind, data)))
    assert first["person"].n_id[:16].tolist() == list(range(16))
    assert first["person"].batch_size == 16
    assert torch.equal(first["person"].x, data["person"].x[first["person"].n_id])
    assert set(first.edge_types) == set(data.edge_types)
    for node_type in first.node_types:
        assert sum(first[node_type].num_sampled_nodes) == first[node_type].num_nodes


@pytest.mark.parametrize("kind", SAMPLERS)
def test_training_links_are_no_messages_of_their_batch(kind: type[GraphSampler]) -> None:
    data = hetero_data(drawn_graph(2))
    for batch in links_of(data, make(kind, data, fan_outs=(50, 50))):
        people = batch["person"].n_id[batch["person"].src_index]
        jobs = batch["job"].n_id[batch["job"].dst_pos_index]
        assert len(people)
        if kind in ON_EDGES:
            assert not pairs_of(people, jobs) & pairs_in(batch, APPLY)
            assert not pairs_of(jobs, people) & pairs_in(batch, APPLY.reversed())


def test_links_stay_where_they_are_asked_to() -> None:
    data = hetero_data(drawn_graph(2))
    grouped = group_hetero_data(data)
    arrays = GraphArrays(grouped.adjacencies, grouped.num_nodes, Kernel.NUMPY)
    sampler = UniformSampler(arrays, (50,), leaves_out_links=False)
    batch = next(links_of(data, sampler))
    people = batch["person"].n_id[batch["person"].src_index]
    jobs = batch["job"].n_id[batch["job"].dst_pos_index]
    assert pairs_of(people, jobs) <= pairs_in(batch, APPLY)


def test_binary_negatives_are_labelled() -> None:
    data = hetero_data(drawn_graph(2))
    batch = next(links_of(data, make(UniformSampler, data), mode="binary"))
    assert batch[APPLY].edge_label.tolist() == [1.0] * 32 + [0.0] * 64
    people, jobs = batch[APPLY].edge_label_index
    first = data[APPLY].edge_index[:, :32]
    assert batch["person"].n_id[people[:32]].tolist() == first[0].tolist()
    assert batch["job"].n_id[jobs[:32]].tolist() == first[1].tolist()


@pytest.mark.parametrize("kind", [UniformSampler, RandomWalkSampler])
def test_any_number_of_workers_gives_the_same_batches(kind: type[GraphSampler]) -> None:
    data = hetero_data(drawn_graph(3))
    alone, shared = (
        [_content(batch) for batch in links_of(data, make(kind, data), workers)]
        for workers in (0, 2)
    )
    assert len(alone) > 1
    assert alone == shared


def test_another_epoch_or_seed_hears_others() -> None:
    data = hetero_data(drawn_graph(3))
    sampler = make(UniformSampler, data)
    contents = [_content(next(nodes_of(data, sampler)))]
    sampler.epoch = 1
    contents.append(_content(next(nodes_of(data, sampler))))
    sampler.epoch, sampler.seed = 0, 1
    contents.append(_content(next(nodes_of(data, sampler))))
    assert len(set(contents)) == 3


def test_a_sampler_is_handed_over_without_copying_the_graph() -> None:
    data = hetero_data(drawn_graph(3, people=3000, jobs=2000))
    sampler = make(UniformSampler, data)
    in_memory = sum(each.times.nbytes for each in sampler.graph.adjacencies.values())
    assert len(ForkingPickler.dumps(sampler.graph)) < in_memory / 10
    copy: GraphArrays = pickle.loads(bytes(ForkingPickler.dumps(sampler.graph)))
    for relation, adjacency in sampler.graph.adjacencies.items():
        assert np.array_equal(copy.adjacencies[relation].sources, adjacency.sources)


@settings(max_examples=25, deadline=None)
@given(graphs(), st.sampled_from(ON_EDGES), st.integers(0, 1000))
def test_no_edge_is_as_new_as_the_seed_that_hears_it(
    drawn: Drawn, kind: type[GraphSampler], seed: int
) -> None:
    """Over three hops, every seed with a time of its own."""
    data = hetero_data(drawn)
    count = drawn.num_nodes["person"]
    times = torch.from_numpy(np.random.default_rng(seed).integers(0, 110, count))
    sampler = make(kind, data, fan_outs=(5, 4, 3))
    loader = NodeLoader(data, sampler, ("person", None), times, batch_size=count)
    batch = next(iter(loader))
    for edge_type in data.edge_types:
        _, target = batch[edge_type].edge_index
        seed_times = times[batch[edge_type[2]].batch[target]]
        assert bool((batch[edge_type].edge_time < seed_times).all())


def test_links_with_times_are_heard_as_of_their_own() -> None:
    data = hetero_data(drawn_graph(4))
    times = data[APPLY].edge_time.clamp(min=0)
    loader = LinkLoader(
        data,
        make(TemporalSampler, data),
        APPLY,
        edge_label_time=times,
        neg_sampling=NegativeSampling("triplet", 2),
        batch_size=8,
    )
    for number, batch in enumerate(loader):
        own_times = times[number * 8 : number * 8 + 8]
        assert batch["person"].n_id[batch["person"].src_index].tolist() == (
            data[APPLY].edge_index[0, number * 8 : number * 8 + 8].tolist()
        )
        for edge_type in data.edge_types:
            _, target = batch[edge_type].edge_index
            tree_times = own_times[batch[edge_type[2]].batch[target]]
            assert bool((batch[edge_type].edge_time < tree_times).all())


def test_the_newest_old_enough_edges_are_heard() -> None:
    data = hetero_data(drawn_graph(5))
    sampler = make(TemporalSampler, data, fan_outs=(2,))
    batch = next(iter(NodeLoader(data, sampler, ("job", torch.arange(25)), batch_size=25)))
    edges = data[APPLY]
    for job in range(25):
        heard = batch[APPLY].edge_time[batch[APPLY].edge_index[1] == job]
        all_times = edges.edge_time[edges.edge_index[1] == job]
        assert heard.tolist() == all_times.sort(descending=True).values[:2].tolist()


def test_seeds_without_a_time_are_refused_where_time_matters() -> None:
    data = hetero_data(drawn_graph(5))
    grouped = group_hetero_data(data)
    arrays = GraphArrays(grouped.adjacencies, grouped.num_nodes, Kernel.NUMPY)
    with pytest.raises(ValueError, match="seeds have no time"):
        next(nodes_of(data, TemporalSampler(arrays, (2,))))


@pytest.mark.parametrize("kind", [RandomWalkSampler, PageRankSampler])
def test_importance_comes_with_the_batch(kind: type[GraphSampler]) -> None:
    data = hetero_data(drawn_graph(6))
    loader = ImportanceNodeLoader(data, make(kind, data), ("person", None), batch_size=16)
    linked = ImportanceLinkLoader(data, make(kind, data), APPLY, batch_size=16, transform=_mark)
    for batch in (next(iter(loader)), next(iter(linked))):
        edges = batch[CONNECTED]
        totals = torch.zeros(batch["person"].num_nodes)
        totals.index_add_(0, edges.edge_index[1], edges.edge_weight)
        heard = torch.unique(edges.edge_index[1])
        assert totals[heard].tolist() == pytest.approx([1.0] * len(heard), abs=1e-5)
    assert batch.is_marked


def test_layers_can_be_trimmed_to_what_they_need() -> None:
    """The same vectors of the seeds, with all edges and with those PyG's trimming leaves."""
    torch.manual_seed(0)
    data = hetero_data(drawn_graph(7))
    batch = next(nodes_of(data, make(UniformSampler, data)))
    convs = [HeteroConv({kind: SAGEConv((3, 3), 3) for kind in data.edge_types}) for _ in range(2)]
    x, edges = batch.x_dict, batch.edge_index_dict
    trimmed_x, trimmed_edges = batch.x_dict, batch.edge_index_dict
    for layer, conv in enumerate(convs):
        x = conv(x, edges)
        trimmed_x, trimmed_edges, _ = trim_to_layer(
            layer,
            batch.num_sampled_nodes_dict,
            batch.num_sampled_edges_dict,
            trimmed_x,
            trimmed_edges,
        )
        trimmed_x = conv(trimmed_x, trimmed_edges)
    assert torch.allclose(x["person"][:16], trimmed_x["person"][:16], rtol=1e-4)


def test_undated_edges_are_read_as_the_oldest() -> None:
    grouped = group_hetero_data(hetero_data(drawn_graph(8)))
    adjacency = grouped.adjacencies[REQUIRES]
    assert ALWAYS in adjacency.times
    for start, end in zip(adjacency.starts, adjacency.ends, strict=True):
        assert bool((np.diff(adjacency.times[start:end].astype(object)) <= 0).all())


def _mark(batch: HeteroData) -> HeteroData:
    batch.is_marked = "edge_weight" in batch[CONNECTED]
    return batch


def _content(batch: HeteroData) -> bytes:
    return pickle.dumps(
        [
            [batch[kind].n_id.tolist() for kind in batch.node_types],
            [batch[kind].edge_index.tolist() for kind in batch.edge_types],
            batch.to_dict().get("job", {}).get("dst_neg_index", torch.empty(0)).tolist(),
        ]
    )
