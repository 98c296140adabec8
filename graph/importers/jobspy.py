"""Reads the job postings that JobSpy collected from several job boards into one CSV file."""

import re
from collections.abc import Iterator, Sequence

from graph.importers.clean_text import text_key
from graph.importers.delimited import SHORT_ROW, DelimitedTable, header_of, open_delimited
from graph.importers.frame import Reading, ReadOptions, Recognised, Tally
from graph.importers.input_file import InputFile
from graph.importers.job_id import job_id
from graph.importers.jobspy_row import JobSpyRow
from graph.schema import Company, Fact, Job, Remote

COLUMNS = (
    "id",
    "site",
    "job_url",
    "job_url_direct",
    "title",
    "company",
    "location",
    "date_posted",
    "job_type",
    "salary_source",
    "interval",
    "min_amount",
    "max_amount",
    "currency",
    "is_remote",
    "job_level",
    "job_function",
    "listing_type",
    "emails",
    "description",
    "company_industry",
    "company_url",
    "company_logo",
    "company_url_direct",
    "company_addresses",
    "company_num_employees",
    "company_revenue",
    "company_description",
    "skills",
    "experience_range",
    "company_rating",
    "company_reviews_count",
    "vacancy_count",
    "work_from_home_type",
)
REQUIRED = frozenset({"id", "site", "job_url", "title", "company"})
FEWEST_COLUMNS = 15

# Columns that no field of a job or company holds, but that somebody may ask for.
_NOTES = (
    "site",
    "job_url_direct",
    "job_level",
    "job_function",
    "experience_range",
    "vacancy_count",
    "salary_source",
    "work_from_home_type",
)
_UNUSED = frozenset(
    {
        "listing_type",
        "emails",
        "company_logo",
        "company_addresses",
        "company_revenue",
        "company_rating",
        "company_reviews_count",
    }
)
_LONE_BACKSLASH = re.compile(rb'(?<!\\)(?:\\\\)*\\(?![\\"])')
_BLOCK_BYTES = 262_144
_MOST_NAMED = 30


class JobSpyImporter:
    """The CSV file of a job search with JobSpy, of any of its versions with these columns."""

    name = "jobspy"
    label = "JobSpy job search"

    def recognise(self, file: InputFile) -> Recognised | None:
        """Recognise a file by its header."""
        header = header_of(file, _is_header)
        return None if header is None else Recognised(file, part="", group=file.path)

    def read(self, group: Sequence[Recognised], options: ReadOptions) -> Iterator[Reading]:
        """Read each file by itself.

        Raises:
            BadFile: A file cannot be used.
        """
        for recognised in group:
            table = _open(recognised.file)
            tally = Tally(used_for=("jobs", "companies that post them"))
            tally.remarks.extend(table.remarks)
            tally.remarks.extend(_column_remarks(table))
            facts = _Facts(table, tally, options.imported_at).stream()
            yield Reading(recognised.file, facts, tally)


class _Facts:
    """One pass over one file."""

    def __init__(self, table: DelimitedTable, tally: Tally, imported_at: int) -> None:
        self._table = table
        self._tally = tally
        self._imported_at = imported_at
        self._positions = {name: table.index(name) for name in COLUMNS}
        self._described: dict[str, set[str]] = {}  # company -> what has been said of it

    def stream(self) -> Iterator[Fact]:
        for row, cells in self._table.rows(self._tally):
            record = JobSpyRow(self._named(cells), self._tally)
            if record.text("title") is None:
                self._tally.skip(row, "no title")
                continue
            company = self._company(record, row)
            if company:
                yield company
            yield self._job(record, row)
            self._tally.use()

    def _named(self, cells: Sequence[str]) -> dict[str, str]:
        return {
            name: cells[position]
            for name, position in self._positions.items()
            if position is not None and cells[position]
        }

    def _company(self, record: JobSpyRow, row: int) -> Company | None:
        """Return what the row says of its company that no earlier row has said."""
        name = record.text("company")
        if name is None:
            return None
        said = self._described.setdefault(text_key(name), set())
        told = {
            "industry": record.text("company_industry"),
            "size": record.text("company_num_employees"),
            "url": record.url("company_url_direct") or record.url("company_url"),
            "description": record.prose("company_description"),
        }
        news = {what: text for what, text in told.items() if text and what not in said}
        said.update(news)
        return Company(name=name, **news, row=row) if news else None

    def _job(self, record: JobSpyRow, row: int) -> Job:
        title, company, place = (record.text(name) for name in ("title", "company", "location"))
        url = record.url("job_url")
        remote = record.remote()
        if place and text_key(place) in {"remote", "anywhere"}:
            remote, place = remote or Remote.REMOTE, None
        salary_min, salary_max = record.salary()
        has_salary = salary_min is not None or salary_max is not None
        if record.text("emails"):
            self._tally.warnings["email addresses of others left out"] += 1
        return Job(
            id=job_id(url, record.text("id") or f"{title} | {company} | {place}"),
            title=title,
            company=company,
            place=place,
            remote=remote,
            seniority=record.seniority(),
            employment_type=record.employment_type(),
            description=record.prose("description"),
            skills=record.skills(),
            salary_min=salary_min,
            salary_max=salary_max,
            currency=record.currency() if has_salary else None,
            salary_period=record.salary_period() if has_salary else None,
            posted_at=record.posted_at(self._imported_at),
            url=url,
            notes={name: note for name in _NOTES if (note := record.text(name))},
            row=row,
        )


def _is_header(cells: list[str]) -> bool:
    names = {cell.lower() for cell in cells}
    return names >= REQUIRED and len(names & set(COLUMNS)) >= FEWEST_COLUMNS


def _open(file: InputFile) -> DelimitedTable:
    """Open a file as its writer meant backslashes: as they are, or as the escape character.

    JobSpy's own advice writes them doubled, and a plain `to_csv` as they are. Where a file can
    be read in both ways, the way with fewer malformed rows is taken.
    """
    plain = open_delimited(file, _is_header)
    if not _may_be_escaped(file):
        return plain
    escaped = open_delimited(file, _is_header, escapechar="\\")
    malformed = _malformed_rows(escaped)
    return plain if malformed and _malformed_rows(plain) < malformed else escaped


def _may_be_escaped(file: InputFile) -> bool:
    """Tell whether there are backslashes, and none that can only mean itself."""
    rest, found = b"", False
    with file.open() as stream:
        while block := stream.read(_BLOCK_BYTES):
            block = rest + block
            found = found or b"\\" in block
            end = len(block.rstrip(b"\\"))  # a run of them may go on in the next block
            rest = block[end:]
            if len(rest) > _BLOCK_BYTES or _LONE_BACKSLASH.search(block, 0, end):
                return False
    return found


def _malformed_rows(table: DelimitedTable) -> int:
    tally = Tally()
    for _ in table.rows(tally):
        pass
    return sum(tally.skipped.values()) + tally.warnings[SHORT_ROW]


def _column_remarks(table: DelimitedTable) -> Iterator[str]:
    used = {table.index(name) for name in COLUMNS if name not in _UNUSED}
    unused = [name for position, name in enumerate(table.header) if name and position not in used]
    if unused:
        yield f"columns not used: {', '.join(unused[:_MOST_NAMED])}"
