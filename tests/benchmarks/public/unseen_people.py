"""Our model of whom somebody knows of whom no tie is known, only attributes."""

from collections.abc import Sequence

import numpy as np
import torch
from scipy.sparse import csr_array

from retrieval.baselines.matrix_shape import shape_of
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
from tests.benchmarks.public.ranking import Floats, Numbers
from tests.benchmarks.public.shared_items import SharedItems
from tests.benchmarks.public.ties import Network, train_ties, vectors_of

NEIGHBOURS, WEIGHING = 60, 1_000
POWER, PENALTY, FLOOR = 2, 0.5, 0.01
PARTS = ("ridge", "log of ridge", "cosine", "cosine, rare ones more", "encoder")


class AttributeLikeness:
    """In which ways two people are alike: by all attributes, and by those of each kind."""

    def __init__(self, attributes: csr_array, names: Sequence[str]) -> None:
        """Tell the kinds apart.

        Args:
            attributes: Who has what, (people, attributes).
            names: Of the attributes, such as "education;school;id;anonymized feature 50".
        """
        kinds = np.array([name.partition(";anonymized")[0] for name in names])
        columns = [np.flatnonzero(kinds == kind) for kind in sorted(set(kinds))]
        self.attributes = attributes
        self._all = SharedItems(attributes)
        self._of_kinds = [
            (chosen, SharedItems(csr_array(attributes[:, chosen]))) for chosen in columns
        ]
        self.first = np.array([0.3, 0.4] + [0.3 / len(columns)] * len(columns), np.float32)

    def ways(self, rows: Numbers) -> list[Floats]:
        """Return how alike people are to everybody in each way, (rows, people) each."""
        own = csr_array(self.attributes[rows])
        of_kinds = (shared.ways(csr_array(own[:, chosen]))[1] for chosen, shared in self._of_kinds)
        return [*self._all.ways(own), *of_kinds]


def tie_scores(
    network: Network, names: Sequence[str], cold: Numbers, seed: int
) -> tuple[Floats, str]:
    """Train, and score everybody for those without ties.

    The encoder is trained without the ties of some people who have them, and the weights are
    fitted on those; in the end it hears them, too.

    Args:
        network: The ties of the cold are none.
        names: Of attributes.
        cold: Numbers of the people asked about.
        seed: Of everything that is drawn.

    Returns:
        Scores, (cold, people), and what was learned, for people.
    """
    count = len(network.likeness)
    known = np.setdiff1d(np.arange(count), cold)
    weighing = np.sort(np.random.default_rng(seed).permutation(known)[:WEIGHING])
    encoder = train_ties(network, np.concatenate([cold, weighing]), seed)
    likeness = AttributeLikeness(network.attributes, names)
    ties = csr_array(network.ties[known])
    alike = all_alike(likeness)
    ridge = KernelRidge.fit(alike[np.ix_(known, known)] ** POWER, ties, PENALTY)
    place = np.full(count, -1)
    place[known] = np.arange(len(known))
    often = np.asarray(ties.sum(axis=0), np.float32)[None, :]

    def blocks(without_ties: Numbers) -> Blocks:
        vectors = vectors_of(encoder, network, without_ties)
        out = np.zeros((1, count), np.float32)
        out[:, without_ties] = 1

        def block(rows: Numbers) -> Block:
            own = place[rows]
            if (own >= 0).all():
                smooth = ridge.scores_without_self(own)
            else:
                smooth = ridge.scores(alike[np.ix_(rows, known)] ** POWER)
            ways = likeness.ways(rows)
            scores = [smooth, np.log(np.maximum(smooth, 0) + FLOOR), *ways[:2]]
            scores += [vectors[rows] @ vectors.T]
            near = most_alike(
                alike[np.ix_(rows, known)],
                [each[:, known] for each in ways],
                own,
                NEIGHBOURS,
            )
            closed = np.repeat(out, len(rows), axis=0)
            closed[np.arange(len(rows)), rows] = 1
            return block_of(scores, often, near, csr_array(closed))

        return block

    without_ties = np.concatenate([cold, weighing])
    before = blocks(without_ties)
    wanted = csr_array(network.ties[weighing])
    is_open = np.ones(count, np.float32)
    is_open[without_ties] = 0
    wanted = csr_array(wanted.multiply(is_open[None, :]))
    wanted.eliminate_zeros()
    scales = scales_of(before(weighing[:200]), csr_array(wanted[:200]))
    blend = LearnedBlend(ties, scales, torch.from_numpy(likeness.first))
    blend = fit_blend(blend, before, (weighing, wanted), seed=seed)
    score = blend.ranked_by(blocks(cold))
    return score(cold), f"parts {', '.join(PARTS)}: {blend.said()}"


def ridge_scores(network: Network, names: Sequence[str], cold: Numbers) -> Floats:
    """Return what ridge regression by itself says of those without ties, (cold, people)."""
    alike = all_alike(AttributeLikeness(network.attributes, names))
    known = np.setdiff1d(np.arange(len(alike)), cold)
    among = alike[np.ix_(known, known)] ** POWER
    ridge = KernelRidge.fit(among, csr_array(network.ties[known]), PENALTY)
    return ridge.scores(alike[np.ix_(cold, known)] ** POWER)


def all_alike(likeness: AttributeLikeness) -> Floats:
    """Return all ways as one, (people, people)."""
    people = shape_of(likeness.attributes)[0]
    found = np.zeros((people, people), np.float32)
    for rows in np.array_split(np.arange(people), 1 + people // 500):
        for weight, way in zip(likeness.first, likeness.ways(rows), strict=True):
            found[rows] += weight * way
    return found
