"""Gives a step the part of the graph it looks at: all of a small one, or what is around a batch."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from graph.links.graph_view import GraphView
from graph.sampling.flow_sampler import Asked, FlowSampler
from graph.sampling.message_flow import Bag, MessageFlow
from graph.sampling.neighbour_table import whole_graph_flow
from graph.sampling.sampling_config import SamplingConfig

Seeds = Mapping[str, npt.NDArray[np.int64]]  # node type -> node numbers, in any order, repeated


class Scene(Protocol):
    """A flow, and where in it the nodes are that were asked for."""

    flow: MessageFlow

    def places(self, kind: str, numbers: npt.NDArray[np.int64]) -> Tensor:
        """Return where nodes are among those of the flow, (nodes,)."""
        ...


class WholeScene:
    """The whole graph: a node is where its number says, and copies come after all nodes."""

    def __init__(self, flow: MessageFlow, copies: Seeds) -> None:
        self.flow = _with_copies(flow, copies)

    def places(self, kind: str, numbers: npt.NDArray[np.int64]) -> Tensor:
        """Return where nodes are."""
        return torch.from_numpy(np.asarray(numbers, np.int64))


class SampledScene:
    """What is around a batch: its nodes come first in the order of their numbers, then copies."""

    def __init__(self, flow: MessageFlow, seeds: Seeds) -> None:
        self.flow, self._seeds = flow, seeds

    def places(self, kind: str, numbers: npt.NDArray[np.int64]) -> Tensor:
        """Return where nodes are."""
        return torch.from_numpy(np.searchsorted(self._seeds[kind], numbers))


class FlowSource:
    """Flows over one view of the graph."""

    def __init__(
        self, view: GraphView, fan_outs: tuple[int, ...], *, is_whole: bool, seed: int
    ) -> None:
        self.view, self.is_whole, self._seed = view, is_whole, seed
        self._config = SamplingConfig(fan_outs)
        self._sampler = None if is_whole else FlowSampler(view.graph, self._config, seed)
        self._kept: tuple[int, MessageFlow] | None = None

    def scene(self, seeds: Seeds, copies: Seeds, number: int, epoch: int) -> Scene:
        """Return the part of the graph around some nodes.

        Args:
            seeds: Whose vectors are wanted.
            copies: Nodes that are there once more, heard by nobody.
            number: Of the step; another one gives other neighbours.
            epoch: The neighbours in the whole graph are chosen anew in each.
        """
        if self._sampler is None:
            if self._kept is None or self._kept[0] != epoch:
                flow = whole_graph_flow(self.view.graph, self._config, seed=self._seed, epoch=epoch)
                self._kept = epoch, flow
            return WholeScene(self._kept[1], copies)
        unique = {kind: np.unique(numbers) for kind, numbers in seeds.items()}
        asked = {
            kind: np.concatenate([numbers, copies.get(kind, np.zeros(0, np.int64))])
            for kind, numbers in unique.items()
        }
        found = self._sampler.sample(asked, Asked(number))
        return SampledScene(found.flow(), unique)


def _with_copies(flow: MessageFlow, copies: Seeds) -> MessageFlow:
    """Return the whole graph with some nodes once more: they hear what the node hears."""
    if not any(len(numbers) for numbers in copies.values()):
        return flow
    chosen = {kind: torch.from_numpy(np.asarray(each)) for kind, each in copies.items()}
    nodes = {
        kind: torch.cat([numbers, chosen[kind]]) if kind in chosen else numbers
        for kind, numbers in flow.nodes.items()
    }
    met = {kind: (len(numbers),) for kind, numbers in nodes.items()}
    bags = {
        relation: _repeated(bag, chosen[relation.target]) if relation.target in chosen else bag
        for relation, bag in flow.bags.items()
    }
    return MessageFlow(nodes, met, bags)


def _repeated(bag: Bag, rows: Tensor) -> Bag:
    """Return a bag with some of its targets once more at the end."""
    starts, counts = bag.offsets[rows], bag.offsets.diff()[rows]
    offsets = torch.cat([bag.offsets, bag.offsets[-1] + counts.cumsum(0)])
    before = counts.cumsum(0) - counts
    edges = torch.arange(int(counts.sum())) + torch.repeat_interleave(starts - before, counts)
    sources = torch.cat([bag.sources, bag.sources[edges]])
    weights = None if bag.weights is None else torch.cat([bag.weights, bag.weights[edges]])
    return Bag(sources, offsets, weights)
