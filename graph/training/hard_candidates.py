"""Finds candidates that are near a source and not linked to it: the hard ones."""

import numpy as np
import torch

from graph.links.link_model import LinkModel
from graph.links.link_scorer import Side
from graph.links.link_vectors import LinkVectors
from graph.training.lessons import Chapter

NEAR = 30
_SKIPPED = 3  # the very nearest may be links that are only missing
_AT_ONCE = 512


def find_hard_candidates(model: LinkModel, chapter: Chapter) -> None:
    """Give the lessons of a chapter the candidates that the model, as it is now, takes for links.

    Only lessons with more candidates than a step takes need them.
    """
    lessons = [one for one in chapter.lessons if one.candidates.is_drawn and len(one.links)]
    if not lessons:
        return
    vectors = LinkVectors.of(model, chapter.view)
    for lesson in lessons:
        name = lesson.target.name
        sources = np.unique(lesson.links.sources)
        targets = torch.from_numpy(vectors.space(name, Side.TARGET)[lesson.alive])
        asked = vectors.space(name, Side.SOURCE)
        hard = np.full((len(asked), NEAR), -1, np.int64)
        for start in range(0, len(sources), _AT_ONCE):
            some = sources[start : start + _AT_ONCE]
            scores = torch.from_numpy(asked[some]) @ targets.T
            count = vectors.view.num_nodes[lesson.target.target]
            known = torch.from_numpy(lesson.known.among(some, lesson.alive, count))
            width = min(NEAR + _SKIPPED, scores.shape[1])
            best = scores.masked_fill(known, -torch.inf).topk(width)
            near = np.where(best.values.isfinite().numpy(), lesson.alive[best.indices.numpy()], -1)
            near = near[:, _SKIPPED:] if near.shape[1] > NEAR else near[:, :NEAR]
            hard[some, : near.shape[1]] = near
        lesson.candidates.hard = hard
