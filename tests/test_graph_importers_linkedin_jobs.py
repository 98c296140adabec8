import pytest
from linkedin_export import NOW, OWNER, read_export, read_one, table

from graph.importers.linkedin.dates import AHEAD, UNREADABLE
from graph.importers.linkedin.follows import NO_COMPANY
from graph.importers.linkedin.jobs import NO_JOB
from graph.schema import Event, EventKind, Job

SAVED = "Saved Date,Job Url,Job Title,Company Name"
APPLIED = (
    "Application Date,Contact Email,Contact Phone Number,Company Name,Job Title,Job Url,"
    "Resume Name,Question And Answers"
)
FOLLOWS = "Organization,Followed On"
URL = "https://www.linkedin.com/jobs/view/3812345678"
MIDNIGHT = 1_769_644_800  # 2026-01-29 00:00 UTC
AFTERNOON = MIDNIGHT + (14 * 60 + 37) * 60


def test_a_saved_job_is_a_job_and_an_event() -> None:
    row = ("29 Jan 2026", URL, "Data engineer", "Northwind")
    result = read_one("Saved Jobs.csv", table(SAVED, row))
    job = Job(
        "linkedin-job:3812345678",
        title="Data engineer",
        company="Northwind",
        url=URL,
        updated_at=NOW,
        row=1,
    )
    assert result.facts[1:] == [job, Event(OWNER, EventKind.SAVE, job.id, MIDNIGHT, row=1)]


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("1/29/26, 2:37 PM", AFTERNOON),
        ("2026-01-29 14:37:00 UTC", AFTERNOON),
        ("29 Jan 2026", MIDNIGHT),
    ],
)
def test_an_application_is_read_without_contacts_resume_and_answers(date: str, at: int) -> None:
    secrets = ("boss@example.com", "+49 30 123", "resume-canary.pdf", "Q:Pay?A:canary")
    row = (date, *secrets[:2], "Northwind", "Cook", URL, *secrets[2:])
    result = read_one("Jobs/Job Applications.csv", table(APPLIED, row))
    assert result.events() == [Event(OWNER, EventKind.APPLY, "linkedin-job:3812345678", at, row=1)]
    assert not any(secret in repr(result) for secret in secrets)


def test_a_job_that_was_saved_and_applied_for_is_one_job() -> None:
    tracked = f"{URL}/?refId=abc&utm_source=mail"
    files: dict[str, str | bytes] = {
        "Jobs/Saved Jobs.csv": table(SAVED, ("29 Jan 2026", URL, "Cook", "Acme")),
        "Jobs/Job Applications.csv": table(
            APPLIED, ("30 Jan 2026", "", "", "Acme", "Cook", tracked, "", "")
        ),
    }
    results = read_export(files, OWNER)
    assert len({job.id for result in results.values() for job in result.jobs()}) == 1


def test_a_job_without_an_address_is_known_by_title_and_company() -> None:
    rows = [
        ("29 Jan 2026", "", "Cook", "Acme"),
        ("30 Jan 2026", "", "COOK", " Acme "),
        ("30 Jan 2026", "", "Cook", "Northwind"),
        ("30 Jan 2026", "", "", "Northwind"),
    ]
    result = read_one("Saved Jobs.csv", table(SAVED, *rows))
    ids = [job.id for job in result.jobs()]
    assert ids[0] == ids[1] != ids[2]
    assert result.tally.skipped == {NO_JOB: 1}


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("www.linkedin.com/jobs/view/1", "https://www.linkedin.com/jobs/view/1"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("not an address", None),
    ],
)
def test_only_addresses_of_web_pages_are_kept(address: str, url: str | None) -> None:
    result = read_one("Saved Jobs.csv", table(SAVED, ("29 Jan 2026", address, "Cook", "")))
    assert result.jobs()[0].url == url


def test_a_job_without_a_date_is_kept_and_the_event_is_not() -> None:
    rows = [("31/12/99", URL, "Cook", ""), ("1 Jan 2030", URL, "Cook", "")]
    result = read_one("Saved Jobs.csv", table(SAVED, *rows))
    assert len(result.jobs()) == 2
    assert [event.row for event in result.events()] == [2]
    assert result.tally.warnings == {UNREADABLE: 1, AHEAD: 1}


def test_a_followed_company_is_an_event_on_its_name() -> None:
    rows = [
        ("Trinity College, Cambridge", "29 Jan 2026"),
        ("", "29 Jan 2026"),
        ("Acme", "soon"),
        ("Acme", "2026-01-29 14:37:00 UTC"),
        ("Northwind", "Thu Jan 29 14:37:00 UTC 2026"),
    ]
    result = read_one("Company Follows.csv", table(FOLLOWS, *rows))
    assert result.events() == [
        Event(OWNER, EventKind.FOLLOW, "Trinity College, Cambridge", MIDNIGHT, row=1),
        Event(OWNER, EventKind.FOLLOW, "Acme", AFTERNOON, row=4),
        Event(OWNER, EventKind.FOLLOW, "Northwind", AFTERNOON, row=5),
    ]
    assert result.tally.skipped == {NO_COMPANY: 1, UNREADABLE: 1}
