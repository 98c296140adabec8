"""Names the relations that messages pass along: those of the schema, acts, and their reverses."""

from collections.abc import Mapping
from typing import NamedTuple

from graph.schema import ENDPOINTS, EVENT_OBJECT, EdgeType, EventKind, NodeType

REVERSED = "rev_"  # as `torch_geometric.transforms.ToUndirected` names reverses


class Relation(NamedTuple):
    """Edges of one kind in one direction: an edge type of `torch_geometric.data.HeteroData`.

    Messages go from source to target. All three are plain words, so that a relation equals the
    tuple of strings that PyG has for it.
    """

    source: str
    name: str
    target: str

    @property
    def is_reversed(self) -> bool:
        """Whether messages go against the direction in which the fact is stated."""
        return self.name.startswith(REVERSED)

    @property
    def is_undirected(self) -> bool:
        """Whether its edges are held both ways under the one name, and it has no reverse."""
        return self.name in UNDIRECTED

    def reversed(self) -> "Relation":
        """Return the relation whose edges are these the other way round."""
        if self.is_undirected:
            return self
        name = self.name.removeprefix(REVERSED) if self.is_reversed else REVERSED + self.name
        return Relation(self.target, name, self.source)

    def __str__(self) -> str:
        return f"{self.source}-{self.name}-{self.target}"


UNDIRECTED = frozenset(
    kind.value for kind in (EdgeType.CONNECTED_TO, EdgeType.SIMILAR_TO, EdgeType.RELATED_TO)
)
EDGE_RELATIONS: Mapping[EdgeType, Relation] = {
    kind: Relation(source.value, kind.value, target.value)
    for kind, (source, target) in ENDPOINTS.items()
}
EVENT_RELATIONS: Mapping[EventKind, Relation] = {
    kind: Relation(NodeType.PERSON.value, kind.value, target.value)
    for kind, target in EVENT_OBJECT.items()
}
STATED: tuple[Relation, ...] = (*EDGE_RELATIONS.values(), *EVENT_RELATIONS.values())


def both_ways(relations: tuple[Relation, ...]) -> tuple[Relation, ...]:
    """Return relations with their reverses, each once, every reverse after its relation."""
    pairs = ((relation, relation.reversed()) for relation in relations)
    return tuple(dict.fromkeys(each for pair in pairs for each in pair))
