"""Finds the most alike of all known, a row not being its own neighbour."""

import numpy as np

from tests.benchmarks.public.ranking import Floats, Numbers


def most_alike(
    alike: Floats, ways: list[Floats], own: Numbers, count: int
) -> tuple[Numbers, Floats]:
    """Return the most alike, and in which ways.

    Args:
        alike: What the most alike are chosen by, (rows, known).
        ways: (rows, known) each.
        own: Which of the known each row is, which is not its own neighbour; -1: none of them.
        count: Of neighbours; where fewer are known, all of them.

    Returns:
        Numbers of the known, (rows, count), and how alike, (rows, count, ways).
    """
    is_known = np.flatnonzero(own >= 0)
    alike = alike.copy()
    alike[is_known, own[is_known]] = -1
    count = min(count, alike.shape[1] - 1)
    nearest = np.argpartition(-alike, count, axis=1)[:, :count]
    return nearest, np.stack([np.take_along_axis(each, nearest, 1) for each in ways], 2)
