import dataclasses
import datetime
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from table_files import Read, read

from graph.importers.clean_text import clean, clean_line
from graph.importers.tables.cells import EARLIEST, LATEST
from graph.importers.tables.layout import LAYOUTS, Table
from graph.schema import (
    Connection,
    Education,
    Event,
    EventKind,
    Fact,
    GroupMembership,
    Job,
    Person,
    Position,
    Remote,
    Seniority,
)
from graph.table_export import TableFormat, write_table

NOTES = ("Cohort", "=note", "über uns")
Value = TypeVar("Value")

# Text that spreadsheets, CSV and JSON have trouble with, more often than by chance.
awkward = st.sampled_from("'=+-@,;\"\t\n\r\\ |#＝é\u0301ß中😀") | st.characters(codec="utf-8")


def cleaned(
    by: Callable[[str], str | None], alphabet: st.SearchStrategy[str]
) -> st.SearchStrategy[str]:
    """Return texts as importers make them: cleaning them again changes nothing."""
    return st.text(alphabet, min_size=1, max_size=12).map(lambda text: by(text) or "x")


def maybe(strategy: st.SearchStrategy[Value]) -> st.SearchStrategy[Value | None]:
    return st.none() | strategy


lines = cleaned(clean_line, awkward)
texts = cleaned(clean, awkward)
without_semicolon = cleaned(clean_line, awkward.map(lambda character: character.replace(";", ",")))
ids = lines
skills = st.lists(without_semicolon, unique=True, max_size=3).map(tuple)
days = st.dates(datetime.date(1000, 1, 1), datetime.date(2998, 12, 31)).map(str)
dates = days | days.map(lambda day: day[:7]) | days.map(lambda day: day[:4])
moments = st.integers(EARLIEST, LATEST)
finite = st.floats(allow_nan=False, allow_infinity=False)
notes = st.dictionaries(st.sampled_from(NOTES), texts)
urls = st.from_regex(r"https://[a-z]{1,8}\.org/[a-z0-9=?&]{0,8}", fullmatch=True)
emails = st.from_regex(r"[a-z.]{1,8}@[a-z]{1,8}\.org", fullmatch=True)

people = st.builds(
    Person,
    id=ids,
    name=maybe(lines),
    headline=maybe(lines),
    summary=maybe(texts),
    place=maybe(lines),
    title=maybe(lines),
    company=maybe(lines),
    years_experience=maybe(st.floats(0, 80)),
    skills=skills,
    email=maybe(emails),
    url=maybe(urls),
    is_member=st.booleans(),
    notes=notes,
    updated_at=maybe(moments),
)
salaries = st.tuples(st.floats(0, 1e9), st.floats(0, 1e9)).map(sorted)
jobs = st.builds(
    lambda job, salary: dataclasses.replace(job, salary_min=salary[0], salary_max=salary[1]),
    st.builds(
        Job,
        id=ids,
        title=maybe(lines),
        company=maybe(lines),
        place=maybe(lines),
        remote=maybe(st.sampled_from(Remote)),
        seniority=maybe(st.sampled_from(Seniority)),
        employment_type=maybe(st.sampled_from(["full-time", "contract", "internship"])),
        description=maybe(texts),
        skills=skills,
        currency=maybe(st.sampled_from(["EUR", "USD"])),
        salary_period=maybe(st.sampled_from(["year", "month", "week", "day", "hour"])),
        posted_at=maybe(dates),
        expires_at=maybe(dates),
        url=maybe(urls),
        notes=notes,
        updated_at=maybe(moments),
    ),
    salaries | st.just([None, None]),
)
FACTS: dict[Table, st.SearchStrategy[Fact]] = {
    Table.PEOPLE: people,
    Table.JOBS: jobs,
    Table.POSITIONS: st.builds(
        Position,
        person_id=ids,
        title=maybe(lines),
        company=maybe(lines),
        start=maybe(dates),
        end=maybe(dates),
        is_current=st.booleans(),
        place=maybe(lines),
        description=maybe(texts),
    ),
    Table.EDUCATION: st.builds(
        Education,
        person_id=ids,
        school=lines,
        degree=maybe(lines),
        field=maybe(lines),
        start=maybe(dates),
        end=maybe(dates),
    ),
    Table.CONNECTIONS: st.builds(
        Connection,
        person_id=ids,
        other_id=ids,
        since=maybe(dates),
        strength=maybe(st.floats(0, 1)),
        observed=st.booleans(),
    ).filter(lambda connection: connection.person_id != connection.other_id),
    Table.EVENTS: st.builds(
        Event,
        person_id=ids,
        kind=st.sampled_from(EventKind),
        item=ids,
        at=moments,
        value=maybe(finite),
        context=maybe(lines),
    ).filter(lambda event: event.person_id != event.item),
    Table.GROUPS: st.builds(GroupMembership, person_id=ids, attribute=lines, value=lines),
}


def numbered(facts: Sequence[Fact]) -> list[Fact]:
    """Return the facts as rows of a file, counted from 1."""
    return [
        fact._replace(row=row)
        if isinstance(fact, Connection | Event | GroupMembership)
        else dataclasses.replace(fact, row=row)
        for row, fact in enumerate(facts, start=1)
    ]


def read_back(facts: Sequence[Fact], table: Table, file_format: TableFormat) -> Read:
    note_columns = NOTES if LAYOUTS[table].keeps_notes else ()
    with tempfile.TemporaryDirectory() as folder:
        written = write_table(Path(folder), table, facts, file_format, note_columns)
        assert (written.rows, written.shortened) == (len(facts), 0)
        return read(written.path.read_bytes(), written.path.name, now=0)


@pytest.mark.parametrize("table", Table)
@pytest.mark.parametrize("file_format", TableFormat)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
)
@given(choices=st.data())
def test_what_is_written_is_read_back_unchanged(
    table: Table, file_format: TableFormat, choices: st.DataObject
) -> None:
    facts = choices.draw(st.lists(FACTS[table], max_size=4))

    found = read_back(facts, table, file_format)

    assert found.facts == numbered(facts)
    assert not found.tally.warnings


@pytest.mark.parametrize("file_format", TableFormat)
@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "'=1", "''=1", "-x", "-1", "'-1", "+49 170", "@x", "'@", "\uff1d1", "'", "''"),
        *('"', 'a"b', '"a"', "a,b", "a;b", "a|b", "\\", '\\"', "a\\nb", "{", "[1]", "NaN", "1e999"),
        *(
            "null",
            "None",
            "true",
            "2024-01-01",
            "007",
            "1,5",
            "é",
            "e\u0301x",
            "中",
            "😀",
            "#",
            "# a",
        ),
    ],
)
def test_awkward_text_is_read_back_unchanged(text: str, file_format: TableFormat) -> None:
    line = clean_line(text) or ""
    person = Person(line, name=line, headline=line, notes={"Cohort": line}, skills=("a", "b"))
    paragraphs = f"{line}\n\n{line}\t{line}\n{line}"
    job = Job(line, title=line, description=paragraphs, notes={"=note": paragraphs})
    event = Event(line, EventKind.FOLLOW, f"{line}x", 0, context=line)

    assert read_back([person], Table.PEOPLE, file_format).facts == numbered([person])
    assert read_back([job], Table.JOBS, file_format).facts == numbered([job])
    assert read_back([event], Table.EVENTS, file_format).facts == numbered([event])
