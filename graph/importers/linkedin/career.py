"""Reads Positions.csv and Education.csv: where the owner has worked and studied."""

from collections.abc import Iterator

from graph.importers.frame import Tally
from graph.importers.linkedin.columns import Column
from graph.importers.linkedin.dates import Dates
from graph.importers.linkedin.export import Export
from graph.importers.linkedin.sheet import Row, Sheet
from graph.schema import Education, Fact, Position

NO_POSITION = "neither a title nor a company"
NO_SCHOOL = "no school"
ENDS_EARLY = "ends before it starts"


def read_positions(sheet: Sheet, export: Export, tally: Tally) -> Iterator[Fact]:
    """Read the owner's positions; one without an end is current."""
    dates = Dates(tally, export.imported_at)
    for row in sheet.rows(tally):
        position = _position(row, export.owner.id, dates)
        if position.title is None and position.company is None:
            tally.skip(row.number, NO_POSITION)
            continue
        _check_order(position.start, position.end, tally)
        yield position
        tally.use()


def read_education(sheet: Sheet, export: Export, tally: Tally) -> Iterator[Fact]:
    """Read the owner's education; it may end in the future."""
    dates = Dates(tally, export.imported_at)
    for row in sheet.rows(tally):
        school = row.line(Column.SCHOOL_NAME)
        if school is None:
            tally.skip(row.number, NO_SCHOOL)
            continue
        # "BSc, Computer Science" names the degree and, after the comma, what was studied.
        degree, _, subject = (row.line(Column.DEGREE_NAME) or "").partition(",")
        education = Education(
            export.owner.id,
            school,
            degree=degree.strip() or None,
            field=subject.strip() or None,
            start=dates.day(row.line(Column.START_DATE)),
            end=dates.day(row.line(Column.END_DATE), may_lie_ahead=True),
            row=row.number,
        )
        _check_order(education.start, education.end, tally)
        yield education
        tally.use()


def _position(row: Row, owner_id: str, dates: Dates) -> Position:
    finished = row.line(Column.FINISHED_ON)
    return Position(
        owner_id,
        title=row.line(Column.TITLE),
        company=row.line(Column.COMPANY_NAME),
        start=dates.day(row.line(Column.STARTED_ON)),
        end=dates.day(finished),
        is_current=finished is None,
        place=row.line(Column.LOCATION),
        description=row.text(Column.DESCRIPTION),
        row=row.number,
    )


def _check_order(start: str | None, end: str | None, tally: Tally) -> None:
    # Compared as far as both are precise: 2024 does not end before 2024-03.
    if start and end and end < start[: len(end)]:
        tally.warnings[ENDS_EARLY] += 1
