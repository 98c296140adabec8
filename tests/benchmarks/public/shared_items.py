"""Says how alike rows are by what they have in common."""

import numpy as np
from scipy.sparse import csr_array, diags_array

from retrieval.baselines.matrix_shape import shape_of
from tests.benchmarks.public.ranking import Floats


class SharedItems:
    """How alike rows are by what they have: all alike, and the rare counting for more."""

    WAYS = 2

    def __init__(self, deeds: csr_array) -> None:
        """Weigh the items.

        Args:
            deeds: What is had by those known, (known, items).
        """
        often = np.maximum(np.asarray(deeds.sum(axis=0)).ravel(), 1)
        rare = np.log(1 + shape_of(deeds)[0] / often)
        self._weights = (np.ones(len(often)), rare)
        self._known = [_unit(deeds, weights) for weights in self._weights]

    def ways(self, profiles: csr_array) -> list[Floats]:
        """Return both cosines with all known, (rows, known) each."""
        return [
            csr_array(_unit(profiles, weights) @ known.T).toarray()
            for weights, known in zip(self._weights, self._known, strict=True)
        ]


def _unit(deeds: csr_array, weights: Floats) -> csr_array:
    weighed = csr_array(deeds.multiply(weights[None, :]), dtype=np.float32)
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    return csr_array(diags_array(1 / np.maximum(lengths, 1e-9)) @ weighed, dtype=np.float32)
