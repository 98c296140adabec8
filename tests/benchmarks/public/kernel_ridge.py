"""Foretells what a new row has from how alike it is to known ones: kernel ridge regression."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_array

from tests.benchmarks.public.ranking import Numbers

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class KernelRidge:
    """A closed form that, unlike nearest neighbours, does not count what many say as often."""

    deeds: csr_array  # (known, items)
    weights: Floats  # (known, items)
    precision: Floats  # (known,): the diagonal of the inverse
    scale: float  # of likeness with oneself

    @classmethod
    def fit(cls, alike: Floats, deeds: csr_array, penalty: float) -> "KernelRidge":
        """Solve for the weights.

        Args:
            alike: Of the known with each other, (known, known), positive definite.
            deeds: What they have, (known, items).
            penalty: Beside a likeness with oneself of 1.
        """
        scale = float(np.diag(alike).mean())
        system = alike / np.float32(scale)
        system[np.diag_indices(len(system))] += np.float32(penalty)
        factor = cho_factor(system, lower=True, overwrite_a=True, check_finite=False)
        inverse = cho_solve(factor, np.eye(len(alike), dtype=np.float32), check_finite=False)
        weights = np.asarray(csr_array(deeds.T) @ inverse, np.float32).T  # it is symmetric
        return cls(deeds, np.ascontiguousarray(weights), np.diag(inverse).copy(), scale)

    def scores(self, alike: Floats) -> Floats:
        """Return scores of new rows, (rows, items), from their likeness, (rows, known)."""
        return alike @ self.weights / np.float32(self.scale)

    def scores_without_self(self, known: Numbers) -> Floats:
        """Return what would be foretold of known rows had each been left out, (rows, items)."""
        own = csr_array(self.deeds[known]).toarray()
        return own - self.weights[known] / self.precision[known, None]
