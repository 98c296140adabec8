"""`Neighbourhood`: what one call of a sampler found, before it is an encoder's or PyG's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from graph.relation import Relation
from graph.sampling.message_flow import Bag, MessageFlow
from graph.sampling.plain import Ints, Shares


class SampledEdges(NamedTuple):
    """Edges of one relation: target t hears `sources[offsets[t]:offsets[t + 1]]`."""

    offsets: Ints  # (targets + 1,)
    sources: Ints  # places among the nodes of the source type
    positions: Ints | None  # in the adjacency; None where walks chose, not edges
    shares: Shares | None
    per_hop: Sequence[int]  # how many edges each hop added

    def bag(self) -> Bag:
        """Return the edges as an encoder wants them; nothing is copied."""
        shares = None if self.shares is None else torch.from_numpy(self.shares)
        return Bag(torch.from_numpy(self.sources), torch.from_numpy(self.offsets), shares)


@dataclass(frozen=True)
class Neighbourhood:
    """Nodes in the order in which they were met, and the edges they were met by."""

    nodes: Mapping[str, Ints]  # node type -> node numbers, seeds first
    met: Mapping[str, Sequence[int]]  # node type -> nodes met up to each hop, seeds at place 0
    edges: Mapping[Relation, SampledEdges]
    trees: Mapping[str, Ints] | None = None  # the seed that each node was met from

    def flow(self) -> MessageFlow:
        """Return what an encoder reads; nothing is copied."""
        nodes = {kind: torch.from_numpy(numbers) for kind, numbers in self.nodes.items()}
        bags = {relation: edges.bag() for relation, edges in self.edges.items()}
        return MessageFlow(nodes, self.met, bags)

    def tree_tensors(self) -> dict[str, Tensor] | None:
        """Return the seed that each node was met from, where seeds have a tree each."""
        if self.trees is None:
            return None
        return {kind: torch.from_numpy(trees) for kind, trees in self.trees.items()}
