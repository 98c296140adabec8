"""Turns edges that are grouped by target into edges that are grouped by source."""

from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor


class Transposed(NamedTuple):
    """Edges grouped by source, those of a source in the order in which they were."""

    edges: Tensor  # (edges,), int64: which edge stands there
    targets: Tensor  # (edges,), int64: the target of that edge
    offsets: Tensor  # (sources + 1,), int64


def transpose(sources: Tensor, offsets: Tensor, num_sources: int) -> Transposed:
    """Group the edges of a bag by source.

    By counting, in one pass, on a CPU; by a stable sort elsewhere.

    Args:
        sources: (edges,), int64
        offsets: (targets + 1,), int64
        num_sources: How many nodes can be a source.

    Raises:
        IndexError: A source is not among them.
    """
    if sources.device.type == "cpu":
        edges, targets, starts = _by_source(sources.numpy(), offsets.numpy(), num_sources)
        if len(starts) == 0:
            raise IndexError(f"a source of the bag is not among the {num_sources} nodes given")
        return Transposed(*map(torch.from_numpy, (edges, targets, starts)))
    return _transpose_by_sorting(sources, offsets, num_sources)


def _transpose_by_sorting(sources: Tensor, offsets: Tensor, num_sources: int) -> Transposed:
    edges = torch.argsort(sources, stable=True)
    numbers = torch.arange(len(offsets) - 1, device=offsets.device)
    targets = torch.repeat_interleave(numbers, offsets.diff(), output_size=len(sources))
    starts = offsets.new_zeros(num_sources + 1)
    torch.cumsum(torch.bincount(sources, minlength=num_sources), 0, out=starts[1:])
    return Transposed(edges, targets[edges], starts)


@numba.njit(cache=True, nogil=True)
def _by_source(
    sources: npt.NDArray[np.int64], offsets: npt.NDArray[np.int64], num_sources: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return edges, targets and starts; empty starts where a source is out of range."""
    starts = np.zeros(num_sources + 1, np.int64)
    edges = np.empty(len(sources), np.int64)
    targets = np.empty(len(sources), np.int64)
    for source in sources:
        if source < 0 or source >= num_sources:
            return edges, targets, np.empty(0, np.int64)
        starts[source + 1] += 1
    for node in range(num_sources):
        starts[node + 1] += starts[node]
    places = starts[:-1].copy()
    for target in range(len(offsets) - 1):
        for edge in range(offsets[target], offsets[target + 1]):
            place = places[sources[edge]]
            places[sources[edge]] = place + 1
            edges[place] = edge
            targets[place] = target
    return edges, targets, starts
