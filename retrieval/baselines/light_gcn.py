"""Learns factors by passing embeddings along a graph: PyG's own LightGCN, trained with BPR.

The model of https://arxiv.org/abs/2002.02126. The graph is that of the matrix: rows on one side,
columns on the other, or one set of nodes where both are the same things.
"""

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from retrieval.baselines.factors import Factors

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class LightGcnConfig:
    """How to train."""

    width: int = 64
    layers: int = 2
    steps: int = 300
    batch: int = 8_192  # entries of the matrix that a step learns from, at most
    learning_rate: float = 0.01
    penalty: float = 1e-4
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.width, self.layers, self.steps, self.batch) < 1 or self.learning_rate <= 0:
            raise ValueError(f"sizes must be at least 1 and the learning rate above 0: {self}")


def fit_light_gcn(
    matrix: csr_array, config: LightGcnConfig | None = None, *, is_one_set: bool = False
) -> Factors:
    """Train on the entries of a matrix that are not zero; their weights do not count.

    Args:
        matrix: (rows, columns).
        config: How to train.
        is_one_set: Rows and columns are the same nodes, as with people who know people.

    Raises:
        ValueError: The matrix is empty, or one set is meant and it is not square.
    """
    import torch
    from torch_geometric.nn import LightGCN

    config = config or LightGcnConfig()
    rows, columns = _shape(matrix, is_one_set)
    first = 0 if is_one_set else rows  # the node of the first column
    one, other = (np.asarray(ends, np.int64) for ends in matrix.nonzero())
    generator = torch.Generator().manual_seed(config.seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        # The adjacency is normalised once, here, and not anew in every layer of every step.
        model = LightGCN(first + columns, config.width, config.layers, normalize=False)
    adjacency = _normalised(one, other + first, first + columns)
    optimiser = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    source, target = torch.from_numpy(one), torch.from_numpy(other + first)
    size = (min(config.batch, len(source)),)
    for _ in range(config.steps):
        chosen = torch.randint(len(source), size, generator=generator)
        wrong = torch.randint(columns, size, generator=generator) + first
        ends = source[chosen], target[chosen], wrong
        vectors = model.get_embedding(adjacency)
        one_side = vectors[ends[0]]
        loss = model.recommendation_loss(
            (one_side * vectors[ends[1]]).sum(-1),
            (one_side * vectors[wrong]).sum(-1),
            node_id=torch.cat(ends).unique(),
            lambda_reg=config.penalty,
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        vectors = model.get_embedding(adjacency).numpy()
    return Factors(vectors[:rows], vectors[first : first + columns])


def _shape(matrix: csr_array, is_one_set: bool) -> tuple[int, int]:
    rows, columns = matrix.shape or (0, 0)
    if is_one_set and rows != columns:
        raise ValueError(f"one set of nodes needs a square matrix, got {rows} x {columns}")
    if not matrix.nnz:
        raise ValueError(f"a matrix of {rows} x {columns} without entries teaches nothing")
    return rows, columns


def _normalised(one: np.ndarray, other: np.ndarray, nodes: int) -> "Tensor":
    """Return the symmetric adjacency, each entry over the root of the product of both degrees."""
    import torch

    ends = np.concatenate([one, other]), np.concatenate([other, one])
    both = csr_array((np.ones(len(ends[0])), ends), shape=(nodes, nodes))
    both.sum_duplicates()
    both.data[:] = 1.0
    root = 1 / np.sqrt(np.maximum(both.sum(axis=1), 1))
    owner = np.repeat(np.arange(nodes), np.diff(both.indptr))
    weights = (root[owner] * root[both.indices]).astype(np.float32)
    starts = torch.from_numpy(both.indptr.astype(np.int64))
    ends_of = torch.from_numpy(both.indices.astype(np.int64))
    with warnings.catch_warnings():
        # What we do with it, products and their gradients, has long been there.
        warnings.filterwarnings("ignore", "Sparse CSR tensor support is in beta", UserWarning)
        return torch.sparse_csr_tensor(
            starts, ends_of, torch.from_numpy(weights), (nodes, nodes), check_invariants=True
        )
