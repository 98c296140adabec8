"""Learns a weighted sum of hand-made features that tells what people will do."""

import numpy as np
import numpy.typing as npt

from retrieval.baselines.learned import Scorer

INVERSE_PENALTY = 1.0
MOST_STEPS = 300

Floats = npt.NDArray[np.float64]


def fit_logistic_regression(features: Floats, happened: npt.NDArray[np.bool_]) -> Scorer:
    """Fit a logistic regression on features brought to one scale.

    Args:
        features: (examples, features).
        happened: What is to be foretold, (examples,); both outcomes must occur.

    Returns:
        What gives log-odds for features of the same columns.
    """
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    mean, spread = features.mean(axis=0), features.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=MOST_STEPS)
    with threadpool_limits(1):  # the same figures on any number of cores
        model.fit((features - mean) / spread, happened)
    return lambda rows: model.decision_function((rows - mean) / spread)
