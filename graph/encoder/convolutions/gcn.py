"""`gcn`: neighbours weighed by the degrees of both ends, and a linear map of their sum."""

from torch import Tensor, nn
from torch.nn import functional

from graph.encoder.aggregate import bag_sum
from graph.encoder.config import Normalisation
from graph.encoder.convolutions.edges import Edges
from graph.encoder.convolutions.symmetric import SymmetricConvolution
from graph.sampling.message_flow import Bag


class GraphConvolution(SymmetricConvolution):
    """GCN, https://arxiv.org/abs/1609.02907.

    How we differ: between nodes of two types there are no self loops, as the encoder joins the
    node itself; degrees are those of the one relation. On a graph of one type the paper's own is
    had by `with_self_loops` before `prepare`.
    """

    def __init__(
        self, in_width: int, out_width: int, normalisation: Normalisation = Normalisation.FLOW
    ) -> None:
        super().__init__()
        self.in_width, self.out_width = in_width, out_width
        self.normalisation = normalisation
        self.output = nn.Linear(in_width, out_width)
        nn.init.xavier_uniform_(self.output.weight)
        nn.init.zeros_(self.output.bias)

    def forward(self, sources: Tensor, targets: Tensor, bag: Bag) -> Tensor:
        del targets
        if self.out_width < self.in_width:  # the narrower the rows, the less there is to add up
            return bag_sum(functional.linear(sources, self.output.weight), bag) + self.output.bias
        return self.output(bag_sum(sources, bag))

    def reference(self, sources: Tensor, targets: Tensor, edges: Edges) -> Tensor:
        from graph.encoder.convolutions.propagate import propagate

        del targets
        return self.output(propagate(sources, edges, "sum"))
