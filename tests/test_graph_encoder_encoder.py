"""The encoder: both paths agree, hops are trimmed rightly, and the odd graph gets an answer."""

from dataclasses import replace

import pytest
import torch
from message_flows import (
    CONNECTED,
    COUNTS,
    HAS_SKILL,
    RELATIONS,
    SCHEMA,
    WIDTHS,
    edge_indices,
    edge_weights,
    random_features,
    sampled_flow,
    whole_flow,
)
from torch import Tensor
from torch_geometric.data import HeteroData

from graph.encoder import (
    Aggregation,
    ConvolutionKind,
    EncoderConfig,
    GraphSchema,
    JumpingKnowledge,
)
from graph.encoder.config import Combination
from graph.encoder.encode import encode
from graph.encoder.encoder import GraphEncoder
from graph.encoder.output_layer import unit
from graph.relation import Relation
from graph.sampling.message_flow import Bag, MessageFlow

SMALL = EncoderConfig(width=8, out_width=6, num_heads=2)
CONFIGS = {
    **{each.value: replace(SMALL, convolution=each) for each in ConvolutionKind},
    **{f"sage-{each}": replace(SMALL, aggregation=each) for each in Aggregation},
    "gat-1": replace(SMALL, convolution=ConvolutionKind.GAT, attention_version=1),
    "sum": replace(SMALL, combination=Combination.SUM),
    "last": replace(SMALL, jumping_knowledge=JumpingKnowledge.LAST, residual=False),
    "max": replace(SMALL, jumping_knowledge=JumpingKnowledge.MAX),
    "light-mean": replace(
        SMALL, convolution=ConvolutionKind.LIGHTGCN, jumping_knowledge=JumpingKnowledge.MEAN
    ),
    "three-layers": replace(SMALL, num_layers=3),
    "ids": replace(SMALL, id_embeddings={"person": 10, "skill": 9}),
}
SEEDS = {"person": [3, 1, 7], "job": [2], "skill": []}


def _encoder(config: EncoderConfig = SMALL, schema: GraphSchema = SCHEMA) -> GraphEncoder:
    torch.manual_seed(0)
    return GraphEncoder(config, schema).eval()


def _loss(vectors: dict[str, Tensor]) -> Tensor:
    generator = torch.Generator().manual_seed(3)
    parts = [
        (each * torch.randn(each.shape, generator=generator)).sum() for each in vectors.values()
    ]
    return torch.stack(parts).sum()


def _assert_same(found: dict[str, Tensor], wanted: dict[str, Tensor]) -> None:
    assert set(found) == set(wanted)
    for kind, vectors in found.items():
        torch.testing.assert_close(vectors, wanted[kind], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", CONFIGS)
def test_the_fast_path_equals_message_passing_on_a_sampled_flow(name: str) -> None:
    encoder = _encoder(CONFIGS[name])
    flow = sampled_flow(whole_flow(), SEEDS)
    features = random_features(flow)
    fast = encoder(features, flow)
    fast_gradients = _gradients(encoder, fast)
    slow = encoder.forward_reference(
        features, edge_indices(flow), edge_weights(flow), flow.met, flow.nodes
    )
    _assert_same(fast, slow)
    assert {kind: len(each) for kind, each in fast.items()} == {"person": 3, "job": 1}
    for mine, theirs in zip(fast_gradients, _gradients(encoder, slow), strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-5, rtol=1e-4)


def _gradients(encoder: GraphEncoder, vectors: dict[str, Tensor]) -> list[Tensor]:
    encoder.zero_grad()
    _loss(vectors).backward()
    found = [each.grad for each in encoder.parameters()]
    return [torch.zeros(()) if each is None else each.to_dense() for each in found]


@pytest.mark.parametrize("name", sorted(set(CONFIGS) - {"gcn", "lightgcn", "light-mean"}))
def test_a_sampled_flow_with_all_neighbours_gives_what_the_whole_graph_gives(name: str) -> None:
    encoder = _encoder(CONFIGS[name])
    whole = whole_flow()
    every = encoder(random_features(whole), whole)
    flow = sampled_flow(whole, SEEDS, hops=CONFIGS[name].num_layers)
    some = encoder(random_features(flow), flow)
    wanted = {kind: every[kind][numbers] for kind, numbers in SEEDS.items() if numbers}
    _assert_same(some, wanted)


def test_a_batch_of_a_pyg_loader_is_read_as_it_is() -> None:
    encoder = _encoder()
    flow = sampled_flow(whole_flow(), SEEDS)
    batch = HeteroData()
    for kind, rows in random_features(flow).items():
        batch[kind].x = rows
        batch[kind].n_id = flow.nodes[kind]
        batch[kind].num_sampled_nodes = torch.tensor(flow.met[kind]).diff(
            prepend=torch.zeros(1, dtype=torch.int64)
        )
    for relation, pairs in edge_indices(flow).items():
        batch[relation].edge_index = pairs
    _assert_same(encoder.forward_batch(batch), encoder(random_features(flow), flow))


@pytest.mark.parametrize("name", CONFIGS)
def test_vectors_have_length_one_and_isolated_nodes_differ(name: str) -> None:
    flow = whole_flow()
    with torch.no_grad():
        found = _encoder(CONFIGS[name])(random_features(flow), flow)
    for kind, vectors in found.items():
        assert vectors.shape == (COUNTS[kind], 6)
        assert vectors.dtype == torch.float32
        torch.testing.assert_close(vectors.norm(dim=1), torch.ones(COUNTS[kind]))
    lonely = found["person"][::3]
    closeness = lonely @ lonely.t()
    assert float((closeness - torch.eye(len(lonely))).max()) < 0.999


@pytest.mark.parametrize("name", CONFIGS)
def test_a_relation_without_edges_changes_nothing_at_all(name: str) -> None:
    encoder = _encoder(CONFIGS[name])
    flow = whole_flow()
    features = random_features(flow)
    without = {each: bag for each, bag in flow.bags.items() if each != CONNECTED}
    targets = COUNTS["person"]
    empty = Bag(torch.zeros(0, dtype=torch.int64), torch.zeros(targets + 1, dtype=torch.int64))
    lacking = encoder(features, MessageFlow(flow.nodes, flow.met, without))
    hollow = encoder(features, MessageFlow(flow.nodes, flow.met, {**without, CONNECTED: empty}))
    for kind, vectors in lacking.items():
        assert torch.equal(vectors, hollow[kind])


@pytest.mark.parametrize("name", CONFIGS)
def test_an_isolated_node_gets_what_it_gets_in_a_graph_without_edges(name: str) -> None:
    encoder = _encoder(CONFIGS[name])
    flow = whole_flow()
    features = random_features(flow)
    edgeless = encoder(features, MessageFlow(flow.nodes, flow.met, {}))
    connected = encoder(features, flow)
    torch.testing.assert_close(edgeless["person"][::3], connected["person"][::3])
    assert not torch.allclose(edgeless["person"], connected["person"])


def test_a_silenced_relation_says_nothing_and_an_unknown_one_is_passed_over() -> None:
    encoder = _encoder()
    flow = whole_flow()
    features = random_features(flow)
    stranger = Relation("job", "wants", "person")
    more = MessageFlow(flow.nodes, flow.met, {**flow.bags, stranger: flow.bags[CONNECTED]})
    _assert_same(encoder(features, more), encoder(features, flow))
    assert encoder.unknown(more) == (stranger,)

    encoder.silence([CONNECTED])
    bag = flow.bags[CONNECTED]
    turned = {**flow.bags, CONNECTED: bag._replace(sources=bag.sources.flip(0))}
    gone = {relation: each for relation, each in flow.bags.items() if relation != CONNECTED}
    for bags in (turned, gone):
        other = MessageFlow(flow.nodes, flow.met, bags)
        _assert_same(encoder(features, other), encoder(features, flow))


def test_a_new_node_is_encoded_from_features_alone_and_training_goes_on() -> None:
    encoder = _encoder(CONFIGS["ids"]).train()
    flow = MessageFlow({"person": torch.tensor([40, -1])}, {"person": [2]}, {})
    found = encode(encoder, {"person": torch.randn(2, 6).half()}, flow)
    assert found["person"].shape == (2, 6)
    assert encoder.training


def test_only_known_numbers_have_a_vector_of_their_own() -> None:
    encoder = _encoder(CONFIGS["ids"])
    features = {"person": torch.ones(4, 6)}
    flow = MessageFlow({"person": torch.tensor([2, 9, 10, -1])}, {"person": [4]}, {})
    found = encoder(features, flow)["person"]
    assert not torch.allclose(found[0], found[1])
    torch.testing.assert_close(found[2], found[3])
    _loss({"person": found}).backward()
    (weight,) = [each for each in encoder.sparse_parameters() if each.grad is not None]
    assert weight.grad is not None
    assert weight.grad.is_sparse
    assert set(weight.grad.coalesce().indices().flatten().tolist()) == {2, 9}


def test_sparse_and_dense_weights_are_all_weights_each_once() -> None:
    encoder = _encoder(CONFIGS["ids"])
    split = [*encoder.sparse_parameters(), *encoder.dense_parameters()]
    assert len(split) == len({id(each) for each in split})
    assert {id(each) for each in split} == {id(each) for each in encoder.parameters()}
    assert len(list(encoder.sparse_parameters())) == 2


def test_types_without_features_are_told_apart_by_their_own_vectors() -> None:
    schema = GraphSchema({"person": 0, "skill": 0}, (HAS_SKILL, HAS_SKILL.reversed()))
    encoder = _encoder(replace(SMALL, id_embeddings={"person": 3, "skill": 2}), schema)
    bag = Bag(torch.tensor([0, 1]), torch.tensor([0, 1, 2]))
    nodes = {"person": torch.arange(3), "skill": torch.arange(2)}
    flow = MessageFlow(nodes, {"person": [3], "skill": [2]}, {HAS_SKILL: bag})
    found = encoder({}, flow)["person"].detach()
    assert float((found @ found.t()).triu(1).max()) < 0.999


def test_checkpointing_changes_no_gradient() -> None:
    flow = sampled_flow(whole_flow(), SEEDS)
    features = random_features(flow)
    plain = _encoder(replace(SMALL, dropout=0.0)).train()
    saving = _encoder(replace(SMALL, dropout=0.0, checkpointing=True)).train()
    mine = _gradients(saving, saving(features, flow))
    for one, other in zip(mine, _gradients(plain, plain(features, flow)), strict=True):
        torch.testing.assert_close(one, other)


def test_every_weight_has_a_gradient_once_touched() -> None:
    encoder = _encoder()
    flow = MessageFlow({"person": torch.arange(2)}, {"person": [2]}, {})
    vectors = encoder({"person": torch.randn(2, 6)}, flow)
    (_loss(vectors) + encoder.touch()).backward()
    assert all(each.grad is not None for each in encoder.parameters())
    gate_gradients = [layer.gates.grad for layer in encoder.hetero_layers()]
    assert all(each is not None and not each.any() for each in gate_gradients)


def test_bfloat16_stays_near_float32() -> None:
    encoder = _encoder()
    flow = whole_flow()
    features = random_features(flow)
    wanted = encoder(features, flow)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        mixed = encoder(features, flow)
    _loss(mixed).backward()
    halved = _encoder().bfloat16()(features, flow)
    for kind, vectors in wanted.items():
        assert mixed[kind].dtype == halved[kind].dtype == torch.float32
        for other in (mixed[kind], halved[kind]):
            assert float((vectors * other).sum(1).min().detach()) > 0.99


def test_a_zero_vector_stays_zero_with_a_finite_gradient() -> None:
    vectors = torch.zeros(2, 3, requires_grad=True)
    found = unit(vectors)
    found.sum().backward()
    assert torch.equal(found, torch.zeros(2, 3))
    assert vectors.grad is not None
    assert bool(torch.isfinite(vectors.grad).all())


@pytest.mark.parametrize(("seeds", "kinds"), [({}, set()), ({"person": [0]}, {"person"})])
def test_an_empty_graph_and_one_node_get_answers(
    seeds: dict[str, list[int]], kinds: set[str]
) -> None:
    counts = {"person": len(seeds.get("person", [])), "job": 0, "skill": 0}
    nodes = {kind: torch.arange(count) for kind, count in counts.items()}
    flow = MessageFlow(nodes, {kind: [count] for kind, count in counts.items()}, {})
    features = {kind: torch.ones(count, WIDTHS[kind]) for kind, count in counts.items()}
    assert set(_encoder()(features, flow)) == kinds


def test_features_that_do_not_fit_are_refused_by_name() -> None:
    flow = whole_flow()
    features = random_features(flow)
    with pytest.raises(ValueError, match=r"'person' must be of shape \(13, 6\), got \(13, 5\)"):
        _encoder()({**features, "person": torch.zeros(13, 5)}, flow)
    with pytest.raises(ValueError, match=r"'job' must be of shape .*, got None"):
        _encoder()({kind: features[kind] for kind in ("person", "skill")}, flow)
    nodes = {**flow.nodes, "film": torch.arange(1)}
    with pytest.raises(ValueError, match="node type 'film'"):
        _encoder()(features, MessageFlow(nodes, {**flow.met, "film": [1]}, flow.bags))


def test_a_source_that_is_not_in_the_flow_is_refused_by_relation() -> None:
    flow = whole_flow()
    bad = Bag(torch.tensor([13]), torch.tensor([0, 1]))
    with pytest.raises(ValueError, match="person-has_skill-skill has the source 13"):
        _encoder()(random_features(flow), MessageFlow(flow.nodes, flow.met, {HAS_SKILL: bad}))


def test_a_feature_that_is_not_finite_is_named_by_node() -> None:
    flow = MessageFlow({"person": torch.tensor([7, 5])}, {"person": [2]}, {})
    features = {"person": torch.tensor([[0.0] * 6, [float("nan")] * 6])}
    with pytest.raises(ValueError, match="person number 5"):
        encode(_encoder(), features, flow)


def test_own_vectors_of_an_unknown_type_are_refused() -> None:
    with pytest.raises(ValueError, match="film"):
        GraphEncoder(replace(SMALL, id_embeddings={"film": 3}), SCHEMA)


def test_the_same_weights_are_made_under_any_order_of_use() -> None:
    assert [str(each) for each in RELATIONS] == list(
        _encoder().hetero_layers()[0].convolutions.keys()
    )
