"""Makes the flow of a whole graph, every node a seed, out of sparse matrices."""

from collections.abc import Mapping

import numpy as np
import torch
from scipy.sparse import csr_array
from torch import Tensor

from graph.relation import Relation
from graph.sampling.message_flow import Bag, MessageFlow
from retrieval.baselines.matrix_shape import shape_of


def bag_of(heard: csr_array, *, weighed: bool = False) -> Bag:
    """Return the edges of a relation.

    Args:
        heard: Whom each target hears, (targets, sources).
        weighed: Whether the entries are weights of the edges.
    """
    sources = torch.from_numpy(heard.indices.astype(np.int64))
    offsets = torch.from_numpy(heard.indptr.astype(np.int64))
    weights = torch.from_numpy(heard.data.astype(np.float32)) if weighed else None
    return Bag(sources, offsets, weights)


def both_bags(relation: Relation, heard: csr_array) -> dict[Relation, Bag]:
    """Return a relation and its reverse; `heard` is (targets, sources) of the former."""
    return {relation: bag_of(heard), relation.reversed(): bag_of(csr_array(heard.T))}


def whole_graph(counts: Mapping[str, int], bags: Mapping[Relation, Bag], hops: int) -> MessageFlow:
    """Return the flow in which every node is a seed and hears all its neighbours.

    Args:
        counts: Node type -> how many nodes there are.
        bags: Relation -> its edges.
        hops: Layers of the encoder.
    """
    nodes: dict[str, Tensor] = {kind: torch.arange(count) for kind, count in counts.items()}
    met = {kind: [count] * (hops + 1) for kind, count in counts.items()}
    return MessageFlow(nodes, met, bags)


def kept(deeds: csr_array, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> csr_array:
    """Return some of the entries of a matrix; `chosen` is (entries,) in the order of its rows."""
    rows = np.repeat(np.arange(shape_of(deeds)[0]), np.diff(deeds.indptr))
    places = (rows[chosen], deeds.indices[chosen])
    return csr_array((deeds.data[chosen], places), shape=shape_of(deeds))
