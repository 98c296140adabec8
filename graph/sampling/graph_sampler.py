"""`GraphSampler`: what every sampler for PyG's loaders has in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor
from torch_geometric.sampler import (
    BaseSampler,
    EdgeSamplerInput,
    HeteroSamplerOutput,
    NegativeSampling,
    NodeSamplerInput,
)
from torch_geometric.sampler.neighbor_sampler import edge_sample, node_sample

from graph.relation import Relation
from graph.sampling.flow_sampler import Asked, FlowSampler
from graph.sampling.graph_arrays import GraphArrays
from graph.sampling.left_out import Links
from graph.sampling.neighbourhood import Neighbourhood
from graph.sampling.sampling_config import Choice, SamplingConfig
from graph.sampling.stream import stream_of, stream_of_values

EdgeKey = tuple[str, str, str]


@dataclass
class WeighedOutput(HeteroSamplerOutput):
    """What PyG's loaders read, and how much each edge counts, which they do not."""

    edge_weight: dict[EdgeKey, Tensor] | None = None


class GraphSampler(BaseSampler):
    """Samples for `NodeLoader` and `LinkLoader`; subclasses say which neighbours are heard.

    What a batch finds depends on the seed, the epoch and the batch alone, so that any number of
    workers gives the same batches, negatives included. Seeds that come with times get a tree each,
    of older edges only.
    """

    choice: ClassVar[Choice]

    def __init__(
        self,
        graph: GraphArrays,
        config: SamplingConfig | Sequence[int],
        *,
        seed: int = 0,
        before: int | None = None,
        leaves_out_links: bool = True,
        edge_permutation: Mapping[Relation, Tensor] | None = None,
    ) -> None:
        """Make a sampler.

        Args:
            graph: The edges.
            config: How many neighbours, or everything about choosing but the choice itself.
            seed: Of everything that is drawn.
            before: Seconds; the time of seeds that come without one.
            leaves_out_links: Whether the links of a batch are kept out of its messages, in both
                directions.
            edge_permutation: Columns of the data's `edge_index` in the order of the adjacencies;
                without it, they have the same order.
        """
        super().__init__()
        if not isinstance(config, SamplingConfig):
            config = SamplingConfig(tuple(config))
        self.config = replace(config, choice=self.choice)
        self.seed = seed
        self.epoch = 0  # set it before an epoch, so that the same batch hears others than before
        self.before = before
        self.leaves_out_links = leaves_out_links
        self.graph = graph
        self._edge_permutation = edge_permutation

    @property
    def edge_permutation(self) -> Any:  # noqa: ANN401 - PyG's own type has no mappings
        """Return the columns of `edge_index` in the order of the edges sampled."""
        return self._edge_permutation

    def sample_from_nodes(self, index: NodeSamplerInput, **kwargs: object) -> HeteroSamplerOutput:
        """Sample the neighbourhood of nodes."""
        return node_sample(index, self._sample)  # type: ignore[return-value]

    def sample_from_edges(
        self, index: EdgeSamplerInput, neg_sampling: NegativeSampling | None = None
    ) -> HeteroSamplerOutput:
        """Sample the neighbourhood of both ends of links, and of negatives drawn for them."""
        without = None
        if self.leaves_out_links and index.input_type is not None:
            without = {Relation(*index.input_type): Links(index.row, index.col)}
        drawn = stream_of(self.seed, self.epoch, _hash(index.row), _hash(index.col))
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(drawn))
            return edge_sample(  # type: ignore[return-value]
                index,
                partial(self._sample, without=without),
                self.graph.num_nodes,
                disjoint=index.time is not None,
                neg_sampling=neg_sampling,
            )

    def _sample(
        self,
        seed: Mapping[str, Tensor],
        seed_time: Mapping[str, Tensor] | None = None,
        without: Mapping[Relation, Links] | None = None,
    ) -> HeteroSamplerOutput:
        parts = [_hash(nodes) for nodes in (*seed.values(), *(seed_time or {}).values())]
        call = int(stream_of(self.epoch, *parts))
        sampler = FlowSampler(self.graph, self.config, self.seed)
        asked = Asked(call, self.before if seed_time is None else seed_time, without)
        return _output(sampler.sample(seed, asked))


def _hash(values: Tensor) -> int:
    return stream_of_values(values.numpy().astype(np.int64))


def _output(found: Neighbourhood) -> WeighedOutput:
    """Return a neighbourhood as PyG reads it: every relation a key, targets by number."""
    bags = {_key(relation): edges.bag() for relation, edges in found.edges.items()}
    positions = {
        _key(relation): None if edges.positions is None else torch.from_numpy(edges.positions)
        for relation, edges in found.edges.items()
    }
    weights = {key: bag.weights for key, bag in bags.items() if bag.weights is not None}
    return WeighedOutput(
        node={kind: torch.from_numpy(numbers) for kind, numbers in found.nodes.items()},
        row={key: bag.sources for key, bag in bags.items()},
        col={key: bag.targets() for key, bag in bags.items()},
        edge=positions,
        batch=found.tree_tensors(),
        num_sampled_nodes={
            kind: np.diff(met, prepend=0).tolist() for kind, met in found.met.items()
        },
        num_sampled_edges={_key(key): list(each.per_hop) for key, each in found.edges.items()},
        edge_weight=weights or None,
    )


def _key(relation: Relation) -> EdgeKey:
    return relation.source, relation.name, relation.target
