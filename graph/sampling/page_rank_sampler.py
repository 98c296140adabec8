"""`PageRankSampler`: hears the nodes of the highest personalised page rank."""

from typing import ClassVar

from graph.sampling.graph_sampler import GraphSampler
from graph.sampling.sampling_config import Choice


class PageRankSampler(GraphSampler):
    """Hears the nodes of the highest personalised page rank.

    They need not be neighbours: a relation's edges then lead from those who would be reached by
    going along it and back. Edges have weights, which `ImportanceNodeLoader` and
    `ImportanceLinkLoader` add to a batch, and no place in the data.
    """

    choice: ClassVar[Choice] = Choice.PAGE_RANK
