"""`UniformSampler`: hears all of a node's edges alike, as GraphSAGE does."""

from typing import ClassVar

from graph.sampling.graph_sampler import GraphSampler
from graph.sampling.sampling_config import Choice


class UniformSampler(GraphSampler):
    """Hears all of a node's edges alike, as GraphSAGE does."""

    choice: ClassVar[Choice] = Choice.UNIFORM
