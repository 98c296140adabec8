"""Kernels that take facts in: keys become node numbers, and everything adds to digests.

Digests are sums of mixed numbers, so that they depend on what was taken and not on the order.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from graph.store.tables import KEY_STEP

# One fact of a relation, as it waits to be grouped: 20 bytes.
RECORD = np.dtype([("time", "<i8"), ("weight", "<f4"), ("source", "<i4"), ("target", "<i4")])
_STEP = np.int64(KEY_STEP)
# Constants of splitmix64 (https://prng.di.unimi.it/splitmix64.c).
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_30, _27, _31 = np.uint64(30), np.uint64(27), np.uint64(31)


class Ends(NamedTuple):
    """The nodes of one type, as the facts about them are taken in."""

    code: int  # the remainder of their keys
    numbers: npt.NDArray[np.int32]  # by key // KEY_STEP: the number of the node, -1 when none
    rows: npt.NDArray[np.uint64]  # (nodes,): digests of what is stated of each alone
    digests: npt.NDArray[np.uint64]  # (nodes,): of that and of all facts about it; added to


class Facts(NamedTuple):
    """A batch of facts of one relation."""

    sources: npt.NDArray[np.int64]  # keys
    targets: npt.NDArray[np.int64]  # keys
    times: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float32]  # finite
    details: npt.NDArray[np.uint64]


class Taken(NamedTuple):
    """What came of a batch."""

    unknown: int  # the place of a fact about a node that is not there; -1: none
    digest: np.uint64  # of source, target, time and weight of all


def take(
    facts: Facts, source: Ends, target: Ends, relation: int, records: npt.NDArray[np.void]
) -> Taken:
    """Take facts of one relation in.

    Args:
        facts: A batch of them.
        source: The nodes that keys of sources belong to; their digests are added to.
        target: The same of targets.
        relation: A number that tells the relation from others.
        records: (facts,), of `RECORD`; filled.
    """
    return Taken(*_take(facts, source, target, np.uint64(relation), records))


@njit(cache=True, inline="always")
def _mix(value: np.uint64) -> np.uint64:
    value = value + _GOLDEN
    value = (value ^ (value >> _30)) * _FIRST
    value = (value ^ (value >> _27)) * _SECOND
    return value ^ (value >> _31)


@njit(cache=True, inline="always")
def _number_of(key: np.int64, ends: Ends) -> np.int64:
    place = key // _STEP
    if key % _STEP != ends.code or place < 0 or place >= len(ends.numbers):
        return np.int64(-1)
    return np.int64(ends.numbers[place])


@njit(cache=True)
def _take(
    facts: Facts,
    source: Ends,
    target: Ends,
    relation: np.uint64,
    records: npt.NDArray[np.void],
) -> tuple[int, np.uint64]:
    total = np.uint64(0)
    bits = facts.weights.view(np.uint32)
    for place in range(len(facts.sources)):
        from_node = _number_of(facts.sources[place], source)
        to_node = _number_of(facts.targets[place], target)
        if from_node < 0 or to_node < 0:
            return place, total
        records[place].time = facts.times[place]
        records[place].weight = facts.weights[place]
        records[place].source = from_node
        records[place].target = to_node
        said = _mix(_mix(np.uint64(facts.times[place])) + np.uint64(bits[place]))
        total += _mix(
            _mix(said + np.uint64(facts.sources[place])) + np.uint64(facts.targets[place])
        )
        said = _mix(_mix(said + facts.details[place]) + relation)
        source.digests[from_node] += _mix(said + target.rows[to_node])
        target.digests[to_node] += _mix(~said + source.rows[from_node])
    return -1, total
