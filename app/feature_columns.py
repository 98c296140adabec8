"""Tells a scorer where in the rows of features it finds texts, fields, places, traits."""

from graph.features.columns import Shape
from graph.features.feature_encoder import FeatureEncoder
from graph.features.layout import Slot
from graph.links.columns import FIELD
from graph.schema import NodeType

_MARK = 1  # the first number of every feature says whether it is missing
_WORDS = 2  # numbers of a category before one for each of its words: missing, unknown
_STEP = 3  # numbers of a ladder before one for each of its steps: missing, unknown, the step
_DATED = frozenset({"posted_days_ago"})  # as of the snapshot, while a scorer looks at many moments
_MOST_WORDS = 6  # numbers of a category that is a trait: with more words it is none


def feature_columns(features: FeatureEncoder) -> dict[str, dict[str, tuple[int, int]]]:
    """Return node type -> feature -> where its numbers begin and end.

    The marks of what is missing are part of traits, and of nothing else.
    """
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for kind in NodeType:
        spans = {slot.column.name: _span(slot) for slot in features.layout(kind)}
        found[kind.value] = {name: span for name, span in spans.items() if span is not None}
    return found


def _span(slot: Slot) -> tuple[int, int] | None:
    start, stop = slot.offset, slot.offset + slot.width
    if slot.column.name in _DATED:
        return None
    match slot.column.shape:
        case Shape.TEXT | Shape.POINT:
            return start + _MARK, stop
        case Shape.NUMBER | Shape.FLAG:
            return start, stop
        case Shape.LADDER:
            return start, start + _STEP
        case Shape.WORDS if slot.column.name == FIELD:
            return start + _WORDS, stop
        case Shape.WORDS:
            return (start, stop) if slot.width <= _MOST_WORDS else None
