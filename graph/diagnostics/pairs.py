"""Draws pairs of nodes: those that edges bring together, and random ones beside them."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.links.graph_view import GraphView
from graph.snapshot.adjacency import Adjacency

Ints = npt.NDArray[np.int64]
NOBODY = -1


class Pairs(NamedTuple):
    """Nodes of one type, two by two."""

    first: Ints
    second: Ints

    def __len__(self) -> int:
        return len(self.first)

    def apart(self) -> "Pairs":
        """Return those of two nodes that are there and not the same."""
        keep = (self.first != self.second) & (self.first >= 0) & (self.second >= 0)
        return Pairs(self.first[keep], self.second[keep])

    def shuffled(self, generator: np.random.Generator) -> "Pairs":
        """Return the same nodes, with the second ones dealt out anew."""
        return Pairs(self.first, generator.permutation(self.second)).apart()


def random_heard(adjacency: Adjacency, nodes: Ints, generator: np.random.Generator) -> Ints:
    """Return for each node one of those it hears; `NOBODY` where it hears none, or is nobody."""
    found = np.full(len(nodes), NOBODY, np.int64)
    there = np.flatnonzero(nodes >= 0)
    starts = np.asarray(adjacency.starts[nodes[there]])
    counts = np.asarray(adjacency.ends[nodes[there]]) - starts
    places = starts + (generator.random(len(there)) * counts).astype(np.int64)
    hears = counts > 0
    found[there[hears]] = adjacency.sources[places[hears]]
    return found


def pairs_by(
    adjacency: Adjacency, count: int, generator: np.random.Generator, *, is_own_type: bool
) -> Pairs:
    """Draw pairs that a relation brings together.

    Args:
        adjacency: Its edges.
        count: How many pairs, at most.
        generator: Of the draw.
        is_own_type: The relation joins nodes of one type: pairs are the ends of edges. Otherwise
            they are two who are heard by the same node, such as two people with one skill.
    """
    running = np.cumsum(adjacency.degrees())
    total = int(running[-1]) if len(running) else 0
    if not total:
        return Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64))
    edges = generator.integers(0, total, count)
    if total <= count:
        edges = np.arange(total)
    target = np.searchsorted(running, edges, side="right")
    place = np.asarray(adjacency.ends)[target] - (running[target] - edges)
    source = np.asarray(adjacency.sources)[place].astype(np.int64)
    other = target if is_own_type else random_heard(adjacency, target, generator)
    return Pairs(source, other).apart()


def neighbours_of_own_type(
    view: GraphView, kind: str, nodes: Ints, generator: np.random.Generator
) -> Pairs:
    """Pair nodes with a neighbour of their own type, or else with one two steps away.

    Who has none is left out.
    """
    direct, round_about = [], []
    for relation in view.relations:
        adjacency, back = (view.adjacencies.get(each) for each in (relation, relation.reversed()))
        if relation.target != kind or adjacency is None or back is None:
            continue
        heard = random_heard(adjacency, nodes, generator)
        if relation.source == kind:
            direct.append(heard)
        else:
            round_about.append(random_heard(back, heard, generator))
    found = np.stack(direct or round_about or [np.full(len(nodes), NOBODY)])
    keys = generator.random(found.shape) * ((found >= 0) & (found != nodes))
    chosen = found[keys.argmax(0), np.arange(len(nodes))]
    return Pairs(nodes, np.where(keys.max(0) > 0, chosen, NOBODY)).apart()
