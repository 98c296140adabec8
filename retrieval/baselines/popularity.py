"""Ranks jobs by what everybody did to them lately, the same for every person."""

import numpy as np
import numpy.typing as npt

from retrieval.baselines.history import History
from retrieval.baselines.pairs import Pairs


def popularity_scores(history: History, pairs: Pairs) -> npt.NDArray[np.float64]:
    """Return the log of decayed applications, saves and views of each job, (pairs,)."""
    return np.log1p(history.popularity(pairs))
