"""`gat`: neighbours weighed by attention, in the paper's first version and in the second."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional

from graph.encoder.aggregate import at_sources, at_targets, bag_sum, softmax_in_bags
from graph.encoder.convolutions.convolution import Convolution
from graph.encoder.convolutions.edges import Edges
from graph.sampling.message_flow import Bag

SLOPE = 0.2  # of the leaky rectifier, as in both papers


class AttentionConvolution(Convolution):
    """GAT, https://arxiv.org/abs/1710.10903, and GATv2, https://arxiv.org/abs/2105.14491.

    How we differ: between nodes of two types there are no self loops, and each of the two has a
    linear map of its own. On a graph of one type the papers' own is had by `with_self_loops` and,
    for the first version, `is_shared`. Weights of edges do not count.
    """

    def __init__(
        self,
        in_width: int,
        head_width: int,
        num_heads: int,
        *,
        version: int = 2,
        dropout: float = 0.0,
        is_averaged: bool = False,
        is_shared: bool = False,
    ) -> None:
        """Make one.

        Args:
            in_width: Of sources and targets.
            head_width: Of what each head gives.
            num_heads: How many there are.
            version: 1 or 2.
            dropout: Chance that an edge is not heeded, in training.
            is_averaged: Heads are averaged, not put side by side.
            is_shared: Targets have the linear map of the sources.
        """
        super().__init__()
        if version not in (1, 2):
            raise ValueError(f"the version of the attention must be 1 or 2, got {version}")
        self.in_width, self.head_width, self.num_heads = in_width, head_width, num_heads
        self.version, self.dropout, self.is_averaged = version, dropout, is_averaged
        self.out_width = head_width if is_averaged else head_width * num_heads
        width = head_width * num_heads
        has_bias = version == 2
        self.of_source = nn.Linear(in_width, width, bias=has_bias)
        self.of_target = None if is_shared else nn.Linear(in_width, width, bias=has_bias)
        self.attention = nn.Parameter(torch.empty(3 - version, num_heads, head_width))
        self.bias = nn.Parameter(torch.zeros(self.out_width))
        for linear in filter(None, (self.of_source, self.of_target)):
            nn.init.xavier_uniform_(linear.weight)
            if linear.bias is not None:
                nn.init.zeros_(linear.bias)
        bound = math.sqrt(6 / (num_heads + head_width))  # Glorot's, of the last two sizes
        nn.init.uniform_(self.attention, -bound, bound)

    def forward(self, sources: Tensor, targets: Tensor, bag: Bag) -> Tensor:
        spoken = self.of_source(sources)
        heard = (self.of_target or self.of_source)(targets[: bag.num_targets])
        shares = softmax_in_bags(self._scores(spoken, heard, bag), bag)
        shares = functional.dropout(shares, self.dropout, self.training)
        heads = self._weighed(spoken, shares, bag)
        if self.is_averaged:
            heads = heads.view(bag.num_targets, self.num_heads, self.head_width).mean(1)
        return heads + self.bias

    def _scores(self, spoken: Tensor, heard: Tensor, bag: Bag) -> Tensor:
        """Return how much each target heeds each of its sources, (edges, heads)."""
        by_head = (-1, self.num_heads, self.head_width)
        if self.version == 1:  # what only depends on one end is computed once a node
            of_source = (spoken.view(by_head) * self.attention[0]).sum(-1)
            of_target = (heard.view(by_head) * self.attention[1]).sum(-1)
            return functional.leaky_relu(
                at_sources(of_source, bag) + at_targets(of_target, bag), SLOPE
            )
        met = functional.leaky_relu(at_sources(spoken, bag) + at_targets(heard, bag), SLOPE)
        return (met.view(by_head) * self.attention[0]).sum(-1)

    def _weighed(self, spoken: Tensor, shares: Tensor, bag: Bag) -> Tensor:
        """Add up the sources by their shares, all heads in one bag, (targets, heads * width)."""
        heads, width, count = self.num_heads, self.head_width, len(spoken)
        head = torch.arange(heads, device=spoken.device)[:, None]
        rows = spoken.view(count, heads, width).transpose(0, 1).reshape(heads * count, width)
        many = Bag(
            (bag.sources + head * count).flatten(),
            torch.cat(
                [(bag.offsets[:-1] + head * len(bag.sources)).flatten(), heads * bag.offsets[-1:]]
            ),
            shares.t().reshape(-1),
        )
        found = bag_sum(rows, many).view(heads, bag.num_targets, width)
        return found.transpose(0, 1).reshape(bag.num_targets, heads * width)

    def reference(self, sources: Tensor, targets: Tensor, edges: Edges) -> Tensor:
        from torch_geometric.nn import GATConv, GATv2Conv

        kind = GATv2Conv if self.version == 2 else GATConv
        widths = (self.in_width, self.in_width)
        with torch.device("meta"):  # draws no random numbers for weights that are ours in the end
            twin = kind(
                widths,
                self.head_width,
                self.num_heads,
                concat=not self.is_averaged,
                negative_slope=SLOPE,
                dropout=self.dropout,
                add_self_loops=False,
            ).train(self.training)
        return functional_call(
            twin, dict(self._weights_of_twin()), ((sources, targets), edges.pairs)
        )

    def _weights_of_twin(self) -> Mapping[str, Tensor]:
        of_target = self.of_target or self.of_source
        if self.version == 1:
            return {
                "lin_src.weight": self.of_source.weight,
                "lin_dst.weight": of_target.weight,
                "att_src": self.attention[0][None],
                "att_dst": self.attention[1][None],
                "bias": self.bias,
            }
        return {
            "lin_l.weight": self.of_source.weight,
            "lin_l.bias": self.of_source.bias,
            "lin_r.weight": of_target.weight,
            "lin_r.bias": of_target.bias,
            "att": self.attention,
            "bias": self.bias,
        }
