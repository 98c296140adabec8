"""`Disguise`: what a step hides of nodes, everywhere the encoder could see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from graph.links.graph_view import GraphView, fewer
from graph.links.trail import trails_to
from graph.relation import Relation
from graph.sampling.message_flow import Bag, MessageFlow


@dataclass
class Disguise:
    """Relations that some places of a flow are shown without.

    Whoever is disguised neither hears by these relations nor is heard by their reverses, its
    degrees in them are zero, and so are the trails that end with them. Where the relation is None,
    it is the node's own signature that is hidden, by which those who met it would know it.
    """

    # Node type -> relation -> (nodes of the flow,), bool
    flags: dict[str, dict[Relation | None, Tensor]] = field(default_factory=dict)
    # Node type -> relation -> (nodes of the graph, 2): edges hidden at their other end
    lost: dict[str, dict[Relation, Tensor]] = field(default_factory=dict)

    def hide(
        self, kind: str, places: Tensor, count: int, relations: tuple[Relation | None, ...]
    ) -> None:
        """Hide relations, each ending at `kind`, from some places among `count` nodes."""
        of_kind = self.flags.setdefault(kind, {})
        for relation in relations:
            flag = of_kind.get(relation)
            if flag is None:
                flag = of_kind[relation] = torch.zeros(count, dtype=torch.bool)
            flag[places] = True

    def lose(self, view: GraphView, relation: Relation, numbers: Tensor) -> None:
        """Take the edges that some nodes hear by off the degrees of those whom they hear.

        Else a skill that has a job, and hears of none, would tell that it is what is hidden.
        """
        lost = view.edges_from(relation, numbers.numpy())
        of_kind = self.lost.setdefault(relation.source, {})
        back = relation.reversed()
        of_kind[back] = of_kind[back] + lost if back in of_kind else lost

    def flow(self, flow: MessageFlow) -> MessageFlow:
        """Return the flow without the hidden edges, in both directions."""
        bags = {}
        for relation, bag in flow.bags.items():
            keep = self._kept(relation, bag)
            bags[relation] = bag if keep is None else kept_edges(bag, keep)
        return MessageFlow(flow.nodes, flow.met, bags)

    def _kept(self, relation: Relation, bag: Bag) -> Tensor | None:
        hears = self.flags.get(relation.target, {}).get(relation)
        heard = self.flags.get(relation.source, {}).get(relation.reversed())
        keep = None
        if hears is not None:
            keep = ~hears[bag.targets()]
        if heard is not None:
            says = ~heard[bag.sources]
            keep = says if keep is None else keep & says
        return keep

    def inputs(self, kind: str, inputs: Tensor, view: GraphView, numbers: Tensor) -> Tensor:
        """Return the inputs of the nodes of a flow, whose degrees are without hidden edges.

        Args:
            kind: Of the nodes.
            inputs: As `GraphView.inputs` has them; changed.
            view: The graph.
            numbers: Of the nodes, (nodes,).
        """
        into = [relation for relation in view.relations if relation.target == kind]
        first = inputs.shape[1] - 2 * len(into)
        for relation, lost in self.lost.get(kind, {}).items():
            if relation in into:
                column = first + 2 * into.index(relation)
                degrees = inputs[:, column : column + 2]
                inputs[:, column : column + 2] = fewer(degrees, lost[numbers])
        for relation, flag in self.flags.get(kind, {}).items():
            if relation is not None and relation in into:
                column = first + 2 * into.index(relation)
                inputs[flag, column : column + 2] = 0.0
        return inputs

    def signatures(
        self, kind: str, signatures: Mapping[str, Tensor], places: Tensor
    ) -> dict[str, Tensor]:
        """Return signatures of some places with those at the end of hidden trails at zero.

        Args:
            kind: Of the nodes.
            signatures: Hub -> (nodes, trails, width) of those places.
            places: In the flow, (nodes,).
        """
        found = dict(signatures)
        trails = trails_to(kind)
        for relation, flag in self.flags.get(kind, {}).items():
            rows = flag[places].nonzero().flatten()
            if not len(rows):
                continue
            for hub, values in found.items():
                ends = [n for n, trail in enumerate(trails[hub]) if trail.last == relation]
                if ends:
                    changed = values.clone() if values is signatures[hub] else values
                    changed[rows[:, None], torch.tensor(ends)] = 0.0
                    found[hub] = changed
        return found


def kept_edges(bag: Bag, keep: Tensor) -> Bag:
    """Return some edges of a bag.

    Args:
        bag: The edges.
        keep: (edges,), which ones.
    """
    running = torch.cat([keep.new_zeros(1, dtype=torch.int64), keep.cumsum(0)])
    weights = None if bag.weights is None else bag.weights[keep]
    return Bag(bag.sources[keep], running[bag.offsets], weights)
