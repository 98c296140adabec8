"""Holds what factor models learn: a vector of each row and of each column of a matrix."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Factors(NamedTuple):
    """Vectors whose product says how well a row and a column go together."""

    rows: Vectors  # (rows, width)
    columns: Vectors  # (columns, width)

    def scores(self, rows: npt.NDArray[np.integer], columns: npt.NDArray[np.integer]) -> Vectors:
        """Return the products of some rows and columns, (rows, columns)."""
        return self.rows[rows] @ self.columns[columns].T
