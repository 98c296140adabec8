"""`gin`: the sum of the neighbours through a small network, which can tell multisets apart."""

import torch
from torch import Tensor, nn

from graph.encoder.aggregate import bag_sum
from graph.encoder.convolutions.convolution import Convolution
from graph.encoder.convolutions.edges import Edges
from graph.sampling.message_flow import Bag


class IsomorphismConvolution(Convolution):
    """GIN, https://arxiv.org/abs/1810.00826, with a network of two linear maps.

    How we differ: in the encoder the sum lacks the node itself, which it joins for all relations
    at once; on a graph of one type `with_self` has the paper's (1 + epsilon) times the node.
    """

    def __init__(self, in_width: int, out_width: int, *, with_self: bool = False) -> None:
        super().__init__()
        self.in_width, self.out_width = in_width, out_width
        self.network = nn.Sequential(
            nn.Linear(in_width, out_width), nn.ReLU(), nn.Linear(out_width, out_width)
        )
        self.epsilon = nn.Parameter(torch.zeros(1)) if with_self else None

    def forward(self, sources: Tensor, targets: Tensor, bag: Bag) -> Tensor:
        total = bag_sum(sources, bag)
        if self.epsilon is not None:
            total = total + (1 + self.epsilon) * targets[: bag.num_targets]
        return self.network(total)

    def reference(self, sources: Tensor, targets: Tensor, edges: Edges) -> Tensor:
        from graph.encoder.convolutions.propagate import propagate

        total = propagate(sources, edges, "sum")  # `GINConv` would draw our weights anew
        if self.epsilon is not None:
            total = total + (1 + self.epsilon) * targets
        return self.network(total)
