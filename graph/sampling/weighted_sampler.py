"""`WeightedSampler`: hears a node's edges in proportion to their weights."""

from typing import ClassVar

from graph.sampling.graph_sampler import GraphSampler
from graph.sampling.sampling_config import Choice


class WeightedSampler(GraphSampler):
    """Hears a node's edges in proportion to their weights."""

    choice: ClassVar[Choice] = Choice.WEIGHTED
