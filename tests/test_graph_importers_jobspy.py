import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.importers.frame import Importer, ReadOptions, Tally
from graph.importers.input_file import BadFile, InputFile
from graph.importers.jobspy import COLUMNS, JobSpyImporter
from graph.schema import Company, Fact, Job, Remote, Seniority

POSTING = {
    "id": "in-0a1b",
    "site": "indeed",
    "job_url": "https://www.indeed.com/viewjob?jk=0a1b",
    "title": "Data Engineer",
    "company": "Northwind",
}
TODAY = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())


class Outcome(NamedTuple):
    facts: list[Fact]
    tally: Tally

    def jobs(self) -> list[Job]:
        return [fact for fact in self.facts if isinstance(fact, Job)]

    def companies(self) -> list[Company]:
        return [fact for fact in self.facts if isinstance(fact, Company)]


def file_of(data: bytes) -> InputFile:
    return InputFile("jobs.csv", "jobs.csv", "", len(data), lambda: io.BytesIO(data))


def written(
    rows: Sequence[Mapping[str, str]],
    columns: Sequence[str] = COLUMNS,
    escapechar: str | None = "\\",
) -> bytes:
    """Write rows as JobSpy's own advice does: all texts quoted, backslashes escaped."""
    text = io.StringIO()
    writer = csv.writer(
        text, quoting=csv.QUOTE_NONNUMERIC, escapechar=escapechar, lineterminator="\n"
    )
    writer.writerow(columns)
    writer.writerows([[row.get(name, "") for name in columns] for row in rows])
    return text.getvalue().encode()


def read(data: bytes) -> Outcome:
    importer: Importer = JobSpyImporter()
    recognised = importer.recognise(file_of(data))
    assert recognised is not None
    (reading,) = importer.read([recognised], ReadOptions(imported_at=TODAY))
    return Outcome(list(reading.facts), reading.tally)


def job(**cells: str) -> tuple[Job, Tally]:
    outcome = read(written([{**POSTING, **cells}]))
    (only,) = outcome.jobs()
    return only, outcome.tally


def test_a_posting_is_read_in_the_words_of_its_source() -> None:
    found, tally = job(
        location=" Berlin,  BE, Germany ",
        date_posted="2026-02-20",
        description='**About us**\n\n* C\\+\\+\n* "SQL"',
        job_url_direct="https://northwind.example/7",
        job_function="Engineering",
        salary_source="direct_data",
    )
    assert found == Job(
        id="indeed-job:0a1b",
        title="Data Engineer",
        company="Northwind",
        place="Berlin, BE, Germany",
        description='**About us**\n\n* C++\n* "SQL"',
        posted_at="2026-02-20",
        url="https://www.indeed.com/viewjob?jk=0a1b",
        notes={
            "site": "indeed",
            "job_url_direct": "https://northwind.example/7",
            "job_function": "Engineering",
            "salary_source": "direct_data",
        },
        row=1,
    )
    assert (tally.rows_read, tally.rows_used) == (1, 1)
    assert not tally.warnings


@pytest.mark.parametrize(
    ("prefixed", "url", "expected"),
    [
        (
            "li-4000000001",
            "https://www.linkedin.com/jobs/view/4000000001",
            "linkedin-job:4000000001",
        ),
        ("li-4000000001", "", "linkedin-job:4000000001"),
        ("in-0a1b", "", "indeed-job:0a1b"),
    ],
)
def test_a_posting_has_the_same_id_in_every_search(prefixed: str, url: str, expected: str) -> None:
    assert job(id=prefixed, job_url=url)[0].id == expected


def test_postings_without_address_differ_by_the_id_of_their_board() -> None:
    first, second = job(id="nk-1", job_url="")[0], job(id="nk-2", job_url="")[0]
    assert first.id.startswith("job:")
    assert first.id != second.id


def test_a_bare_posting_has_nothing_but_what_it_says() -> None:
    found, tally = job()
    assert (found.description, found.posted_at, found.remote, found.skills) == (
        None,
        None,
        None,
        (),
    )
    assert (found.salary_min, found.currency, found.employment_type) == (None, None, None)
    assert not tally.warnings


@pytest.mark.parametrize(
    ("interval", "period"),
    [
        ("yearly", "year"),
        ("monthly", "month"),
        ("weekly", "week"),
        ("daily", "day"),
        ("hourly", "hour"),
        ("", None),
        ("per sprint", None),
    ],
)
def test_pay_periods_are_named_in_one_way(interval: str, period: str | None) -> None:
    found, _ = job(interval=interval, min_amount="500.0", currency="eur")
    assert (found.salary_min, found.salary_max) == (500.0, None)
    assert (found.currency, found.salary_period) == ("EUR", period)


def test_a_reversed_salary_is_swapped_with_a_warning() -> None:
    found, tally = job(min_amount="200000", max_amount="150000", interval="yearly")
    assert (found.salary_min, found.salary_max) == (150_000, 200_000)
    assert tally.warnings == {"salary range reversed": 1}


@pytest.mark.parametrize("amount", ["NaN?", "inf", "-5", "1e999", "12k"])
def test_a_salary_that_is_no_amount_is_none_with_a_warning(amount: str) -> None:
    found, tally = job(min_amount=amount, currency="EUR", interval="yearly")
    assert (found.salary_min, found.currency, found.salary_period) == (None, None, None)
    assert tally.warnings == {"salary not understood": 1}


@pytest.mark.parametrize("missing", ["", "nan", "None", "0"])
def test_a_salary_that_is_not_stated_is_none(missing: str) -> None:
    found, tally = job(min_amount=missing, max_amount="90000")
    assert (found.salary_min, found.salary_max) == (None, 90_000)
    assert not tally.warnings


@pytest.mark.parametrize(
    ("cells", "remote"),
    [
        ({"is_remote": "True"}, Remote.REMOTE),
        ({"is_remote": "False"}, None),
        ({"is_remote": "True", "work_from_home_type": "Hybrid"}, Remote.HYBRID),
        ({"work_from_home_type": "Work from office"}, Remote.ONSITE),
        ({"work_from_home_type": "Remote"}, Remote.REMOTE),
        ({"location": "Remote"}, Remote.REMOTE),
    ],
)
def test_where_the_work_is_done(cells: dict[str, str], remote: Remote | None) -> None:
    found, _ = job(**cells)
    assert found.remote == remote
    assert found.place is None


@pytest.mark.parametrize(
    ("level", "seniority"),
    [
        ("entry level", Seniority.JUNIOR),
        ("Internship", Seniority.INTERN),
        ("director", Seniority.DIRECTOR),
        ("mid-senior level", None),
        ("associate", None),
        ("not applicable", None),
    ],
)
def test_only_a_clear_level_is_a_seniority(level: str, seniority: Seniority | None) -> None:
    found, _ = job(job_level=level)
    assert found.seniority == seniority
    assert found.notes["job_level"] == level


def test_lists_are_split_at_commas() -> None:
    found, _ = job(skills="Python, Spark,, python ,Airflow", job_type="fulltime, contract")
    assert found.skills == ("python", "Spark", "Airflow")
    assert found.employment_type == "full-time, contract"


@pytest.mark.parametrize(
    ("text", "posted_at", "warning"),
    [
        ("2026-02-20", "2026-02-20", None),
        ("1771545600000", "2026-02-20", None),
        ("1771545600", "2026-02-20", None),
        ("2024-13-45", None, "date not understood"),
        ("31/12/99", None, "date not understood"),
        ("2031-01-01", "2031-01-01", "date in the future"),
        ("NaT", None, None),
    ],
)
def test_dates_are_read_or_left_out_with_a_warning(
    text: str, posted_at: str | None, warning: str | None
) -> None:
    found, tally = job(date_posted=text)
    assert found.posted_at == posted_at
    assert dict(tally.warnings) == ({warning: 1} if warning else {})


def test_email_addresses_of_others_appear_in_no_fact() -> None:
    outcome = read(written([{**POSTING, "emails": "hr@northwind.example, cto@northwind.example"}]))
    assert "northwind.example" not in repr(outcome.facts)
    assert outcome.tally.warnings == {"email addresses of others left out": 1}


def test_later_rows_add_what_earlier_ones_do_not_say_of_a_company() -> None:
    second = {**POSTING, "id": "in-2", "company_industry": "Wind", "company_description": "Blows."}
    third = {**POSTING, "id": "in-3", "company_industry": "Air", "company_num_employees": "12"}
    assert read(written([POSTING, second, third])).companies() == [
        Company("Northwind", industry="Wind", description="Blows.", row=2),
        Company("Northwind", size="12", row=3),
    ]


def test_a_company_is_described_once_and_before_its_job() -> None:
    facts = {
        "company_industry": "Software",
        "company_num_employees": "51 to 200",
        "company_url_direct": "https://northwind.example",
        "company_description": "Makes\nwind.",
    }
    again = {**POSTING, **facts, "id": "in-2", "company": "NORTHWIND"}
    outcome = read(written([POSTING, {**POSTING, **facts}, again]))
    assert [type(fact) for fact in outcome.facts] == [Job, Company, Job, Job]
    assert outcome.companies() == [
        Company(
            "Northwind", "Software", "51 to 200", "https://northwind.example", "Makes\nwind.", 2
        )
    ]


def test_only_web_addresses_are_addresses() -> None:
    found, _ = job(job_url="javascript:alert(1)")
    assert found.url is None


def test_a_row_without_a_title_is_rejected_with_its_number() -> None:
    outcome = read(written([POSTING, {**POSTING, "title": " "}, POSTING]))
    assert outcome.tally.rejects == [(2, "no title")]
    assert (outcome.tally.rows_read, outcome.tally.rows_used) == (3, 2)


BACKSLASHES = 'C:\\temp, "quoted", end\\'


def test_backslashes_are_read_as_they_were_written() -> None:
    rows = [{**POSTING, "description": BACKSLASHES}, {**POSTING, "description": "two\nlines"}]
    for escapechar in ("\\", None):
        outcome = read(written(rows, escapechar=escapechar))
        assert [found.description for found in outcome.jobs()] == [BACKSLASHES, "two\nlines"]
        assert not outcome.tally.skipped


def test_a_backslash_that_ends_a_cell_swallows_nothing() -> None:
    rows = [{**POSTING, "description": "end\\"}, {**POSTING, "description": "next"}]
    for escapechar in ("\\", None):
        found = read(written(rows, escapechar=escapechar)).jobs()
        assert [posting.description for posting in found] == ["end\\", "next"]


def test_quotes_escaped_by_backslashes_are_read() -> None:
    data = written([POSTING]) + written([{**POSTING, "description": "say HI now"}]).split(b"\n")[1]
    outcome = read(data.replace(b"HI", b'\\"hi\\"') + b"\n")
    assert outcome.jobs()[-1].description == 'say "hi" now'


def test_newer_and_fewer_columns_are_fine_and_the_unknown_ones_are_named() -> None:
    columns = ["", *reversed(COLUMNS[:20]), "bdjobs_deadline"]
    outcome = read(written([{**POSTING, "bdjobs_deadline": "soon"}], columns))
    assert outcome.jobs()[0].title == "Data Engineer"
    (remark,) = [text for text in outcome.tally.remarks if "columns not used" in text]
    assert "bdjobs_deadline" in remark
    assert "title" not in remark


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"id,title,company\n1,2,3\n",  # the project's own table
        ",".join(COLUMNS[1:]).encode(),  # no id
        ",".join(["id", "site", "job_url", "title", "company", "location"]).encode(),
        bytes(range(256)) * 9,
        b"PK\x03\x04",
    ],
)
def test_other_files_are_not_recognised(data: bytes) -> None:
    assert JobSpyImporter().recognise(file_of(data)) is None


def test_files_saved_again_by_a_spreadsheet_are_read() -> None:
    text = written([{**POSTING, "company": "Łódź GmbH"}], escapechar=None).decode()
    for encoding in ("utf-8-sig", "utf-16"):
        outcome = read(text.replace(",", ";").replace("\n", "\r\n").encode(encoding))
        assert outcome.jobs()[0].company == "Łódź GmbH"


def test_one_job_text_of_five_megabytes_costs_its_own_row_only() -> None:
    rows = [POSTING, {**POSTING, "description": "many words\n" * 500_000}, POSTING]
    outcome = read(written(rows))
    assert [found.row for found in outcome.jobs()] == [1, 3]
    assert outcome.tally.rejects == [(2, "a cell is longer than 131,072 characters")]


@given(st.binary(max_size=300) | st.text('ab",\n\\0', max_size=200).map(str.encode))
def test_hostile_rows_raise_nothing_and_are_accounted_for(rows: bytes) -> None:
    try:
        outcome = read(written([POSTING]) + rows)
    except BadFile:
        return
    tally = outcome.tally
    assert tally.rows_read == tally.rows_used + sum(tally.skipped.values())
    assert len(outcome.jobs()) == tally.rows_used
