import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_files import Read, json_lines, parquet, read

from graph.importers.tables.cells import number
from graph.importers.tables.fields import LONGEST_LINE, LONGEST_TEXT, MOST_ELEMENTS
from graph.schema import (
    Education,
    Fact,
    GroupMembership,
    Job,
    Person,
    Position,
    Remote,
    Seniority,
)

PERSON = Person(
    id="p1",
    name="Ann Škoda",
    headline="Engineer",
    summary="Likes\ntidy tables",
    place="Vienna, Austria",
    title="Data Engineer",
    company="Northwind",
    years_experience=6.5,
    skills=("Python", "SQL"),
    email="ann@example.org",
    is_member=True,
    notes={"cohort": "2024 B"},
    row=1,
)
PERSON_CELLS = {
    "id": "p1",
    "name": " Ann  Škoda ",
    "headline": "Engineer",
    "summary": "Likes\ntidy tables",
    "place": "Vienna, Austria",
    "title": "Data Engineer",
    "company": "Northwind",
    "years_experience": "6.5",
    "skills": "Python; SQL;;Python",
    "email": " Ann@Example.org ",
    "cohort": "2024 B",
}


def one(content: str | bytes) -> Fact:
    """Return the only fact of a file, about which nothing is odd."""
    found = read(content)
    assert not found.tally.warnings
    [fact] = found.facts
    return fact


def job(**cells: str) -> tuple[Job, dict[str, int]]:
    """Return the job that cells state, and the warnings about them."""
    found = read(json_lines({"id": "j1", "title": "Dev", **cells}))
    [fact] = found.facts
    assert isinstance(fact, Job)
    return fact, dict(found.tally.warnings)


def test_a_person_reads_the_same_from_every_format() -> None:
    quoted = [json.dumps(value)[1:-1].replace("\\n", "\n") for value in PERSON_CELLS.values()]
    as_csv = ",".join(PERSON_CELLS) + "\n" + ",".join(f'"{cell}"' for cell in quoted)
    typed = {**PERSON_CELLS, "years_experience": 6.5, "skills": ["Python", "SQL", ""]}

    assert "\\u" in as_csv  # so that the escape is undone below
    assert one(as_csv.replace("\\u0160", "Š")) == PERSON
    assert one(json_lines(PERSON_CELLS)) == PERSON
    assert one(json_lines(typed)) == PERSON
    assert one(parquet({name: [value] for name, value in PERSON_CELLS.items()})) == PERSON
    assert one(parquet({name: [value] for name, value in typed.items()})) == PERSON


def test_every_column_but_the_id_may_be_missing_or_empty() -> None:
    assert one("id,name\np1,\n") == Person("p1", is_member=True, row=1)
    assert one("id,title\nj1,\n") == Job("j1", row=1)
    assert one("person_id,title\np1,\n") == Position("p1", row=1)


def test_a_contact_is_told_from_a_member() -> None:
    found = read("id,name,is_member\na,A,no\nb,B,TRUE\nc,C,\nd,D,maybe\n")

    assert [getattr(fact, "is_member", None) for fact in found.facts] == [False, True, True, True]
    assert found.tally.warnings == {"is_member is an unknown word": 1}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("id,name\n,Ann\n", "no id"),
        ("id,name\n \u200b ,Ann\n", "no id"),
        (f"id,title\n{'x' * 201},Dev\n", "id is longer than 200 characters"),
        ("person_id,title\n,Dev\n", "no person_id"),
        ("person_id,school\np1,\n", "no school"),
        ("person_id,attribute,value\np1,,f\n", "no attribute"),
        ("person_id,attribute,value\np1,gender,\n", "no value"),
        ('{"name": "Ann", "headline": "x"}\n{"id": null}\n', "no id"),
        ('{"id": "p1", "name": ["Ann"]}\n', "a list in column name"),
        ('{"id": {"x": 1}, "name": "Ann"}\n', "a nested object in column id"),
        ('{"id": "p1", "name": "Ann", "skills": [["SQL"]]}\n', "a list in column skills"),
    ],
)
def test_a_row_without_what_it_needs_is_rejected_with_its_number(content: str, reason: str) -> None:
    found = read(content)

    assert found.facts == []
    assert found.tally.rejects[0] == (1, reason)


def test_of_two_rows_with_one_id_both_are_read_with_their_moment() -> None:
    found = read("id,name,updated_at\np1,Ann,2024-03-01T00:00:01Z\np1,Anna,2024\np1,A,soon\n")

    assert [getattr(fact, "updated_at", None) for fact in found.facts] == [
        1_709_251_201,
        1_704_067_200,
        None,
    ]
    assert found.tally.warnings == {"updated_at is not a moment": 1}


def test_unknown_columns_are_notes_and_named_in_one_remark() -> None:
    found = read("id,name,Team,mood,empty\np1,Ann,blue,,\np2,Bob,,glad,\n")

    assert [getattr(fact, "notes", None) for fact in found.facts] == [
        {"Team": "blue"},
        {"mood": "glad"},
    ]
    assert found.tally.remarks == ["columns kept as notes: Team, mood, empty"]


def test_unknown_columns_of_other_tables_are_named_but_not_kept() -> None:
    found = read("person_id,school,gpa\np1,MIT,4.0\n")

    assert found.facts == [Education("p1", "MIT", row=1)]
    assert found.tally.remarks == ["columns not used: gpa"]


def test_a_hundred_unknown_columns_fill_no_report() -> None:
    names = [f"column{number}" for number in range(100)]
    [remark] = read(f"id,name,{','.join(names)}\np1,Ann\n").tally.remarks

    assert remark.endswith("column19 and 80 more")


def test_keys_that_appear_late_in_json_lines_are_notes_too() -> None:
    found = read(
        '{"id": 1, "name": "a"}\n{"id": 2, "Late": [1, null, true], "x": null}\n'
        '{"id": 3, "deep": {"a": 1}, "later": "y"}\n'
    )

    assert [getattr(fact, "notes", None) for fact in found.facts] == [
        {},
        {"Late": "1; ; true"},
        {"later": "y"},
    ]
    assert found.tally.warnings == {"a nested value left out": 1}
    assert found.tally.remarks == ["columns kept as notes: Late, x, deep, later"]


def test_of_two_spellings_of_one_key_the_first_is_used() -> None:
    found = read('{"id": "p1", "name": "Ann", "Name": "Bob", "NAME": ""}\n')

    assert found.facts == [Person("p1", name="Ann", is_member=True, row=1)]
    assert found.tally.warnings == {"two keys for column name: first used": 2}


def test_endless_new_keys_take_bounded_memory() -> None:
    records = [{"id": str(number), "name": "a", f"key{number}": "x"} for number in range(600)]
    found = read(json_lines(*records))

    assert len(found.facts) == 600
    assert found.tally.warnings["a key beyond the first 250"] > 300


def test_nested_parquet_columns_are_left_out_with_a_remark_but_refused_where_needed() -> None:
    found = read(parquet({"id": ["p1"], "name": ["Ann"], "raw": [{"x": 1}]}))

    assert found.facts == [Person("p1", name="Ann", is_member=True, row=1)]
    assert found.tally.remarks == ["column raw left out: type struct<x: int64>"]
    with pytest.raises(ValueError, match="column name has type list<element: int64>"):
        read(parquet({"id": ["p1"], "name": [[1]]}))


@pytest.mark.parametrize(
    "cell",
    ["nan", "NaN", "inf", "-Infinity", "1e999", "9" * 401, "1,5", "1_000", "0x1F", "ten", "१"],
)
def test_what_is_no_finite_number_is_null_with_a_warning(cell: str) -> None:
    fact, warnings = job(salary_min=cell)

    assert fact.salary_min is None
    assert warnings == {"salary_min is not a number": 1}


@pytest.mark.parametrize(
    ("cell", "value"), [("1e3", 1000.0), (" 5. ", 5.0), (".5", 0.5), ("", None)]
)
def test_plain_numbers_are_read(cell: str, value: float | None) -> None:
    assert job(salary_min=cell) == (Job("j1", "Dev", salary_min=value, row=1), {})


@settings(deadline=None)
@given(st.text(max_size=20) | st.floats().map(repr))
def test_a_number_is_finite_or_none(cell: str) -> None:
    value = number(cell)

    assert value is None or value == float(cell)
    assert value not in (float("inf"), float("-inf"))


def test_numbers_out_of_range_are_null_and_a_reversed_salary_is_turned_round() -> None:
    people = read("id,name,years_experience\na,A,-1\nb,B,81\nc,C,80\n")
    fact, warnings = job(salary_min="200000", salary_max="150000")

    assert [getattr(fact, "years_experience", None) for fact in people.facts] == [None, None, 80.0]
    assert people.tally.warnings == {"years_experience is out of range": 2}
    assert (fact.salary_min, fact.salary_max) == (150_000, 200_000)
    assert warnings == {"salary_min above salary_max: swapped": 1}


@pytest.mark.parametrize(
    ("column", "words", "value"),
    [
        ("remote", "remote|Remote|FULLY_REMOTE|work from home|true|yes", Remote.REMOTE),
        ("remote", "hybrid|Partly remote", Remote.HYBRID),
        ("remote", "onsite|On-Site|on site|in office|false", Remote.ONSITE),
        ("seniority", "senior|Sr.|SENIOR", Seniority.SENIOR),
        ("seniority", "intern|Internship|trainee", Seniority.INTERN),
        ("seniority", "junior|Entry level|entry-level|Jr", Seniority.JUNIOR),
        ("seniority", "mid|Mid-Level|Mid-Senior level", Seniority.MID),
        ("seniority", "C-level|vice president|executive", Seniority.EXECUTIVE),
        ("employment_type", "full-time|FULL_TIME|fulltime|Full time|permanent", "full-time"),
        ("employment_type", "Contractor|freelance", "contract"),
        ("employment_type", "Zero hours", "Zero hours"),
        ("salary_period", "year|YEARLY|per annum|p.a.|annually", "year"),
        ("salary_period", "hour|hourly|per hour", "hour"),
        ("salary_period", "monthly|Per Month", "month"),
        ("currency", "EUR|eur|€", "EUR"),
        ("currency", "£", "GBP"),
        ("url", "https://example.org/a?b=c", "https://example.org/a?b=c"),
        ("url", "example.org/jobs/1", "https://example.org/jobs/1"),
    ],
)
def test_the_words_people_use_are_understood(column: str, words: str, value: object) -> None:
    for word in words.split("|"):
        fact, warnings = job(**{column: word})
        assert (getattr(fact, column), warnings) == (value, {}), word


def test_every_word_of_the_schema_is_understood() -> None:
    for remote in Remote:
        assert job(remote=remote.value)[0].remote is remote
    for seniority in Seniority:
        assert job(seniority=seniority.value)[0].seniority is seniority


@pytest.mark.parametrize(
    ("column", "cell", "warning"),
    [
        ("remote", "sometimes", "remote is an unknown word"),
        ("seniority", "ninja", "seniority is an unknown word"),
        ("salary_period", "fortnight", "salary_period is an unknown word"),
        ("currency", "$", "currency is not a code of three letters"),
        ("url", "javascript:alert(1)", "url is not a web address"),
        ("url", "data:text/html,x", "url is not a web address"),
        ("posted_at", "2024-13-45", "posted_at is not a date"),
        ("expires_at", "31/12/99", "expires_at is not a date"),
    ],
)
def test_what_is_not_understood_is_null_with_a_warning(
    column: str, cell: str, warning: str
) -> None:
    fact, warnings = job(**{column: cell})

    assert fact == Job("j1", "Dev", row=1)
    assert warnings == {warning: 1}


def test_a_posting_from_the_future_is_kept_with_a_warning_but_may_expire_then() -> None:
    fact, warnings = job(posted_at="2026-01-02", expires_at="2030")

    assert (fact.posted_at, fact.expires_at) == ("2026-01-02", "2030")
    assert warnings == {"posted_at is in the future": 1}


def test_without_a_now_nothing_is_in_the_future() -> None:
    assert not read("id,title,posted_at\nj1,Dev,2999-01-01\n", now=0).tally.warnings


@pytest.mark.parametrize(
    ("header", "cells", "end", "is_current"),
    [
        ("end", "", None, True),
        ("end", "2024-06", "2024-06", False),
        ("end", "Present", None, True),
        ("end", "2030-01", "2030-01", True),
        ("end", "soon", None, False),
        ("start", "2020", None, False),
        ("end,is_current", ",no", None, False),
        ("end,is_current", "2024,yes", "2024", True),
    ],
)
def test_a_position_without_an_end_is_still_held_if_the_file_has_ends(
    header: str, cells: str, end: str | None, is_current: bool
) -> None:
    [fact] = read(f"person_id,title,{header}\np1,Dev,{cells}\n").facts

    assert isinstance(fact, Position)
    assert (fact.end, fact.is_current) == (end, is_current)


def test_an_unusable_e_mail_address_is_left_out() -> None:
    found = read("id,name,email\np1,Ann,ann at home\n")

    assert found.facts == [Person("p1", name="Ann", is_member=True, row=1)]
    assert found.tally.warnings == {"email is not an address": 1}


def test_groups_are_read_as_declared() -> None:
    assert one("person_id,attribute,value\np1,age band,30-39\n") == GroupMembership(
        "p1", "age band", "30-39", 1
    )


def test_a_job_text_of_5_mb_is_cut_by_rule() -> None:
    found = read(parquet({"id": ["j1"], "description": ["x" * 5_000_000]}))

    [fact] = found.facts
    assert isinstance(fact, Job)
    assert fact.description == "x" * LONGEST_TEXT
    assert found.tally.warnings == {f"description cut after {LONGEST_TEXT} characters": 1}


def test_a_job_text_of_5_mb_in_csv_is_a_rejected_row_and_the_rest_is_read() -> None:
    found = read(f'id,description\nj1,"{"x" * 5_000_000}"\nj2,short\n')

    assert [getattr(fact, "id", None) for fact in found.facts] == ["j2"]
    assert [row for row, _ in found.tally.rejects] == [1]


def test_long_lines_and_long_lists_are_cut_with_a_warning() -> None:
    fact, warnings = job(title="x" * 3_000, skills=";".join(map(str, range(600))))

    assert fact.title == "x" * LONGEST_LINE
    assert fact.skills == tuple(map(str, range(MOST_ELEMENTS)))
    assert warnings == {"title cut after 2000 characters": 1, "skills cut after 500": 1}


def test_hidden_characters_are_removed_and_the_apostrophe_of_a_guarded_cell_too() -> None:
    csv: Read = read("id,name,note\n\u202ep1,'=Ann\u200b,'-x\n")
    lines: Read = read('{"id": "p1", "name": "\'=Ann"}')

    assert csv.facts == [Person("p1", name="=Ann", is_member=True, notes={"note": "-x"}, row=1)]
    assert lines.facts == [Person("p1", name="'=Ann", is_member=True, row=1)]
