"""Random graphs of several node types, as the encoder's tests need them."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from graph.encoder import GraphSchema
from graph.relation import Relation
from graph.sampling.message_flow import Bag, MessageFlow
from graph.snapshot.adjacency import ALWAYS, Adjacency

HAS_SKILL = Relation("person", "has_skill", "skill")
KNOWN_BY = HAS_SKILL.reversed()
CONNECTED = Relation("person", "connected_to", "person")
REQUIRES = Relation("job", "requires", "skill")
REQUIRED_BY = REQUIRES.reversed()
RELATIONS = (HAS_SKILL, KNOWN_BY, CONNECTED, REQUIRES, REQUIRED_BY)
WIDTHS = {"person": 6, "job": 5, "skill": 4}
SCHEMA = GraphSchema(WIDTHS, RELATIONS, "features-1")
COUNTS = {"person": 13, "job": 7, "skill": 9}


def random_bag(targets: int, sources: int, generator: torch.Generator) -> Bag:
    """Up to four weighted edges a target; every third target has none."""
    counts = torch.randint(0, 5, (targets,), generator=generator)
    counts[::3] = 0
    offsets = torch.cat([torch.zeros(1, dtype=torch.int64), counts.cumsum(0)])
    edges = int(offsets[-1])
    heard = torch.randint(0, sources, (edges,), generator=generator)
    return Bag(heard, offsets, torch.rand(edges, generator=generator) + 0.1)


def whole_flow(seed: int = 0, counts: Mapping[str, int] = COUNTS) -> MessageFlow:
    """A whole graph: every node is a seed. Persons 0, 3, 6 ... hear nobody at all."""
    generator = torch.Generator().manual_seed(seed)
    return MessageFlow(
        {kind: torch.arange(count) for kind, count in counts.items()},
        {kind: [count] for kind, count in counts.items()},
        {
            each: random_bag(counts[each.target], counts[each.source], generator)
            for each in RELATIONS
        },
    )


def sampled_flow(whole: MessageFlow, seeds: Mapping[str, list[int]], hops: int = 2) -> MessageFlow:
    """All that can be heard within some hops of the seeds, expanded hop by hop."""
    nodes = {kind: list(seeds.get(kind, [])) for kind in whole.nodes}
    met = {kind: [len(numbers)] for kind, numbers in nodes.items()}
    rows: dict[Relation, list[list[int]]] = {relation: [] for relation in whole.bags}
    weights: dict[Relation, list[Tensor]] = {relation: [] for relation in whole.bags}
    for _ in range(hops):
        frontier = {kind: len(numbers) for kind, numbers in nodes.items()}
        for relation, bag in whole.bags.items():
            assert bag.weights is not None
            for number in nodes[relation.target][len(rows[relation]) : frontier[relation.target]]:
                start, end = int(bag.offsets[number]), int(bag.offsets[number + 1])
                heard = bag.sources[start:end].tolist()
                known = nodes[relation.source]
                known.extend(each for each in dict.fromkeys(heard) if each not in known)
                rows[relation].append([known.index(each) for each in heard])
                weights[relation].append(bag.weights[start:end])
        for kind, numbers in nodes.items():
            met[kind].append(len(numbers))
    return MessageFlow(
        {kind: torch.tensor(numbers, dtype=torch.int64) for kind, numbers in nodes.items()},
        met,
        {relation: _bag(rows[relation], weights[relation]) for relation in whole.bags},
    )


def _bag(rows: list[list[int]], weights: list[Tensor]) -> Bag:
    counts = torch.tensor([0, *map(len, rows)])
    heard = torch.tensor([each for row in rows for each in row], dtype=torch.int64)
    return Bag(heard, counts.cumsum(0), torch.cat([torch.zeros(0), *weights]))


def random_features(
    flow: MessageFlow, widths: Mapping[str, int] = WIDTHS, seed: int = 1
) -> dict[str, Tensor]:
    """Features for the nodes of a flow: the same numbers for the same node of any flow."""
    generator = torch.Generator().manual_seed(seed)
    every = {kind: torch.randn(64, width, generator=generator) for kind, width in widths.items()}
    return {kind: every[kind][numbers] for kind, numbers in flow.nodes.items()}


def edge_indices(flow: MessageFlow) -> dict[Relation, Tensor]:
    """The edges of a flow as PyG has them."""
    return {each: torch.stack([bag.sources, bag.targets()]) for each, bag in flow.bags.items()}


def edge_weights(flow: MessageFlow) -> dict[Relation, Tensor | None]:
    """The weights of the edges of a flow."""
    return {each: bag.weights for each, bag in flow.bags.items()}


def adjacencies(flow: MessageFlow) -> dict[Relation, Adjacency]:
    """The edges of a whole graph as a snapshot has them."""
    found: dict[Relation, Adjacency] = {}
    for relation, bag in flow.bags.items():
        assert bag.weights is not None
        found[relation] = Adjacency(
            bag.offsets[:-1].numpy(),
            bag.offsets[1:].numpy(),
            bag.sources.numpy().astype(np.int32),
            np.full(len(bag.sources), ALWAYS),
            bag.weights.numpy(),
            len(flow.nodes[relation.source]),
        )
    return found
