"""Reads Company Follows.csv: the companies that the owner follows."""

from collections.abc import Iterator

from graph.importers.frame import Tally
from graph.importers.linkedin.columns import Column
from graph.importers.linkedin.dates import UNREADABLE, Dates
from graph.importers.linkedin.export import Export
from graph.importers.linkedin.sheet import Sheet
from graph.schema import Event, EventKind, Fact

NO_COMPANY = "no company"


def read_follows(sheet: Sheet, export: Export, tally: Tally) -> Iterator[Fact]:
    """Read which companies the owner follows, by name."""
    dates = Dates(tally, export.imported_at)
    for row in sheet.rows(tally):
        company = row.line(Column.ORGANIZATION)
        at = dates.moment(row.line(Column.FOLLOWED_ON))
        if company is None:
            tally.skip(row.number, NO_COMPANY)
        elif at is None:
            tally.skip(row.number, UNREADABLE)
        else:
            yield Event(export.owner.id, EventKind.FOLLOW, company, at, row=row.number)
            tally.use()
