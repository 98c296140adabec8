"""`lightgcn`: neighbours weighed by the degrees of both ends, added up, and nothing else."""

from torch import Tensor

from graph.encoder.aggregate import bag_sum
from graph.encoder.config import Normalisation
from graph.encoder.convolutions.edges import Edges
from graph.encoder.convolutions.symmetric import SymmetricConvolution
from graph.sampling.message_flow import Bag


class LightConvolution(SymmetricConvolution):
    """LightGCN, https://arxiv.org/abs/2002.02126: no weight matrix, no nonlinearity.

    How we differ: degrees are those of one relation, and the encoder combines the relations that
    a node has by a learned number each. Its layers are for the jumping knowledge to average.
    """

    def __init__(self, width: int, normalisation: Normalisation = Normalisation.FLOW) -> None:
        super().__init__()
        self.in_width = self.out_width = width
        self.normalisation = normalisation

    def forward(self, sources: Tensor, targets: Tensor, bag: Bag) -> Tensor:
        del targets
        return bag_sum(sources, bag)

    def reference(self, sources: Tensor, targets: Tensor, edges: Edges) -> Tensor:
        from graph.encoder.convolutions.propagate import propagate

        del targets
        return propagate(sources, edges, "sum")
