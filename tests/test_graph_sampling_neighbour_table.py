import numpy as np
import pytest
import torch
from hypothesis import given, settings
from sampled_graphs import APPLY, CONNECTED, Drawn, drawn_graph, graphs, pairs_of

from graph.sampling import neighbour_table
from graph.sampling.kernel import Kernel
from graph.sampling.message_flow import Bag, MessageFlow
from graph.sampling.neighbour_table import whole_graph_flow
from graph.sampling.sampling_config import ALL, Choice, SamplingConfig


def same(one: Bag, other: Bag) -> bool:
    """Tell whether two bags are alike to the last bit."""
    pairs = list(zip(one, other, strict=True))
    return all(
        (left is None and right is None)
        or (left is not None and right is not None and torch.equal(left, right))
        for left, right in pairs
    )


@settings(max_examples=10, deadline=None)
@given(graphs())
def test_both_kernels_choose_the_same_for_every_node(drawn: Drawn) -> None:
    for choice in Choice:
        config = SamplingConfig((3,), choice, walks=4)
        one, other = (
            whole_graph_flow(drawn.arrays(kernel), config, as_of=70)
            for kernel in (Kernel.NUMBA, Kernel.NUMPY)
        )
        assert all(same(bag, other.bags[relation]) for relation, bag in one.bags.items())


def test_every_edge_is_there_when_all_are_asked_for() -> None:
    drawn = drawn_graph(1)
    flow = whole_graph_flow(drawn.arrays(), SamplingConfig((ALL,), hub_cap=None))
    for relation, edges in drawn.edges.items():
        bag = flow.bags[relation]
        assert bag.sources.numel() == len(edges.sources)
        assert pairs_of(bag.sources, bag.targets()) == pairs_of(edges.sources, edges.targets)


def test_all_nodes_are_seeds_of_every_layer() -> None:
    flow: MessageFlow = whole_graph_flow(drawn_graph(1).arrays(), SamplingConfig((3,)))
    assert flow.nodes["person"].tolist() == list(range(40))
    for layer in range(3):
        assert flow.targets_of_layer(layer, 3) == {"person": 40, "job": 25, "skill": 12}
        assert flow.bags_of_layer(layer, 3)[APPLY].num_targets == 25


def test_another_epoch_hears_others_and_the_same_the_same() -> None:
    arrays, config = drawn_graph(2).arrays(), SamplingConfig((2,))
    bags = [whole_graph_flow(arrays, config, epoch=epoch).bags[CONNECTED] for epoch in (0, 0, 1)]
    assert same(bags[0], bags[1])
    assert not same(bags[0], bags[2])


def test_only_what_is_older_is_heard() -> None:
    drawn = drawn_graph(3)
    flow = whole_graph_flow(drawn.arrays(), SamplingConfig((ALL,)), as_of=40)
    for relation, edges in drawn.edges.items():
        assert edges.times is not None
        old = edges.times < 40
        bag = flow.bags[relation]
        assert bag.sources.numel() == old.sum()
        assert pairs_of(bag.sources, bag.targets()) == pairs_of(
            edges.sources[old], edges.targets[old]
        )


def test_rows_done_in_parts_are_those_done_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    arrays, config = drawn_graph(4).arrays(), SamplingConfig((3,), Choice.RANDOM_WALK)
    at_once = whole_graph_flow(arrays, config)
    monkeypatch.setattr(neighbour_table, "ROWS_AT_ONCE", 7)
    in_parts = whole_graph_flow(arrays, config)
    assert all(same(bag, in_parts.bags[relation]) for relation, bag in at_once.bags.items())


def test_importance_is_a_share_of_each_row() -> None:
    for choice in (Choice.RANDOM_WALK, Choice.PAGE_RANK):
        bag = whole_graph_flow(drawn_graph(5).arrays(), SamplingConfig((4,), choice)).bags[APPLY]
        assert bag.weights is not None
        totals = np.add.reduceat(
            bag.weights.numpy(), np.unique(bag.offsets[:-1][bag.offsets.diff() > 0])
        )
        assert totals == pytest.approx(1, abs=1e-5)
