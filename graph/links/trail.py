"""Names the trails by which two nodes may have something in common, as a contact's employer."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from graph.relation import EDGE_RELATIONS, EVENT_RELATIONS, Relation
from graph.schema import EdgeType, EventKind, NodeType

HUB_WIDTHS: Mapping[str, int] = {
    NodeType.SKILL.value: 192,
    NodeType.TITLE.value: 96,
    NodeType.COMPANY.value: 256,
    NodeType.SCHOOL.value: 32,
    NodeType.PERSON.value: 192,
    NodeType.JOB.value: 160,
}


class Norm(StrEnum):
    """How what a node hears along a step becomes one."""

    ROOT = "root"  # a sum in which an edge is one over the root of the degrees of its two ends
    SUM = "sum"
    MEAN = "mean"


class Step(NamedTuple):
    """One relation of a trail."""

    relation: Relation
    norm: Norm = Norm.ROOT
    is_newest: bool = False  # only the newest edge of each node is followed

    def __str__(self) -> str:
        return f"{self.relation.name} ({self.norm}{', newest' if self.is_newest else ''})"


class Trail(NamedTuple):
    """Relations that lead from hubs to the nodes that are near them, message by message."""

    hub: str  # the type of node that two others may share
    steps: tuple[Step, ...] = ()  # the first one's source is the hub; none: the hub itself

    @property
    def end(self) -> str:
        """Return the type of node the trail leads to."""
        return self.steps[-1].relation.target if self.steps else self.hub

    @property
    def last(self) -> Relation | None:
        """Return the relation by which the nodes at its end hear of the hubs."""
        return self.steps[-1].relation if self.steps else None

    @property
    def returns(self) -> bool:
        """Whether it ends by going back where it came from, after it had left its hub."""
        if len(self.steps) < 3:
            return False
        there, back = self.steps[-2:]
        return back.relation == there.relation.reversed() and not (
            there.is_newest or back.is_newest
        )

    def __str__(self) -> str:
        return " > ".join((str(self.hub), *map(str, self.steps)))


def _edge(kind: EdgeType, norm: Norm = Norm.ROOT) -> Step:
    return Step(EDGE_RELATIONS[kind], norm)


def _heard(kind: EdgeType, norm: Norm = Norm.ROOT) -> Step:
    """Return the relation by which whoever states an edge hears of what it points at."""
    return Step(EDGE_RELATIONS[kind].reversed(), norm)


def _newest(kind: EdgeType) -> Step:
    return Step(EDGE_RELATIONS[kind].reversed(), Norm.SUM, is_newest=True)


def _doers(kind: EventKind) -> Step:
    return Step(EVENT_RELATIONS[kind])


def _done_to(kind: EventKind) -> Step:
    return Step(EVENT_RELATIONS[kind].reversed())


_KNOWS, _KNOWS_ALL = _edge(EdgeType.CONNECTED_TO), _edge(EdgeType.CONNECTED_TO, Norm.SUM)
_ALIKE, _NEAR = _edge(EdgeType.SIMILAR_TO), _edge(EdgeType.RELATED_TO)
_USUAL = _heard(EdgeType.NEEDS, Norm.SUM)
_ACTS = (EventKind.VIEW, EventKind.SAVE, EventKind.APPLY)
_PEOPLE: tuple[Trail, ...] = (
    Trail(NodeType.SKILL, (_heard(EdgeType.HAS_SKILL, Norm.SUM),)),
    Trail(NodeType.SKILL, (_heard(EdgeType.HAS_SKILL),)),
    Trail(NodeType.SKILL, (_USUAL, _newest(EdgeType.HOLDS))),
    Trail(NodeType.TITLE, (_newest(EdgeType.HOLDS),)),
    Trail(NodeType.TITLE, (_heard(EdgeType.HOLDS),)),
    Trail(NodeType.TITLE, (_ALIKE, _newest(EdgeType.HOLDS))),
    Trail(NodeType.COMPANY, (_heard(EdgeType.WORKS_AT, Norm.SUM),)),
    Trail(NodeType.COMPANY, (_heard(EdgeType.WORKED_AT, Norm.SUM),)),
    Trail(NodeType.COMPANY, (_heard(EdgeType.WORKS_AT, Norm.SUM), _KNOWS_ALL)),
    Trail(NodeType.COMPANY, (_heard(EdgeType.WORKS_AT), _KNOWS)),
    Trail(NodeType.COMPANY, (_heard(EdgeType.WORKS_AT, Norm.SUM), _KNOWS_ALL, _KNOWS_ALL)),
    Trail(NodeType.SCHOOL, (_heard(EdgeType.STUDIED_AT),)),
    Trail(NodeType.PERSON),
    Trail(NodeType.PERSON, (_KNOWS,)),
    Trail(NodeType.PERSON, (_KNOWS, _KNOWS)),
    *(Trail(NodeType.JOB, (_done_to(kind),)) for kind in _ACTS),
    *(Trail(NodeType.COMPANY, (_heard(EdgeType.POSTED_BY), _done_to(kind))) for kind in _ACTS),
    *(Trail(NodeType.TITLE, (_heard(EdgeType.HAS_TITLE), _done_to(kind))) for kind in _ACTS),
)
_JOBS: tuple[Trail, ...] = (
    Trail(NodeType.SKILL, (_heard(EdgeType.REQUIRES, Norm.MEAN),)),
    Trail(NodeType.SKILL, (_heard(EdgeType.REQUIRES),)),
    Trail(NodeType.SKILL, (_USUAL, _heard(EdgeType.HAS_TITLE, Norm.SUM))),
    Trail(
        NodeType.SKILL,
        (_heard(EdgeType.REQUIRES), _edge(EdgeType.HAS_TITLE), _heard(EdgeType.HAS_TITLE)),
    ),
    Trail(
        NodeType.SKILL,
        (_heard(EdgeType.REQUIRES), _edge(EdgeType.POSTED_BY), _heard(EdgeType.POSTED_BY)),
    ),
    Trail(NodeType.TITLE, (_heard(EdgeType.HAS_TITLE, Norm.SUM),)),
    Trail(NodeType.TITLE, (_ALIKE, _heard(EdgeType.HAS_TITLE, Norm.SUM))),
    Trail(NodeType.COMPANY, (_heard(EdgeType.POSTED_BY, Norm.SUM),)),
    Trail(NodeType.JOB),
    *(Trail(NodeType.JOB, (_done_to(kind), _doers(kind))) for kind in _ACTS),
)
_OTHERS: tuple[Trail, ...] = (
    Trail(NodeType.SKILL),
    Trail(NodeType.SKILL, (_NEAR,)),
    Trail(NodeType.TITLE),
    Trail(NodeType.TITLE, (_ALIKE,)),
)
TRAILS: tuple[Trail, ...] = (*_PEOPLE, *_JOBS, *_OTHERS)


def trails_to(kind: str) -> dict[str, tuple[Trail, ...]]:
    """Return the trails that end at a type of node, by hub."""
    hubs = dict.fromkeys(trail.hub for trail in TRAILS if trail.end == kind)
    return {
        str(hub): tuple(trail for trail in TRAILS if trail.end == kind and trail.hub == hub)
        for hub in hubs
    }


def relations_of_trails() -> tuple[Relation, ...]:
    """Return every relation that a trail follows, each once."""
    return tuple(dict.fromkeys(step.relation for trail in TRAILS for step in trail.steps))
