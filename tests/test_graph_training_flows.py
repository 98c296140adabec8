"""A scene says where nodes are, whether it shows the whole graph or a sample."""

import numpy as np
import pytest
import torch
from small_facts import JOB, NOW, PERSON, SKILL, random_facts
from small_training import model_of

from graph.links.graph_view import GraphView
from graph.training.flows import FlowSource, Scene
from graph.training.passed_relations import passed_relations

FACTS = random_facts(11)
SEEDS = {PERSON: np.array([9, 4, 4, 20]), JOB: np.array([3])}
COPIES = {PERSON: np.array([4, 20]), JOB: np.array([3])}
NOTHING = {PERSON: np.zeros(0, np.int64)}
MANY = (200, 200)


def source_of(*, is_whole: bool, fan_outs: tuple[int, ...] = MANY) -> FlowSource:
    """Flows over all of the facts."""
    view = GraphView(FACTS, passed_relations(FACTS), NOW)
    return FlowSource(view, fan_outs, is_whole=is_whole, seed=3)


def vectors_of(source: FlowSource, scene: Scene) -> dict[str, torch.Tensor]:
    """The vectors of all seeds of a scene."""
    flow, model = scene.flow, model_of(FACTS).eval()
    inputs = {kind: source.view.inputs(kind, numbers) for kind, numbers in flow.nodes.items()}
    with torch.no_grad():
        return model.encoder(inputs, flow)


@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "sampled"])
def test_nodes_are_where_the_scene_says_and_copies_come_after_them(is_whole: bool) -> None:
    scene = source_of(is_whole=is_whole).scene(SEEDS, COPIES, 0, 0)
    for kind, numbers in SEEDS.items():
        found = scene.flow.nodes[kind][scene.places(kind, numbers)]
        assert found.tolist() == numbers.tolist()
        begin = FACTS.counts[kind] if is_whole else len(np.unique(numbers))
        copied = scene.flow.nodes[kind][begin : begin + len(COPIES[kind])]
        assert copied.tolist() == COPIES[kind].tolist()
        assert scene.flow.met[kind][0] == begin + len(COPIES[kind])


@pytest.mark.parametrize("fan_outs", [MANY, (2, 2)])
@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "sampled"])
def test_copies_are_as_their_originals_when_nothing_is_hidden(
    is_whole: bool, fan_outs: tuple[int, ...]
) -> None:
    source = source_of(is_whole=is_whole, fan_outs=fan_outs)
    scene = source.scene(SEEDS, COPIES, 5, 0)
    vectors = vectors_of(source, scene)
    for kind, numbers in COPIES.items():
        begin = FACTS.counts[kind] if is_whole else len(np.unique(SEEDS[kind]))
        copies = vectors[kind][begin : begin + len(numbers)]
        assert torch.allclose(copies, vectors[kind][scene.places(kind, numbers)], atol=1e-6)


@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "sampled"])
def test_copies_are_heard_by_nobody(is_whole: bool) -> None:
    scene = source_of(is_whole=is_whole).scene(SEEDS, COPIES, 0, 0)
    for relation, bag in scene.flow.bags.items():
        if relation.source in COPIES:
            kind = relation.source
            begin = FACTS.counts[kind] if is_whole else len(np.unique(SEEDS[kind]))
            copies = range(begin, begin + len(COPIES[kind]))
            assert not set(copies) & set(bag.sources.tolist()), str(relation)


def test_a_sample_that_takes_every_neighbour_shows_what_the_whole_graph_shows() -> None:
    sampled, whole = source_of(is_whole=False), source_of(is_whole=True)
    one = sampled.scene(SEEDS, NOTHING, 0, 0)
    two = whole.scene(SEEDS, NOTHING, 0, 0)
    first, second = vectors_of(sampled, one), vectors_of(whole, two)
    for kind, numbers in SEEDS.items():
        here, there = one.places(kind, numbers), two.places(kind, numbers)
        assert torch.allclose(first[kind][here], second[kind][there], atol=1e-5)


def test_a_step_has_its_own_neighbours_and_an_epoch_its_own_whole_graph() -> None:
    sampled = source_of(is_whole=False, fan_outs=(1, 1))
    flows = [sampled.scene(SEEDS, NOTHING, number, 0).flow for number in (1, 1, 2)]
    heard = [{str(r): bag.sources.tolist() for r, bag in flow.bags.items()} for flow in flows]
    assert heard[0] == heard[1] != heard[2]
    whole = source_of(is_whole=True, fan_outs=(1,))
    bags = [whole.scene(SEEDS, NOTHING, 0, epoch).flow.bags for epoch in (0, 0, 1)]
    chosen = [{str(r): bag.sources.tolist() for r, bag in each.items()} for each in bags]
    assert chosen[0] == chosen[1] != chosen[2]


def test_types_that_nobody_asks_for_are_still_around() -> None:
    scene = source_of(is_whole=False).scene(SEEDS, NOTHING, 0, 0)
    assert len(scene.flow.nodes[SKILL])
    assert scene.flow.met[SKILL][0] == 0
