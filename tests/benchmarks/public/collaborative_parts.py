"""Scores items by what goes with what a row has: closed forms, to be parts of a learned blend."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from retrieval.baselines.ease import Ease, EaseByPeople, fit_ease
from retrieval.baselines.graph_filter import GraphFilter
from retrieval.baselines.random_walk import RandomWalk
from tests.benchmarks.public.ranking import Floats

FLOOR = 0.02  # below this, what EASE says is nothing
NAMES = ("RP3beta", "GF-CF", "EASE", "log of EASE")


@dataclass(frozen=True)
class CollaborativeParts:
    """Models that need nothing but who has what."""

    walk: RandomWalk
    smooth: GraphFilter
    ease: Ease | EaseByPeople

    @classmethod
    def fit(cls, deeds: csr_array, penalty: float) -> "CollaborativeParts":
        """Fit all of them.

        Args:
            deeds: Who has what, (rows, items).
            penalty: Of EASE.
        """
        return cls(RandomWalk.fit(deeds), GraphFilter.fit(deeds), fit_ease(deeds, penalty))

    def scores(self, profiles: csr_array) -> list[Floats]:
        """Return the scores of each model, in the order of `NAMES`, (rows, items) each."""
        ease = self.ease.scores(profiles)
        both = [self.walk.scores(profiles), self.smooth.scores(profiles)]
        return [*both, ease, np.log(np.maximum(ease, 0) + np.float32(FLOOR))]
