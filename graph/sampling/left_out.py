"""Finds the edges that messages must not take: the links that are to be predicted."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from graph.relation import Relation
from graph.sampling.graph_arrays import GraphArrays
from graph.sampling.node_numbers import Numberlike, to_numbers
from graph.sampling.plain import Ints


class Links(NamedTuple):
    """Pairs of nodes, from the source type of a relation to its target type."""

    sources: Numberlike  # node numbers, (links,)
    targets: Numberlike


def edges_of_links(graph: GraphArrays, without: Mapping[Relation, Links]) -> dict[Relation, Ints]:
    """Return the positions of the edges between pairs of nodes, in both directions, rising.

    A relation's links are looked for among its edges and among those of its reverse, so that a
    link that is to be predicted is heard by neither of its ends. All edges of a pair are found.
    """
    positions: dict[Relation, Ints] = {}
    for relation, sources, targets in _both_directions(without):
        if relation in graph.adjacencies and len(sources):
            found = _find(graph, relation, sources, targets)
            known = positions.get(relation)
            positions[relation] = found if known is None else np.union1d(known, found)
    return {relation: found for relation, found in positions.items() if found.size}


def _both_directions(
    without: Mapping[Relation, Links],
) -> Iterator[tuple[Relation, Ints, Ints]]:
    for relation, (sources, targets) in without.items():
        one, other = to_numbers(sources), to_numbers(targets)
        if one.shape != other.shape:
            raise ValueError(f"{relation}: {one.shape} sources for {other.shape} targets")
        yield relation, one, other
        yield relation.reversed(), other, one


def _find(graph: GraphArrays, relation: Relation, sources: Ints, targets: Ints) -> Ints:
    adjacency = graph.adjacencies[relation]
    if targets.min() < 0 or targets.max() >= adjacency.num_targets:
        raise ValueError(
            f"links of {relation} name {relation.target} {targets.min()} to {targets.max()}, "
            f"the graph has {adjacency.num_targets}"
        )
    order = np.lexsort((sources, targets))
    rows, first = np.unique(targets[order], return_index=True)
    offsets = np.append(first, len(targets)).astype(np.int64)
    low, high = adjacency.starts[rows], adjacency.ends[rows]
    wanted = sources[order].astype(np.int32)
    return graph.loops.find_edges(low, high, adjacency.sources, offsets, wanted)
