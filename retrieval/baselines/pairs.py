"""Names people and jobs in pairs, each at a moment: what every simple model is asked about."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Pairs(NamedTuple):
    """People and jobs by their numbers in a `Market`, one row a pair."""

    person: npt.NDArray[np.int64]
    job: npt.NDArray[np.int64]
    at: npt.NDArray[np.int64]  # seconds since 1970 UTC; nothing later is known of the pair

    def rows(self, chosen: npt.NDArray[np.integer | np.bool_]) -> "Pairs":
        """Return some of the pairs."""
        return Pairs(self.person[chosen], self.job[chosen], self.at[chosen])
