"""`HeteroLayer`: one hop, in which every node type listens to its relations."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from graph.encoder.config import Combination, EncoderConfig
from graph.encoder.convolutions.build import build_convolution
from graph.encoder.convolutions.convolution import Convolution
from graph.encoder.graph_schema import GraphSchema
from graph.relation import Relation

States = dict[str, Tensor]  # node type -> (nodes, width)


class HeteroLayer(nn.Module):
    """Messages of every relation, combined, joined with the node itself.

    A relation in which a node has no neighbour adds exactly nothing to it, and does not count
    when relations are averaged; so a node without any neighbour gets what its own state gives.
    """

    def __init__(self, config: EncoderConfig, schema: GraphSchema) -> None:
        super().__init__()
        self.relations = schema.relations
        self.config = config
        self.convolutions = nn.ModuleDict(
            {str(relation): build_convolution(config) for relation in schema.relations}
        )
        self.gates = nn.Parameter(torch.ones(len(schema.relations)))
        joins = {} if config.is_light else {kind: _Join(config) for kind in schema.kinds}
        self.joins = nn.ModuleDict(joins)

    def convolution(self, relation: Relation) -> Convolution:
        """Return the convolution of a relation."""
        found = self.convolutions[str(relation)]
        assert isinstance(found, Convolution)
        return found

    def forward(
        self,
        states: Mapping[str, Tensor],
        targets: Mapping[str, int],
        listen: "Listen",
    ) -> States:
        """Return the next states of the first nodes of each type.

        Args:
            states: Node type -> (nodes, width); targets are the first of them.
            targets: Node type -> how many get a state; types with none are left out.
            listen: Gives the message of a relation and says who has one; None: no edges.
        """
        heard: dict[str, list[_Message]] = {kind: [] for kind, count in targets.items() if count}
        for place, relation in enumerate(self.relations):
            if relation.target not in heard or not len(states.get(relation.source, ())):
                continue
            found = listen(relation, self.convolution(relation))
            if found is not None:
                heard[relation.target].append(_Message(*found, self.gates[place]))
        return {
            kind: self._next(kind, states[kind][: targets[kind]], messages)
            for kind, messages in heard.items()
        }

    def _next(self, kind: str, own: Tensor, messages: "Sequence[_Message]") -> Tensor:
        if not messages:
            return torch.zeros_like(own) if self.config.is_light else self.joins[kind](own)
        is_mean = self.config.combination is Combination.MEAN
        neighbourhood, hears = _combined(messages, is_mean=is_mean)
        return (
            neighbourhood if self.config.is_light else self.joins[kind](own, neighbourhood, hears)
        )


Listen = Callable[[Relation, Convolution], tuple[Tensor, Tensor] | None]


class _Message(NamedTuple):
    values: Tensor  # (targets, width)
    is_present: Tensor  # (targets,): has the target a neighbour in this relation
    gate: Tensor  # how much of it is let through, one number


def _combined(messages: Sequence[_Message], *, is_mean: bool) -> tuple[Tensor, Tensor]:
    """Return the messages as one, (targets, width), and 1 for who has any, (targets, 1)."""
    shape = messages[0].values
    # A relation that was silenced is as one that is not there.
    spoken = [each.is_present & (each.gate != 0) for each in messages]
    present = torch.stack(spoken).to(shape.dtype)
    count = present.sum(0)
    factors = present / count.clamp(min=1) if is_mean else present
    total = torch.zeros_like(shape)
    for message, factor in zip(messages, factors, strict=True):
        total = torch.addcmul(total, message.values, (factor * message.gate)[:, None])
    return total, count.clamp(max=1)[:, None]


class _Join(nn.Module):
    """Joins a node with its neighbourhood: concatenation, linear map, rectifier, residual, norm."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.of_self = nn.Linear(config.width, config.width)
        # With the linear map above the two halves of one map of the concatenation; apart, a node
        # that hears nobody costs half, and no row of zeros is made for it.
        self.of_neighbourhood = nn.Linear(config.width, config.width, bias=False)
        self.of_hearing = nn.Parameter(torch.zeros(config.width))  # has it any neighbour
        self.norm = nn.LayerNorm(config.width)
        self.dropout, self.residual = config.dropout, config.residual

    def forward(
        self, own: Tensor, neighbourhood: Tensor | None = None, hears: Tensor | None = None
    ) -> Tensor:
        joined = self.of_self(own)
        if neighbourhood is not None and hears is not None:
            joined = joined + self.of_neighbourhood(neighbourhood) + self.of_hearing * hears
        found = functional.dropout(functional.relu(joined), self.dropout, self.training)
        return self.norm(own + found if self.residual else found)
