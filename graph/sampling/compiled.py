"""The kernels of sampling, compiled; `plain` says what each does, and gives the same results.

They stand in one file, because numba looks at a function's own file alone to see whether what it
keeps on disk is stale.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from graph.sampling.plain import (
    LOG_TERMS,
    MAX_ROUNDS,
    TELEPORT_PARTS,
    WHOLE,
    Bits,
    Ints,
    Numbers,
    PushSettings,
    RowArrays,
    Shares,
)
from graph.sampling.stream import FIRST, GOLDEN, SECOND

Waits = npt.NDArray[np.float64]
Whole = Any  # a whole number, of Python's, numpy's or numba's own

_GOLDEN, _FIRST, _SECOND = np.uint64(GOLDEN), np.uint64(FIRST), np.uint64(SECOND)
_N12, _N27, _N30, _N31, _N32 = (
    np.uint64(12),
    np.uint64(27),
    np.uint64(30),
    np.uint64(31),
    np.uint64(32),
)
_MASS, _KEPT, _FLAGS, _QUEUE, _TOUCHED = range(5)  # rows of the scratch of page rank
_IS_TOUCHED, _IS_QUEUED = 1, 2


@njit(cache=True, inline="always")
def _mixed(bits: np.uint64) -> np.uint64:
    bits = (bits ^ (bits >> _N30)) * _FIRST
    bits = (bits ^ (bits >> _N27)) * _SECOND
    return bits ^ (bits >> _N31)


@njit(cache=True, inline="always")
def _draw(key: np.uint64, number: Whole) -> np.uint64:
    return _mixed(key + np.uint64(number + 1) * _GOLDEN)


@njit(cache=True, inline="always")
def _below(bits: np.uint64, limit: Whole) -> Whole:
    return np.int64(((bits >> _N32) * np.uint64(limit)) >> _N32)


@njit(cache=True)
def _minus_log(bits: np.uint64) -> float:
    uniform = (np.float64(bits >> _N12) + 0.5) * 2.0**-52
    exponent = 0
    while uniform < 0.5:  # exact, and seldom more than twice
        uniform *= 2.0
        exponent -= 1
    ratio = (uniform - 1.0) / (uniform + 1.0)
    square = ratio * ratio
    total = 0.0
    for term in LOG_TERMS:
        total = total * square + term
    return -(exponent * 0.6931471805599453 + 2.0 * ratio * total)


@njit(cache=True)
def _first_older(low: Whole, high: Whole, times: Ints, before: Whole) -> Whole:
    while low < high:
        middle = (low + high) // 2
        if times[middle] < before:
            high = middle
        else:
            low = middle + 1
    return low


@njit(cache=True)
def _first_from(values: Ints | Numbers, wanted: Whole) -> Whole:
    low, high = 0, len(values)
    while low < high:
        middle = (low + high) // 2
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True)
def _missing(holes: Ints, low: Whole, high: Whole) -> Whole:
    if len(holes) == 0 or high <= low:
        return 0
    return _first_from(holes, high) - _first_from(holes, low)


@njit(cache=True)
def _position(low: Whole, rank: Whole, holes: Ints) -> Whole:
    position = low + rank
    if len(holes):
        hole = _first_from(holes, low)
        while hole < len(holes) and holes[hole] <= position:
            position += 1
            hole += 1
    return position


@njit(cache=True)
def row_keys(stream: np.uint64, nodes: Ints, trees: Ints) -> Bits:
    keys = np.empty(len(nodes), dtype=np.uint64)
    for row in range(len(nodes)):
        key = _mixed(np.uint64(nodes[row]) * _GOLDEN + stream)
        if len(trees):
            key = _mixed(np.uint64(trees[row]) * _GOLDEN + key)
        keys[row] = key
    return keys


@njit(cache=True)
def spans(
    starts: Ints, ends: Ints, times: Ints, nodes: Ints, before: Ints, cap: Whole
) -> tuple[Ints, Ints]:
    low = np.empty(len(nodes), dtype=np.int64)
    high = np.empty(len(nodes), dtype=np.int64)
    for row in range(len(nodes)):
        start, end = starts[nodes[row]], ends[nodes[row]]
        if len(before):
            moment = before[0] if len(before) == 1 else before[row]
            start = _first_older(start, end, times, moment)
        low[row] = start
        high[row] = min(end, start + cap)
    return low, high


@njit(cache=True)
def pick_recent(low: Ints, high: Ints, holes: Ints, fan_out: int) -> tuple[Ints, Ints]:
    offsets = np.zeros(len(low) + 1, dtype=np.int64)
    for row in range(len(low)):
        free = high[row] - low[row] - _missing(holes, low[row], high[row])
        offsets[row + 1] = offsets[row] + min(free, fan_out)
    positions = np.empty(offsets[-1], dtype=np.int64)
    for row in range(len(low)):
        if len(holes):
            for rank in range(offsets[row + 1] - offsets[row]):
                positions[offsets[row] + rank] = _position(low[row], rank, holes)
        else:
            for rank in range(offsets[row + 1] - offsets[row]):
                positions[offsets[row] + rank] = low[row] + rank
    return offsets, positions


@njit(cache=True)
def pick_uniform(low: Ints, high: Ints, holes: Ints, keys: Bits, fan_out: int) -> tuple[Ints, Ints]:
    offsets, positions = pick_recent(low, high, holes, fan_out)
    if fan_out == 0:
        return offsets, positions
    for row in range(len(low)):
        free = high[row] - low[row] - _missing(holes, low[row], high[row])
        if free <= fan_out:
            continue
        begin = offsets[row]
        for number in range(fan_out):
            last = free - fan_out + number
            rank = _below(_draw(keys[row], number), last + 1)
            for earlier in range(begin, begin + number):
                if positions[earlier] == rank:
                    rank = last
                    break
            positions[begin + number] = rank
        for place in range(begin, begin + fan_out):
            positions[place] = _position(low[row], positions[place], holes)
    return offsets, positions


@njit(cache=True)
def pick_weighted(
    low: Ints, high: Ints, holes: Ints, keys: Bits, fan_out: int, weights: Shares
) -> tuple[Ints, Ints]:
    offsets = np.zeros(len(low) + 1, dtype=np.int64)
    room = 0
    for row in range(len(low)):
        room += max(min(high[row] - low[row], fan_out), 0)
    positions = np.empty(room, dtype=np.int64)
    waits = np.empty(max(min(room, fan_out), 1), dtype=np.float64)
    for row in range(len(low)):
        begin = offsets[row]
        count = _lightest(low[row], high[row], holes, keys[row], weights, waits, positions[begin:])
        offsets[row + 1] = begin + count
    return offsets, positions[: offsets[-1]].copy()


@njit(cache=True)
def _lightest(
    low: Whole,
    high: Whole,
    holes: Ints,
    key: np.uint64,
    weights: Shares,
    waits: Waits,
    picked: Ints,
) -> int:
    """Fill `picked` with the edges of a row that wait the shortest; as many as there is room."""
    count, room = 0, min(high - low, len(waits), len(picked))
    takes_all = high - low <= room
    hole = _first_from(holes, low)
    for position in range(low, high):
        if hole < len(holes) and holes[hole] == position:
            hole += 1
        elif takes_all:
            if weights[position] > 0:
                picked[count] = position
                count += 1
        elif weights[position] > 0:
            wait = _minus_log(_draw(key, position - low)) / np.float64(weights[position])
            count = _insert(wait, position, waits, picked, count, room)
    picked[:count].sort()
    return count


@njit(cache=True)
def _insert(
    wait: float, position: Whole, waits: Waits, picked: Ints, count: Whole, room: Whole
) -> int:
    """Put an edge in the order of waits, where the longest falls out when there is no room."""
    if count == room:
        if room == 0 or not wait < waits[count - 1]:
            return count
        count -= 1
    place = count
    while place > 0 and wait < waits[place - 1]:
        waits[place] = waits[place - 1]
        picked[place] = picked[place - 1]
        place -= 1
    waits[place] = wait
    picked[place] = position
    return count + 1


@njit(cache=True)
def find_edges(low: Ints, high: Ints, sources: Numbers, offsets: Ints, wanted: Numbers) -> Ints:
    count = 0
    positions = np.empty(16, dtype=np.int64)
    for row in range(len(low)):
        end = offsets[row + 1]
        for position in range(low[row], high[row]):
            place = _first_from(wanted[offsets[row] : end], sources[position]) + offsets[row]
            if place == end or wanted[place] != sources[position]:
                continue
            if count == len(positions):
                positions = np.concatenate((positions, np.empty(count, dtype=np.int64)))
            positions[count] = position
            count += 1
    return np.sort(positions[:count])


@njit(cache=True)
def label(sources: Numbers, labels: Numbers, nodes: Ints, count: Whole) -> tuple[Ints, int]:
    places = np.empty(len(sources), dtype=np.int64)
    for edge in range(len(sources)):
        place = labels[sources[edge]]
        if place < 0:
            place = np.int32(count)
            labels[sources[edge]] = place
            nodes[count] = sources[edge]
            count += 1
        places[edge] = place
    return places, count


@njit(cache=True)
def label_in_trees(
    sources: Numbers, source_trees: Ints, nodes: Ints, trees: Ints, count: Whole, num_nodes: int
) -> tuple[Ints, int]:
    size = 16
    while size < 2 * (count + len(sources)):
        size *= 2
    table = np.full(size, -1, dtype=np.int64)  # places of the nodes met, by open addressing
    places = np.empty(len(sources), dtype=np.int64)
    for met in range(-count, len(sources)):
        if met < 0:
            node, tree = nodes[count + met], trees[count + met]
        else:
            node, tree = np.int64(sources[met]), source_trees[met]
        slot = np.int64(_mixed(np.uint64(tree * num_nodes + node)) & np.uint64(size - 1))
        while table[slot] >= 0 and (nodes[table[slot]] != node or trees[table[slot]] != tree):
            slot = (slot + 1) & (size - 1)
        if met < 0:
            if table[slot] < 0:
                table[slot] = count + met
            continue
        if table[slot] < 0:
            table[slot] = count
            nodes[count], trees[count] = node, tree
            count += 1
        places[met] = table[slot]
    return places, count


@njit(cache=True)
def step(
    at: Ints, low: Ints, high: Ints, holes: Ints, keys: Bits, draw: int, sources: Numbers
) -> Ints:
    moved = np.full(len(at), -1, dtype=np.int64)
    for walker in range(len(at)):
        free = high[walker] - low[walker] - _missing(holes, low[walker], high[walker])
        if at[walker] < 0 or free <= 0:
            continue
        rank = _below(_draw(keys[walker], draw), free)
        moved[walker] = sources[_position(low[walker], rank, holes)]
    return moved


@njit(cache=True)
def _keep_top(nodes: Ints, scores: Ints, fan_out: int, best: Ints, best_scores: Ints) -> int:
    """Fill `best` with the nodes of the highest scores, smaller numbers first in a tie."""
    count = 0
    for place in range(len(nodes)):
        node, score = nodes[place], scores[place]
        if count == fan_out:
            worst = count - 1
            if count == 0 or score < best_scores[worst]:
                continue
            if score == best_scores[worst] and node > best[worst]:
                continue
            count -= 1
        slot = count
        while slot > 0 and (
            score > best_scores[slot - 1]
            or (score == best_scores[slot - 1] and node < best[slot - 1])
        ):
            best[slot], best_scores[slot] = best[slot - 1], best_scores[slot - 1]
            slot -= 1
        best[slot], best_scores[slot] = node, score
        count += 1
    return count


@njit(cache=True)
def top_visited(visits: Ints, own: Ints, fan_out: int) -> tuple[Ints, Numbers, Shares]:
    rows, width = visits.shape
    kept = min(fan_out, width)
    offsets = np.zeros(rows + 1, dtype=np.int64)
    sources = np.empty(rows * kept, dtype=np.int32)
    shares = np.empty(rows * kept, dtype=np.float32)
    nodes, counts = np.empty(width, dtype=np.int64), np.empty(width, dtype=np.int64)
    best, best_scores = np.empty(kept, dtype=np.int64), np.empty(kept, dtype=np.int64)
    for row in range(rows):
        found = 0
        for node in np.sort(visits[row]):
            if node < 0 or node == own[row]:
                continue
            if found and nodes[found - 1] == node:
                counts[found - 1] += 1
            else:
                nodes[found], counts[found] = node, 1
                found += 1
        count = _keep_top(nodes[:found], counts[:found], kept, best, best_scores)
        _write_shares(best, best_scores, count, row, offsets, sources, shares)
    return offsets, sources[: offsets[-1]].copy(), shares[: offsets[-1]].copy()


@njit(cache=True)
def _write_shares(
    best: Ints,
    scores: Ints,
    count: Whole,
    row: Whole,
    offsets: Ints,
    sources: Numbers,
    shares: Shares,
) -> None:
    begin, total = offsets[row], 0
    for place in range(count):
        total += scores[place]
    for place in range(count):
        sources[begin + place] = best[place]
        shares[begin + place] = np.float64(scores[place]) / np.float64(total)
    offsets[row + 1] = begin + count


@njit(cache=True)
def page_rank(
    nodes: Ints,
    there: RowArrays,
    back: RowArrays,
    before: Ints,
    settings: PushSettings,
    near: Ints,
    far: Ints,
) -> tuple[Ints, Numbers, Shares]:
    kept = settings.fan_out
    offsets = np.zeros(len(nodes) + 1, dtype=np.int64)
    sources = np.empty(len(nodes) * kept, dtype=np.int32)
    shares = np.empty(len(nodes) * kept, dtype=np.float32)
    best, best_scores = np.empty(kept, dtype=np.int64), np.empty(kept, dtype=np.int64)
    counts = np.zeros(4, dtype=np.int64)  # queued near, touched near, queued far, touched far
    for row in range(len(nodes)):
        moment = before[row if len(before) > 1 else 0 : (row if len(before) > 1 else 0) + 1]
        _put(near, nodes[row], WHOLE, 0, counts[:2])
        is_first = True
        for _ in range(MAX_ROUNDS):
            _push(near, far, there, moment, settings, is_first, counts[:2], counts[2:])
            is_first = False
            if counts[2] == 0:
                break
            _push(far, near, back, moment, settings, False, counts[2:], counts[:2])
            if counts[0] == 0:
                break
        found, scores = _scores(near, far, nodes[row], settings, counts)
        count = _keep_top(found, scores, kept, best, best_scores)
        _write_shares(best, best_scores, count, row, offsets, sources, shares)
        _clear(near, counts[:2])
        _clear(far, counts[2:])
    return offsets, sources[: offsets[-1]].copy(), shares[: offsets[-1]].copy()


@njit(cache=True)
def _put(side: Ints, node: Whole, mass: Whole, threshold: Whole, counts: Ints) -> None:
    """Give mass to a node, and queue it once it has enough; counts: queued, touched."""
    if side[_FLAGS, node] == 0:
        side[_FLAGS, node] = _IS_TOUCHED
        side[_TOUCHED, counts[1]] = node
        counts[1] += 1
    side[_MASS, node] += mass
    if side[_MASS, node] >= threshold and not side[_FLAGS, node] & _IS_QUEUED:
        side[_FLAGS, node] |= _IS_QUEUED
        side[_QUEUE, counts[0]] = node
        counts[0] += 1


@njit(cache=True)
def _push(
    here: Ints,
    other: Ints,
    rows: RowArrays,
    before: Ints,
    settings: PushSettings,
    is_first: bool,
    here_counts: Ints,
    other_counts: Ints,
) -> None:
    """Let all queued nodes of one side spread what they have to the other."""
    for place in range(here_counts[0]):
        node = here[_QUEUE, place]
        here[_FLAGS, node] &= ~_IS_QUEUED
        low, high = rows.starts[node], rows.ends[node]
        if len(before):
            low = _first_older(low, high, rows.times, before[0])
        high = min(high, low + settings.cap)
        free = high - low - _missing(rows.holes, low, high)
        mass = here[_MASS, node]
        if not is_first and mass < settings.threshold * max(free, 1):
            continue
        share = 0
        if free > 0:
            share = (mass - mass * settings.teleport // TELEPORT_PARTS) // free
        here[_KEPT, node] += mass - share * free
        here[_MASS, node] = 0
        if share == 0:
            continue
        hole = _first_from(rows.holes, low)
        for position in range(low, high):
            if hole < len(rows.holes) and rows.holes[hole] == position:
                hole += 1
                continue
            _put(other, rows.sources[position], share, settings.threshold, other_counts)
    here_counts[0] = 0


@njit(cache=True)
def _scores(
    near: Ints, far: Ints, own: Whole, settings: PushSettings, counts: Ints
) -> tuple[Ints, Ints]:
    """Return the nodes that can be answers, and what each has, as if it pushed once more."""
    teleport = settings.teleport
    room = counts[3] + counts[1]
    found, scores = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
    count = 0
    for place in range(counts[3]):
        node = far[_TOUCHED, place]
        score = far[_KEPT, node] + far[_MASS, node] * teleport // TELEPORT_PARTS
        if settings.counts_both:
            if node == own:
                continue
            score += near[_KEPT, node] + near[_MASS, node] * teleport // TELEPORT_PARTS
        if score > 0:
            found[count], scores[count] = node, score
            count += 1
    if settings.counts_both:
        for place in range(counts[1]):
            node = near[_TOUCHED, place]
            if node == own or far[_FLAGS, node]:
                continue
            score = near[_KEPT, node] + near[_MASS, node] * teleport // TELEPORT_PARTS
            if score > 0:
                found[count], scores[count] = node, score
                count += 1
    return found[:count], scores[:count]


@njit(cache=True)
def _clear(side: Ints, counts: Ints) -> None:
    for place in range(counts[1]):
        node = side[_TOUCHED, place]
        side[_MASS, node] = side[_KEPT, node] = side[_FLAGS, node] = 0
    counts[0] = counts[1] = 0
