"""Tells a scorer where in the rows of features it finds texts and places."""

from graph.features.feature_encoder import FeatureEncoder
from graph.schema import NodeType

_NAMED = ("text", "where")


def feature_columns(features: FeatureEncoder) -> dict[str, dict[str, tuple[int, int]]]:
    """Return node type -> feature -> where its numbers begin and end.

    A text's mark of being missing is not part of it.
    """
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for kind in NodeType:
        found[kind.value] = {
            slot.column.name: (slot.offset, slot.offset + slot.width - 1)
            for slot in features.layout(kind)
            if slot.column.name in _NAMED
        }
    return found
