"""Our model of further skills of a posting never seen, of which some skills are known."""

from typing import NamedTuple

import numpy as np
import torch
from scipy.sparse import csr_array

from retrieval.baselines.matrix_shape import shape_of
from tests.benchmarks.public.choices import ChoicesConfig, ChoicesModel, train_choices
from tests.benchmarks.public.collaborative_parts import NAMES, CollaborativeParts
from tests.benchmarks.public.learned_blend import (
    Block,
    Blocks,
    LearnedBlend,
    block_of,
    fit_blend,
    scales_of,
)
from tests.benchmarks.public.most_alike import most_alike
from tests.benchmarks.public.ranking import Numbers, Score
from tests.benchmarks.public.shared_items import SharedItems
from tests.benchmarks.public.whole_graph import kept

NEIGHBOURS, EASE_PENALTY = 100, 50.0
PARTS = (*NAMES, "encoder")


class Question(NamedTuple):
    """Postings to learn from, and for others what is known and what is hidden."""

    learned: csr_array
    known: csr_array
    hidden: csr_array


def ask(
    asks: csr_array,
    chosen: Numbers,
    learned: Numbers,
    share: float,
    generator: np.random.Generator,
) -> Question:
    """Hide a share of the skills of some postings, one at least of each.

    Args:
        asks: Which posting asks for which skill, (postings, skills).
        chosen: Postings that are asked about.
        learned: Postings to learn from.
        share: How much is hidden.
        generator: Of what is drawn.
    """
    asked = csr_array(asks[np.sort(chosen)])
    is_out = np.zeros(len(asked.data), bool)
    for start, size in zip(asked.indptr, np.diff(asked.indptr), strict=False):
        out = generator.permutation(size)[: max(1, round(share * size))]
        is_out[start + out] = True
    return Question(csr_array(asks[np.sort(learned)]), kept(asked, ~is_out), kept(asked, is_out))


def posting_scores(
    question: Question, share: float, config: ChoicesConfig, seed: int
) -> tuple[Score, str]:
    """Train on the postings to learn from.

    As many as are asked about are left out at first: the parts and the encoder are trained on the
    others, and the weights are fitted on those. Then the closed forms are fitted again on all, and
    the encoder hears all.

    Args:
        question: What is hidden is not looked at.
        share: How much of a posting is hidden to fit the weights.
        config: Of the encoder.
        seed: Of everything that is drawn.

    Returns:
        How to score the postings asked about, and what was learned, for people.
    """
    generator = np.random.default_rng(seed + 100)
    order = generator.permutation(shape_of(question.learned)[0])
    count = min(shape_of(question.known)[0], len(order) // 4)
    inner = ask(question.learned, order[:count], order[count:], share, generator)
    model = train_choices(inner.learned, config, seed)

    def blocks(asked: Question) -> Blocks:
        learned, known = asked.learned, asked.known
        parts = CollaborativeParts.fit(learned, EASE_PENALTY)
        people, skills = ChoicesModel(model.encoder, learned).vectors(known)
        people = people[shape_of(learned)[0] :]
        often = np.asarray(learned.sum(axis=0), np.float32)[None, :]
        shared = SharedItems(learned)

        def block(rows: Numbers) -> Block:
            profiles = csr_array(known[rows])
            scores = [*parts.scores(profiles), people[rows] @ skills.T]
            ways = shared.ways(profiles)
            no_own = np.full(len(rows), -1)
            near = most_alike(sum(ways[1:], ways[0]), ways, no_own, NEIGHBOURS)
            return block_of(scores, often, near, profiles)

        return block

    before = blocks(inner)
    first = np.arange(min(200, count))
    scales = scales_of(before(first), csr_array(inner.hidden[first]))
    ways = torch.full((SharedItems.WAYS,), 1 / SharedItems.WAYS)
    blend = LearnedBlend(inner.learned, scales, ways)
    blend = fit_blend(blend, before, (np.arange(count), inner.hidden), seed=seed)
    blend.deeds = torch.from_numpy(question.learned.toarray())
    return blend.ranked_by(blocks(question)), f"parts {', '.join(PARTS)}: {blend.said()}"
