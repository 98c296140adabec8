"""Names what a change of position can be, as far as titles go."""

from enum import IntEnum


class Move(IntEnum):
    """What a change of position is, as far as titles go."""

    STAY = 0  # the same title at the same level, elsewhere
    RISE = 1  # the same title, a level up
    STEP = 2  # along the taxonomy's usual steps
    SIMILAR = 3  # to a title whose work resembles
    SWITCH = 4  # to another family altogether
