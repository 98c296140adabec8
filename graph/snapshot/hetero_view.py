"""Shows a snapshot to PyG as `HeteroData`, sharing memory with the mapped arrays."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch_geometric.data import HeteroData

from graph.relation import Relation
from graph.snapshot.adjacency import Adjacency


def hetero_data(
    features: Mapping[str, npt.NDArray[np.float16]], edges: Mapping[Relation, Adjacency]
) -> HeteroData:
    """Return nodes and edges as PyG has them.

    Nodes have `x`, edges `edge_index` in order of their targets, `edge_time` and `edge_weight`.
    Only `edge_index` is copied, as PyG wants it in 64 bits and with a row of targets.
    """
    data = HeteroData()
    for kind, rows in features.items():
        data[kind].x = torch.from_numpy(rows)
        data[kind].num_nodes = len(rows)
    for relation, adjacency in edges.items():
        store = data[relation.source, relation.name, relation.target]
        store.edge_index = edge_index(adjacency)
        store.edge_time = _edges(adjacency, adjacency.times)
        store.edge_weight = _edges(adjacency, adjacency.weights)
    return data


def edge_index(adjacency: Adjacency) -> Tensor:
    """Return sources and targets, (2, edges), row after row of the adjacency."""
    index = torch.empty((2, adjacency.num_edges), dtype=torch.int64)
    index[0] = _edges(adjacency, adjacency.sources)
    degrees = torch.from_numpy(adjacency.degrees())
    index[1] = torch.repeat_interleave(torch.arange(adjacency.num_targets), degrees)
    return index


def _edges(adjacency: Adjacency, values: npt.NDArray[Any]) -> Tensor:
    if len(values) != adjacency.num_edges:  # some edges are left out of the rows
        raise ValueError(f"{adjacency.num_edges} edges in the rows of {len(values)}")
    return torch.from_numpy(values)
