"""Ranks items by smoothing what each person did over the graph of people and items; no training.

GF-CF, a closed form that matches trained graph networks (https://arxiv.org/abs/2108.07567): a
linear low-pass filter, plus a share of the ideal one that keeps the smoothest directions alone.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, diags_array
from sklearn.utils.extmath import randomized_svd

from retrieval.baselines.matrix_shape import shape_of

RANK = 256
SHARE_OF_IDEAL = 0.3
ROUNDS = 6  # of the randomised decomposition; the more, the more exact

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class GraphFilter:
    """Both filters; what they need grows with the edges, and never with the square of items."""

    normalised: csr_array  # (people, items): each deed over the roots of both degrees
    directions: Floats  # (rank, items), the smoothest first
    item_degrees: Floats  # (items,), at least 1
    share_of_ideal: float

    @classmethod
    def fit(
        cls, deeds: csr_array, rank: int = RANK, share_of_ideal: float = SHARE_OF_IDEAL
    ) -> "GraphFilter":
        """Make the filters.

        Args:
            deeds: Who did what, (people, items).
            rank: Directions that the ideal filter keeps; at most one less than people and items.
            share_of_ideal: Its weight, the linear filter having weight 1.
        """
        most = min(shape_of(deeds)) - 1
        if rank < 1 or most < 1:
            raise ValueError(f"rank {rank} of {deeds.shape} people and items leaves no direction")
        normalised = normalise(deeds)
        _, _, directions = smoothest(normalised, min(rank, most))
        degrees = np.maximum(np.asarray(deeds.sum(axis=0)).ravel(), 1).astype(np.float32)
        return cls(normalised, directions, degrees, share_of_ideal)

    def scores(self, profiles: csr_array) -> Floats:
        """Return a score for every item; no row needs to be of someone seen in `fit`.

        Args:
            profiles: What each did, (rows, items).

        Returns:
            (rows, items), what was done included.
        """
        alike = csr_array(
            profiles @ self.normalised.T, dtype=np.float32
        ).toarray()  # (rows, people)
        linear = np.ascontiguousarray((self.normalised.T @ alike.T).T)
        root = np.sqrt(self.item_degrees)
        inner = csr_array(profiles @ diags_array(1 / root)) @ self.directions.T
        ideal = np.asarray(inner @ self.directions, np.float32) * root
        return linear + np.float32(self.share_of_ideal) * ideal


def normalise(deeds: csr_array) -> csr_array:
    """Return each deed over the roots of the degrees of its person and its item."""
    people = np.maximum(np.asarray(deeds.sum(axis=1)).ravel(), 1)
    items = np.maximum(np.asarray(deeds.sum(axis=0)).ravel(), 1)
    scaled = diags_array(people**-0.5) @ deeds @ diags_array(items**-0.5)
    return csr_array(scaled, dtype=np.float32)


def smoothest(normalised: csr_array, rank: int, seed: int = 0) -> tuple[Floats, Floats, Floats]:
    """Return the largest singular directions: (people, rank), (rank,), (rank, items)."""
    left, values, right = randomized_svd(
        normalised,
        rank,
        n_iter=ROUNDS,  # pyright: ignore[reportArgumentType] - declared as its default, a word
        random_state=seed,
    )
    order = np.argsort(-values)
    return (
        np.ascontiguousarray(left[:, order], np.float32),
        values[order].astype(np.float32),
        np.ascontiguousarray(right[order], np.float32),
    )
