"""`lightgcn`: neighbours weighed by the degrees of both ends, added up, and nothing else."""

from torch import Tensor

from graph.encoder.aggregate import bag_sum
from graph.encoder.config import Normalisation
from graph.encoder.convolutions.convolution import Convolution
from graph.encoder.convolutions.edges import Edges
from graph.encoder.convolutions.symmetric import symmetric_edges, symmetric_weights
from graph.sampling.message_flow import Bag


class LightConvolution(Convolution):
    """LightGCN, https://arxiv.org/abs/2002.02126: no weight matrix, no nonlinearity.

    How we differ: degrees are those of one relation, and the encoder combines the relations that
    a node has by a learned number each. Its layers are for the jumping knowledge to average.
    """

    def __init__(self, width: int, normalisation: Normalisation = Normalisation.FLOW) -> None:
        super().__init__()
        self.in_width = self.out_width = width
        self.normalisation = normalisation

    def prepare(self, bag: Bag, num_sources: int, source_degrees: Tensor | None = None) -> Bag:
        if self.normalisation is Normalisation.GIVEN:
            return bag
        return symmetric_weights(bag, num_sources, source_degrees)

    def prepare_edges(self, edges: Edges) -> Edges:
        return edges if self.normalisation is Normalisation.GIVEN else symmetric_edges(edges)

    def forward(self, sources: Tensor, targets: Tensor, bag: Bag) -> Tensor:
        del targets
        return bag_sum(sources, bag)

    def reference(self, sources: Tensor, targets: Tensor, edges: Edges) -> Tensor:
        from graph.encoder.convolutions.propagate import propagate

        del targets
        return propagate(sources, edges, "sum")
