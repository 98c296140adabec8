"""`Lesson`: what one stretch of time teaches about one target."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.links.columns import NO_COLUMNS, Columns
from graph.links.graph_view import Facts, GraphView
from graph.links.link_target import JOB, LinkTarget
from graph.relation import Relation
from graph.training.candidates import CandidateSource
from graph.training.flows import FlowSource
from graph.training.links import (
    KnownLinks,
    Links,
    Span,
    alive_within,
    capped,
    links_within,
    moments_since,
    shown_within,
    spans_of,
)
from graph.training.training_config import DAY_SECONDS, TrainingConfig

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Lesson:
    """Links to be foretold, and who might have been the answer."""

    target: LinkTarget
    links: Links
    alive: Ints
    candidates: CandidateSource
    known: KnownLinks


class Chapter(NamedTuple):
    """A stretch of time: the graph before it, and what came in it."""

    span: Span
    view: GraphView  # as it was when the span began
    flows: FlowSource
    lessons: tuple[Lesson, ...]
    shown: Links  # of the target `job`


@dataclass(frozen=True)
class Course:
    """All there is to learn from a snapshot, and what shows how well it was learned."""

    chapters: tuple[Chapter, ...]
    examination: Chapter


class NothingToLearn(ValueError):
    """A graph has no links to learn from."""


def plan_course(
    facts: Facts,
    targets: tuple[LinkTarget, ...],
    relations: tuple[Relation, ...],
    config: TrainingConfig,
    columns: Mapping[str, Columns] = NO_COLUMNS,
) -> Course:
    """Cut the past into chapters: the graph before each, and the links that came in it.

    Raises:
        NothingToLearn: No target has a link.
    """
    newest = facts.as_of + 1
    moments = moments_since(facts, targets, newest - config.history_days * DAY_SECONDS)
    *spans, last = spans_of(moments, newest, config.windows, config.validation_share)
    # Not even by stepping aside may a link of the examination say in a lesson that it is one.
    chapters = tuple(
        _chapter(
            GraphView(facts, relations, span.start, config.seed, columns, is_everybody_alike=True),
            targets,
            span,
            config,
            last.start,
        )
        for span in reversed(spans)
    )
    chapters = tuple(each for each in chapters if any(len(one.links) for one in each.lessons))
    if not chapters:
        names = ", ".join(target.name for target in targets)
        raise NothingToLearn(
            f"there is not enough data to learn from: the graph has no links of any kind to "
            f"foretell ({names})"
        )
    return Course(
        chapters,
        _chapter(
            GraphView(facts, relations, last.start, config.seed, columns), targets, last, config
        ),
    )


def _chapter(
    view: GraphView,
    targets: tuple[LinkTarget, ...],
    span: Span,
    config: TrainingConfig,
    known_before: int | None = None,
) -> Chapter:
    facts = view.facts
    is_whole = sum(view.num_nodes.values()) <= config.whole_graph_up_to
    flows = FlowSource(view, config.fan_outs, is_whole=is_whole, seed=config.seed)
    lessons = tuple(
        _lesson(facts, target, span, config, known_before)
        for target in targets
        if any(relation in facts.relations for relation in target.worth)
    )
    jobs = next((each for each in lessons if each.target.name == JOB.name), None)
    none = np.zeros(0, np.int64)
    shown = Links(none, none, np.zeros(0))
    if jobs is not None:
        shown = shown_within(facts, jobs.links, span)
    return Chapter(span, view, flows, lessons, shown)


def _lesson(
    facts: Facts,
    target: LinkTarget,
    span: Span,
    config: TrainingConfig,
    known_before: int | None,
) -> Lesson:
    links = links_within(facts, target, span if target.is_dated else None)
    if target.is_dated:
        links = capped(links)
    alive = alive_within(facts, target, span)
    counts = np.bincount(links.targets, links.worth, facts.num_nodes(target.target)).astype(float)
    source = CandidateSource(alive, counts[alive], config)
    return Lesson(target, links, alive, source, KnownLinks(facts, target, known_before))
