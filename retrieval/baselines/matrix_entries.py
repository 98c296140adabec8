"""Looks single entries of sparse matrices up, many at once."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

Numbers = npt.NDArray[np.int64]


def entries(matrix: csr_array, rows: Numbers, columns: Numbers) -> npt.NDArray[np.float64]:
    """Return the entry at each row and column, (rows,); -1 counts from the end, as in numpy."""
    if 0 in (matrix.shape or ()):
        return np.zeros(len(rows))
    return np.asarray(matrix[rows, columns], float)
