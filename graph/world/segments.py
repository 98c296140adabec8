"""Works on arrays cut into segments (CSR): one segment a person, a title, a company."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.floating]


def offsets_of(lengths: Ints) -> npt.NDArray[np.int64]:
    """Return where each segment starts and the last one ends, (segments + 1,)."""
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def owners_of(offsets: Ints) -> npt.NDArray[np.int64]:
    """Return for each element the segment it lies in, (elements,)."""
    return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))


def places_within(offsets: Ints) -> npt.NDArray[np.int64]:
    """Return for each element how far from the start of its segment it lies, (elements,)."""
    return np.arange(offsets[-1]) - np.repeat(offsets[:-1], np.diff(offsets))


def elements_of(offsets: Ints, segments: Ints) -> tuple[npt.NDArray[np.int64], Ints]:
    """Return the positions of all elements of some segments, one segment after the other.

    Returns:
        Positions (elements,) and for each the place of its segment in `segments`.
    """
    lengths = offsets[segments + 1] - offsets[segments]
    chosen = offsets_of(lengths)
    owner = owners_of(chosen)
    return offsets[segments][owner] + places_within(chosen), owner


def group(keys: Ints, groups: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Sort elements by key, equal keys in their old order.

    Returns:
        The order, (elements,), and the offsets of the groups in it, (groups + 1,).
    """
    order = np.argsort(keys, kind="stable")
    return order, offsets_of(np.bincount(keys, minlength=groups))


def draw_columns(weights: Floats, uniforms: Floats) -> npt.NDArray[np.int64]:
    """Draw a column for each row of (rows, columns) by weight, from uniforms (rows,)."""
    running = np.cumsum(weights, axis=1)
    aim = uniforms * running[:, -1]
    return (running <= aim[:, None]).sum(axis=1).clip(0, weights.shape[1] - 1)


@dataclass(frozen=True)
class WeightedSegments:
    """Segments whose elements are drawn by weight, many segments at once.

    Inverse transform sampling over one running sum of all weights; sums run from left to right,
    so that every machine rounds them alike.
    """

    offsets: npt.NDArray[np.int64]  # (segments + 1,)
    running: npt.NDArray[np.float64]  # (elements + 1,), starts at 0

    @classmethod
    def of(cls, offsets: Ints, weights: Floats) -> "WeightedSegments":
        """Prepare segments for drawing; weights (elements,) are not negative."""
        running = np.zeros(len(weights) + 1)
        np.cumsum(weights, out=running[1:])
        return cls(np.asarray(offsets, np.int64), running)

    def totals(self, segments: Ints) -> npt.NDArray[np.float64]:
        """Return the summed weight of each of some segments."""
        return self.running[self.offsets[segments + 1]] - self.running[self.offsets[segments]]

    def draw(self, segments: Ints, uniforms: Floats) -> npt.NDArray[np.int64]:
        """Draw one element for each of some segments.

        Args:
            segments: Which to draw from, (draws,); may repeat.
            uniforms: In [0, 1), (draws,).

        Returns:
            Positions among all elements, (draws,); -1 where a segment has no weight.
        """
        first, last = self.offsets[segments], self.offsets[segments + 1]
        total = self.totals(segments)
        aim = self.running[first] + uniforms * total
        found = np.searchsorted(self.running, aim, side="right") - 1
        found = np.clip(found, first, np.maximum(last - 1, first))
        return np.where(total > 0, found, -1)
