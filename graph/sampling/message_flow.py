"""`MessageFlow`: which nodes hear which, layer by layer, ready for an encoder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor

from graph.relation import Relation


class Bag(NamedTuple):
    """Edges of one relation, grouped by target as `torch.nn.functional.embedding_bag` wants them.

    Target t hears `sources[offsets[t]:offsets[t + 1]]`.
    """

    sources: Tensor  # (edges,), int64: places among the nodes of the source type
    offsets: Tensor  # (targets + 1,), int64
    weights: Tensor | None = None  # (edges,), float32; None: all alike

    @property
    def num_targets(self) -> int:
        """Return how many targets there are."""
        return len(self.offsets) - 1

    def first(self, targets: int) -> "Bag":
        """Return the edges of the first targets alone; nothing is copied."""
        if targets >= self.num_targets:
            return self
        end = int(self.offsets[targets])
        weights = None if self.weights is None else self.weights[:end]
        return Bag(self.sources[:end], self.offsets[: targets + 1], weights)

    def targets(self) -> Tensor:
        """Return the target of every edge, (edges,): the second row of PyG's `edge_index`."""
        import torch

        return torch.repeat_interleave(
            torch.arange(self.num_targets, device=self.offsets.device), self.offsets.diff()
        )


@dataclass(frozen=True)
class MessageFlow:
    """A sampled neighbourhood, or the whole graph.

    Nodes of a type stand in the order in which they were met: seeds first, then hop by hop. A
    node is expanded once, in the hop after the one it was met in; the nodes of the last hop are
    not. So the targets of the layer that is `h` layers before the last are the nodes met within
    `h` hops, a prefix, and so are their edges.
    """

    nodes: Mapping[str, Tensor]  # node type -> numbers in the snapshot, (nodes,), int64
    met: Mapping[str, Sequence[int]]  # node type -> nodes met up to each hop, seeds at place 0
    bags: Mapping[Relation, Bag]  # their targets: the nodes met before the last hop

    def targets_of_layer(self, layer: int, num_layers: int) -> dict[str, int]:
        """Return how many nodes of each type the layer (0 = the first) must give vectors to."""
        hops_after = num_layers - 1 - layer
        return {kind: met[min(hops_after, len(met) - 1)] for kind, met in self.met.items()}

    def bags_of_layer(self, layer: int, num_layers: int) -> dict[Relation, Bag]:
        """Return the edges that the layer needs, relation by relation."""
        targets = self.targets_of_layer(layer, num_layers)
        return {
            relation: bag.first(targets[relation.target]) for relation, bag in self.bags.items()
        }
