"""Declares the seven tables and their columns, once, for reader, writer and documentation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

_INSIGNIFICANT = re.compile(r"[\s_]+")


class Table(StrEnum):
    """The tables, in the order in which they are read: entities before what refers to them."""

    PEOPLE = "people"
    JOBS = "jobs"
    POSITIONS = "positions"
    EDUCATION = "education"
    CONNECTIONS = "connections"
    EVENTS = "events"
    GROUPS = "groups"


class ColumnKind(StrEnum):
    """What the cells of a column hold."""

    ID = "id"
    LINE = "line"  # text on one line
    TEXT = "text"  # text with line ends
    LIST = "list"  # lines joined by ;
    WORD = "word"  # one of a few words
    NUMBER = "number"
    FLAG = "flag"  # true or false
    DATE = "date"  # ISO 8601: 2024, 2024-03 or 2024-03-01
    MOMENT = "moment"  # ISO 8601 with time of day, UTC unless it says otherwise


class Column(NamedTuple):
    """One column of a table."""

    name: str
    kind: ColumnKind
    meaning: str
    attribute: str = ""  # of the fact; "": as the column is named

    @property
    def fact_attribute(self) -> str:
        """The attribute of the fact that the column holds."""
        return self.attribute or self.name


@dataclass(frozen=True)
class Layout:
    """One table: its columns in the order they are written in, and what tells it apart."""

    table: Table
    columns: tuple[Column, ...]
    required: tuple[str, ...]  # columns without which it is not this table
    telling: tuple[str, ...]  # columns of which it has one, or else the file name must say it
    used_for: str  # in words, for reports
    keeps_notes: bool = False  # unknown columns become notes of the fact

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def positions(self, columns: list[str]) -> dict[str, int]:
        """Return where each known column stands among the columns of a file; first one wins."""
        known = {column_key(name): name for name in self.column_names}
        positions: dict[str, int] = {}
        for position, column in enumerate(columns):
            name = known.get(column_key(column))
            if name is not None:
                positions.setdefault(name, position)
        return positions


def column_key(name: str) -> str:
    """Return the form of a column name by which two are compared: `Years Experience` too."""
    return _INSIGNIFICANT.sub("", name).casefold()


_ID, _LINE, _TEXT, _LIST = ColumnKind.ID, ColumnKind.LINE, ColumnKind.TEXT, ColumnKind.LIST
_WORD, _NUMBER, _FLAG = ColumnKind.WORD, ColumnKind.NUMBER, ColumnKind.FLAG
_DATE, _MOMENT = ColumnKind.DATE, ColumnKind.MOMENT

_PEOPLE = Layout(
    Table.PEOPLE,
    (
        Column("id", _ID, "the person, as the other tables name it"),
        Column("name", _LINE, "full name"),
        Column("headline", _LINE, "one line about the person"),
        Column("summary", _TEXT, "some paragraphs about the person"),
        Column("place", _LINE, "where the person lives"),
        Column("title", _LINE, "current job title"),
        Column("company", _LINE, "current employer"),
        Column("years_experience", _NUMBER, "years of work so far"),
        Column("skills", _LIST, "skills, joined by ;"),
        Column("email", _LINE, "e-mail address"),
        Column("url", _LINE, "public profile address"),
        Column("is_member", _FLAG, "false: a contact who does not use the product"),
        Column("updated_at", _MOMENT, "of two rows about one person the newer one counts"),
    ),
    required=("id",),
    telling=("name", "headline", "summary", "years_experience", "email"),
    used_for="people",
    keeps_notes=True,
)
_JOBS = Layout(
    Table.JOBS,
    (
        Column("id", _ID, "the job, as events name it"),
        Column("title", _LINE, "job title"),
        Column("company", _LINE, "employer"),
        Column("place", _LINE, "where the job is"),
        Column("remote", _WORD, "onsite, hybrid or remote"),
        Column("seniority", _WORD, "intern, junior, mid, senior, lead and so on"),
        Column("employment_type", _WORD, "full-time, part-time, contract and so on"),
        Column("description", _TEXT, "the text of the posting"),
        Column("skills", _LIST, "required skills, joined by ;"),
        Column("salary_min", _NUMBER, "lowest salary"),
        Column("salary_max", _NUMBER, "highest salary"),
        Column("currency", _WORD, "ISO 4217 code of the salary"),
        Column("salary_period", _WORD, "year, month, week, day or hour"),
        Column("posted_at", _DATE, "when it was posted"),
        Column("expires_at", _DATE, "until when one can apply"),
        Column("url", _LINE, "web address of the posting"),
        Column("updated_at", _MOMENT, "of two rows about one job the newer one counts"),
    ),
    required=("id",),
    telling=(
        *("title", "company", "description", "remote", "seniority", "employment_type"),
        *("salary_min", "salary_max", "posted_at", "expires_at"),
    ),
    used_for="jobs",
    keeps_notes=True,
)
_POSITIONS = Layout(
    Table.POSITIONS,
    (
        Column("person_id", _ID, "who held the position"),
        Column("title", _LINE, "job title"),
        Column("company", _LINE, "employer"),
        Column("start", _DATE, "first day, month or year"),
        Column("end", _DATE, "last day, month or year; empty: still held"),
        Column("description", _TEXT, "what the person did"),
        Column("place", _LINE, "where"),
        Column("is_current", _FLAG, "still held; empty: told from the end"),
    ),
    required=("person_id",),
    telling=("title", "company"),
    used_for="positions held",
)
_EDUCATION = Layout(
    Table.EDUCATION,
    (
        Column("person_id", _ID, "who studied"),
        Column("school", _LINE, "school or university"),
        Column("degree", _LINE, "degree"),
        Column("field", _LINE, "field of study"),
        Column("start", _DATE, "first day, month or year"),
        Column("end", _DATE, "last day, month or year"),
    ),
    required=("person_id", "school"),
    telling=(),
    used_for="education",
)
_CONNECTIONS = Layout(
    Table.CONNECTIONS,
    (
        Column("person_id", _ID, "one of the two"),
        Column("other_id", _ID, "the other"),
        Column("since", _DATE, "since when they know each other"),
        Column("strength", _NUMBER, "0 to 1"),
        Column("observed", _FLAG, "false: inferred, not stated by either"),
    ),
    required=("person_id", "other_id"),
    telling=(),
    used_for="who knows whom",
)
_EVENTS = Layout(
    Table.EVENTS,
    (
        Column("person_id", _ID, "who did it"),
        Column("kind", _WORD, "show, view, save, apply, interview, hire, dismiss and so on"),
        Column("item_id", _ID, "to which job or person; a company by its name", "item"),
        Column("at", _MOMENT, "when"),
        Column("value", _NUMBER, "a measure of it, such as a show's chance to be seen"),
        Column("context", _LINE, "what it was about: the skill of an endorsement"),
    ),
    required=("person_id", "kind", "item_id"),
    telling=(),
    used_for="what people did",
)
_GROUPS = Layout(
    Table.GROUPS,
    (
        Column("person_id", _ID, "who said so"),
        Column("attribute", _LINE, "what it is about: gender, age band and so on"),
        Column("value", _LINE, "what the person declared"),
    ),
    required=("person_id", "attribute", "value"),
    telling=(),
    used_for="the fairness audit, never for recommendations",
)

LAYOUTS: Mapping[Table, Layout] = {
    layout.table: layout
    for layout in (_PEOPLE, _JOBS, _POSITIONS, _EDUCATION, _CONNECTIONS, _EVENTS, _GROUPS)
}
