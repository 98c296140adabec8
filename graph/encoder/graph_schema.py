"""`GraphSchema`: what an encoder must know of a graph before it has seen one."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

from graph.encoder.json_fields import checked_fields
from graph.relation import Relation


@dataclass(frozen=True)
class GraphSchema:
    """Node types with the width of their features, and relations: what shapes the weights."""

    widths: Mapping[str, int]  # node type -> numbers a node; 0: the type has no features
    relations: tuple[Relation, ...]  # in this order the weights are held
    features: str = ""  # fingerprint of whoever made the features

    def __post_init__(self) -> None:
        if not self.widths:
            raise ValueError("a schema must name one node type or more")
        for kind, width in self.widths.items():
            if not isinstance(kind, str) or not kind or "." in kind:
                raise ValueError(f"a node type must be a word without dots, got {kind!r}")
            if type(width) is not int or width < 0:
                raise ValueError(f"the width of {kind!r} must be 0 or more, got {width!r}")
        relations = tuple(Relation(*each) for each in self.relations)
        for relation in relations:
            _check_relation(relation, self.widths)
        doubled = [str(each) for each in dict.fromkeys(relations) if relations.count(each) > 1]
        if doubled:
            raise ValueError(f"relations are named twice: {doubled}")
        object.__setattr__(self, "relations", relations)
        object.__setattr__(self, "widths", MappingProxyType(dict(self.widths)))

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the node types."""
        return tuple(self.widths)

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "widths": dict(self.widths),
            "relations": [list(each) for each in self.relations],
            "features": self.features,
        }

    @classmethod
    def from_json(cls, found: object) -> "GraphSchema":
        """Make it from what `as_json` returned.

        Raises:
            ValueError: A key is unknown or missing, or a value is not what it must be.
        """
        known = [each.name for each in fields(cls)]
        values = checked_fields("the graph's schema", found, known, required=known)
        if not isinstance(values["widths"], Mapping) or not isinstance(values["features"], str):
            raise ValueError(f"the graph's schema has values of wrong types: {dict(values)}")
        rows = values["relations"]
        if not isinstance(rows, list) or not all(
            isinstance(row, list) and len(row) == 3 for row in rows
        ):
            raise ValueError(f"the relations of a schema must be triples of words, got {rows!r}")
        return cls(values["widths"], tuple(Relation(*row) for row in rows), values["features"])

    def check_same(self, other: "GraphSchema") -> None:
        """Refuse another schema.

        The order of relations and types is no difference, as weights are found by name.

        Raises:
            ValueError: They differ; the first difference is named with both values.
        """
        pairs: tuple[tuple[str, object, object], ...] = (
            ("features", self.features, other.features),
            ("widths", dict(self.widths), dict(other.widths)),
            ("relations", _names(self.relations), _names(other.relations)),
        )
        for what, mine, theirs in pairs:
            if mine != theirs:
                raise ValueError(
                    f"the {what} of the encoder's schema are {mine!r}, "
                    f"and those of this graph {theirs!r}{_difference(mine, theirs)}"
                )


def _check_relation(relation: Relation, widths: Mapping[str, int]) -> None:
    if not all(isinstance(word, str) and word and "." not in word for word in relation):
        raise ValueError(f"a relation must be three words without dots, got {tuple(relation)!r}")
    for kind in (relation.source, relation.target):
        if kind not in widths:
            raise ValueError(
                f"relation {relation} has the node type {kind!r}; known are {sorted(widths)}"
            )


def _names(relations: tuple[Relation, ...]) -> list[str]:
    return sorted(str(each) for each in relations)


def _difference(mine: object, theirs: object) -> str:
    if not isinstance(mine, list) or not isinstance(theirs, list):
        return ""
    return (
        f" (only the encoder's: {sorted(set(mine) - set(theirs))}, "
        f"only this graph's: {sorted(set(theirs) - set(mine))})"
    )
