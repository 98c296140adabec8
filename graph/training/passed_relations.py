"""Says which relations of a snapshot messages pass along."""

from graph.links.graph_view import Facts
from graph.relation import EDGE_RELATIONS, EVENT_RELATIONS, Relation, both_ways
from graph.schema import EventKind

# What a list showed says more of the list than of the person, and invitations that were accepted
# are ties already.
_UNHEARD = frozenset(
    {EventKind.SHOW, EventKind.INVITE, EventKind.ACCEPT, EventKind.DECLINE, EventKind.HIRE}
)


def passed_relations(facts: Facts) -> tuple[Relation, ...]:
    """Return the relations that messages pass along, whether or not the snapshot has any.

    All of them, so that an encoder trained on a graph that lacks some still serves one that does
    not: weights that met no edge are silenced once training ends.
    """
    events = tuple(r for kind, r in EVENT_RELATIONS.items() if kind not in _UNHEARD)
    return tuple(
        relation
        for relation in both_ways((*EDGE_RELATIONS.values(), *events))
        if relation.source in facts.widths and relation.target in facts.widths
    )
