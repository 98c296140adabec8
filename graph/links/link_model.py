"""`LinkModel`: the encoder, and the scorer that reads its vectors."""

from collections.abc import Iterable

from torch import Tensor, nn

from graph.encoder.encoder import GraphEncoder
from graph.links.graph_view import Facts, GraphView
from graph.links.link_scorer import Known, LinkScorer, Side


class LinkModel(nn.Module):
    """What training makes, and what a release holds of the graph."""

    def __init__(self, encoder: GraphEncoder, scorer: LinkScorer) -> None:
        if encoder.config.out_width != scorer.config.vector_width:
            raise ValueError(
                f"the encoder makes vectors of {encoder.config.out_width} numbers, the scorer "
                f"reads {scorer.config.vector_width}"
            )
        super().__init__()
        self.encoder, self.scorer = encoder, scorer

    def ends(self, name: str) -> dict[Side, str]:
        """Return the node types of a target's two sides."""
        target = self.scorer.targets[name]
        return {Side.SOURCE: target.source, Side.TARGET: target.target}

    def view(self, facts: Facts, before: int | None = None, seed: int = 0) -> GraphView:
        """Return a snapshot as this model sees it; see `GraphView`."""
        relations, columns = self.encoder.schema.relations, self.scorer.config.columns
        return GraphView(facts, relations, before, seed, columns)

    def score(self, name: str, side: Side, known: Known) -> Tensor:
        """Return the vectors of nodes in a target's space; see `LinkScorer.forward`."""
        return self.scorer(name, side, known)

    def sparse_parameters(self) -> Iterable[nn.Parameter]:
        """Return the vectors that nodes have of their own, for a sparse optimiser."""
        return self.encoder.sparse_parameters()
