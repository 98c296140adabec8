"""The edges of one relation as arrays, grouped by the node that receives the messages."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

ALWAYS = np.iinfo(np.int64).min  # the time of an edge that is not dated: older than anything


@dataclass(frozen=True)
class Adjacency:
    """Compressed rows: one a receiving node, holding those it hears, the newest edge first.

    Undated edges come last of a row, as the oldest; among edges of one time the order is that of
    the sources. Arrays may be memory-mapped, and are never written to.
    """

    starts: npt.NDArray[np.int64]  # (targets,): where the row of each target begins
    ends: npt.NDArray[np.int64]  # (targets,): where it ends
    sources: npt.NDArray[np.int32]  # (edges,): numbers of the nodes that send
    times: npt.NDArray[np.int64]  # (edges,): seconds since 1970 UTC, `ALWAYS` when undated
    weights: npt.NDArray[np.float32]  # (edges,): 1 where the store has none
    num_sources: int

    @property
    def num_targets(self) -> int:
        """Return how many nodes can receive."""
        return len(self.starts)

    @property
    def num_edges(self) -> int:
        """Return how many edges are in the rows."""
        return int((self.ends - self.starts).sum())

    def degrees(self) -> npt.NDArray[np.int64]:
        """Return how many edges each target has, (targets,)."""
        return self.ends - self.starts

    def before(self, time: int) -> "Adjacency":
        """Return the edges that are older than a moment, and those that are not dated.

        Nothing is copied but the starts of the rows.
        """
        starts = first_older(self.starts, self.ends, self.times, time)
        return Adjacency(
            starts, self.ends, self.sources, self.times, self.weights, self.num_sources
        )


def first_older(
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    times: npt.NDArray[np.int64],
    time: int,
) -> npt.NDArray[np.int64]:
    """Return where in each row the first edge lies that is older than `time`, (targets,).

    By bisection in all rows at once: the times of a row fall.
    """
    low, high = np.array(starts, np.int64), np.array(ends, np.int64)
    while (open_rows := np.flatnonzero(low < high)).size:
        middle = (low[open_rows] + high[open_rows]) // 2
        is_older = times[middle] < time
        high[open_rows[is_older]] = middle[is_older]
        low[open_rows[~is_older]] = middle[~is_older] + 1
    return low
