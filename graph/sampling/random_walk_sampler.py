"""`RandomWalkSampler`: hears the nodes that short random walks come by most, as PinSage does."""

from typing import ClassVar

from graph.sampling.graph_sampler import GraphSampler
from graph.sampling.sampling_config import Choice


class RandomWalkSampler(GraphSampler):
    """Hears the nodes that short random walks come by most, as PinSage does.

    They need not be neighbours: a relation's edges then lead from those who would be reached by
    going along it and back. Edges have weights, which `ImportanceNodeLoader` and
    `ImportanceLinkLoader` add to a batch, and no place in the data.
    """

    choice: ClassVar[Choice] = Choice.RANDOM_WALK
