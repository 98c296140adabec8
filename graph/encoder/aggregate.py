"""Sums, means and maxima over the neighbours of every target, fast both ways.

Forward is `embedding_bag`. Its own backward walks a sorted copy of all edges; ours is once more
an `embedding_bag`, over the edges grouped by source, which is several times as fast on a CPU.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional

from graph.sampling.message_flow import Bag


def bag_sum(values: Tensor, bag: Bag) -> Tensor:
    """Return what the sources of every target add up to, times the weights of the edges.

    Gradients go to the values, and to the weights if they want any.

    Args:
        values: (sources, width)
        bag: Whose neighbours; its weights count.

    Returns:
        (targets, width); zero where a target has no edge.
    """
    return _reduce(values, bag, is_mean=False)


def bag_mean(values: Tensor, bag: Bag) -> Tensor:
    """Return the plain mean over the sources of every target; see `bag_sum`."""
    return _reduce(values, bag._replace(weights=None), is_mean=True)


def bag_max(values: Tensor, bag: Bag) -> Tensor:
    """Return the greatest of the sources of every target, number by number; see `bag_sum`."""
    if not len(bag.sources):
        return values.new_zeros(bag.num_targets, values.shape[1])
    if values.device.type == "cpu" and values.dtype == torch.float32:
        from graph.encoder.greatest import greatest

        return greatest(values, bag)
    return functional.embedding_bag(
        bag.sources, values, bag.offsets, mode="max", include_last_offset=True
    )


def at_sources(values: Tensor, bag: Bag) -> Tensor:
    """Return the row of every edge's source, (edges, width)."""
    if not len(bag.sources):
        return values.new_zeros(0, values.shape[1])
    return _AtSources.apply(values, bag.sources, bag.offsets)


def at_targets(values: Tensor, bag: Bag) -> Tensor:
    """Return the row of every edge's target, (edges, width)."""
    if not len(bag.sources):
        return values.new_zeros(0, values.shape[1])
    return _AtTargets.apply(values, bag.offsets)


def softmax_in_bags(scores: Tensor, bag: Bag) -> Tensor:
    """Return scores as shares that add up to 1 over the edges of every target.

    Args:
        scores: (edges, heads)
        bag: Whose edges.
    """
    if not len(bag.sources):
        return scores
    greatest = scores.new_full((bag.num_targets, scores.shape[1]), -torch.inf)
    rows = bag.targets()[:, None].expand_as(scores)
    greatest.scatter_reduce_(0, rows, scores.detach(), "amax")
    powers = torch.exp(scores - greatest.gather(0, rows))
    every_edge = Bag(torch.arange(len(scores), device=scores.device), bag.offsets)
    return powers / at_targets(bag_sum(powers, every_edge), bag)


def _reduce(values: Tensor, bag: Bag, *, is_mean: bool) -> Tensor:
    if not len(bag.sources):
        return values.new_zeros(bag.num_targets, values.shape[1])
    weights = None if bag.weights is None else bag.weights.to(values.dtype)
    return _BagReduce.apply(values.contiguous(), weights, bag.sources, bag.offsets, is_mean)


class _BagReduce(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,  # noqa: ANN401 - torch gives no type for it
        values: Tensor,
        weights: Tensor | None,
        sources: Tensor,
        offsets: Tensor,
        is_mean: bool,
    ) -> Tensor:
        ctx.is_mean = is_mean
        ctx.num_sources = len(values)
        wants_weights = weights is not None and ctx.needs_input_grad[1]
        ctx.save_for_backward(values if wants_weights else None, weights, sources, offsets)
        return _embedding_bag(values, sources, offsets, weights, "mean" if is_mean else "sum")

    @staticmethod
    @once_differentiable
    def backward(  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx: Any,  # noqa: ANN401
        gradient: Tensor,
    ) -> tuple[Tensor | None, ...]:
        values, weights, sources, offsets = ctx.saved_tensors
        gradient = gradient.contiguous()
        for_values = for_weights = None
        if ctx.needs_input_grad[0]:
            for_values = _to_sources(
                gradient, weights, Bag(sources, offsets), (ctx.num_sources, ctx.is_mean)
            )
        if values is not None:
            targets = Bag(sources, offsets).targets()
            for_weights = torch.ops.aten._embedding_bag_per_sample_weights_backward(
                gradient, values, sources, offsets[:-1].contiguous(), targets, 0
            )
        return for_values, for_weights, None, None, None


def _to_sources(
    gradient: Tensor, weights: Tensor | None, bag: Bag, shape: tuple[int, bool]
) -> Tensor:
    from graph.encoder.transpose import transpose

    num_sources, is_mean = shape
    if is_mean:
        counts = bag.offsets.diff().clamp_(min=1).to(gradient.dtype)
        gradient = gradient / counts[:, None]
    back = transpose(bag.sources, bag.offsets, num_sources)
    back_weights = None if weights is None else weights.detach()[back.edges]
    return _embedding_bag(gradient, back.targets, back.offsets, back_weights, "sum")


class _AtSources(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, values: Tensor, sources: Tensor, offsets: Tensor) -> Tensor:  # noqa: ANN401
        ctx.num_sources = len(values)
        ctx.save_for_backward(sources, offsets)
        return values.index_select(0, sources)

    @staticmethod
    @once_differentiable
    def backward(  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx: Any,  # noqa: ANN401
        gradient: Tensor,
    ) -> tuple[Tensor, None, None]:
        from graph.encoder.transpose import transpose

        sources, offsets = ctx.saved_tensors
        back = transpose(sources, offsets, ctx.num_sources)
        return _embedding_bag(gradient, back.edges, back.offsets, None, "sum"), None, None


class _AtTargets(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, values: Tensor, offsets: Tensor) -> Tensor:  # noqa: ANN401
        ctx.save_for_backward(offsets)
        return values.repeat_interleave(offsets.diff(), 0)

    @staticmethod
    @once_differentiable
    def backward(  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx: Any,  # noqa: ANN401
        gradient: Tensor,
    ) -> tuple[Tensor, None]:
        (offsets,) = ctx.saved_tensors
        edges = torch.arange(len(gradient), device=gradient.device)
        return _embedding_bag(gradient, edges, offsets, None, "sum"), None


def _embedding_bag(
    values: Tensor, indices: Tensor, offsets: Tensor, weights: Tensor | None, mode: str
) -> Tensor:
    return functional.embedding_bag(
        indices,
        values.contiguous(),
        offsets,
        mode=mode,
        include_last_offset=True,
        per_sample_weights=weights,
    )
