"""`pinsage`: what neighbours are through a layer of their own, averaged by their importance."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from graph.encoder.aggregate import bag_sum
from graph.encoder.convolutions.convolution import Convolution
from graph.encoder.convolutions.edges import Edges
from graph.sampling.message_flow import Bag


class PinSageConvolution(Convolution):
    """The convolve step of PinSage, https://arxiv.org/abs/1806.01973 (algorithm 1, line 1).

    Importance is the weight of an edge: visits of random walks, if the sampler made them. How we
    differ: the encoder joins the node itself for all relations at once, and its layer norm
    stands where the paper divides each layer by its length.
    """

    def __init__(self, in_width: int, out_width: int) -> None:
        super().__init__()
        self.in_width, self.out_width = in_width, out_width
        self.pool = nn.Linear(in_width, in_width)
        self.output = nn.Linear(in_width, out_width)

    def prepare(self, bag: Bag, num_sources: int, source_degrees: Tensor | None = None) -> Bag:
        """Make the weights shares: those of a target add up to 1, or to 0 where it has none."""
        del num_sources, source_degrees
        weights = torch.ones(len(bag.sources), device=bag.sources.device)
        if bag.weights is not None:
            weights = bag.weights.float()
        targets = bag.targets()
        totals = weights.new_zeros(bag.num_targets).index_add_(0, targets, weights)
        return bag._replace(weights=weights / totals.clamp(min=1e-12)[targets])

    def prepare_edges(self, edges: Edges) -> Edges:
        from torch_geometric.utils import scatter

        weight = edges.weight
        if weight is None:
            weight = torch.ones(edges.pairs.shape[1], device=edges.pairs.device)
        total = scatter(weight, edges.pairs[1], dim_size=edges.num_targets, reduce="sum")
        return edges._replace(weight=weight / total.clamp(min=1e-12)[edges.pairs[1]])

    def forward(self, sources: Tensor, targets: Tensor, bag: Bag) -> Tensor:
        del targets
        return self.output(bag_sum(functional.relu(self.pool(sources)), bag))

    def reference(self, sources: Tensor, targets: Tensor, edges: Edges) -> Tensor:
        from graph.encoder.convolutions.propagate import propagate

        del targets
        return self.output(propagate(functional.relu(self.pool(sources)), edges, "sum"))
