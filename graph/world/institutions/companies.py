"""The companies and schools of a world as arrays: what they are called, where and how they are."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Companies:
    """The companies; a company's number is its place in these arrays."""

    names: tuple[str, ...]  # no two alike
    industry: npt.NDArray[np.int16]
    size: npt.NDArray[np.float32]  # relative, heavy-tailed (Zipf); sums to 1
    band: npt.NDArray[np.int8]  # employees: 0 = 1-10, 1 = 11-50, ... 7 = over 10,000
    culture: npt.NDArray[np.float32]  # (companies, tastes), entries about -1.5 to 1.5
    growth: npt.NDArray[np.float32]  # about -1 to 1: shrinks or hires
    pay: npt.NDArray[np.float32]  # factor on the going rate, about 0.75 to 1.35
    site_offsets: npt.NDArray[np.int64]
    site_city: npt.NDArray[np.int16]  # the first site of each is its headquarters
    family_share: npt.NDArray[np.float32]  # (companies, families), rows sum to 1


@dataclass(frozen=True)
class Schools:
    """The schools; a school's number is its place in these arrays."""

    names: tuple[str, ...]  # no two alike
    city: npt.NDArray[np.int16]
    size: npt.NDArray[np.float32]  # relative
    kind: npt.NDArray[np.int8]  # a place in `Economy.school_kinds`
