"""The kernels of sampling in numpy: what `compiled` does, with equal results, where numba is not.

Throughout, a *row* is the edges one node looks at, newest first, as a range of positions in the
arrays of an `Adjacency`; *holes* are positions that must not be used, rising; `before` holds
moments that edges must be older than: none, one for all rows, or one a row; *keys* are the hashes
that the random numbers of each row are drawn from.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.sampling.stream import GOLDEN, mixed_array

Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]  # of nodes
Bits = npt.NDArray[np.uint64]
Shares = npt.NDArray[np.float32]

WHOLE = 1 << 40  # all the probability; in whole numbers, so that no order of adding matters
TELEPORT_PARTS = 1 << 16
MAX_ROUNDS = 64  # of page rank, there and back
LOG_TERMS = tuple(1.0 / odd for odd in range(15, 0, -2))


class RowArrays(NamedTuple):
    """What of an `Adjacency` a walk needs, with the positions that it must not use."""

    starts: Ints
    ends: Ints
    times: Ints
    sources: Numbers
    holes: Ints


class PushSettings(NamedTuple):
    """How personalised page rank is pushed."""

    cap: int  # edges that are looked at of each node
    teleport: int  # how much of what a node gets stays with it, of `TELEPORT_PARTS`
    threshold: int  # what a node must have for each of its edges to spread it, of `WHOLE`
    fan_out: int
    counts_both: bool  # whether the nodes on the way back are answers as well


def row_keys(stream: np.uint64, nodes: Ints, trees: Ints) -> Bits:
    """Hash each row's node, and the tree it stands in where there are trees, (rows,)."""
    keys = mixed_array(nodes.astype(np.uint64) * np.uint64(GOLDEN) + stream)
    if trees.size:
        keys = mixed_array(trees.astype(np.uint64) * np.uint64(GOLDEN) + keys)
    return keys


def spans(
    starts: Ints, ends: Ints, times: Ints, nodes: Ints, before: Ints, cap: int
) -> tuple[Ints, Ints]:
    """Return where the rows of nodes begin and end: those old enough, of them the newest `cap`."""
    low, high = starts[nodes].astype(np.int64), ends[nodes].astype(np.int64)
    if before.size:
        low = _first_older(low, high, times, np.broadcast_to(before, low.shape))
    return low, np.minimum(high, low + cap)


def pick_recent(low: Ints, high: Ints, holes: Ints, fan_out: int) -> tuple[Ints, Ints]:
    """Pick the newest edges of each row: offsets (rows + 1,) and positions (picked,)."""
    first, missing = holes_of(low, high, holes)
    counts = np.minimum(high - low - missing, fan_out)
    rows, ranks = expand(counts)
    return offsets_of(counts), _positions(low, first, missing, holes, rows, ranks)


def pick_uniform(low: Ints, high: Ints, holes: Ints, keys: Bits, fan_out: int) -> tuple[Ints, Ints]:
    """Pick edges of each row, all alike and none twice, by Floyd's method."""
    first, missing = holes_of(low, high, holes)
    free = high - low - missing
    counts = np.minimum(free, fan_out)
    rows, ranks = expand(counts)
    long_rows = np.flatnonzero(free > fan_out)
    if long_rows.size and fan_out > 0:
        ranks[free[rows] > fan_out] = _floyd(free[long_rows], keys[long_rows], fan_out).ravel()
    return offsets_of(counts), _positions(low, first, missing, holes, rows, ranks)


def pick_weighted(
    low: Ints, high: Ints, holes: Ints, keys: Bits, fan_out: int, weights: Shares
) -> tuple[Ints, Ints]:
    """Pick edges of each row in proportion to their weights, none twice; newest first.

    The edges with the smallest exponential draws at the rate of their weight
    (https://doi.org/10.1016/j.ipl.2005.11.003). Edges without a positive weight are never picked.
    """
    rows, ranks = expand(high - low)
    positions = low[rows] + ranks
    is_open = weights[positions] > 0
    if holes.size:
        is_open &= ~np.isin(positions, holes)
    rows, ranks, positions = rows[is_open], ranks[is_open], positions[is_open]
    waits = minus_log(_draw(keys[rows], ranks)) / weights[positions].astype(np.float64)
    order = np.lexsort((positions, waits, rows))
    counts = np.bincount(rows, minlength=len(low)).astype(np.int64)
    place = np.arange(len(rows)) - np.repeat(offsets_of(counts)[:-1], counts)
    picked = np.sort(order[place < fan_out])  # places rise with row and position
    return offsets_of(np.minimum(counts, fan_out)), positions[picked]


def find_edges(low: Ints, high: Ints, sources: Numbers, offsets: Ints, wanted: Numbers) -> Ints:
    """Return where in its row each edge from a wanted source lies, rising.

    Args:
        low: Where rows begin.
        high: Where they end.
        sources: Of all edges.
        offsets: Where the wanted sources of each row begin, (rows + 1,).
        wanted: Sources, rising within a row.
    """
    width = int(max(sources.max(initial=0), wanted.max(initial=0))) + 1
    rows, ranks = expand(high - low)
    positions = low[rows] + ranks
    keys = np.repeat(np.arange(len(low)), np.diff(offsets)) * width + wanted
    return np.sort(positions[np.isin(rows * width + sources[positions], keys)])


def label(sources: Numbers, labels: Numbers, nodes: Ints, count: int) -> tuple[Ints, int]:
    """Give sources their places among the nodes met, adding those that are met now.

    Args:
        sources: Node numbers.
        labels: Place of each node of the type, -1 where it was not met; written to.
        nodes: Nodes met, with room for all the sources; written to.
        count: How many nodes were met.

    Returns:
        The places, and how many nodes are met now.
    """
    new = sources[labels[sources] < 0]
    if new.size:
        labels[new[::-1]] = np.arange(len(new) - 1, -1, -1, dtype=np.int32)
        new = new[labels[new] == np.arange(len(new))]
        labels[new] = np.arange(count, count + len(new), dtype=np.int32)
        nodes[count : count + len(new)] = new
    return labels[sources].astype(np.int64), count + len(new)


def label_in_trees(
    sources: Numbers, source_trees: Ints, nodes: Ints, trees: Ints, count: int, num_nodes: int
) -> tuple[Ints, int]:
    """Do as `label`, where a node met in two trees is two nodes; `trees` is written to as well."""
    added = slice(count, count + len(sources))
    nodes[added], trees[added] = sources, source_trees
    met = trees[: added.stop] * num_nodes + nodes[: added.stop]
    _, first, inverse = np.unique(met, return_index=True, return_inverse=True)
    is_first = np.zeros(len(met), dtype=bool)
    is_first[first] = True
    is_first[:count] = True  # seeds may stand there twice
    places = np.cumsum(is_first) - 1
    labels = places[first][inverse[added]]
    new = np.flatnonzero(is_first[count:])
    nodes[count : count + len(new)] = sources[new]
    trees[count : count + len(new)] = source_trees[new]
    return labels.astype(np.int64), count + len(new)


def step(
    at: Ints, low: Ints, high: Ints, holes: Ints, keys: Bits, draw: int, sources: Numbers
) -> Ints:
    """Move walkers along one random edge of their rows; -1 where there is none."""
    first, missing = holes_of(low, high, holes)
    free = high - low - missing
    can_move = np.flatnonzero((at >= 0) & (free > 0))
    ranks = _below(_draw(keys[can_move], np.int64(draw)), free[can_move])
    places = _positions(low, first, missing, holes, can_move, ranks)
    moved = np.full(len(at), -1, dtype=np.int64)
    moved[can_move] = sources[places]
    return moved


def top_visited(visits: Ints, own: Ints, fan_out: int) -> tuple[Ints, Numbers, Shares]:
    """Return the nodes that each row's walkers came by most often, and their share of those.

    Args:
        visits: Node numbers, (rows, visits); negative ones are none.
        own: Nodes that do not count for the row, (rows,); -1 where all do.
        fan_out: How many nodes a row at most; the smaller number goes first in a tie.

    Returns:
        Offsets (rows + 1,), node numbers, shares that add up to 1 in each row.
    """
    rows = np.repeat(np.arange(len(visits)), visits.shape[1])
    flat = visits.ravel()
    is_visit = (flat >= 0) & (flat != own[rows])
    width = int(flat.max(initial=0)) + 1
    pairs, counts = np.unique(rows[is_visit] * width + flat[is_visit], return_counts=True)
    return top_of_rows(pairs // width, pairs % width, counts.astype(np.int64), len(visits), fan_out)


def top_of_rows(
    rows: Ints, nodes: Ints, scores: Ints, num_rows: int, fan_out: int
) -> tuple[Ints, Numbers, Shares]:
    """Return the nodes of the highest scores of each row with their shares."""
    order = np.lexsort((nodes, -scores, rows))
    counts = np.bincount(rows, minlength=num_rows).astype(np.int64)
    place = np.arange(len(rows)) - np.repeat(offsets_of(counts)[:-1], counts)
    order = order[place < fan_out]
    kept = np.zeros(num_rows, dtype=np.int64)
    np.add.at(kept, rows[order], scores[order])
    shares = scores[order] / kept[rows[order]]
    offsets = offsets_of(np.minimum(counts, fan_out))
    return offsets, nodes[order].astype(np.int32), shares.astype(np.float32)


def minus_log(bits: Bits) -> npt.NDArray[np.float64]:
    """Return exponential draws: the same to the last bit in `compiled`, unlike a library's log."""
    uniform = ((bits >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52
    fraction, exponent = np.frexp(uniform)
    ratio = (fraction - 1.0) / (fraction + 1.0)
    square = ratio * ratio
    total = np.zeros_like(square)
    for term in LOG_TERMS:
        total = total * square + term
    return -(exponent * 0.6931471805599453 + 2.0 * ratio * total)


def _draw(keys: Bits, number: Ints | np.int64) -> Bits:
    """Return the random bits of that number for each key."""
    steps = np.asarray(number + 1, dtype=np.uint64) * np.asarray([GOLDEN], dtype=np.uint64)
    return mixed_array(keys + steps)


def _below(bits: Bits, limits: Ints) -> Ints:
    """Turn random bits into whole numbers below each limit."""
    scaled = (bits >> np.uint64(32)) * limits.astype(np.uint64)
    return (scaled >> np.uint64(32)).astype(np.int64)


def _floyd(free: Ints, keys: Bits, fan_out: int) -> Ints:
    """Draw `fan_out` different ranks below each limit, (rows, fan_out)."""
    chosen = np.full((len(free), fan_out), -1, dtype=np.int64)
    for number in range(fan_out):
        last = free - fan_out + number
        rank = _below(_draw(keys, np.int64(number)), last + 1)
        is_taken = (chosen[:, :number] == rank[:, None]).any(axis=1)
        chosen[:, number] = np.where(is_taken, last, rank)
    return chosen


def _first_older(low: Ints, high: Ints, times: Ints, before: Ints) -> Ints:
    """Return where in each row the first edge lies that is older than the row's moment."""
    low, high = low.copy(), high.copy()
    while (open_rows := np.flatnonzero(low < high)).size:
        middle = (low[open_rows] + high[open_rows]) // 2
        is_older = times[middle] < before[open_rows]
        high[open_rows[is_older]] = middle[is_older]
        low[open_rows[~is_older]] = middle[~is_older] + 1
    return low


def holes_of(low: Ints, high: Ints, holes: Ints) -> tuple[Ints, Ints]:
    """Return the place of the first hole of each row, and how many holes it has."""
    first = np.searchsorted(holes, low)
    return first, np.maximum(np.searchsorted(holes, high) - first, 0)


def _positions(low: Ints, first: Ints, missing: Ints, holes: Ints, rows: Ints, ranks: Ints) -> Ints:
    """Turn ranks among the open edges of rows into positions."""
    positions = low[rows] + ranks
    for number in range(int(missing[rows].max(initial=0))):
        has_hole = np.flatnonzero(missing[rows] > number)
        hole = holes[first[rows[has_hole]] + number]
        positions[has_hole] += positions[has_hole] >= hole
    return positions


def expand(counts: Ints) -> tuple[Ints, Ints]:
    """Return for every item of every row the row, and its rank in the row."""
    rows = np.repeat(np.arange(len(counts)), counts)
    return rows, np.arange(len(rows)) - np.repeat(offsets_of(counts)[:-1], counts)


def offsets_of(counts: Ints) -> Ints:
    """Return where the items of each row begin, and where the last ends."""
    offsets = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    return offsets
