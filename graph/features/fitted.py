"""What features learned from a store: scales of numbers, words of categories, usual pays."""

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from graph.features.columns import COLUMNS, Column, Shape
from graph.features.words import plain_word
from graph.schema import NodeType
from graph.whole_file import WholeFile

VERSION = 1
LEAST_USES = 3  # of a word: a rarer one could point at somebody, and teaches nothing
_MOST_KEPT = 1 << 18  # numbers of a column that its scale is fitted on
_NORMAL_SPREAD = 2 * 1.6449  # of a normal distribution from 5 % to 95 %, in standard deviations


class Scale(NamedTuple):
    """How a number is standardised: (value - middle) / spread."""

    middle: float
    spread: float


@dataclass(frozen=True)
class Fitted:
    """All that was learned from a store; saved as JSON, and read back strictly."""

    text_id: str  # of the text encoder
    text_width: int
    scales: Mapping[str, Scale]  # by "type.column"
    words: Mapping[str, tuple[str, ...]]  # by "type.column", the commonest first
    pay_middles: Mapping[str, float]  # median log yearly pay by currency

    def __post_init__(self) -> None:
        """Refuse what does not fit the declared columns.

        Raises:
            ValueError: A column is missing, foreign, or has a number that is none.
        """
        _same_names("scales", self.scales, names_of(Shape.NUMBER))
        _same_names("words", self.words, names_of(Shape.WORDS))
        numbers = [
            *self.pay_middles.values(),
            *(n for scale in self.scales.values() for n in scale),
        ]
        if not all(math.isfinite(number) for number in numbers):
            raise ValueError("a scale or a usual pay is not a finite number")
        for name, scale in self.scales.items():
            if scale.spread <= 0:
                raise ValueError(f"the spread of {name} must be above 0, got {scale.spread}")
        if self.text_width < 1:
            raise ValueError(f"text vectors must have a width, got {self.text_width}")

    def to_json(self) -> str:
        """Return the document, the same for the same values."""
        document = {
            "version": VERSION,
            "text_id": self.text_id,
            "text_width": self.text_width,
            "scales": {name: scale._asdict() for name, scale in self.scales.items()},
            "words": self.words,
            "pay_middles": self.pay_middles,
        }
        return (
            json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True)
            + "\n"
        )

    @staticmethod
    def from_json(text: str) -> "Fitted":
        """Read the document back.

        Raises:
            ValueError: It is none, or of another version, or lacks or has more than it should.
        """
        try:
            document = json.loads(text)
        except json.JSONDecodeError as error:
            raise ValueError(f"fitted features are no JSON: {error}") from error
        wanted = {"version", "text_id", "text_width", "scales", "words", "pay_middles"}
        if not isinstance(document, dict) or set(document) != wanted:
            raise ValueError(f"fitted features must have exactly the keys {sorted(wanted)}")
        if document["version"] != VERSION:
            raise ValueError(f"fitted features of version {document['version']}, not {VERSION}")
        try:
            return _read(document)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"fitted features are not as they should be: {error!r}") from error

    def save(self, path: Path) -> None:
        """Write the document, whole or not at all."""
        with WholeFile(path) as file:
            file.stream.write(self.to_json().encode())
            file.commit()


@dataclass
class Fitting:
    """Takes values of columns and makes scales and words of them, in bounded memory."""

    _numbers: dict[str, "_Sample"] = field(default_factory=dict)
    _words: dict[str, Counter[str]] = field(default_factory=dict)

    def take(self, kind: NodeType, column: Column, values: Any) -> None:  # noqa: ANN401
        """Take the values of a batch of nodes; a shape that needs no fitting is passed over."""
        name = name_of(kind, column)
        if column.shape is Shape.NUMBER:
            self._numbers.setdefault(name, _Sample()).take(values[~np.isnan(values)])
        elif name in names_of(Shape.WORDS):
            stated = (plain_word(value) for value in values if value)
            self._words.setdefault(name, Counter()).update(word for word in stated if word)

    def scales(self) -> dict[str, Scale]:
        """Return the scale of every column of numbers."""
        return {name: self._numbers.get(name, _Sample()).scale() for name in names_of(Shape.NUMBER)}

    def words(self) -> dict[str, tuple[str, ...]]:
        """Return the words of every column of words, the commonest first."""
        kept: dict[str, tuple[str, ...]] = {}
        for name, column in names_of(Shape.WORDS).items():
            counted = self._words.get(name, Counter()).items()
            common = sorted((-uses, word) for word, uses in counted if uses >= LEAST_USES)
            kept[name] = tuple(word for _, word in common[: column.most_words])
        return kept


class _Sample:
    """Evenly chosen values of a stream: every n-th, where n doubles as the stream grows."""

    def __init__(self) -> None:
        self._kept: npt.NDArray[np.float64] = np.empty(0)
        self._step = 1
        self._seen = 0

    def take(self, values: npt.NDArray[np.float64]) -> None:
        chosen = values[-self._seen % self._step :: self._step]
        self._seen += len(values)
        self._kept = np.concatenate([self._kept, chosen])
        while len(self._kept) > _MOST_KEPT:
            self._kept = self._kept[::2]
            self._step *= 2

    def scale(self) -> Scale:
        """Return middle and spread, both deaf to a few huge values."""
        if not len(self._kept):
            return Scale(0.0, 1.0)
        low, middle, high = np.percentile(self._kept, [5, 50, 95])
        spread = (high - low) / _NORMAL_SPREAD or float(np.std(self._kept)) or 1.0
        return Scale(float(middle), float(spread))


def name_of(kind: NodeType, column: Column) -> str:
    """Return what a column is called among those of all types."""
    return f"{kind.value}.{column.name}"


def names_of(shape: Shape) -> dict[str, Column]:
    """Return the columns of a shape that need fitting, by their name among all types."""
    return {
        name_of(kind, column): column
        for kind, columns in COLUMNS.items()
        for column in columns
        if column.shape is shape and not column.words and not column.like
    }


def _same_names(what: str, found: Mapping[str, Any], wanted: Mapping[str, Column]) -> None:
    if set(found) != set(wanted):
        odd = sorted(set(found) ^ set(wanted))
        raise ValueError(f"{what} are of other columns than these features have: {odd}")


def _read(document: dict[str, Any]) -> Fitted:
    scales = {name: Scale(**scale) for name, scale in document["scales"].items()}
    words = {name: tuple(held) for name, held in document["words"].items()}
    flat = [word for held in words.values() for word in held]
    if not all(isinstance(word, str) for word in [document["text_id"], *flat]):
        raise TypeError("words must be texts")
    return Fitted(
        document["text_id"],
        int(document["text_width"]),
        {name: Scale(float(s.middle), float(s.spread)) for name, s in scales.items()},
        words,
        {code: float(middle) for code, middle in document["pay_middles"].items()},
    )
