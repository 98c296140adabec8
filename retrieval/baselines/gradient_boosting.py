"""Learns many small trees over hand-made features, each mending what those before got wrong."""

import numpy as np
import numpy.typing as npt

from retrieval.baselines.learned import Scorer

TREES = 150
LEAVES = 15
LEARNING_RATE = 0.06
SMALLEST_LEAF = 100

Floats = npt.NDArray[np.float64]


def fit_gradient_boosting(features: Floats, happened: npt.NDArray[np.bool_]) -> Scorer:
    """Fit gradient-boosted trees; arguments and result as in `fit_logistic_regression`."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    model = HistGradientBoostingClassifier(
        max_iter=TREES,
        max_leaf_nodes=LEAVES,
        learning_rate=LEARNING_RATE,
        min_samples_leaf=SMALLEST_LEAF,
        l2_regularization=1.0,
        early_stopping=False,  # pyright: ignore[reportArgumentType]  the stub knows but "auto"
        random_state=0,
    )
    with threadpool_limits(1):  # the same figures on any number of cores
        model.fit(features, happened)
    return model.decision_function
