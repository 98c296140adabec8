"""Neighbours of every node at once: a table that one epoch, or all, can learn from."""

from collections.abc import Iterator

import numpy as np
import torch

from graph.relation import Relation
from graph.sampling.graph_arrays import GraphArrays
from graph.sampling.message_flow import Bag, MessageFlow
from graph.sampling.neighbours import NONE, Listeners, Neighbours, choose_neighbours
from graph.sampling.sampling_config import SamplingConfig
from graph.sampling.stream import stream_of

ROWS_AT_ONCE = 1 << 15  # walks hold several numbers for each row and walk


def whole_graph_flow(
    graph: GraphArrays,
    config: SamplingConfig,
    *,
    seed: int = 0,
    epoch: int = 0,
    as_of: int | None = None,
) -> MessageFlow:
    """Choose at most so many neighbours for every node of the graph.

    Args:
        graph: The edges.
        config: How to choose; of its fan-outs, the first is how many.
        seed: Of the random numbers.
        epoch: Another one gives other neighbours, where chance has a part in choosing.
        as_of: Seconds; only edges that are older, or not dated.

    Returns:
        A flow whose seeds are all nodes in the order of their numbers, for any number of layers.
    """
    before = NONE if as_of is None else np.array([as_of], dtype=np.int64)
    bags = {}
    for number, relation in enumerate(graph.relations):
        stream = stream_of(seed, epoch, number)
        fan_out = config.fan_out(relation, 0)
        chunks = list(
            choose_neighbours(graph, config, listeners, {})
            for listeners in _chunks(graph, Listeners(relation, NONE, fan_out, stream, before))
        )
        bags[relation] = _bag(chunks)
    nodes = {kind: torch.arange(count) for kind, count in graph.num_nodes.items()}
    met = {kind: (count,) for kind, count in graph.num_nodes.items()}
    return MessageFlow(nodes, met, bags)


def _chunks(graph: GraphArrays, listeners: Listeners) -> Iterator[Listeners]:
    relation: Relation = listeners.relation
    count = graph.num_nodes[relation.target]
    for begin in range(0, count, ROWS_AT_ONCE):
        yield listeners._replace(nodes=np.arange(begin, min(begin + ROWS_AT_ONCE, count)))


def _bag(chunks: list[Neighbours]) -> Bag:
    """Join the neighbours of all rows."""
    counts = [np.diff(chunk.offsets) for chunk in chunks]
    offsets = np.concatenate(
        (np.zeros(1, dtype=np.int64), np.cumsum(np.concatenate(counts or [NONE])))
    )
    sources = np.concatenate([NONE, *(chunk.sources for chunk in chunks)]).astype(np.int64)
    shares = [chunk.shares for chunk in chunks if chunk.shares is not None]
    weights = torch.from_numpy(np.concatenate(shares)) if shares else None
    return Bag(torch.from_numpy(sources), torch.from_numpy(offsets), weights)
