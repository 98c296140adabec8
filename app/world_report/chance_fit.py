"""Fits log-odds to chances: a logistic regression whose outcomes may lie between no and yes."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

STEPS = 12  # of Newton's method, which needs half of them
RIDGE = 1e-3  # in examples of each column; keeps a column that never varies at rest

Floats = npt.NDArray[np.float64]


def fit_chances(features: Floats, chance: Floats) -> Callable[[Floats], Floats]:
    """Fit a logistic regression by Newton's method.

    Args:
        features: (examples, features).
        chance: Of each example, 0 to 1, (examples,): true chances, or outcomes.

    Returns:
        What gives log-odds for features of the same columns.
    """
    mean, spread = features.mean(axis=0), features.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)

    def columns(rows: Floats) -> Floats:
        return np.column_stack([np.ones(len(rows)), (rows - mean) / spread])

    known = columns(features)
    weights = np.zeros(known.shape[1])
    for _step in range(STEPS):
        odds = np.clip(np.einsum("ef,f->e", known, weights), -30, 30)
        guess = 1 / (1 + np.exp(-odds))
        slope = np.einsum("ef,e->f", known, chance - guess) - RIDGE * weights
        bend = np.einsum("ef,e,eg->fg", known, guess * (1 - guess), known)
        weights = weights + np.linalg.solve(bend + RIDGE * np.eye(len(weights)), slope)
    return lambda rows: np.einsum("ef,f->e", columns(rows), weights)
