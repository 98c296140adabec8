"""PyG's message passing without weights of its own, for the reference path."""

import torch
from torch import Tensor
from torch_geometric.nn import MessagePassing

from graph.encoder.convolutions.edges import Edges


def propagate(values: Tensor, edges: Edges, aggregation: str) -> Tensor:
    """Return what `torch_geometric.nn.MessagePassing` makes of the sources of every target.

    Args:
        values: (sources, width)
        edges: Their weights, if any, multiply the messages.
        aggregation: As PyG names it: `sum`, `mean` or `max`.

    Returns:
        (targets, width)
    """
    weight = edges.weight
    if weight is None:
        weight = torch.ones(edges.pairs.shape[1], device=values.device)
    return _Propagation(aggr=aggregation)(values, edges, weight.to(values.dtype))


class _Propagation(MessagePassing):
    def forward(self, values: Tensor, edges: Edges, weight: Tensor) -> Tensor:
        size = (edges.num_sources, edges.num_targets)
        # PyG reads the names of the arguments from the text of this call.
        return self.propagate(edges.pairs, size=size, x=(values, None), weight=weight)

    def message(self, x_j: Tensor, weight: Tensor) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        return x_j * weight[:, None]
