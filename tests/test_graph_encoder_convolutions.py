"""Every convolution gives the same both ways, and on one node type what PyG's own gives."""

from collections.abc import Callable

import pytest
import torch
from message_flows import random_bag
from torch import Tensor
from torch_geometric.nn import GATConv, GATv2Conv, GCNConv, GINConv, LGConv, SAGEConv

from graph.encoder.config import Aggregation
from graph.encoder.convolutions.convolution import Convolution
from graph.encoder.convolutions.edges import Edges
from graph.encoder.convolutions.gat import AttentionConvolution
from graph.encoder.convolutions.gcn import GraphConvolution
from graph.encoder.convolutions.gin import IsomorphismConvolution
from graph.encoder.convolutions.lightgcn import LightConvolution
from graph.encoder.convolutions.pinsage import PinSageConvolution
from graph.encoder.convolutions.sage import SageConvolution
from graph.encoder.convolutions.symmetric import with_self_loops
from graph.sampling.message_flow import Bag

FAMILIES: dict[str, Callable[[], Convolution]] = {
    **{
        f"sage-{each}-{width}": lambda each=each, width=width: SageConvolution(6, width, each)
        for each in Aggregation
        for width in (4, 8)
    },
    "gcn": lambda: GraphConvolution(6, 8),
    "gcn-narrow": lambda: GraphConvolution(6, 2),
    "gat-1": lambda: AttentionConvolution(6, 3, 2, version=1),
    "gat-1-shared": lambda: AttentionConvolution(6, 3, 2, version=1, is_shared=True),
    "gat-2": lambda: AttentionConvolution(6, 3, 2),
    "gat-2-averaged": lambda: AttentionConvolution(6, 3, 2, is_averaged=True),
    "gin": lambda: IsomorphismConvolution(6, 8),
    "gin-self": lambda: IsomorphismConvolution(6, 8, with_self=True),
    "lightgcn": lambda: LightConvolution(6),
    "pinsage": lambda: PinSageConvolution(6, 8),
}


def _edges(bag: Bag, num_sources: int) -> Edges:
    pairs = torch.stack([bag.sources, bag.targets()])
    return Edges(pairs, bag.weights, num_sources, bag.num_targets)


def _gradients(found: Tensor, wanted: list[Tensor]) -> list[Tensor | None]:
    weigh = torch.randn(found.shape, generator=torch.Generator().manual_seed(9))
    return list(torch.autograd.grad((found * weigh).sum(), wanted, allow_unused=True))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("has_weights", [True, False])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_fast_way_equals_message_passing(family: str, has_weights: bool, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    convolution = FAMILIES[family]()
    bag = random_bag(11, 8, generator)
    bag = bag if has_weights else bag._replace(weights=None)
    sources = torch.randn(8, 6, generator=generator, requires_grad=True)
    targets = torch.randn(11, 6, generator=generator, requires_grad=True)
    fast = convolution(sources, targets, convolution.prepare(bag, 8))
    edges = convolution.prepare_edges(_edges(bag, 8))
    slow = convolution.reference(sources, targets, edges)
    torch.testing.assert_close(fast, slow, atol=1e-5, rtol=1e-5)
    wanted = [sources, targets, *convolution.parameters()]
    for mine, theirs in zip(_gradients(fast, wanted), _gradients(slow, wanted), strict=True):
        if mine is None or theirs is None:
            assert mine is theirs
        else:
            torch.testing.assert_close(mine, theirs, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
def test_no_edges_at_all_give_finite_messages_and_gradients(family: str) -> None:
    convolution = FAMILIES[family]()
    empty = Bag(torch.zeros(0, dtype=torch.int64), torch.zeros(4, dtype=torch.int64))
    sources = torch.randn(2, 6, requires_grad=True)
    message = convolution(sources, torch.randn(3, 6), convolution.prepare(empty, 2))
    assert message.shape == (3, convolution.out_width)
    assert bool(torch.isfinite(message).all())


@pytest.mark.parametrize("family", FAMILIES)
def test_the_first_targets_get_the_same_from_their_own_edges(family: str) -> None:
    convolution = FAMILIES[family]()
    generator = torch.Generator().manual_seed(4)
    bag = convolution.prepare(random_bag(11, 8, generator), 8)
    sources, targets = torch.randn(8, 6), torch.randn(11, 6)
    all_of_them = convolution(sources, targets, bag)
    torch.testing.assert_close(convolution(sources, targets, bag.first(5)), all_of_them[:5])


def _undirected() -> tuple[Tensor, Bag]:
    """A path of 5 nodes and one that is alone, as pairs and as a bag."""
    ends = [(0, 1), (1, 2), (2, 3), (3, 4)]
    both = sorted([*ends, *((b, a) for a, b in ends)], key=lambda pair: pair[1])
    pairs = torch.tensor(both).t()
    counts = torch.bincount(pairs[1], minlength=6)
    return pairs, Bag(pairs[0], torch.cat([torch.zeros(1, dtype=torch.int64), counts.cumsum(0)]))


def test_gcn_with_self_loops_is_pygs() -> None:
    pairs, bag = _undirected()
    nodes = torch.randn(6, 5)
    twin = GCNConv(5, 3)
    mine = GraphConvolution(5, 3)
    mine.load_state_dict({"output.weight": twin.lin.weight, "output.bias": twin.bias})
    found = mine(nodes, nodes, mine.prepare(with_self_loops(bag), 6))
    torch.testing.assert_close(found, twin(nodes, pairs))


def test_a_directed_gcn_is_pygs_where_the_edges_into_sources_are_counted() -> None:
    pairs = torch.tensor([[0, 1, 2, 0], [1, 2, 2, 3]])
    weights = torch.tensor([0.5, 2.0, 1.0, 3.0])
    bag = Bag(pairs[0], torch.tensor([0, 0, 1, 3, 4]), weights)
    nodes = torch.randn(4, 5)
    twin = GCNConv(5, 3, add_self_loops=False)
    mine = GraphConvolution(5, 3)
    mine.load_state_dict({"output.weight": twin.lin.weight, "output.bias": twin.bias})
    into = torch.tensor([0.0, 0.5, 3.0, 3.0])
    found = mine(nodes, nodes, mine.prepare(bag, 4, into))
    torch.testing.assert_close(found, twin(nodes, pairs, weights))


@pytest.mark.parametrize("averaged", [True, False])
def test_the_first_gat_with_self_loops_is_pygs(averaged: bool) -> None:
    pairs, bag = _undirected()
    nodes = torch.randn(6, 5)
    twin = GATConv(5, 3, heads=2, concat=not averaged)
    mine = AttentionConvolution(5, 3, 2, version=1, is_averaged=averaged, is_shared=True)
    weights = {
        "of_source.weight": twin.state_dict()["lin.weight"],
        "attention": torch.cat([twin.att_src, twin.att_dst]),
        "bias": twin.bias,
    }
    mine.load_state_dict(weights)
    found = mine(nodes, nodes, with_self_loops(bag))
    torch.testing.assert_close(found, twin(nodes, pairs))


def test_the_second_gat_with_self_loops_is_pygs() -> None:
    pairs, bag = _undirected()
    nodes = torch.randn(6, 5)
    twin = GATv2Conv(5, 3, heads=2)
    mine = AttentionConvolution(5, 3, 2)
    names = {
        "of_source.weight": "lin_l.weight",
        "of_source.bias": "lin_l.bias",
        "of_target.weight": "lin_r.weight",
        "of_target.bias": "lin_r.bias",
        "attention": "att",
        "bias": "bias",
    }
    mine.load_state_dict({name: twin.state_dict()[theirs] for name, theirs in names.items()})
    torch.testing.assert_close(mine(nodes, nodes, with_self_loops(bag)), twin(nodes, pairs))


def test_gin_with_itself_is_pygs() -> None:
    pairs, bag = _undirected()
    nodes = torch.randn(6, 5)
    mine = IsomorphismConvolution(5, 3, with_self=True)
    twin = GINConv(mine.network, train_eps=True)  # draws the network anew, for both
    assert mine.epsilon is not None
    with torch.no_grad():
        mine.epsilon.fill_(0.3)
        twin.eps.fill_(0.3)
    torch.testing.assert_close(mine(nodes, nodes, bag), twin(nodes, pairs))


def test_lightgcn_on_one_type_is_pygs() -> None:
    pairs, bag = _undirected()
    nodes = torch.randn(6, 5)
    mine = LightConvolution(5)
    torch.testing.assert_close(mine(nodes, nodes, mine.prepare(bag, 6)), LGConv()(nodes, pairs))


@pytest.mark.parametrize("aggregation", [Aggregation.MEAN, Aggregation.SUM, Aggregation.MAX])
def test_sage_without_the_node_itself_is_pygs(aggregation: Aggregation) -> None:
    pairs, bag = _undirected()
    nodes = torch.randn(6, 5)
    is_pooled = aggregation is Aggregation.MAX
    twin = SAGEConv(5, 3, aggr=aggregation.value, root_weight=False, project=is_pooled)
    mine = SageConvolution(5, 3, aggregation)
    mine.output.load_state_dict(twin.lin_l.state_dict())
    if mine.pool is not None:
        mine.pool.load_state_dict(twin.lin.state_dict())
    torch.testing.assert_close(mine(nodes, nodes, bag), twin(nodes, pairs))


def test_lstm_minds_the_order_and_not_the_padding() -> None:
    convolution = SageConvolution(6, 4, Aggregation.LSTM)
    nodes = torch.randn(4, 6)
    offsets = torch.tensor([0, 3, 3, 4])
    one = convolution(nodes, nodes, Bag(torch.tensor([0, 1, 2, 3]), offsets))
    other = convolution(nodes, nodes, Bag(torch.tensor([2, 1, 0, 3]), offsets))
    alone = convolution(nodes, nodes, Bag(torch.tensor([3]), torch.tensor([0, 1])))
    assert not torch.allclose(one[0], other[0])
    torch.testing.assert_close(one[2], other[2])
    torch.testing.assert_close(one[2], alone[0])


def test_pinsage_heeds_the_more_important_neighbour_more() -> None:
    convolution = PinSageConvolution(6, 4)
    nodes = torch.randn(2, 6)
    offsets = torch.tensor([0, 2])
    bag = convolution.prepare(Bag(torch.tensor([0, 1]), offsets, torch.tensor([99.0, 1.0])), 2)
    assert bag.weights is not None
    torch.testing.assert_close(bag.weights, torch.tensor([0.99, 0.01]))
    only_first = convolution.prepare(Bag(torch.tensor([0]), torch.tensor([0, 1])), 2)
    both, first = convolution(nodes, nodes, bag), convolution(nodes, nodes, only_first)
    assert (both - first).norm() < 0.1 * first.norm()
