"""Says how well a model foretells the links of the newest days."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from graph.links.link_model import LinkModel
from graph.links.link_scorer import Side
from graph.links.link_vectors import LinkVectors
from graph.training.lessons import Chapter, Lesson
from graph.training.links import Links

Floats = npt.NDArray[np.float64]
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


def ranks_of(vectors: LinkVectors, lesson: Lesson, links: Links) -> Floats:
    """Return the rank of every link's target, the first 1; other known links step aside."""
    name, count = lesson.target.name, vectors.view.num_nodes[lesson.target.target]
    candidates = np.union1d(lesson.alive, links.targets)
    sources = torch.from_numpy(vectors.space(name, Side.SOURCE))
    targets = torch.from_numpy(vectors.space(name, Side.TARGET)[candidates])
    columns = np.searchsorted(candidates, links.targets)
    found = [np.zeros(0)]
    for start in range(0, len(links), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        scores = (sources[torch.from_numpy(links.sources[some])] @ targets.T).numpy()
        own = scores[np.arange(len(scores)), columns[some]][:, None]
        scores[lesson.known.among(links.sources[some], candidates, count)] = -np.inf
        found.append(1 + (scores > own).sum(1) + 0.5 * (scores == own).sum(1))
    return np.concatenate(found)


def _examine(vectors: LinkVectors, lesson: Lesson, seed: int) -> Found:
    links = lesson.links
    if len(links) > _MOST_LINKS:
        generator = np.random.default_rng(seed)
        links = links.rows(generator.choice(len(links), _MOST_LINKS, replace=False))
    rank = ranks_of(vectors, lesson, links)
    return Found(float((1 / rank).mean()), float((rank <= AT).mean()), len(links))
