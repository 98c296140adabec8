"""Ranks items by a walk of three steps: from what was done to people, and on to what they did.

RP3beta (https://doi.org/10.1145/2955101): the chance to arrive, raised to a power and over the
popularity of where one arrives, raised to another.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, diags_array

POWER_OF_CHANCE = 1.0
POWER_OF_POPULARITY = 0.6

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class RandomWalk:
    """Chances of single steps."""

    to_people: csr_array  # (items, people)
    to_items: csr_array  # (people, items), over popularity already

    @classmethod
    def fit(
        cls,
        deeds: csr_array,
        power_of_chance: float = POWER_OF_CHANCE,
        power_of_popularity: float = POWER_OF_POPULARITY,
    ) -> "RandomWalk":
        """Count the chances.

        Args:
            deeds: Who did what, (people, items).
            power_of_chance: Of each step; above 1 the likely steps count more.
            power_of_popularity: 0 leaves the popular where the walk has them.
        """
        popularity = np.maximum(np.asarray(deeds.sum(axis=0)).ravel(), 1)
        to_items = _steps(deeds, power_of_chance) @ diags_array(popularity**-power_of_popularity)
        return cls(
            _steps(csr_array(deeds.T), power_of_chance), csr_array(to_items, dtype=np.float32)
        )

    def scores(self, profiles: csr_array) -> Floats:
        """Return a score for every item, (rows, items); no row needs to be one seen in `fit`."""
        people = csr_array(profiles @ self.to_people, dtype=np.float32).toarray()
        return np.ascontiguousarray((self.to_items.T @ people.T).T)


def _steps(matrix: csr_array, power: float) -> csr_array:
    rows = np.maximum(np.asarray(matrix.sum(axis=1)).ravel(), 1)
    chances = csr_array(diags_array(1 / rows) @ matrix, dtype=np.float32)
    chances.data **= np.float32(power)
    return chances
