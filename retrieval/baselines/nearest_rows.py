"""Ranks items for someone new by what the most alike people did, alike by any features."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from retrieval.baselines.matrix_shape import shape_of

NEIGHBOURS = 10

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class NearestRows:
    """What was done by people of known features."""

    deeds: csr_array  # (people, items)
    neighbours: int = NEIGHBOURS

    def __post_init__(self) -> None:
        if self.neighbours < 1:
            raise ValueError(f"there must be 1 neighbour or more, got {self.neighbours}")

    def scores(self, likeness: npt.NDArray[np.floating]) -> Floats:
        """Return for every item how alike those of the nearest are who did it.

        Args:
            likeness: Of each new one to each of those known, (rows, people). Only the `neighbours`
                greatest of a row count, and none below zero.

        Returns:
            (rows, items)
        """
        people = shape_of(self.deeds)[0]
        if likeness.shape[1] != people:
            raise ValueError(f"likeness is {likeness.shape}, and {people} people are known")
        count = min(self.neighbours, people)
        nearest = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
        weights = np.maximum(np.take_along_axis(likeness, nearest, axis=1), 0)
        rows = np.repeat(np.arange(len(likeness)), count)
        chosen = csr_array(
            (weights.ravel(), (rows, nearest.ravel())), shape=likeness.shape, dtype=np.float32
        )
        return csr_array(chosen @ self.deeds, dtype=np.float32).toarray()
