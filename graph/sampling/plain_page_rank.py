"""Personalised page rank by pushing, in numpy, with the results of the one in `compiled`."""

from dataclasses import dataclass, field

import numpy as np

from graph.sampling.plain import (
    MAX_ROUNDS,
    TELEPORT_PARTS,
    WHOLE,
    Ints,
    Numbers,
    PushSettings,
    RowArrays,
    Shares,
    expand,
    holes_of,
    spans,
    top_of_rows,
)


def _none() -> Ints:
    return np.empty(0, dtype=np.int64)


@dataclass
class _Side:
    """What the nodes of one type have, for many rows at once; a key is a row and a node."""

    num_nodes: int
    keys: Ints = field(default_factory=_none)  # rising
    mass: Ints = field(default_factory=_none)  # of each key: still to be spread
    kept: Ints = field(default_factory=_none)  # of each key
    queue: Ints = field(default_factory=_none)  # keys

    def receive(self, keys: Ints, amounts: Ints, threshold: int) -> None:
        """Add to what nodes have, and queue those that have enough."""
        merged = np.union1d(self.keys, keys)
        mass, kept = np.zeros((2, len(merged)), dtype=np.int64)
        old = np.searchsorted(merged, self.keys)
        mass[old], kept[old] = self.mass, self.kept
        np.add.at(mass, np.searchsorted(merged, keys), amounts)
        self.keys, self.mass, self.kept = merged, mass, kept
        received = np.unique(keys)
        self.queue = received[mass[np.searchsorted(merged, received)] >= threshold]

    def scores(self, teleport: int) -> Ints:
        """Return what each key would keep if it pushed once more."""
        return self.kept + self.mass * teleport // TELEPORT_PARTS


def page_rank(
    nodes: Ints,
    there: RowArrays,
    back: RowArrays,
    before: Ints,
    settings: PushSettings,
    near: Ints,
    far: Ints,
) -> tuple[Ints, Numbers, Shares]:
    """Return the nodes that a walk from each node, back to it now and then, is at most often.

    By pushing forward (https://doi.org/10.1109/FOCS.2006.44), all nodes that have enough at once.

    Args:
        nodes: Where the walks begin, (rows,).
        there: Rows of the type of `nodes`.
        back: Rows of the type that `there` leads to.
        before: Moments that edges must be older than.
        settings: How far to go.
        near: Scratch, of which only the number of nodes is used here.
        far: The same, of the other type.

    Returns:
        Offsets (rows + 1,), node numbers, and their shares, the largest first.
    """
    here, other = _Side(near.shape[1]), _Side(far.shape[1])
    begin = np.arange(len(nodes)) * here.num_nodes + nodes
    here.receive(begin, np.full(len(nodes), WHOLE), 0)
    for number in range(MAX_ROUNDS):
        _push(here, other, there, before, settings, is_first=number == 0)
        _push(other, here, back, before, settings, is_first=False)
        if not here.queue.size:
            break
    keys, scores = other.keys, other.scores(settings.teleport)
    if settings.counts_both:
        keys, inverse = np.unique(np.concatenate((keys, here.keys)), return_inverse=True)
        parts = np.concatenate((scores, here.scores(settings.teleport)))
        scores = np.zeros(len(keys), dtype=np.int64)
        np.add.at(scores, inverse, parts)
        scores[np.searchsorted(keys, begin)] = 0
    keys, scores = keys[scores > 0], scores[scores > 0]
    rows, found = np.divmod(keys, max(other.num_nodes, 1))
    return top_of_rows(rows, found, scores, len(nodes), settings.fan_out)


def _push(
    here: _Side,
    other: _Side,
    rows: RowArrays,
    before: Ints,
    settings: PushSettings,
    *,
    is_first: bool,
) -> None:
    """Let all queued nodes of one side spread what they have to the other."""
    queue = here.queue
    row, node = np.divmod(queue, max(here.num_nodes, 1))
    moments = before[row] if before.size > 1 else before
    low, high = spans(rows.starts, rows.ends, rows.times, node, moments, settings.cap)
    free = high - low - holes_of(low, high, rows.holes)[1]
    places = np.searchsorted(here.keys, queue)
    mass = here.mass[places]
    enough = mass >= settings.threshold * np.maximum(free, 1)
    can_push = np.flatnonzero(enough | is_first)
    share = mass - mass * settings.teleport // TELEPORT_PARTS
    share = np.where(free > 0, share // np.maximum(free, 1), 0)
    pushed = places[can_push]
    here.kept[pushed] += (mass - share * free)[can_push]
    here.mass[pushed] = 0
    here.queue = _none()
    spreads = can_push[share[can_push] > 0]
    items, ranks = expand((high - low)[spreads])
    positions = low[spreads][items] + ranks
    is_open = ~np.isin(positions, rows.holes)
    targets = row[spreads][items] * other.num_nodes + rows.sources[positions].astype(np.int64)
    amounts = share[spreads][items]
    other.receive(targets[is_open], amounts[is_open], settings.threshold)
