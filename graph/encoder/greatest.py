"""The greatest of the neighbours of every target, number by number, with its gradient."""

from typing import Any

import numba
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from graph.sampling.message_flow import Bag


def greatest(values: Tensor, bag: Bag) -> Tensor:
    """Return the greatest of the sources of every target; of equals the first has the gradient.

    Args:
        values: (sources, width), float32, on a CPU
        bag: Whose neighbours.

    Returns:
        (targets, width); zero where a target has no edge.

    Raises:
        IndexError: A source is not among the values.
    """
    return _Greatest.apply(values, bag.sources, bag.offsets)


class _Greatest(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, values: Tensor, sources: Tensor, offsets: Tensor) -> Tensor:  # noqa: ANN401 - torch gives no type for it
        low, high = sources.aminmax()
        if int(low) < 0 or int(high) >= len(values):
            raise IndexError(f"a source of the bag is not among the {len(values)} nodes given")
        found = values.new_zeros(len(offsets) - 1, values.shape[1])
        senders = torch.full(found.shape, -1, dtype=torch.int32)
        rows = values.detach().contiguous().numpy()
        _find(rows, sources.numpy(), offsets.numpy(), found.numpy(), senders.numpy())
        ctx.num_sources = len(values)
        ctx.save_for_backward(senders)
        return found

    @staticmethod
    @once_differentiable
    def backward(  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx: Any,  # noqa: ANN401
        gradient: Tensor,
    ) -> tuple[Tensor, None, None]:
        (senders,) = ctx.saved_tensors
        back = gradient.new_zeros(ctx.num_sources, gradient.shape[1])
        _send_back(gradient.contiguous().numpy(), senders.numpy(), back.numpy())
        return back, None, None


@numba.njit(cache=True, nogil=True)
def _find(
    values: npt.NDArray[np.float32],
    sources: npt.NDArray[np.int64],
    offsets: npt.NDArray[np.int64],
    found: npt.NDArray[np.float32],
    senders: npt.NDArray[np.int32],
) -> None:
    width = values.shape[1]
    for target in range(len(offsets) - 1):
        start, end = offsets[target], offsets[target + 1]
        if start == end:
            continue
        best, sender = found[target], senders[target]
        first = sources[start]
        for place in range(width):
            best[place] = values[first, place]
            sender[place] = first
        for edge in range(start + 1, end):
            source = np.int32(sources[edge])
            row = values[source]
            for place in range(width):  # without branches, so that it runs on whole registers
                is_greater = row[place] > best[place]
                sender[place] = source if is_greater else sender[place]
                best[place] = row[place] if is_greater else best[place]


@numba.njit(cache=True, nogil=True)
def _send_back(
    gradient: npt.NDArray[np.float32],
    senders: npt.NDArray[np.int32],
    back: npt.NDArray[np.float32],
) -> None:
    for target in range(gradient.shape[0]):
        if gradient.shape[1] == 0 or senders[target, 0] < 0:
            continue
        for place in range(gradient.shape[1]):
            back[senders[target, place], place] += gradient[target, place]
