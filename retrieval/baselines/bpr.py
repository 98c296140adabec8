"""Learns factors of an implicit-feedback matrix by Bayesian personalised ranking.

The model of https://arxiv.org/abs/1205.2618, as the package `implicit` fits it.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, csr_matrix

from retrieval.baselines.factors import Factors


@dataclass(frozen=True)
class BprConfig:
    """How to fit."""

    width: int = 64
    rounds: int = 100
    learning_rate: float = 0.05
    penalty: float = 0.01
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.width, self.rounds) < 1 or self.learning_rate <= 0 or self.penalty < 0:
            raise ValueError(f"sizes must be at least 1 and the learning rate above 0: {self}")


def fit_bpr(matrix: csr_array, config: BprConfig | None = None) -> Factors:
    """Fit factors of the rows and columns of a matrix; the last column of each is the bias.

    Raises:
        ModuleNotFoundError: The package `implicit` is not installed.
    """
    from implicit.bpr import BayesianPersonalizedRanking
    from threadpoolctl import threadpool_limits

    config = config or BprConfig()
    with threadpool_limits(1):
        model = BayesianPersonalizedRanking(
            factors=config.width,
            learning_rate=config.learning_rate,
            regularization=config.penalty,
            iterations=config.rounds,
            random_state=config.seed,
            num_threads=1,
        )
        model.fit(csr_matrix(matrix.astype(np.float32)), show_progress=False)
    return Factors(np.asarray(model.user_factors), np.asarray(model.item_factors))
