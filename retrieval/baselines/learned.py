"""Says what a model learned from pair features is: a function from features to scores."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Features = npt.NDArray[np.float64]
Scorer = Callable[[Features], npt.NDArray[np.float64]]  # (pairs, features) -> (pairs,) log-odds
Fit = Callable[[Features, npt.NDArray[np.bool_]], Scorer]  # examples and outcomes -> a scorer
