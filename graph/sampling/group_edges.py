"""Turns lists of edges into adjacencies: those of a `HeteroData`, or any pairs of numbers."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch_geometric.data import HeteroData

from graph.relation import Relation
from graph.snapshot.adjacency import ALWAYS, Adjacency


class Edges(NamedTuple):
    """Edges in any order."""

    sources: npt.NDArray[np.int64]  # (edges,)
    targets: npt.NDArray[np.int64]  # (edges,)
    times: npt.NDArray[np.int64] | None = None  # seconds; None: not dated
    weights: npt.NDArray[np.float32] | None = None  # None: all 1


class GroupedEdges(NamedTuple):
    """An adjacency, and where its edges were."""

    adjacency: Adjacency
    order: npt.NDArray[np.int64]  # (edges,): place in the list of each edge of the adjacency


class GroupedData(NamedTuple):
    """The adjacencies of a `HeteroData`, as samplers of PyG need them."""

    adjacencies: dict[Relation, Adjacency]
    num_nodes: dict[str, int]
    edge_permutation: dict[Relation, Tensor]  # columns of `edge_index`, in the adjacency's order


def group_edges(edges: Edges, num_sources: int, num_targets: int) -> GroupedEdges:
    """Sort edges by target, the newest first."""
    count = len(edges.sources)
    times = np.full(count, ALWAYS) if edges.times is None else edges.times
    weights = np.ones(count, np.float32) if edges.weights is None else edges.weights
    # The complement turns the order of times round; the earliest one has no negative.
    order = np.lexsort((edges.sources, ~times, edges.targets))
    ends = np.cumsum(np.bincount(edges.targets, minlength=num_targets), dtype=np.int64)
    starts = np.concatenate((np.zeros(1, dtype=np.int64), ends[:-1]))[:num_targets]
    adjacency = Adjacency(
        starts,
        ends,
        edges.sources[order].astype(np.int32),
        times[order].astype(np.int64),
        weights[order].astype(np.float32),
        num_sources,
    )
    return GroupedEdges(adjacency, order)


def group_hetero_data(data: HeteroData) -> GroupedData:
    """Group the edges of every type of a `HeteroData`.

    Times are read from `edge_time` (whole seconds) and weights from `edge_weight`, where edges
    have them.
    """
    num_nodes = {kind: int(data[kind].num_nodes or 0) for kind in data.node_types}
    adjacencies, permutation = {}, {}
    for edge_type in data.edge_types:
        relation, store = Relation(*edge_type), data[edge_type]
        sources, targets = store.edge_index.numpy()
        edges = Edges(
            sources,
            targets,
            store.edge_time.numpy() if "edge_time" in store else None,
            store.edge_weight.numpy() if "edge_weight" in store else None,
        )
        sizes = num_nodes[relation.source], num_nodes[relation.target]
        adjacencies[relation], order = group_edges(edges, *sizes)
        permutation[relation] = torch.from_numpy(order)
    return GroupedData(adjacencies, num_nodes, permutation)
