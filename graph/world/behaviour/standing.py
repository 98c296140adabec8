"""Where people stood in their working lives on a day: what they did then, not what came later."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.world.careers.people import NONE, People
from graph.world.network.shared_past import month_of
from graph.world.segments import owners_of


class Standing(NamedTuple):
    """Titles, levels and employers on a day, each (people,)."""

    title: npt.NDArray[np.int16]  # current or last; before the first position the one to come
    level: npt.NDArray[np.int8]
    company: npt.NDArray[np.int32]  # NONE: out of work


def standing_on(day: int, people: People) -> Standing:
    """Return where people stood on a day since 1970."""
    positions = people.positions
    month = int(month_of(np.array([day]))[0])
    begun = positions.start <= month
    count = np.bincount(owners_of(positions.offsets)[begun], minlength=len(people.title))
    has_any = count > 0
    # Positions come oldest first, so the last one begun is the one that counts.
    last = np.where(has_any, positions.offsets[:-1] + count - 1, 0)
    if not len(positions.title):
        return Standing(people.title, people.level, np.full_like(people.company, NONE))
    is_held = has_any & (positions.end[last] > month)
    return Standing(
        np.where(has_any, positions.title[last], people.title),
        np.where(has_any, positions.level[last], people.level),
        np.where(is_held, positions.company[last], NONE).astype(np.int32),
    )
