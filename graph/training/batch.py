"""`Batch`: what one step asks about one chapter, drawn before anything is computed."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from graph.links.link_target import CONTACT, JOB
from graph.schema import NodeType
from graph.training.candidates import Candidates
from graph.training.lessons import Chapter, Lesson
from graph.training.links import Links
from graph.training.training_config import TrainingConfig

Ints = npt.NDArray[np.int64]
_NONE = np.zeros(0, np.int64)
PERSON, JOBS = NodeType.PERSON.value, NodeType.JOB.value
_BARE_SHARE = 0.3  # of the cold copies, those that are shown without any edge at all


@dataclass(frozen=True)
class Asked:
    """The links of one target that a step foretells."""

    lesson: Lesson
    links: Links
    candidates: Candidates
    hidden: Ints  # sources that are shown without any link of the target

    def columns(self) -> Ints:
        """Return where the right answers are among the candidates."""
        return np.searchsorted(self.candidates.numbers, self.links.targets)


@dataclass(frozen=True)
class Batch:
    """All that a step asks."""

    asked: tuple[Asked, ...]
    shown: Links
    copies: dict[str, Ints]  # node type -> nodes to be seen once more, as if they were new
    bare: dict[str, npt.NDArray[np.bool_]]  # which of the copies have no edge at all
    seeds: dict[str, Ints] = field(default_factory=dict)


def draw_batch(
    chapter: Chapter, config: TrainingConfig, progress: float, generator: np.random.Generator
) -> Batch:
    """Draw what one step asks.

    Args:
        chapter: The stretch of time.
        config: How much of what.
        progress: How far training has come, 0 to 1.
        generator: Of all that is drawn.
    """
    asked = tuple(
        _ask(lesson, config, progress, generator) for lesson in chapter.lessons if len(lesson.links)
    )
    shown = chapter.shown
    if len(shown) > config.shown:
        shown = shown.rows(generator.choice(len(shown), config.shown, replace=False))
    if not config.shown_share:
        shown = shown.rows(_NONE)
    copies = _copies(asked, config, generator)
    bare = {kind: generator.random(len(each)) < _BARE_SHARE for kind, each in copies.items()}
    return Batch(asked, shown, copies, bare, _seeds(asked, shown, copies))


def _ask(
    lesson: Lesson, config: TrainingConfig, progress: float, generator: np.random.Generator
) -> Asked:
    links, hidden = lesson.links, _NONE
    if lesson.target.is_dated:
        share = links.worth / links.worth.sum()
        links = links.rows(generator.choice(len(links), config.links, p=share))
    else:
        sources = np.unique(links.sources)
        size = max(int(len(sources) * config.hidden_share), 1)
        hidden = np.sort(generator.choice(sources, min(size, config.links), replace=False))
        place = np.searchsorted(hidden, links.sources).clip(max=len(hidden) - 1)
        links = links.rows(np.flatnonzero(hidden[place] == links.sources))
        if len(links) > config.links:
            links = links.rows(generator.choice(len(links), config.links, replace=False))
    candidates = lesson.candidates.draw(links.sources, links.targets, progress, generator)
    return Asked(lesson, links, candidates, hidden)


def _copies(
    asked: tuple[Asked, ...], config: TrainingConfig, generator: np.random.Generator
) -> dict[str, Ints]:
    people = [a.links.sources for a in asked if a.lesson.target.name in (JOB.name, CONTACT.name)]
    jobs = [a.links.targets for a in asked if a.lesson.target.name == JOB.name]
    met = {PERSON: people, JOBS: jobs}
    copies = {}
    for kind, found in met.items():
        unique = np.unique(np.concatenate(found)) if found else _NONE
        copies[kind] = unique[generator.random(len(unique)) < config.cold_share]
    return copies


def _seeds(asked: tuple[Asked, ...], shown: Links, copies: dict[str, Ints]) -> dict[str, Ints]:
    parts: dict[str, list[Ints]] = {PERSON: [shown.sources], JOBS: [shown.targets]}
    for each in asked:
        target = each.lesson.target
        parts.setdefault(target.source, []).extend((each.links.sources, each.hidden))
        parts.setdefault(target.target, []).append(each.candidates.numbers)
    for kind, numbers in copies.items():
        parts.setdefault(kind, []).append(numbers)
    return {kind: np.unique(np.concatenate(found)) for kind, found in parts.items()}
