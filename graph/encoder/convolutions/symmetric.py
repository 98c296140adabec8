"""The symmetric normalisation of `gcn` and `lightgcn`, and the self loops of the former."""

import torch
from torch import Tensor

from graph.encoder.config import Normalisation
from graph.encoder.convolutions.convolution import Convolution
from graph.encoder.convolutions.edges import Edges
from graph.sampling.message_flow import Bag


class SymmetricConvolution(Convolution):
    """A convolution that weighs edges by the degrees of both ends, unless the flow has done so."""

    normalisation: Normalisation

    def prepare(self, bag: Bag, num_sources: int, source_degrees: Tensor | None = None) -> Bag:
        if self.normalisation is Normalisation.GIVEN:
            return bag
        return symmetric_weights(bag, num_sources, source_degrees)

    def prepare_edges(self, edges: Edges) -> Edges:
        return edges if self.normalisation is Normalisation.GIVEN else symmetric_edges(edges)


def symmetric_weights(bag: Bag, num_sources: int, source_degrees: Tensor | None = None) -> Bag:
    """Give every edge its weight over the root of the degrees of both ends.

    A degree is the sum of the weights of a node's edges in this one relation: of the edges into
    the target, and out of the source. On a graph of one undirected relation that holds all edges
    it is what PyG's `gcn_norm` gives; on a directed one that takes the edges *into* the source,
    which can be had by passing them.

    Args:
        bag: All edges of the relation.
        num_sources: How many nodes can be a source.
        source_degrees: (sources,), float32; None: counted in the bag, which is an estimate where
            the bag is a sample.
    """
    weights = torch.ones(len(bag.sources), device=bag.sources.device)
    if bag.weights is not None:
        weights = bag.weights.float()
    targets = bag.targets()
    into = weights.new_zeros(bag.num_targets).index_add_(0, targets, weights)
    if source_degrees is None:
        source_degrees = weights.new_zeros(num_sources).index_add_(0, bag.sources, weights)
    factors = _inverse_root(into)[targets] * _inverse_root(source_degrees)[bag.sources]
    return bag._replace(weights=weights * factors)


def symmetric_edges(edges: Edges) -> Edges:
    """Do for edges what `symmetric_weights` does for a bag, by PyG's own means."""
    from torch_geometric.utils import scatter

    weight = edges.weight
    if weight is None:
        weight = torch.ones(edges.pairs.shape[1], device=edges.pairs.device)
    source, target = edges.pairs
    out_of = scatter(weight, source, dim_size=edges.num_sources, reduce="sum")
    into = scatter(weight, target, dim_size=edges.num_targets, reduce="sum")
    factors = _inverse_root(out_of)[source] * _inverse_root(into)[target]
    return edges._replace(weight=weight * factors)


def with_self_loops(bag: Bag) -> Bag:
    """Let every target hear itself, last and with weight 1.

    Only for a relation between nodes of one type, whose targets are the first of its sources.
    """
    count, device = bag.num_targets, bag.sources.device
    every = torch.arange(count, device=device)
    offsets = bag.offsets + torch.arange(count + 1, device=device)
    is_loop = torch.zeros(len(bag.sources) + count, dtype=torch.bool, device=device)
    is_loop[offsets[1:] - 1] = True
    sources = bag.sources.new_empty(len(is_loop))
    sources[is_loop], sources[~is_loop] = every, bag.sources
    if bag.weights is None:
        return Bag(sources, offsets)
    weights = torch.ones(len(is_loop), dtype=bag.weights.dtype, device=device)
    weights[~is_loop] = bag.weights
    return Bag(sources, offsets, weights)


def _inverse_root(degrees: Tensor) -> Tensor:
    return torch.where(degrees > 0, degrees.clamp(min=1e-12).rsqrt(), 0.0)
