"""Our model of skills that an occupation is known to need only in part."""

import numpy as np
import torch
from scipy.sparse import csr_array

from retrieval.baselines.matrix_shape import shape_of
from tests.benchmarks.public.choices import ChoicesConfig, ChoicesModel, train_choices
from tests.benchmarks.public.collaborative_parts import NAMES, CollaborativeParts
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
from tests.benchmarks.public.lightgcn_split import Split, carved
from tests.benchmarks.public.most_alike import most_alike
from tests.benchmarks.public.occupation_likeness import WAYS, OccupationLikeness, text_match
from tests.benchmarks.public.ranking import Floats, Numbers, Score
from tests.benchmarks.public.shared_items import SharedItems

SHARE_WEIGHED, NEIGHBOURS = 0.2, 60
POWER, PENALTY, EASE_PENALTY = 2, 0.2, 20.0
WAY_OF_SKILLS = 0.5  # what a cosine of known skills counts for at first
PARTS = (*NAMES, "ridge by texts", "words of skills", "meaning of labels", "encoder")


def hidden_edge_scores(
    split: Split,
    esco: Esco,
    texts: tuple[Floats, Floats, Floats],
    config: ChoicesConfig,
    seed: int,
) -> tuple[Score, str]:
    """Train on what is known.

    A fifth of what is known is hidden, the parts and the encoder are trained on the rest, and the
    weights are fitted on that fifth. Then the closed forms are fitted again on all that is known,
    and the encoder hears it.

    Args:
        split: What is hidden is not looked at.
        esco: Texts.
        texts: Vectors of descriptions, of labels, and of labels of skills.
        config: Of the encoder.
        seed: Of everything that is drawn.

    Returns:
        How to score rows, and what was learned, for people.
    """
    inner = carved(split.known, SHARE_WEIGHED, seed + 100)
    model = train_choices(inner.known, config, seed)
    likeness = OccupationLikeness(esco.occupations, texts[:2])
    alike = likeness.all_alike()
    match = text_match(esco.occupations, esco.skills)

    def blocks(known: csr_array) -> Blocks:
        parts = CollaborativeParts.fit(known, EASE_PENALTY)
        ridge = KernelRidge.fit(alike**POWER, known, PENALTY)
        occupations, skills = ChoicesModel(model.encoder, known).vectors()
        often = np.asarray(known.sum(axis=0), np.float32)[None, :]
        shared = SharedItems(known)
        everybody = np.arange(shape_of(known)[0])

        def block(rows: Numbers) -> Block:
            profiles = csr_array(known[rows])
            scores = [*parts.scores(profiles), ridge.scores_without_self(rows), match(rows)]
            scores += [texts[1][rows] @ texts[2].T, occupations[rows] @ skills.T]
            by_skills = shared.ways(profiles)
            ways = [*likeness.ways(rows, everybody), *by_skills]
            near = most_alike(alike[rows] + sum(by_skills), ways, rows, NEIGHBOURS)
            return block_of(scores, often, near, profiles)

        return block

    before = blocks(inner.known)
    weighed = np.arange(shape_of(inner.known)[0])
    scales = scales_of(before(weighed[:200]), csr_array(inner.hidden[:200]))
    ways = torch.tensor((*WAYS, *[WAY_OF_SKILLS] * SharedItems.WAYS))
    blend = LearnedBlend(inner.known, scales, ways)
    blend = fit_blend(blend, before, (weighed, inner.hidden), seed=seed)
    blend.deeds = torch.from_numpy(split.known.toarray())
    return blend.ranked_by(blocks(split.known)), f"parts {', '.join(PARTS)}: {blend.said()}"
