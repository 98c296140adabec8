"""Ranks items by a linear map from what was done to what else is done, no item speaking for itself.

EASE, a closed form (https://arxiv.org/abs/1905.03375). It takes a dense matrix of items by items,
or where people are fewer than items the same scores come from one of people by items: it is for
thousands of them and not for millions.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_array

from retrieval.baselines.matrix_shape import shape_of

MOST_ITEMS = 20_000  # 1.6 GB in single precision, and as much again while it is inverted
PENALTY = 200.0

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Ease:
    """How much each item speaks for each other one."""

    weights: Floats  # (items, items), 0 with itself

    @classmethod
    def fit(cls, deeds: csr_array, penalty: float = PENALTY) -> "Ease":
        """Solve for the weights.

        Args:
            deeds: Who did what, (people, items).
            penalty: Of the squares of weights; the larger, the less is made of rare items.

        Raises:
            ValueError: There are more items than fit, or no penalty.
        """
        items = shape_of(deeds)[1]
        if items > MOST_ITEMS:
            raise ValueError(f"{items} items are too many, at most {MOST_ITEMS} fit into memory")
        if penalty <= 0:
            raise ValueError(f"the penalty must be positive, got {penalty}")
        together = csr_array(deeds.T @ deeds, dtype=np.float32).toarray()
        together[np.diag_indices(items)] += np.float32(penalty)
        factor = cho_factor(together, lower=True, overwrite_a=True, check_finite=False)
        inverse = cho_solve(
            factor, np.eye(items, dtype=np.float32), overwrite_b=True, check_finite=False
        )
        inverse /= -np.diag(inverse).copy()
        inverse[np.diag_indices(items)] = 0
        return cls(inverse)

    def scores(self, profiles: csr_array) -> Floats:
        """Return a score for every item, (rows, items); no row needs to be one seen in `fit`."""
        return np.asarray(csr_array(profiles, dtype=np.float32) @ self.weights)


@dataclass(frozen=True)
class EaseByPeople:
    """The same map by way of the people, https://en.wikipedia.org/wiki/Woodbury_matrix_identity."""

    deeds: csr_array  # (people, items)
    solved: Floats  # (people, items): the inverse of people by people, times the deeds
    own: Floats  # (items,): what the inverse of items by items has on its diagonal, times penalty

    @classmethod
    def fit(cls, deeds: csr_array, penalty: float = PENALTY) -> "EaseByPeople":
        """Solve; see `Ease.fit`."""
        people = shape_of(deeds)[0]
        if people > MOST_ITEMS:
            raise ValueError(f"{people} people are too many, at most {MOST_ITEMS} fit into memory")
        if penalty <= 0:
            raise ValueError(f"the penalty must be positive, got {penalty}")
        alike = csr_array(deeds @ deeds.T, dtype=np.float32).toarray()
        alike[np.diag_indices(people)] += np.float32(penalty)
        factor = cho_factor(alike, lower=True, overwrite_a=True, check_finite=False)
        solved = cho_solve(factor, csr_array(deeds, dtype=np.float32).toarray(), check_finite=False)
        own = 1 - np.asarray(deeds.multiply(solved).sum(axis=0), np.float32).ravel()
        return cls(deeds, np.ascontiguousarray(solved, np.float32), own)

    def scores(self, profiles: csr_array) -> Floats:
        """Return a score for every item, (rows, items); see `Ease.scores`."""
        alike = csr_array(profiles @ self.deeds.T, dtype=np.float32)
        given = csr_array(profiles, dtype=np.float32).toarray()
        return given - (given - np.asarray(alike @ self.solved)) / self.own


def fit_ease(deeds: csr_array, penalty: float = PENALTY) -> Ease | EaseByPeople:
    """Fit whichever of the two is the smaller."""
    people, items = shape_of(deeds)
    return (EaseByPeople if people < items else Ease).fit(deeds, penalty)
