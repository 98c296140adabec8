"""Says what the rows of the built-in taxonomy are, and reads them with their faults named."""

import csv
import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, TypeVar

from graph.schema import Seniority

LIST_SEPARATOR = ";"
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ONET_CODE = re.compile(r"\d\d-\d{4}\.\d\d")

Row = TypeVar("Row")
Choice = TypeVar("Choice", bound=StrEnum)


class SkillKind(StrEnum):
    """What sort of skill a skill is."""

    TOOL = "tool"
    LANGUAGE = "language"
    FRAMEWORK = "framework"
    METHOD = "method"
    KNOWLEDGE = "knowledge"
    SOFT = "soft"
    CERTIFICATION = "certification"
    HUMAN_LANGUAGE = "human-language"


TECHNICAL = frozenset({SkillKind.TOOL, SkillKind.LANGUAGE, SkillKind.FRAMEWORK})


class RelationKind(StrEnum):
    """How one skill relates to another."""

    BROADER = "broader"  # the second is broader than the first
    RELATED = "related"


class PlaceKind(StrEnum):
    """What sort of place a place is."""

    CITY = "city"
    REGION = "region"
    COUNTRY = "country"
    METRO = "metro"


class PlaceholderKind(StrEnum):
    """Where a text says nothing."""

    COMPANY = "company"
    TITLE = "title"
    SCHOOL = "school"
    PLACE = "place"
    SKILL = "skill"
    ANY = "any"


class Family(NamedTuple):
    id: str
    name: str


class Title(NamedTuple):
    id: str
    name: str
    family: str
    level: Seniority  # what the bare title implies
    onet: tuple[str, ...]  # O*NET-SOC codes under which it could honestly be filed
    aliases: tuple[str, ...]


class LadderStep(NamedTuple):
    family: str
    step: int
    seniority: Seniority
    label: str
    years_min: float
    years_max: float | None  # None: no end


class TitleStep(NamedTuple):
    source: str
    target: str
    weight: float  # share of those who leave `source` for `target`


class SimilarTitles(NamedTuple):
    a: str
    b: str
    weight: float


class SkillGroup(NamedTuple):
    id: str
    name: str
    parent: str | None


class Skill(NamedTuple):
    id: str
    name: str
    group: str
    kind: SkillKind
    aliases: tuple[str, ...]


class SkillRelation(NamedTuple):
    a: str
    b: str
    kind: RelationKind
    weight: float


class TitleSkill(NamedTuple):
    title: str
    skill: str
    importance: float


class Place(NamedTuple):
    id: str
    name: str
    country: str  # ISO 3166-1 alpha-2
    region: str
    latitude: float | None
    longitude: float | None
    kind: PlaceKind
    aliases: tuple[str, ...]


class Country(NamedTuple):
    code: str  # ISO 3166-1 alpha-2
    name: str
    aliases: tuple[str, ...]


class Industry(NamedTuple):
    id: str
    name: str
    aliases: tuple[str, ...]


class SchoolKind(NamedTuple):
    id: str
    name: str
    words: tuple[str, ...]  # tell-tale words, in many languages


class LegalForm(NamedTuple):
    form: str
    countries: tuple[str, ...]


class Placeholder(NamedTuple):
    kind: PlaceholderKind
    text: str


class SeniorityWord(NamedTuple):
    word: str
    seniority: Seniority


@dataclass(slots=True)
class Cells:
    """One row of a taxonomy file; every fault it finds names the file and the row."""

    path: Path
    number: int  # 1 = first row after the header
    places: Mapping[str, int]  # column -> where it stands
    values: Sequence[str]

    def fault(self, what: str) -> ValueError:
        """Make the error that says what is wrong, and where."""
        return ValueError(f"{self.path.name} row {self.number}: {what}")

    def text(self, column: str) -> str:
        """Read a cell that must not be empty."""
        value = self.optional(column)
        if not value:
            raise self.fault(f"{column} is empty")
        return value

    def optional(self, column: str) -> str:
        """Read a cell that may be empty."""
        return self.values[self.places[column]].strip()

    def id(self, column: str = "id") -> str:
        """Read an id: lower-case letters, digits and single hyphens."""
        value = self.text(column)
        if not _ID.fullmatch(value):
            raise self.fault(f"{column} {value!r} is not lower-case kebab-case")
        return value

    def reference(self, column: str, known: Container[str]) -> str:
        """Read a cell that names a row of another file."""
        value = self.text(column)
        if value not in known:
            raise self.fault(f"{column} {value!r} does not exist")
        return value

    def list(self, column: str) -> tuple[str, ...]:
        """Read the texts of a cell that holds a list."""
        parts = (part.strip() for part in self.optional(column).split(LIST_SEPARATOR))
        return tuple(part for part in parts if part)

    def onet_codes(self, column: str) -> tuple[str, ...]:
        """Read a list of O*NET-SOC codes."""
        codes = self.list(column)
        for code in codes:
            if not _ONET_CODE.fullmatch(code):
                raise self.fault(f"{column} {code!r} is not an O*NET-SOC code")
        return codes

    def number_or_none(self, column: str, low: float, high: float) -> float | None:
        """Read a number from `low` to `high`, or an empty cell."""
        return self.number_in(column, low, high) if self.optional(column) else None

    def number_in(self, column: str, low: float, high: float) -> float:
        """Read a number from `low` to `high`."""
        text = self.text(column)
        try:
            value = float(text)
        except ValueError:
            raise self.fault(f"{column} {text!r} is not a number") from None
        if not low <= value <= high:
            raise self.fault(f"{column} {text} is not between {low:g} and {high:g}")
        return value

    def choice(self, column: str, options: type[Choice]) -> Choice:
        """Read one of the values of an enum."""
        text = self.text(column)
        try:
            return options(text)
        except ValueError:
            known = ", ".join(options)
            raise self.fault(f"{column} {text!r} is not one of {known}") from None


def read_rows(
    path: Path, columns: tuple[str, ...], make: Callable[[Cells], Row]
) -> tuple[Row, ...]:
    """Read a taxonomy file whole.

    Raises:
        ValueError: the file is missing, its header is another one, or a row is not as it should be;
            the message names file and row.
    """
    return tuple(make(cells) for cells in _cells(path, columns))


def _cells(path: Path, columns: tuple[str, ...]) -> Iterator[Cells]:
    if not path.is_file():
        raise ValueError(f"{path.name} is missing from {path.parent}")
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        header = tuple(next(reader, ()))
        if header != columns:
            raise ValueError(f"{path.name}: the header is {list(header)}, not {list(columns)}")
        places = {column: place for place, column in enumerate(columns)}
        for number, values in enumerate(reader, 1):
            if len(values) != len(columns):
                raise ValueError(
                    f"{path.name} row {number}: {len(values)} cells, not {len(columns)}"
                )
            yield Cells(path, number, places, values)


def refuse_repeats(path: Path, keys: Iterator[tuple[str, ...]]) -> None:
    """Refuse a file in which a key (an id, a pair of ids, a name) stands twice.

    Raises:
        ValueError: it does; the message names file, both rows and the key.
    """
    first: dict[str, int] = {}
    for number, row_keys in enumerate(keys, 1):
        for key in row_keys:
            folded = key.casefold()
            if first.setdefault(folded, number) != number:
                raise ValueError(
                    f"{path.name} row {number}: {key!r} stands in row {first[folded]} already"
                )
