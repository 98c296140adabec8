"""The jobs of a world as arrays: who looks for whom, where, for what pay, since when."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt


class JobKind(IntEnum):
    """What a posting really is."""

    HONEST = 0
    MISLABELLED = 1  # the title in the posting is not the work
    STALE = 2  # still shown, but nobody will answer
    SPAM = 3  # bait: pay too good, text too vague


@dataclass(frozen=True)
class Requirements:
    """Skills that jobs ask for, one job's after the other's, the most important first."""

    offsets: npt.NDArray[np.int64]  # (jobs + 1,)
    skill: npt.NDArray[np.int16]  # no skill twice in a job
    importance: npt.NDArray[np.float32]  # 0 to 1; from 0.5 on it is required, else nice to have
    is_listed: npt.NDArray[np.bool_]  # in the skills column; the rest stands in the text alone


@dataclass(frozen=True)
class Jobs:
    """The jobs; a job's number is its place in these arrays."""

    title: npt.NDArray[np.int16]  # the work itself
    posted_title: npt.NDArray[np.int16]  # as posted; differs where mislabelled
    level: npt.NDArray[np.int8]
    company: npt.NDArray[np.int32]
    city: npt.NDArray[np.int16]
    remote: npt.NDArray[np.int8]  # 0 onsite, 1 hybrid, 2 remote
    pay: npt.NDArray[np.float32]  # EUR a year, middle of the range
    shows_pay: npt.NDArray[np.bool_]
    posted: npt.NDArray[np.int32]  # days since 1970, within the observed eighteen months
    closed: npt.NDArray[np.int32]  # days since 1970: last day it is in the lists; may lie ahead
    shows_closing: npt.NDArray[np.bool_]
    kind: npt.NDArray[np.int8]  # JobKind
    appeal: npt.NDArray[np.float32]  # standard normal: how well the posting is made
    requirements: Requirements
