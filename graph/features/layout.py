"""Says where in a row each feature lies, and puts values there."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from graph.features.columns import COLUMNS, Column, Shape
from graph.features.fitted import Fitted, Scale, name_of
from graph.features.words import plain_word
from graph.schema import NodeType

MOST_SPREADS = 4.0  # a standardised number farther out is cut to this
Rows = npt.NDArray[np.float32]


class Slot(NamedTuple):
    """One feature's part of a row."""

    column: Column
    offset: int
    parts: tuple[str, ...]  # a name for each number of it

    @property
    def width(self) -> int:
        """Return how many numbers it has."""
        return len(self.parts)


def layout_of(kind: NodeType, fitted: Fitted) -> tuple[Slot, ...]:
    """Return where each feature of a type lies, in order and without gaps."""
    slots: list[Slot] = []
    offset = 0
    for column in COLUMNS[kind]:
        slot = Slot(column, offset, _parts(column, words_of(kind, column, fitted), fitted))
        slots.append(slot)
        offset += slot.width
    return tuple(slots)


def words_of(kind: NodeType, column: Column, fitted: Fitted) -> tuple[str, ...]:
    """Return the words that a column knows; () where it has no words."""
    return column.words or fitted.words.get(column.like or name_of(kind, column), ())


def fill(kind: NodeType, slot: Slot, values: Any, fitted: Fitted, rows: Rows) -> None:  # noqa: ANN401
    """Put the values of one feature into rows of zeros.

    Args:
        kind: Of the nodes.
        slot: Where.
        values: Of the nodes: numbers (nan: not known), points, words or text vectors.
        fitted: Scales and words.
        rows: (nodes, width); written to.
    """
    part = rows[:, slot.offset : slot.offset + slot.width]
    match slot.column.shape:
        case Shape.TEXT:
            part[:, 1:] = values
            part[:, 0] = np.all(values == 0, axis=1)
        case Shape.NUMBER:
            _fill_numbers(part, _standardised(values, fitted.scales[name_of(kind, slot.column)]))
        case Shape.FLAG | Shape.POINT:
            _fill_numbers(part, values)
        case Shape.WORDS:
            _fill_words(part, values, words_of(kind, slot.column, fitted), first=2)
        case Shape.LADDER:
            steps = words_of(kind, slot.column, fitted)
            _fill_words(part, values, steps, first=3)
            part[:, 2] = part[:, 3:] @ np.linspace(-1, 1, len(steps), dtype=np.float32)


def _parts(column: Column, words: Sequence[str], fitted: Fitted) -> tuple[str, ...]:
    slots = tuple(f"is {word}" for word in words)
    return {
        Shape.TEXT: ("is missing", *(f"text {i}" for i in range(fitted.text_width))),
        Shape.NUMBER: ("is missing", "value"),
        Shape.FLAG: ("is missing", "value"),
        Shape.POINT: ("is missing", "x", "y", "z"),
        Shape.WORDS: ("is missing", "is unknown", *slots),
        Shape.LADDER: ("is missing", "is unknown", "step", *slots),
    }[column.shape]


def _standardised(values: npt.NDArray[np.float64], scale: Scale) -> npt.NDArray[np.float64]:
    return np.clip((values - scale.middle) / scale.spread, -MOST_SPREADS, MOST_SPREADS)


def _fill_numbers(part: Rows, values: npt.NDArray[np.float64]) -> None:
    table = values.reshape(len(part), -1)
    is_missing = np.any(np.isnan(table), axis=1)
    part[:, 0] = is_missing
    part[:, 1:] = np.where(is_missing[:, None], 0.0, table)


def _fill_words(part: Rows, values: Sequence[str | None], words: Sequence[str], first: int) -> None:
    """Mark the word of each row: 0 is for none, 1 for an unknown one, the rest from `first` on."""
    places = {plain_word(word): first + number for number, word in enumerate(words)}
    for row, value in enumerate(values):
        word = plain_word(value or "")
        part[row, places.get(word, 1) if word else 0] = 1
