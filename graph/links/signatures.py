"""Sends random signatures of hubs along trails, so that inner products count what is shared."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from graph.links.trail import HUB_WIDTHS, TRAILS, Norm, Trail, trails_to
from graph.relation import Relation
from graph.snapshot.adjacency import Adjacency
from graph.snapshot.row_places import row_places

_ROWS_AT_ONCE = 65_536
_SMALLEST = 1e-6
Signatures = dict[str, dict[str, Tensor]]  # node type -> hub -> (nodes, trails, width)


def send_signatures(
    adjacencies: Mapping[Relation, Adjacency], num_nodes: Mapping[str, int], seed: int
) -> Signatures:
    """Give every node the signatures of the hubs at the far end of its trails.

    A hub's signature is a random vector of about length 1, so the inner product of two sums of
    signatures is close to the (weighted) number of hubs they share: random projections of the
    powers of the adjacency matrix, as in FastRP (https://arxiv.org/abs/1908.11512), but one trail
    of typed relations at a time, and without joining them into one vector. Nothing is learned, so
    a graph that was never seen has them too.

    An edge counts as one over the root of the degrees of its two ends; the rows of a trail are
    then scaled to a mean square of one, those without any hub aside, which stay zero. What a node
    sent itself does not come back to it: the skills that jobs of a title ask for, as one of these
    jobs hears of them, are those of the others. So to hide its own hides them everywhere.

    Args:
        adjacencies: The edges; relations that are missing have none.
        num_nodes: By type.
        seed: Of the signatures.

    Returns:
        Node type -> hub -> (nodes, trails, width), in the order of `trails_to`.
    """
    generator = np.random.default_rng(seed)
    hubs: dict[str, Tensor] = {}
    for hub, width in HUB_WIDTHS.items():
        drawn = generator.standard_normal((num_nodes.get(hub, 0), width), dtype=np.float32)
        hubs[hub] = torch.from_numpy(drawn) / width**0.5
    walked: dict[Trail, Tensor] = {}
    for trail in TRAILS:
        walked[trail] = _walk(trail, hubs[trail.hub], adjacencies, num_nodes)
    return {
        kind: {
            hub: torch.stack([_scaled(walked[trail]) for trail in trails], dim=1)
            for hub, trails in trails_to(kind).items()
        }
        for kind in num_nodes
    }


def _walk(
    trail: Trail,
    values: Tensor,
    adjacencies: Mapping[Relation, Adjacency],
    num_nodes: Mapping[str, int],
) -> Tensor:
    passed = []
    for step in trail.steps:
        adjacency = adjacencies.get(step.relation)
        if adjacency is None:
            return values.new_zeros(num_nodes.get(trail.end, 0), values.shape[1])
        if step.is_newest:  # rows begin with the newest edge
            ends = np.minimum(adjacency.ends, adjacency.starts + 1)
            adjacency = replace(adjacency, ends=ends)
        passed.append(values)
        values = _send(values, adjacency, step.norm)
    if trail.returns:
        there, back = trail.steps[-2:]
        shares = _shares_returned(adjacencies[back.relation], there.norm, back.norm)
        values = values - passed[-2] * shares[:, None]
    return values


def _shares_returned(adjacency: Adjacency, there: Norm, back: Norm) -> Tensor:
    """Return how much of what a node sends comes back to it, (targets,).

    Edges between the same two nodes are there both ways, so they count by their square.

    Args:
        adjacency: By which it comes back; it went by the reverse.
        there: How it was taken up.
        back: How it comes back.
    """
    spoken, degrees = _spoken(adjacency).clip(1), adjacency.degrees().clip(1)
    found = np.zeros(adjacency.num_targets)
    for rows in _chunks(adjacency.num_targets):
        sources, offsets = _edges(adjacency, rows)
        row = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
        codes, times = np.unique(row * len(spoken) + sources, return_counts=True)
        row, source = np.divmod(codes, max(len(spoken), 1))
        here, far = degrees[rows][row], spoken[source]
        by_norm = {Norm.ROOT: (here * far) ** -0.5, Norm.SUM: 1.0}
        share = times**2 * (by_norm | {Norm.MEAN: 1 / far})[there]
        share = share * (by_norm | {Norm.MEAN: 1 / here})[back]
        found[rows] = np.bincount(row, share, minlength=len(offsets) - 1)
    return torch.from_numpy(found).float()


def _send(values: Tensor, adjacency: Adjacency, norm: Norm) -> Tensor:
    """Return what each target hears, (targets, width)."""
    if norm is Norm.ROOT:
        values = values * torch.from_numpy(_spoken(adjacency).clip(1) ** -0.5).float()[:, None]
    found = values.new_empty(adjacency.num_targets, values.shape[1])
    for rows in _chunks(adjacency.num_targets):
        sources, offsets = _edges(adjacency, rows)
        heard = functional.embedding_bag(
            torch.from_numpy(sources),
            values,
            torch.from_numpy(offsets),
            mode="mean" if norm is Norm.MEAN else "sum",
            include_last_offset=True,
        )
        if norm is Norm.ROOT:
            root = np.diff(offsets).clip(1) ** -0.5
            heard = heard * torch.from_numpy(root).float()[:, None]
        found[rows] = heard
    return found


def _spoken(adjacency: Adjacency) -> np.ndarray:
    """Count how many hear each source, (sources,)."""
    spoken = np.zeros(adjacency.num_sources, np.int64)
    for rows in _chunks(adjacency.num_targets):
        spoken += np.bincount(_edges(adjacency, rows)[0], minlength=len(spoken))
    return spoken


def _edges(
    adjacency: Adjacency, rows: slice
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    starts, ends = adjacency.starts[rows], adjacency.ends[rows]
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(ends - starts)])
    return adjacency.sources[row_places(starts, ends)].astype(np.int64), offsets


def _chunks(count: int) -> list[slice]:
    return [
        slice(start, min(start + _ROWS_AT_ONCE, count)) for start in range(0, count, _ROWS_AT_ONCE)
    ]


def _scaled(values: Tensor) -> Tensor:
    squares = values.square().sum(1)
    present = squares[squares > _SMALLEST]
    return values if not len(present) else values * present.mean().rsqrt()
