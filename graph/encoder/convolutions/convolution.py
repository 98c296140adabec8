"""`Convolution`: one set of weights and two ways to use it, a fast one and PyG's."""

from abc import ABC, abstractmethod

from torch import Tensor, nn

from graph.encoder.convolutions.edges import Edges
from graph.sampling.message_flow import Bag


class Convolution(nn.Module, ABC):
    """Makes one message a target of what the neighbours of one relation are.

    Both ways give the same values and the same gradients. What a target without edges gets is
    left to the family (often its bias); the encoder lets none of it through.
    """

    in_width: int
    out_width: int

    def prepare(self, bag: Bag, num_sources: int, source_degrees: Tensor | None = None) -> Bag:
        """Return the bag with the weights that this family wants, to be made once a flow.

        Args:
            bag: All edges of the relation.
            num_sources: How many nodes can be a source.
            source_degrees: (sources,), float32: what the weights of the edges of each source add
                up to, where the bag has not all of them; None: counted in the bag.
        """
        del num_sources, source_degrees
        return bag._replace(weights=None)

    def prepare_edges(self, edges: Edges) -> Edges:
        """Do what `prepare` does for the edges of the reference."""
        return edges._replace(weight=None)

    @abstractmethod
    def forward(self, sources: Tensor, targets: Tensor, bag: Bag) -> Tensor:
        """Return the messages the fast way.

        Args:
            sources: (sources, in_width)
            targets: (targets or more, in_width); their first rows are the targets of the bag.
            bag: From `prepare`, or its first targets.

        Returns:
            (targets, out_width)
        """

    @abstractmethod
    def reference(self, sources: Tensor, targets: Tensor, edges: Edges) -> Tensor:
        """Return the messages through PyG's message passing.

        Args:
            sources: (sources, in_width)
            targets: (targets, in_width), exactly `edges.num_targets` rows.
            edges: From `prepare_edges`, or some of them.

        Returns:
            (targets, out_width)
        """
