"""Makes the fact that one row states: a person, a job, a position, an education, a group."""

import re

from graph.importers.tables.fields import Fields
from graph.importers.tables.words import (
    CURRENCY_SIGNS,
    EMPLOYMENT_TYPES,
    REMOTE_WORDS,
    SALARY_PERIODS,
    SENIORITY_WORDS,
    STILL_HELD,
    word_key,
)
from graph.schema import Education, GroupMembership, Job, Person, Position

MOST_YEARS = 80
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
_WEB_WITHOUT_SCHEME = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/\S*)?", re.IGNORECASE)


def person(fields: Fields) -> Person:
    """Read a row of people; whoever has a row is a member unless it says otherwise."""
    is_member = fields.flag("is_member")
    return Person(
        id=fields.identifier("id"),
        name=fields.line("name"),
        headline=fields.line("headline"),
        summary=fields.text("summary"),
        place=fields.line("place"),
        title=fields.line("title"),
        company=fields.line("company"),
        years_experience=fields.number("years_experience", 0, MOST_YEARS),
        skills=fields.elements("skills"),
        email=_email(fields),
        url=_url(fields),
        is_member=True if is_member is None else is_member,
        notes=fields.notes(),
        updated_at=fields.moment("updated_at"),
        row=fields.row,
    )


def job(fields: Fields) -> Job:
    """Read a row of jobs."""
    lowest, highest = fields.number("salary_min", 0), fields.number("salary_max", 0)
    if lowest is not None and highest is not None and lowest > highest:
        fields.warn("salary_min above salary_max: swapped")
        lowest, highest = highest, lowest
    return Job(
        id=fields.identifier("id"),
        title=fields.line("title"),
        company=fields.line("company"),
        place=fields.line("place"),
        remote=fields.word("remote", REMOTE_WORDS),
        seniority=fields.word("seniority", SENIORITY_WORDS),
        employment_type=_employment_type(fields),
        description=fields.text("description"),
        skills=fields.elements("skills"),
        salary_min=lowest,
        salary_max=highest,
        currency=_currency(fields),
        salary_period=fields.word("salary_period", SALARY_PERIODS),
        posted_at=fields.date("posted_at", is_past=True),
        expires_at=fields.date("expires_at"),
        url=_url(fields),
        notes=fields.notes(),
        updated_at=fields.moment("updated_at"),
        row=fields.row,
    )


def position(fields: Fields) -> Position:
    """Read a row of positions."""
    person_id = fields.identifier("person_id")
    end, is_current = _end(fields)
    stated = fields.flag("is_current")
    return Position(
        person_id=person_id,
        title=fields.line("title"),
        company=fields.line("company"),
        start=fields.date("start", is_past=True),
        end=end,
        is_current=is_current if stated is None else stated,
        place=fields.line("place"),
        description=fields.text("description"),
        row=fields.row,
    )


def education(fields: Fields) -> Education:
    """Read a row of education."""
    return Education(
        person_id=fields.identifier("person_id"),
        school=fields.needed_line("school"),
        degree=fields.line("degree"),
        field=fields.line("field"),
        start=fields.date("start"),
        end=fields.date("end"),
        row=fields.row,
    )


def group(fields: Fields) -> GroupMembership:
    """Read a row of groups."""
    return GroupMembership(
        person_id=fields.identifier("person_id"),
        attribute=fields.needed_line("attribute"),
        value=fields.needed_line("value"),
        row=fields.row,
    )


def _end(fields: Fields) -> tuple[str | None, bool]:
    """Return the end of a position, and whether it is still held."""
    if "end" not in fields.columns:
        return None, False
    line = fields.line("end")
    if line is None or word_key(line) in STILL_HELD:
        return None, True
    end = fields.date("end")
    return end, end is not None and bool(fields.today) and end > fields.today


def _employment_type(fields: Fields) -> str | None:
    line = fields.line("employment_type")
    return EMPLOYMENT_TYPES.get(word_key(line), line) if line else None


def _email(fields: Fields) -> str | None:
    line = fields.line("email")
    if line is not None and not _EMAIL.fullmatch(line):
        fields.warn("email is not an address")
        return None
    return line.lower() if line else None


def _currency(fields: Fields) -> str | None:
    line = fields.line("currency")
    if line is None:
        return None
    if _CURRENCY.fullmatch(line):
        return line.upper()
    if line not in CURRENCY_SIGNS:
        fields.warn("currency is not a code of three letters")
    return CURRENCY_SIGNS.get(line)


def _url(fields: Fields) -> str | None:
    line = fields.line("url")
    if line is None or _WEB.fullmatch(line):
        return line
    if _WEB_WITHOUT_SCHEME.fullmatch(line):
        return f"https://{line}"
    fields.warn("url is not a web address")
    return None
