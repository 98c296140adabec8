"""Says at which levels titles are held, and how levels rise over a career."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.world.careers.moves import Move

# Places in `vocabulary.LEVELS`.
INTERN, JUNIOR, MID, SENIOR, LEAD, STAFF, PRINCIPAL, MANAGER, DIRECTOR, EXECUTIVE = range(10)
# The levels at which a title can be held, by the level that the bare title implies.
LOWEST_LEVEL = np.array([0, 0, 0, 3, 4, 5, 6, 7, 8, 9], np.int8)
HIGHEST_LEVEL = np.array([3, 3, 6, 6, 4, 6, 6, 7, 8, 9], np.int8)
# Years of work after which juniors and mid-level people move up without a formal rise, and the
# share of those who change positions who then do.
YEARS_TO_MID, MOVES_TO_MID = 2.5, 0.85
YEARS_TO_SENIOR, MOVES_TO_SENIOR = 6.0, 0.5

Ints = npt.NDArray[np.integer]


class Climb(NamedTuple):
    """What decides the level of a next position; every array (people,)."""

    move: Ints  # a `Move`
    level: Ints  # so far; anything before the first position
    years: npt.NDArray[np.floating]  # of work
    is_doctor: npt.NDArray[np.bool_]  # starts with a doctorate
    native: Ints  # level that the next title implies when bare


def next_levels(climb: Climb, random: np.random.Generator) -> npt.NDArray[np.int8]:
    """Draw the levels of next positions, (people,)."""
    level = climb.level.astype(np.int64)
    uniforms = random.random((2, len(level)))
    # Who led and no longer does is a lead or a senior at what they do.
    own = np.where(level >= MANAGER, np.where(uniforms[0] < 0.5, SENIOR, LEAD), level)
    after_senior = np.where(uniforms[0] < 0.55, LEAD, STAFF)
    risen = np.where(own == SENIOR, after_senior, np.where(own > SENIOR, PRINCIPAL, own + 1))
    own = np.where(
        climb.move == Move.SWITCH, own - 1, np.where(climb.move == Move.RISE, risen, own)
    )
    own = np.maximum(own, JUNIOR)
    own = _caught_up(own, climb, uniforms[1])
    own = np.where(climb.is_doctor, MID, own)
    return np.clip(own, LOWEST_LEVEL[climb.native], HIGHEST_LEVEL[climb.native]).astype(np.int8)


def _caught_up(own: Ints, climb: Climb, uniforms: npt.NDArray[np.float64]) -> Ints:
    """Let experience count even without a formal rise, but not in a new field."""
    same_field = climb.move != Move.SWITCH
    to_mid = (own == JUNIOR) & (climb.years >= YEARS_TO_MID) & (uniforms < MOVES_TO_MID)
    own = np.where(to_mid & same_field, MID, own)
    to_senior = (own == MID) & (climb.years >= YEARS_TO_SENIOR) & (uniforms < MOVES_TO_SENIOR)
    return np.where(to_senior & same_field, SENIOR, own)
