"""Says where the edges of some rows of an adjacency lie."""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def row_places(starts: Ints, ends: Ints) -> Ints:
    """Return the places of the edges of rows, row after row, (edges,)."""
    counts = ends - starts
    before = np.cumsum(counts) - counts
    return np.arange(counts.sum()) + np.repeat(starts - before, counts)
