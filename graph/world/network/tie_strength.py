"""Says how well two people who know each other do so, as a whole number from 1 to 100."""

import numpy as np
import numpy.typing as npt
from scipy import sparse

from graph.world.careers.people import People
from graph.world.config import TODAY
from graph.world.network.shared_past import SharedPast, shared_past
from graph.world.network.ties import paths_of_two

Ints = npt.NDArray[np.integer]
_BASE = 3
_MOST_FOR_WORK, _MOST_FOR_SCHOOL, _MOST_FOR_COMMON = 30, 12, 24
_FOR_A_CONTEXT, _MOST_CONTEXTS = 4, 3
_FOR_RECENT, _LOST_A_YEAR = 14, 2
_NOISE = 10  # two throws of 0 to this are added


def tie_strength(
    people: People,
    adjacency: sparse.csr_array,
    a: Ints,
    b: Ints,
    since: Ints,
    random: np.random.Generator,
) -> npt.NDArray[np.uint8]:
    """Weigh ties by time spent together, common neighbours, how recent it all is, and chance.

    Args:
        people: All people.
        adjacency: Ones where two know each other, (people, people).
        a: One end of the ties to weigh, (ties,).
        b: The other end, (ties,).
        since: Days since 1970, (ties,).
        random: Source of all chance.

    Returns:
        1 to 100, (ties,). All in whole numbers and square roots, which every machine rounds alike.
    """
    past = shared_past(people, a, b)
    common = paths_of_two(adjacency, a, b)
    points = _points(past, since, common)
    points += random.integers(0, _NOISE + 1, len(a)) + random.integers(0, _NOISE + 1, len(a))
    return np.clip(points, 1, 100).astype(np.uint8)


def _points(past: SharedPast, since: Ints, common: Ints) -> npt.NDArray[np.int64]:
    points = _BASE + _root(12 * past.work_months, _MOST_FOR_WORK)
    points += _root(3 * past.school_months, _MOST_FOR_SCHOOL)
    points += _root(16 * common, _MOST_FOR_COMMON)
    points += _FOR_A_CONTEXT * np.minimum(past.contexts, _MOST_CONTEXTS)
    together = np.minimum(np.maximum(past.work_until, since), TODAY)
    return points + np.maximum(_FOR_RECENT - _LOST_A_YEAR * ((TODAY - together) // 365), 0)


def _root(values: Ints, most: int) -> npt.NDArray[np.int64]:
    return np.minimum(np.sqrt(values), most).astype(np.int64)
