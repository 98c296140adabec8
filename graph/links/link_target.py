"""`LinkTarget`: a kind of link to be foretold, and which facts are examples of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from graph.relation import EDGE_RELATIONS, EVENT_RELATIONS, Relation
from graph.schema import EdgeType, EventKind


@dataclass(frozen=True)
class LinkTarget:
    """Who asks, who may be the answer, and what counts as a link.

    Of a dated target the links after a moment are foretold from the graph before it. The links of
    an undated one are foretold for nodes that are shown without any of them.
    """

    name: str
    worth: Mapping[Relation, float]  # relations that are examples, and how much one of each says
    is_dated: bool
    share: float = 1.0  # of the loss

    def __post_init__(self) -> None:
        ends = {(relation.source, relation.target) for relation in self.worth}
        if len(ends) != 1:
            raise ValueError(f"the relations of {self.name!r} join {sorted(ends)}, not one pair")
        object.__setattr__(self, "worth", MappingProxyType(dict(self.worth)))

    @property
    def source(self) -> str:
        """Return the type of who asks."""
        return next(iter(self.worth)).source

    @property
    def target(self) -> str:
        """Return the type of who may be the answer."""
        return next(iter(self.worth)).target


JOB = LinkTarget(
    "job",
    {
        EVENT_RELATIONS[EventKind.VIEW]: 0.15,
        EVENT_RELATIONS[EventKind.SAVE]: 0.6,
        EVENT_RELATIONS[EventKind.APPLY]: 1.0,
        EVENT_RELATIONS[EventKind.INTERVIEW]: 1.0,
        EVENT_RELATIONS[EventKind.HIRE]: 1.0,
    },
    is_dated=True,
    share=0.3,  # lists decide what can be acted on; what people made of what they saw says more
)
CONTACT = LinkTarget("contact", {EDGE_RELATIONS[EdgeType.CONNECTED_TO]: 1.0}, is_dated=True)
SKILL = LinkTarget("skill", {EDGE_RELATIONS[EdgeType.REQUIRES]: 1.0}, is_dated=False, share=0.5)
OWN_SKILL = LinkTarget(
    "own_skill", {EDGE_RELATIONS[EdgeType.HAS_SKILL]: 1.0}, is_dated=False, share=0.2
)
TITLE = LinkTarget("title", {EDGE_RELATIONS[EdgeType.HOLDS]: 1.0}, is_dated=False, share=0.1)
TARGETS: tuple[LinkTarget, ...] = (JOB, CONTACT, SKILL, OWN_SKILL, TITLE)
SHOWN = EVENT_RELATIONS[EventKind.SHOW]  # what a list put before somebody
