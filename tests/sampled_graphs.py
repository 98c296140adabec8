"""Small graphs of people, jobs and skills, for the tests of sampling."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from hypothesis import strategies

from graph.relation import Relation
from graph.sampling.graph_arrays import GraphArrays
from graph.sampling.group_edges import Edges, group_edges
from graph.sampling.kernel import Kernel
from graph.snapshot.adjacency import ALWAYS, Adjacency

APPLY = Relation("person", "apply", "job")
CONNECTED = Relation("person", "connected_to", "person")
REQUIRES = Relation("job", "requires", "skill")


class Drawn(NamedTuple):
    """A graph drawn from a seed, and every edge of it as it was drawn."""

    edges: Mapping[Relation, Edges]
    num_nodes: Mapping[str, int]

    def adjacencies(self) -> dict[Relation, Adjacency]:
        """Group the edges."""
        return {
            relation: adjacency_of(relation, edges, self.num_nodes)
            for relation, edges in self.edges.items()
        }

    def arrays(self, kernel: Kernel = Kernel.NUMPY) -> GraphArrays:
        """Return what samplers read."""
        return GraphArrays(self.adjacencies(), self.num_nodes, kernel)


def adjacency_of(relation: Relation, edges: Edges, num_nodes: Mapping[str, int]) -> Adjacency:
    """Group edges of a relation."""
    sizes = num_nodes[relation.source], num_nodes[relation.target]
    return group_edges(edges, *sizes).adjacency


def drawn_graph(seed: int, people: int = 40, jobs: int = 25, skills: int = 12) -> Drawn:
    """Draw a graph whose edges have times up to 100, a few of them none, and weights, some 0."""
    random = np.random.default_rng(seed)
    num_nodes = {"person": people, "job": jobs, "skill": skills}
    edges: dict[Relation, Edges] = {}
    for relation, mean_degree in ((APPLY, 6), (REQUIRES, 4)):
        one = _random_edges(random, relation, num_nodes, mean_degree)
        edges[relation] = one
        edges[relation.reversed()] = one._replace(sources=one.targets, targets=one.sources)
    one = _random_edges(random, CONNECTED, num_nodes, 4)
    assert one.times is not None
    assert one.weights is not None
    edges[CONNECTED] = Edges(
        np.concatenate((one.sources, one.targets)),
        np.concatenate((one.targets, one.sources)),
        np.tile(one.times, 2),
        np.tile(one.weights, 2),
    )
    return Drawn(edges, num_nodes)


def pairs_of(sources: npt.ArrayLike, targets: npt.ArrayLike) -> set[tuple[int, int]]:
    """Return edges as pairs of numbers."""
    one, other = np.asarray(sources).tolist(), np.asarray(targets).tolist()
    return set(zip(one, other, strict=True))


def graphs() -> strategies.SearchStrategy[Drawn]:
    """Graphs of all sizes, empty ones among them."""
    sizes = strategies.integers(1, 30)
    return strategies.builds(drawn_graph, strategies.integers(0, 2**32 - 1), sizes, sizes, sizes)


def _random_edges(
    random: np.random.Generator, relation: Relation, num_nodes: Mapping[str, int], degree: int
) -> Edges:
    sizes = num_nodes[relation.source], num_nodes[relation.target]
    count = int(random.integers(0, degree * sizes[1] + 1))
    times = random.integers(0, 100, count)
    times[random.random(count) < 0.1] = ALWAYS
    weights = random.random(count) * (random.random(count) > 0.2)
    return Edges(
        random.integers(0, sizes[0], count),
        random.integers(0, sizes[1], count),
        times,
        weights.astype(np.float32),
    )
