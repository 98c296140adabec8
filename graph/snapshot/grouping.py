"""Groups edges by the node that receives: a counting sort, then each row by time."""

import numpy as np
import numpy.typing as npt
from numba import njit

from graph.snapshot.adjacency import Adjacency
from graph.snapshot.mixing import RECORD

_SHORT = 24  # rows up to here are sorted by insertion
_Row = tuple[npt.NDArray[np.int32], npt.NDArray[np.int64], npt.NDArray[np.float32]]
_Grouped = tuple[
    npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.int64], npt.NDArray[np.float32]
]


def group_forward(records: npt.NDArray[np.void], sources: int, targets: int) -> Adjacency:
    """Group edges by their targets.

    Args:
        records: (edges,), of `mixing.RECORD`, in any order, which does not matter.
        sources: How many nodes can send.
        targets: How many can receive.
    """
    return _grouped(records["source"], records["target"], records, (sources, targets))


def group_backward(records: npt.NDArray[np.void], sources: int, targets: int) -> Adjacency:
    """Group edges by their sources: what passes along them goes from target to source."""
    return _grouped(records["target"], records["source"], records, (targets, sources))


def both_directions(records: npt.NDArray[np.void]) -> npt.NDArray[np.void]:
    """Return undirected edges in both directions, (edges,); one from a node to itself once."""
    mirrored = records[records["source"] != records["target"]]
    both = np.empty(len(records) + len(mirrored), RECORD)
    both[: len(records)] = records
    rest = both[len(records) :]
    rest[:] = mirrored
    rest["source"], rest["target"] = mirrored["target"], mirrored["source"]
    return both


def _grouped(
    senders: npt.NDArray[np.int32],
    receivers: npt.NDArray[np.int32],
    records: npt.NDArray[np.void],
    counts: tuple[int, int],
) -> Adjacency:
    num_senders, num_receivers = counts
    offsets, sources, times, weights = _group(
        senders, receivers, records["time"], records["weight"], num_receivers
    )
    return Adjacency(offsets[:-1], offsets[1:], sources, times, weights, num_senders)


@njit(cache=True, inline="always")
def _goes_first(one: int, other: int, row: _Row) -> bool:
    """Tell whether an edge comes before another: the newer, then by source, then by weight."""
    sources, times, weights = row
    if times[one] != times[other]:
        return times[one] > times[other]
    if sources[one] != sources[other]:
        return sources[one] < sources[other]
    return weights[one] < weights[other]


@njit(cache=True, inline="always")
def _swap(one: int, other: int, row: _Row) -> None:
    sources, times, weights = row
    sources[one], sources[other] = sources[other], sources[one]
    times[one], times[other] = times[other], times[one]
    weights[one], weights[other] = weights[other], weights[one]


@njit(cache=True)
def _sort_short(row: _Row) -> None:
    for last in range(1, len(row[0])):
        place = last
        while place > 0 and _goes_first(place, place - 1, row):
            _swap(place, place - 1, row)
            place -= 1


@njit(cache=True)
def _sink(place: int, end: int, row: _Row) -> None:
    """Let an edge of a heap sink to where nothing below it comes later."""
    child = 2 * place + 1
    while child < end:
        if child + 1 < end and _goes_first(child, child + 1, row):
            child += 1
        if not _goes_first(place, child, row):
            return
        _swap(place, child, row)
        place = child
        child = 2 * place + 1


@njit(cache=True)
def _sort_long(row: _Row) -> None:
    """Sort by heap: in place, and no order of edges makes it slow."""
    length = len(row[0])
    for place in range(length // 2 - 1, -1, -1):
        _sink(place, length, row)
    for end in range(length - 1, 0, -1):
        _swap(0, end, row)
        _sink(0, end, row)


@njit(cache=True)
def _group(
    senders: npt.NDArray[np.int32],
    receivers: npt.NDArray[np.int32],
    moments: npt.NDArray[np.int64],
    strengths: npt.NDArray[np.float32],
    num_receivers: int,
) -> _Grouped:
    offsets = np.zeros(num_receivers + 1, np.int64)
    for receiver in receivers:
        offsets[receiver + 1] += 1
    for number in range(num_receivers):
        offsets[number + 1] += offsets[number]
    free = offsets[:-1].copy()
    sources = np.empty(len(senders), np.int32)
    times = np.empty(len(senders), np.int64)
    weights = np.empty(len(senders), np.float32)
    for edge in range(len(senders)):
        place = free[receivers[edge]]
        free[receivers[edge]] += 1
        sources[place] = senders[edge]
        times[place] = moments[edge]
        weights[place] = strengths[edge]
    for number in range(num_receivers):
        start, end = offsets[number], offsets[number + 1]
        row = (sources[start:end], times[start:end], weights[start:end])
        if end - start > _SHORT:
            _sort_long(row)
        else:
            _sort_short(row)
    return offsets, sources, times, weights
