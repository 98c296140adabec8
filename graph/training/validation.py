"""Says how well a model foretells the links of the newest days."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from graph.links.link_model import LinkModel
from graph.links.link_scorer import Side
from graph.links.link_vectors import LinkVectors
from graph.training.lessons import Chapter, Lesson

Ints = npt.NDArray[np.int64]
AT = 50
_MOST_LINKS = 2_000  # of a target; more say little more
_AT_ONCE = 256


class Found(NamedTuple):
    """How well the links of one target are found among all who could be the answer."""

    reciprocal_rank: float  # mean over links
    recall: float  # share of links within the first `AT`
    links: int


def examine(model: LinkModel, chapter: Chapter, seed: int = 0) -> dict[str, Found]:
    """Rank all candidates for the sources of a chapter's links; known links step aside.

    Args:
        model: Left as it was.
        chapter: Its graph is what the model sees.
        seed: Of the sample where there are very many links.
    """
    vectors = LinkVectors.of(model, chapter.view)
    return {
        lesson.target.name: _examine(vectors, lesson, seed)
        for lesson in chapter.lessons
        if lesson.target.is_dated and len(lesson.links)
    }


def mark_of(found: dict[str, Found]) -> float:
    """Return one number to stop by: the mean over targets of the mean reciprocal rank."""
    return float(np.mean([each.reciprocal_rank for each in found.values()])) if found else 0.0


def _examine(vectors: LinkVectors, lesson: Lesson, seed: int) -> Found:
    links = lesson.links
    if len(links) > _MOST_LINKS:
        generator = np.random.default_rng(seed)
        links = links.rows(generator.choice(len(links), _MOST_LINKS, replace=False))
    name = lesson.target.name
    sources = vectors.space(name, Side.SOURCE)
    candidates = np.union1d(lesson.alive, links.targets)
    targets = torch.from_numpy(vectors.space(name, Side.TARGET)[candidates])
    ranks = []
    for start in range(0, len(links), _AT_ONCE):
        some = links.rows(np.arange(start, min(start + _AT_ONCE, len(links))))
        scores = (torch.from_numpy(sources[some.sources]) @ targets.T).numpy()
        column = np.searchsorted(candidates, some.targets)
        count = vectors.view.num_nodes[lesson.target.target]
        known = lesson.known.among(some.sources, candidates, count)
        own = scores[np.arange(len(some)), column]
        scores[known] = -np.inf
        ranks.append(1 + (scores > own[:, None]).sum(1) + 0.5 * (scores == own[:, None]).sum(1))
    rank = np.concatenate(ranks)
    return Found(float((1 / rank).mean()), float((rank <= AT).mean()), len(links))
