"""Reads saved jobs and applications: postings, and that the owner liked or applied for them."""

from collections.abc import Iterator

from graph.importers.clean_text import text_key
from graph.importers.frame import Tally
from graph.importers.job_id import job_id
from graph.importers.linkedin.columns import Column
from graph.importers.linkedin.dates import UNREADABLE, Dates
from graph.importers.linkedin.export import Export
from graph.importers.linkedin.sheet import Row, Sheet
from graph.schema import Event, EventKind, Fact, Job

NO_JOB = "neither a title nor an address"


def read_saved_jobs(sheet: Sheet, export: Export, tally: Tally) -> Iterator[Fact]:
    """Read Saved Jobs.csv."""
    yield from _read(EventKind.SAVE, Column.SAVED_DATE, sheet, export, tally)


def read_applications(sheet: Sheet, export: Export, tally: Tally) -> Iterator[Fact]:
    """Read Job Applications.csv; contacts, resumes and answers are never looked at."""
    yield from _read(EventKind.APPLY, Column.APPLICATION_DATE, sheet, export, tally)


def _read(
    kind: EventKind, date: Column, sheet: Sheet, export: Export, tally: Tally
) -> Iterator[Fact]:
    dates = Dates(tally, export.imported_at)
    for row in sheet.rows(tally):
        job = _job(row, export)
        if job is None:
            tally.skip(row.number, NO_JOB)
            continue
        yield job
        at = dates.moment(row.line(date))
        if at is None:
            tally.warnings[UNREADABLE] += 1
        else:
            yield Event(export.owner.id, kind, job.id, at, row=row.number)
        tally.use()


def _job(row: Row, export: Export) -> Job | None:
    url = _web_address(row.line(Column.JOB_URL))
    title, company = row.line(Column.JOB_TITLE), row.line(Column.COMPANY_NAME)
    if url is None and title is None:
        return None
    words = f"{text_key(title or '')}|{text_key(company or '')}"
    return Job(
        job_id(url, words),
        title=title,
        company=company,
        url=url,
        updated_at=export.as_of,
        row=row.number,
    )


def _web_address(text: str | None) -> str | None:
    """Return an address that a browser may safely be sent to, or None."""
    if text is None or " " in text:
        return None
    if text.lower().startswith(("http://", "https://")):
        return text
    return f"https://{text}" if text.lower().startswith("www.") else None
