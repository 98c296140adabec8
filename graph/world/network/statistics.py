"""Describes a network in figures, so that a made one can be held against a real one."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from graph.whole_file import WholeFile

Ints = npt.NDArray[np.integer]
EXACT_BELOW = 20_000  # nodes; clustering of larger networks is that of a sample
SAMPLED_NODES = 4_000
SOURCES = 64  # paths are measured from so many nodes to all others
_NODES_AT_ONCE = 512  # bounds the memory that counting triangles takes


class EdgeList(NamedTuple):
    """Undirected edges, each once, between nodes numbered from 0."""

    a: npt.NDArray[np.int64]  # a < b
    b: npt.NDArray[np.int64]
    nodes: int


@dataclass(frozen=True)
class NetworkStatistics:
    """What a network looks like."""

    nodes: int
    edges: int
    mean_degree: float
    median_degree: float
    max_degree: int
    degree_counts: tuple[tuple[int, int], ...]  # a degree that occurs, and how often
    clustering: float  # mean over nodes; 0 for a node with fewer than two neighbours
    assortativity: float  # correlation of the degrees of neighbours; 0 if all are alike
    path_counts: tuple[tuple[int, int], ...]  # a length, and how many sampled pairs it parts
    mean_path: float  # over the sampled pairs that a path joins
    giant_share: float  # of nodes, in the largest component
    components: int

    def save(self, path: Path) -> None:
        """Write the figures as JSON."""
        text = json.dumps(asdict(self), indent=1)
        with WholeFile(path) as file:
            file.stream.write((_rows_on_one_line(text) + "\n").encode())
            file.commit()


def network_statistics(
    a: Ints, b: Ints, nodes: int, seed: int = 0, sources: int = SOURCES
) -> NetworkStatistics:
    """Measure an undirected network.

    Args:
        a: One end of each edge, (edges,); every edge once, in either direction.
        b: The other end, (edges,).
        nodes: How many there are; nodes without any edge count too.
        seed: Of the samples that are measured where there is too much to measure.
        sources: From how many nodes to measure paths; `nodes` or more: from all.

    Raises:
        ValueError: There are no nodes, an end is none of them, or an edge is a loop or doubled.
    """
    _check(a, b, nodes)
    adjacency = _adjacency(a, b, nodes)
    degrees = np.diff(adjacency.indptr).astype(np.int64)
    random = np.random.default_rng(seed)
    triangles_of = np.arange(nodes)
    if nodes >= EXACT_BELOW:
        triangles_of = np.sort(random.choice(nodes, min(SAMPLED_NODES, nodes), replace=False))
    starts = np.sort(random.choice(nodes, min(sources, nodes), replace=False))
    paths = _path_counts(adjacency, starts)
    joined = paths[1:].sum()
    components, label = csgraph.connected_components(adjacency, directed=False)
    return NetworkStatistics(
        nodes=nodes,
        edges=len(a),
        mean_degree=float(degrees.mean()),
        median_degree=float(np.median(degrees)),
        max_degree=int(degrees.max()),
        degree_counts=_pairs(np.bincount(degrees)),
        clustering=float(local_clustering(adjacency, triangles_of).mean()),
        assortativity=_assortativity(degrees, a, b),
        path_counts=_pairs(paths),
        mean_path=float((np.arange(len(paths)) * paths).sum() / joined) if joined else 0.0,
        giant_share=float(np.bincount(label).max() / nodes),
        components=int(components),
    )


def read_edge_list(path: Path) -> EdgeList:
    """Read an edge list as SNAP writes them: two whole numbers a line, `#` starts a remark.

    Edges in both directions, doubled edges and loops are one edge or none; numbers of nodes may
    have gaps, and are counted anew in rising order.

    Raises:
        ValueError: A line is something else, or there is no edge.
    """
    edges: list[tuple[int, int]] = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if len(words) != 2 or not all(word.isdecimal() for word in words):
                raise ValueError(
                    f"{path.name} line {number}: two whole numbers expected, got {line.strip()!r}"
                )
            edges.append((int(words[0]), int(words[1])))
    if not edges:
        raise ValueError(f"{path.name} holds no edge")
    known, numbered = np.unique(np.array(edges, np.int64), return_inverse=True)
    ends = np.sort(numbered.reshape(-1, 2), axis=1)
    ends = np.unique(ends[ends[:, 0] != ends[:, 1]], axis=0)
    return EdgeList(ends[:, 0], ends[:, 1], len(known))


def load_statistics(path: Path) -> NetworkStatistics:
    """Read figures that `NetworkStatistics.save` wrote.

    Raises:
        ValueError: The file does not hold these figures.
    """
    try:
        figures = json.loads(path.read_text(encoding="utf-8"))
        for key in ("degree_counts", "path_counts"):
            figures[key] = tuple((int(value), int(count)) for value, count in figures[key])
        return NetworkStatistics(**figures)
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"{path} does not hold the figures of a network: {error}") from error


def local_clustering(adjacency: sparse.csr_array, nodes: Ints) -> npt.NDArray[np.float64]:
    """Return the share of pairs of a node's neighbours that are neighbours, (nodes,).

    Args:
        adjacency: Symmetric, of ones, without a diagonal.
        nodes: Which to measure; 0 for a node with fewer than two neighbours.
    """
    triangles = np.zeros(len(nodes))
    for start in range(0, len(nodes), _NODES_AT_ONCE):
        rows = adjacency[nodes[start : start + _NODES_AT_ONCE]]
        closed = (rows @ adjacency).multiply(rows)
        triangles[start : start + _NODES_AT_ONCE] = np.asarray(closed.sum(axis=1)).ravel() / 2
    degrees = np.diff(adjacency.indptr)[nodes]
    return triangles / np.maximum(degrees * (degrees - 1.0) / 2, 1.0)


def _check(a: Ints, b: Ints, nodes: int) -> None:
    if nodes < 1:
        raise ValueError(f"a network has at least one node, got {nodes}")
    if len(a) != len(b):
        raise ValueError(f"as many ends as other ends are needed, got {len(a)} and {len(b)}")
    if not len(a):
        return
    low, high = min(a.min(), b.min()), max(a.max(), b.max())
    if low < 0 or high >= nodes:
        raise ValueError(f"the ends must be 0 to {nodes - 1}, got {low} to {high}")
    if (a == b).any():
        raise ValueError(f"node {a[a == b][0]} is joined to itself")
    codes = np.sort(np.minimum(a, b).astype(np.int64) * nodes + np.maximum(a, b))
    doubled = codes[1:][codes[1:] == codes[:-1]]
    if len(doubled):
        one, other = divmod(int(doubled[0]), nodes)
        raise ValueError(f"nodes {one} and {other} are joined twice")


def _adjacency(a: Ints, b: Ints, nodes: int) -> sparse.csr_array:
    ends = np.concatenate([a, b]), np.concatenate([b, a])
    return sparse.csr_array((np.ones(2 * len(a), np.int32), ends), shape=(nodes, nodes))


def _assortativity(degrees: Ints, a: Ints, b: Ints) -> float:
    if not len(a):
        return 0.0
    one = np.concatenate([degrees[a], degrees[b]]).astype(np.float64)
    other = np.concatenate([degrees[b], degrees[a]]).astype(np.float64)
    one -= one.mean()
    other -= other.mean()
    spread = float((one * one).sum())
    return float((one * other).sum()) / spread if spread else 0.0


def _path_counts(adjacency: sparse.csr_array, sources: Ints) -> npt.NDArray[np.int64]:
    """Return how many pairs of a source and another node are so far apart, (lengths,)."""
    counts = np.zeros(1, np.int64)
    for source in sources:
        found = _nodes_by_distance(adjacency, int(source))
        size = max(len(counts), len(found))
        counts = np.pad(counts, (0, size - len(counts))) + np.pad(found, (0, size - len(found)))
    counts[0] = 0  # from a source to itself
    return counts


def _nodes_by_distance(adjacency: sparse.csr_array, source: int) -> npt.NDArray[np.int64]:
    """Return how many nodes there are at each distance from a source, (distances,)."""
    order, before = csgraph.breadth_first_order(adjacency, source, directed=True)
    place = np.empty(len(before), np.int64)
    place[order] = np.arange(len(order))
    # Breadth first: the later a node comes, the later comes the one it was reached from. So a
    # level ends where the nodes begin that were reached from beyond the level before.
    reached_from = place[before[order[1:]]]
    ends = [0, 1]
    while ends[-1] < len(order):
        ends.append(1 + int(np.searchsorted(reached_from, ends[-1])))
    return np.diff(np.array(ends, np.int64))


def _pairs(counts: Ints) -> tuple[tuple[int, int], ...]:
    return tuple((int(value), int(counts[value])) for value in np.flatnonzero(counts))


def _rows_on_one_line(text: str) -> str:
    """Put each pair of numbers on one line, as a person would."""
    return text.replace("[\n   ", "[").replace(",\n   ", ", ").replace("\n  ]", "]")
