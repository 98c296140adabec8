"""The people of a world as arrays: what they are, did and can."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.world.config import THIS_MONTH

NONE = -1  # no company, no title
NO_END = 32_767  # end month of a position that is still held

Months = npt.NDArray[np.int16]  # months since year 0 minus MONTH_ZERO
MONTH_ZERO = 1950 * 12
THIS_MONTH_SHORT = THIS_MONTH - MONTH_ZERO  # today, as in `Months`


@dataclass(frozen=True)
class Positions:
    """Positions held, one person's after the other's, the oldest first."""

    offsets: npt.NDArray[np.int64]  # (people + 1,)
    title: npt.NDArray[np.int16]
    level: npt.NDArray[np.int8]  # a place in `vocabulary.LEVELS`; may lie above the title's own
    company: npt.NDArray[np.int32]
    city: npt.NDArray[np.int16]
    start: Months
    end: Months  # exclusive; NO_END while held


@dataclass(frozen=True)
class Studies:
    """Studies, one person's after the other's, the oldest first."""

    offsets: npt.NDArray[np.int64]  # (people + 1,)
    school: npt.NDArray[np.int32]
    degree: npt.NDArray[np.int8]  # 0 vocational, 1 bachelor, 2 master, 3 doctorate
    family: npt.NDArray[np.int16]  # what it prepares for
    start: npt.NDArray[np.int16]  # year
    end: npt.NDArray[np.int16]  # year


@dataclass(frozen=True)
class PersonSkills:
    """What people can do, one person's after the other's, by skill number."""

    offsets: npt.NDArray[np.int64]  # (people + 1,)
    skill: npt.NDArray[np.int16]  # rising within a person, no skill twice
    level: npt.NDArray[np.uint8]  # 1 to 100: the true mastery, which no table holds
    is_listed: npt.NDArray[np.bool_]  # in the skills of the profile; the rest shows in texts


@dataclass(frozen=True)
class People:
    """The people; a person's number is their place in these arrays."""

    family: npt.NDArray[np.int16]  # the field they are in now
    title: npt.NDArray[np.int16]  # current or last
    level: npt.NDArray[np.int8]  # of the current or last position
    company: npt.NDArray[np.int32]  # current; NONE: out of work
    city: npt.NDArray[np.int16]
    experience: npt.NDArray[np.float32]  # years of work
    positions: Positions
    studies: Studies
    skills: PersonSkills
    # What no profile states.
    taste: npt.NDArray[np.float32]  # (people, tastes), about -1.5 to 1.5
    remote: npt.NDArray[np.float32]  # -1 wants an office, 1 wants to work from home
    expected_pay: npt.NDArray[np.float32]  # EUR a year
    wanted_size: npt.NDArray[np.float32]  # -1 small companies, 1 large ones
    ambition: npt.NDArray[np.float32]  # standard normal
    loyalty: npt.NDArray[np.float32]  # standard normal
    sociability: npt.NDArray[np.float32]  # positive, heavy-tailed, mean 1
    activity: npt.NDArray[np.float32]  # positive, heavy-tailed, mean 1; 0: a fifth, never active
    is_group_b: npt.NDArray[np.bool_]  # for the audit alone, independent of all else
    next_title: npt.NDArray[np.int16]  # truth: the title of the next position
    # Whether `next_title` was drawn as one more step of the chain, which `CareerChain` tells the
    # chances of. It was not for those whose study decided it: students, who aim at their first
    # title, and people who left work for a study that still runs.
    has_open_path: npt.NDArray[np.bool_]
