"""Chooses who else might have been the answer: the batch's own, anybody, the popular, the near."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.training.training_config import TrainingConfig

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_SMALLEST = 1e-9


class Candidates(NamedTuple):
    """Who might be the answer, each once."""

    numbers: Ints  # (candidates,), rising
    log_expected: npt.NDArray[np.float32]  # of the chance of being drawn; 0: all are there


class CandidateSource:
    """Draws candidates for one target.

    Each comes with the logarithm of how often it is expected to be drawn, which is taken off its
    score (https://doi.org/10.1145/3298689.3346996): else whoever is drawn often, as the popular
    are, would be pushed away for it. Hard ones are left uncorrected: to be near is no matter of
    chance.
    """

    def __init__(self, alive: Ints, popularity: Floats, config: TrainingConfig) -> None:
        """Prepare to draw.

        Args:
            alive: Who can be the answer at all, rising.
            popularity: How often each of them is linked, (alive,).
            config: How many, and of what kind.
        """
        self._alive, self._config = alive, config
        weight = popularity + _SMALLEST
        self._popular = weight / weight.sum() if len(alive) else weight
        self.hard: Ints | None = None  # (sources, some): for each, near ones that are no links

    @property
    def is_drawn(self) -> bool:
        """Whether there are more who could be the answer than a step takes."""
        return len(self._alive) > self._config.candidates

    def draw(
        self, sources: Ints, answers: Ints, progress: float, generator: np.random.Generator
    ) -> Candidates:
        """Draw candidates for a batch.

        Args:
            sources: Who asks, (batch,).
            answers: The right answers, which are candidates for the others too, (batch,).
            progress: How far training has come, 0 to 1; the share of hard ones grows with it.
            generator: Of the draws.
        """
        config = self._config
        if not self.is_drawn:
            everybody = np.union1d(self._alive, answers)
            return Candidates(everybody, np.zeros(len(everybody), np.float32))
        hard = self._hard(sources, progress, generator)
        popular = int(config.candidates * config.popular_share)
        uniform = max(config.candidates - popular - len(hard), 1)
        drawn = np.concatenate(
            [
                generator.choice(self._alive, popular, p=self._popular),
                generator.choice(self._alive, uniform),
                answers,
            ]
        )
        numbers = np.union1d(drawn, hard)
        return Candidates(numbers, self._log_expected(numbers, uniform, popular, len(answers)))

    def _hard(self, sources: Ints, progress: float, generator: np.random.Generator) -> Ints:
        wanted = int(self._config.candidates * self._config.hard_share * progress)
        if self.hard is None or not wanted or not self.hard.shape[1]:
            return np.zeros(0, np.int64)
        near = self.hard[sources].ravel()
        near = near[near >= 0]
        return generator.choice(near, min(wanted, len(near)), replace=False)

    def _log_expected(
        self, numbers: Ints, uniform: int, popular: int, answers: int
    ) -> npt.NDArray[np.float32]:
        place = np.searchsorted(self._alive, numbers).clip(max=len(self._alive) - 1)
        is_alive = self._alive[place] == numbers
        share = np.where(is_alive, self._popular[place], 0.0)
        expected = uniform / len(self._alive) + (popular + answers) * share
        drawn = -np.expm1(-expected)  # once or more often, as each is a candidate only once
        return np.log(drawn.clip(_SMALLEST)).astype(np.float32)
