"""Says which relations of a snapshot messages pass along."""

from graph.links.graph_view import Facts
from graph.relation import EDGE_RELATIONS, EVENT_RELATIONS, Relation, both_ways
from graph.sampling.pseudo_neighbours import ALIKE_RELATIONS
from graph.schema import EventKind

# What a list showed says more of the list than of the person, and invitations that were accepted
# are ties already.
_UNHEARD = frozenset(
    {EventKind.SHOW, EventKind.INVITE, EventKind.ACCEPT, EventKind.DECLINE, EventKind.HIRE}
)


def passed_relations(facts: Facts, *, with_alike: bool = False) -> tuple[Relation, ...]:
    """Return the relations that messages pass along, whether or not the snapshot has any.

    All of them, so that an encoder trained on a graph that lacks some still serves one that does
    not: weights that met no edge are silenced once training ends.

    Args:
        facts: The snapshot.
        with_alike: Whether those who have met nobody hear who is like them.
    """
    events = tuple(r for kind, r in EVENT_RELATIONS.items() if kind not in _UNHEARD)
    alike = tuple(ALIKE_RELATIONS.values()) if with_alike else ()
    return tuple(
        relation
        for relation in (*both_ways((*EDGE_RELATIONS.values(), *events)), *alike)
        if relation.source in facts.widths and relation.target in facts.widths
    )
