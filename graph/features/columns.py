"""Declares what the features of a node are, each with the facts it is made from.

What may be a feature is an allow-list. A person's name, photo, addresses (mail, web), dates and
years of birth or of study, postcode and declared groups are no feature and cannot become one
by accident: a column names the facts it reads, and `ALLOWED` holds none of those.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from graph.schema import NodeType, Remote, Seniority

# Facts a feature may be made from: `table.column`, or `edge_type` for its number or its newest
# target, `edge_type.notes.name` for a note on it.
ALLOWED: frozenset[str] = frozenset(
    {
        "person.headline",
        "person.title",
        "person.summary",
        "person.years_experience",
        "person.is_member",
        "job.title",
        "job.description",
        "job.remote",
        "job.seniority",
        "job.employment_type",
        "job.salary_min",
        "job.salary_max",
        "job.salary_period",
        "job.currency",
        "job.posted_at",
        "company.name",
        "company.industry",
        "company.description",
        "company.size",
        "skill.name",
        "skill.skill_group",
        "skill.kind",
        "title.name",
        "title.family",
        "title.level",
        "school.name",
        "school.kind",
        "place.name",
        "place.region",
        "place.country",
        "place.kind",
        "place.latitude",
        "place.longitude",
        "holds",
        "holds.notes.seniority",
        "has_skill",
        "has_title",
        "has_title.notes.seniority",
        "lives_in",
        "located_in",
        "works_at",
        "works_at.notes.title",
        "works_at.notes.description",
        "worked_at",
        "worked_at.notes.title",
        "worked_at.notes.description",
    }
)
LADDER = tuple(level.value for level in Seniority)


class Shape(StrEnum):
    """How a fact becomes numbers; every shape but a text begins with 1 for "not known"."""

    TEXT = "text"  # a unit vector; zeros when there is no text, and then the 1 that says so
    NUMBER = "number"  # standardised as fitted, clipped
    FLAG = "flag"  # 0 or 1
    LADDER = "ladder"  # 1 for an unknown word; the step from -1 to 1; one slot for each step
    WORDS = "words"  # 1 for an unknown word; one slot for each word, given or fitted
    POINT = "point"  # of the unit sphere: x, y, z


@dataclass(frozen=True)
class Column:
    """A feature of a type of node, and the facts it is made from."""

    name: str
    shape: Shape
    sources: tuple[str, ...]
    words: tuple[str, ...] = ()  # known beforehand; () of `WORDS`: fitted
    most_words: int = 64  # kept when they are fitted: the commonest
    like: str = ""  # the column, by "type.name", whose words these are: two types then agree


def _text(*sources: str) -> Column:
    return Column("text", Shape.TEXT, sources)


def _field(edge: str) -> Column:
    return Column("field", Shape.WORDS, (edge, "title.family"), like="title.family")


def _point(*sources: str) -> Column:
    return Column("where", Shape.POINT, (*sources, "place.latitude", "place.longitude"))


COLUMNS: Mapping[NodeType, tuple[Column, ...]] = {
    NodeType.PERSON: (
        _text(
            "person.headline",
            "person.title",
            "person.summary",
            "works_at.notes.title",
            "works_at.notes.description",
            "worked_at.notes.title",
            "worked_at.notes.description",
        ),
        Column("years_experience", Shape.NUMBER, ("person.years_experience",)),
        Column("num_skills", Shape.NUMBER, ("has_skill",)),
        Column("num_positions", Shape.NUMBER, ("works_at", "worked_at")),
        Column(
            "seniority", Shape.LADDER, ("holds", "holds.notes.seniority", "title.level"), LADDER
        ),
        _field("holds"),
        Column("is_member", Shape.FLAG, ("person.is_member",)),
        _point("lives_in"),
    ),
    NodeType.JOB: (
        _text("job.title", "job.description"),
        Column(
            "seniority",
            Shape.LADDER,
            ("job.seniority", "has_title", "has_title.notes.seniority", "title.level"),
            LADDER,
        ),
        _field("has_title"),
        Column("remote", Shape.WORDS, ("job.remote",), tuple(remote.value for remote in Remote)),
        Column("employment_type", Shape.WORDS, ("job.employment_type",), most_words=12),
        Column(
            "pay",
            Shape.NUMBER,
            ("job.salary_min", "job.salary_max", "job.salary_period", "job.currency"),
        ),
        Column("posted_days_ago", Shape.NUMBER, ("job.posted_at",)),
        Column("has_description", Shape.FLAG, ("job.description",)),
        _point("located_in"),
    ),
    NodeType.COMPANY: (
        _text("company.industry", "company.description", "company.name"),
        Column("size", Shape.NUMBER, ("company.size",)),
        Column("industry", Shape.WORDS, ("company.industry",)),
    ),
    NodeType.SKILL: (
        _text("skill.name"),
        Column("group", Shape.WORDS, ("skill.skill_group",), most_words=96),
        Column("kind", Shape.WORDS, ("skill.kind",), most_words=12),
    ),
    NodeType.TITLE: (
        _text("title.name", "title.family"),
        Column("level", Shape.LADDER, ("title.level",), LADDER),
        Column("family", Shape.WORDS, ("title.family",)),
    ),
    NodeType.SCHOOL: (
        _text("school.name"),
        Column("kind", Shape.WORDS, ("school.kind",), most_words=12),
    ),
    NodeType.PLACE: (
        _text("place.name", "place.region"),
        Column("country", Shape.WORDS, ("place.country",), most_words=32),
        Column("kind", Shape.WORDS, ("place.kind",), most_words=8),
        _point(),
    ),
}
