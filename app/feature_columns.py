"""Tells a scorer where in the rows of features it finds texts and places."""

from graph.features.feature_encoder import FeatureEncoder
from graph.schema import NodeType

_NAMED = ("text", "where")
_MARK = 1  # the first number of every feature says whether it is missing


def feature_columns(features: FeatureEncoder) -> dict[str, dict[str, tuple[int, int]]]:
    """Return node type -> feature -> where its numbers begin and end.

    The marks of what is missing are no part of them.
    """
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for kind in NodeType:
        found[kind.value] = {
            slot.column.name: (slot.offset + _MARK, slot.offset + slot.width)
            for slot in features.layout(kind)
            if slot.column.name in _NAMED
        }
    return found
