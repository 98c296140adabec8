"""`Nearness`: vectors of places whose inner products tell how near two places are."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

EARTH_KM = 6_371.0
REACHES_KM = (30.0, 100.0, 300.0, 1_000.0, 3_000.0)  # each as much farther than the one before
NEAR_WIDTH = 64
_LANDMARKS = 1_024
_DIGITS = 4  # of coordinates on the unit sphere: points closer than a kilometre are one
_LEAST = 1e-6  # of the largest eigenvalue; smaller ones are noise


class Nearness:
    """Places in a space in which those a tenth as far apart are nearer by an even step.

    The mean of exponentials of the distance at several reaches, which is close to the negative
    logarithm of the distance, brought to few numbers by the Nystroem method
    (https://papers.nips.cc/paper/1866): a point that is no landmark has a place there too.
    """

    def __init__(self, points: Tensor, seed: int) -> None:
        """Choose landmarks.

        Args:
            points: Where the nodes of a graph are, (nodes, 3), on the unit sphere; zeros: unknown.
            seed: Of the choice among very many places.
        """
        rounded = _located(points).double().mul(10**_DIGITS).round().unique(dim=0)
        if len(rounded) > _LANDMARKS:
            generator = np.random.default_rng(seed)
            chosen = np.sort(generator.choice(len(rounded), _LANDMARKS, replace=False))
            rounded = rounded[torch.from_numpy(chosen)]
        self._landmarks = functional.normalize(rounded)
        values, vectors = torch.linalg.eigh(_near(self._landmarks, self._landmarks))
        values, vectors = values.flip(0)[:NEAR_WIDTH], vectors.flip(1)[:, :NEAR_WIDTH]
        is_sound = values > _LEAST * values.max() if len(values) else values > 0
        self._basis = torch.where(is_sound, vectors * values.clamp(min=1e-12).rsqrt(), 0.0)

    def vectors(self, points: Tensor) -> Tensor:
        """Return vectors of places, (nodes, `NEAR_WIDTH`), float32; unknown places have zeros.

        Args:
            points: (nodes, 3), on the unit sphere; zeros: unknown.
        """
        found = points.new_zeros(len(points), NEAR_WIDTH)
        is_known = _is_known(points)
        near = _near(functional.normalize(points[is_known].double()), self._landmarks)
        made = near @ self._basis
        found[is_known, : made.shape[1]] = made.to(found.dtype)
        return found


def _is_known(points: Tensor) -> Tensor:
    return points.square().sum(1) > 0.5


def _located(points: Tensor) -> Tensor:
    return points[_is_known(points)]


@torch.autocast("cpu", enabled=False)  # places are told apart in full precision
def _near(some: Tensor, others: Tensor) -> Tensor:
    """Return how near points on the unit sphere are, (some, others), 1 where they are the same."""
    chords = (2 - 2 * (some @ others.T)).clamp(min=0).sqrt() * EARTH_KM
    return torch.stack([torch.exp(-chords / reach) for reach in REACHES_KM]).mean(0)
