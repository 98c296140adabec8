"""Our model of occupations never seen: nearest ones, ridge regression, texts and the encoder."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.sparse import csr_array

from retrieval.baselines.graph_filter import smoothest
from tests.benchmarks.public.esco_files import Esco
from tests.benchmarks.public.kernel_ridge import KernelRidge
from tests.benchmarks.public.learned_blend import (
    Block,
    Blocks,
    LearnedBlend,
    block_of,
    fit_blend,
    scales_of,
)
from tests.benchmarks.public.most_alike import most_alike
from tests.benchmarks.public.needs import Asked, Described, train_needs
from tests.benchmarks.public.occupation_likeness import WAYS, OccupationLikeness, text_match
from tests.benchmarks.public.ranking import Floats, Numbers

POWER, PENALTY = 2, 0.2  # of ridge regression, chosen on the validation split
FLOOR = 0.02  # below this, what ridge regression says is nothing
NEIGHBOURS, WORD_WIDTH = 60, 256
WEIGHING = 400  # known occupations that the encoder is not trained on, to fit weights by
PARTS = ("ridge", "log of ridge", "words of skills", "meaning", "meaning of labels", "encoder")


@dataclass(frozen=True)
class OccupationParts:
    """What is fitted before the few weights are; the encoder can be left out."""

    asked: Asked
    likeness: OccupationLikeness
    alike: Floats  # (occupations, occupations)
    ridge: KernelRidge

    @classmethod
    def fit(cls, esco: Esco, asked: Asked, vectors: Sequence[Floats]) -> "OccupationParts":
        """Fit ridge regression on the known occupations.

        Args:
            esco: Their texts.
            asked: Which are known.
            vectors: Of descriptions and of labels, (occupations, width) each.
        """
        likeness = OccupationLikeness(esco.occupations, vectors)
        alike = likeness.all_alike()
        among = alike[np.ix_(asked.known, asked.known)] ** POWER
        ridge = KernelRidge.fit(among, csr_array(asked.needs[asked.known]), PENALTY)
        return cls(asked, likeness, alike, ridge)

    def ridge_scores(self, rows: Numbers) -> Floats:
        """Return what ridge regression says, (rows, skills); of the known without themselves."""
        place = self._places(rows)
        found = self.ridge.scores(self.alike[np.ix_(rows, self.asked.known)] ** POWER)
        own = np.flatnonzero(place >= 0)
        found[own] = self.ridge.scores_without_self(place[own])
        return found

    def nearest(self, rows: Numbers) -> tuple[Numbers, Floats]:
        """Return the most alike of the known, and in which ways, (rows, neighbours[, ways])."""
        alike = self.alike[np.ix_(rows, self.asked.known)]
        ways = self.likeness.ways(rows, self.asked.known)
        return most_alike(alike, ways, self._places(rows), NEIGHBOURS)

    def often(self, rows: Numbers) -> Floats:
        """Return how many of the known need each skill, without the row itself, (rows, skills)."""
        known = csr_array(self.asked.needs[self.asked.known])
        found = np.tile(np.asarray(known.sum(axis=0), np.float32).ravel(), (len(rows), 1))
        own = np.flatnonzero(self._places(rows) >= 0)
        found[own] -= csr_array(self.asked.needs[rows[own]]).toarray()
        return found

    def _places(self, rows: Numbers) -> Numbers:
        """Return which of the known each row is, or -1."""
        place = np.full(len(self.alike), -1)
        place[self.asked.known] = np.arange(len(self.asked.known))
        return place[rows]


def unseen_scores(
    parts: OccupationParts, esco: Esco, texts: tuple[Floats, Floats, Floats], seed: int
) -> tuple[Floats, str]:
    """Train, and score every skill for the occupations asked about.

    The encoder is trained without some of the known occupations, and the weights are fitted on
    those; in the end it hears them, too.

    Args:
        parts: Fitted.
        esco: Texts.
        texts: Vectors of descriptions, of labels, and of labels of skills.
        seed: Of everything that is drawn.

    Returns:
        Scores, (asked, skills), and what was learned, for people.
    """
    asked = parts.asked
    order = np.random.default_rng(seed).permutation(asked.known)
    weighing, learned = np.sort(order[:WEIGHING]), np.sort(order[WEIGHING:])
    left, values, _ = smoothest(parts.likeness.words, WORD_WIDTH)
    described = Described(
        torch.from_numpy(np.hstack([texts[0], left * values])),
        torch.from_numpy(texts[2]),
        parts.alike,
    )
    encoder = train_needs(asked.needs, described, learned, seed)
    match = text_match(esco.occupations, esco.skills)

    def blocks(warm: Numbers) -> Blocks:
        occupations, skills = encoder.vectors(warm)

        def block(rows: Numbers) -> Block:
            ridge = parts.ridge_scores(rows)
            scores = [ridge, np.log(np.maximum(ridge, 0) + FLOOR), match(rows)]
            scores += [texts[0][rows] @ texts[2].T, texts[1][rows] @ texts[2].T]
            scores += [occupations[rows] @ skills.T]
            return block_of(scores, parts.often(rows), parts.nearest(rows))

        return block

    wanted = csr_array(asked.needs[weighing])
    before = blocks(learned)
    scales = scales_of(before(weighing[:200]), csr_array(wanted[:200]))
    blend = LearnedBlend(csr_array(asked.needs[asked.known]), scales, torch.tensor(WAYS))
    blend = fit_blend(blend, before, (weighing, wanted), seed=seed)
    score = blend.ranked_by(blocks(asked.known))
    found = [score(part) for part in np.array_split(asked.asked, 1 + len(asked.asked) // 200)]
    return np.concatenate(found), f"parts {', '.join(PARTS)}: {blend.said()}"
