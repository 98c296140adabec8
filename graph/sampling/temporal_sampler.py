"""`TemporalSampler`: hears the newest edges that are older than the seed."""

from collections.abc import Mapping
from typing import ClassVar

from torch import Tensor
from torch_geometric.sampler import HeteroSamplerOutput

from graph.relation import Relation
from graph.sampling.graph_sampler import GraphSampler
from graph.sampling.left_out import Links
from graph.sampling.sampling_config import Choice


class TemporalSampler(GraphSampler):
    """Hears the newest edges that are older than the seed, over all hops.

    Undated edges count as the oldest. Seeds without a time are refused, unless the sampler has a
    time for all: hearing everything would be hearing the future.
    """

    choice: ClassVar[Choice] = Choice.RECENT

    def _sample(
        self,
        seed: Mapping[str, Tensor],
        seed_time: Mapping[str, Tensor] | None = None,
        without: Mapping[Relation, Links] | None = None,
    ) -> HeteroSamplerOutput:
        if seed_time is None and self.before is None:
            raise ValueError(
                "seeds have no time: give the loader input_time or edge_label_time, or the "
                "sampler before"
            )
        return super()._sample(seed, seed_time, without)
