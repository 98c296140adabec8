"""`sage`: the neighbours' mean, greatest, sum or last LSTM state, and a linear map of that."""

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import rnn

from graph.encoder.aggregate import at_sources, bag_max, bag_mean, bag_sum
from graph.encoder.config import Aggregation
from graph.encoder.convolutions.convolution import Convolution
from graph.encoder.convolutions.edges import Edges
from graph.sampling.message_flow import Bag


class SageConvolution(Convolution):
    """GraphSAGE, https://arxiv.org/abs/1706.02216, without the part of the node itself.

    How we differ: the node itself is joined by the encoder, once for all relations, as the paper
    does for its one. `max` looks at neighbours through a layer of their own, as the paper's pool
    aggregator. `lstm` reads the neighbours in the order of the flow and not in a random one; the
    newest comes last, next to what is read off. Weights of edges do not count.
    """

    def __init__(self, in_width: int, out_width: int, aggregation: Aggregation) -> None:
        super().__init__()
        self.in_width, self.out_width = in_width, out_width
        self.aggregation = aggregation
        self.output = nn.Linear(in_width, out_width)
        self.pool = nn.Linear(in_width, in_width) if aggregation is Aggregation.MAX else None
        is_lstm = aggregation is Aggregation.LSTM
        self.reader = nn.LSTM(in_width, in_width, batch_first=True) if is_lstm else None

    def forward(self, sources: Tensor, targets: Tensor, bag: Bag) -> Tensor:
        del targets
        if self.reader is not None:
            return self.output(_last_states(self.reader, sources, bag))
        if self.pool is not None:
            return self.output(bag_max(functional.relu(self.pool(sources)), bag))
        reduce = bag_mean if self.aggregation is Aggregation.MEAN else bag_sum
        if self.out_width < self.in_width:  # the narrower the rows, the less there is to add up
            narrow = functional.linear(sources, self.output.weight)
            return reduce(narrow, bag) + self.output.bias
        return self.output(reduce(sources, bag))

    def reference(self, sources: Tensor, targets: Tensor, edges: Edges) -> Tensor:
        from graph.encoder.convolutions.propagate import propagate

        del targets
        if self.reader is not None:
            return self.output(_reference_states(self.reader, sources, edges))
        if self.pool is not None:
            sources = functional.relu(self.pool(sources))
        return self.output(propagate(sources, edges, self.aggregation.value))


def _last_states(reader: nn.LSTM, sources: Tensor, bag: Bag) -> Tensor:
    """Return the state of every target after its newest neighbour; zero where it has none."""
    states = sources.new_zeros(bag.num_targets, reader.hidden_size)
    if not len(bag.sources):
        return states
    counts, targets = bag.offsets.diff(), bag.targets()
    longest_first = torch.argsort(counts, descending=True, stable=True)
    rank = torch.empty_like(longest_first)
    rank[longest_first] = torch.arange(len(rank), device=rank.device)
    edges = torch.arange(len(targets), device=targets.device)
    step = bag.offsets[1:][targets] - 1 - edges  # the newest stands first, and is read last
    order = torch.argsort(step * bag.num_targets + rank[targets])
    batch_sizes = torch.bincount(step).cpu()  # how many rows are that long
    one_row = bag.offsets.new_tensor([0, len(order)])
    inputs = at_sources(sources, Bag(bag.sources[order], one_row))
    _, (last, _) = reader(rnn.PackedSequence(inputs, batch_sizes))
    hearing = longest_first[: int(batch_sizes[0])]
    return states.index_copy(0, hearing, last[0].to(states.dtype))


def _reference_states(reader: nn.LSTM, sources: Tensor, edges: Edges) -> Tensor:
    """Return the same through PyG's dense batches, which have a row's padding at its end."""
    from torch_geometric.utils import degree, to_dense_batch

    source, target = edges.pairs.flip(1)
    target, order = torch.sort(target, stable=True)
    rows, _ = to_dense_batch(sources[source[order]], target, batch_size=edges.num_targets)
    counts = degree(target, edges.num_targets, torch.int64)
    states, _ = reader(rows)
    last = states[torch.arange(edges.num_targets), (counts - 1).clamp(min=0)]
    return torch.where(counts[:, None] > 0, last, 0.0)
