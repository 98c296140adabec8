"""`Glimpse`: some nodes of one type with what is around them, as the encoder hears it."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from graph.links.graph_view import GraphView
from graph.links.link_model import LinkModel
from graph.relation import Relation
from graph.sampling.flow_sampler import FlowSampler
from graph.sampling.message_flow import MessageFlow
from graph.sampling.sampling_config import SamplingConfig
from graph.training.disguise import Disguise

Ints = npt.NDArray[np.int64]


class Glimpse:
    """Nodes of one type, each as often as it is asked for, and a sample of their neighbourhood.

    A node that is there twice hears the same neighbours twice, so that one of the two can be seen
    without some of them.
    """

    def __init__(
        self, model: LinkModel, view: GraphView, kind: str, numbers: Ints, fan_outs: Sequence[int]
    ) -> None:
        """Sample what is around some nodes.

        Args:
            model: Whose encoder hears.
            view: The graph.
            kind: Of the nodes.
            numbers: Which, (nodes,).
            fan_outs: Neighbours by each relation, hop by hop.
        """
        self.model, self.view, self.kind, self.numbers = model, view, kind, numbers
        sampler = FlowSampler(view.graph, SamplingConfig(tuple(fan_outs)), view.seed)
        self.flow: MessageFlow = sampler.sample({kind: numbers}).flow()

    def states(
        self,
        without: Relation | None = None,
        disguise: Disguise | None = None,
        new_from: int | None = None,
    ) -> list[Tensor]:
        """Return what the nodes are in each layer, the input first, and last their vectors.

        Args:
            without: A relation by which nobody is heard.
            disguise: What is hidden of some of them.
            new_from: The place from which on they are new, and have no vectors of their own.
        """
        flow, encoder, kind = self.flow, self.model.encoder, self.kind
        inputs = {
            each: self.view.inputs(each, numbers) for each, numbers in self.flow.nodes.items()
        }
        if without is not None:
            bags = {relation: bag for relation, bag in flow.bags.items() if relation != without}
            flow = MessageFlow(flow.nodes, flow.met, bags)
        if disguise is not None:
            flow = disguise.flow(flow)
            for each, numbers in flow.nodes.items():
                inputs[each] = disguise.inputs(each, inputs[each], self.view, numbers)
        if new_from is not None:
            own = flow.nodes[kind].clone()
            own[new_from : len(self.numbers)] = -1
            flow = MessageFlow({**flow.nodes, kind: own}, flow.met, flow.bags)
        with torch.inference_mode():
            layers = encoder.hidden_states(inputs, flow)
            vectors = encoder.read_out(layers, {kind: len(self.numbers)})[kind]
        return [*(each[kind][: len(self.numbers)] for each in layers), vectors]

    def vectors(
        self,
        without: Relation | None = None,
        disguise: Disguise | None = None,
        new_from: int | None = None,
    ) -> npt.NDArray[np.float32]:
        """Return the vectors of the nodes, (nodes, out_width); see `states`."""
        return self.states(without, disguise, new_from)[-1].numpy()
