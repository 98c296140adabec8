"""Scores items by what goes with what a row has: closed forms, to be parts of a learned blend."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, diags_array

from retrieval.baselines.ease import Ease, EaseByPeople, fit_ease
from retrieval.baselines.graph_filter import GraphFilter
from retrieval.baselines.matrix_shape import shape_of
from retrieval.baselines.random_walk import RandomWalk
from tests.benchmarks.public.ranking import Floats, Numbers

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


class SharedItems:
    """How alike rows are by what they have: all alike, and the rare counting for more."""

    WAYS = 2

    def __init__(self, deeds: csr_array) -> None:
        """Weigh the items.

        Args:
            deeds: What is had by those known, (known, items).
        """
        often = np.maximum(np.asarray(deeds.sum(axis=0)).ravel(), 1)
        rare = np.log(1 + shape_of(deeds)[0] / often)
        self._weights = (np.ones(len(often)), rare)
        self._known = [_unit(deeds, weights) for weights in self._weights]

    def ways(self, profiles: csr_array) -> list[Floats]:
        """Return both cosines with all known, (rows, known) each."""
        return [
            csr_array(_unit(profiles, weights) @ known.T).toarray()
            for weights, known in zip(self._weights, self._known, strict=True)
        ]


def nearest_of(
    alike: Floats, ways: list[Floats], own: Numbers | None, count: int
) -> tuple[Numbers, Floats]:
    """Return the most alike, and in which ways.

    Args:
        alike: What the most alike are chosen by, (rows, known).
        ways: (rows, known) each.
        own: Which of the known each row is, which is not its own neighbour; None: none of them.
        count: Of neighbours.

    Returns:
        Numbers of the known, (rows, count), and how alike, (rows, count, ways).
    """
    if own is not None:
        alike = alike.copy()
        alike[np.arange(len(own)), own] = -1
    nearest = np.argpartition(-alike, count, axis=1)[:, :count]
    return nearest, np.stack([np.take_along_axis(each, nearest, 1) for each in ways], 2)


def _unit(deeds: csr_array, weights: Floats) -> csr_array:
    weighed = csr_array(deeds.multiply(weights[None, :]), dtype=np.float32)
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    return csr_array(diags_array(1 / np.maximum(lengths, 1e-9)) @ weighed, dtype=np.float32)
