"""Says how large a sparse matrix is, as two whole numbers."""

from scipy.sparse import csr_array


def shape_of(matrix: csr_array) -> tuple[int, int]:
    """Return rows and columns."""
    rows, columns = matrix.shape or (0, 0)
    return int(rows), int(columns)
