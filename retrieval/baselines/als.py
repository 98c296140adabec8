"""Learns factors of an implicit-feedback matrix by alternating least squares.

The model of https://doi.org/10.1109/ICDM.2008.22, as the package `implicit` fits it.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, csr_matrix

from retrieval.baselines.factors import Factors


@dataclass(frozen=True)
class AlsConfig:
    """How to fit."""

    width: int = 64
    rounds: int = 15
    penalty: float = 0.05
    confidence: float = 10.0  # that a unit of weight adds to that of an empty cell
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.width, self.rounds) < 1 or min(self.penalty, self.confidence) <= 0:
            raise ValueError(f"sizes must be at least 1 and weights above 0, got {self}")


def fit_als(matrix: csr_array, config: AlsConfig | None = None) -> Factors:
    """Fit factors of the rows and columns of a matrix; empty ones get zeros.

    Raises:
        ModuleNotFoundError: The package `implicit` is not installed.
    """
    from implicit.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    config = config or AlsConfig()
    with threadpool_limits(1):  # it brings threads of its own, and wants no others
        model = AlternatingLeastSquares(
            factors=config.width,
            regularization=config.penalty,
            alpha=config.confidence,
            iterations=config.rounds,
            random_state=config.seed,
            num_threads=1,
        )
        model.fit(csr_matrix(matrix.astype(np.float32)), show_progress=False)
    return Factors(np.asarray(model.user_factors), np.asarray(model.item_factors))
