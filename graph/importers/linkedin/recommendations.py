"""Reads the recommendations given and received: that there is one, never its text."""

from collections.abc import Iterator

from graph.importers.frame import Tally
from graph.importers.linkedin.columns import Column
from graph.importers.linkedin.dates import UNREADABLE, Dates
from graph.importers.linkedin.export import Export
from graph.importers.linkedin.roster import NoMatch
from graph.importers.linkedin.sheet import Row, Sheet
from graph.schema import Event, EventKind, Fact

NAMELESS = "no name"
NOT_SHOWN = "recommendation not shown on the profile"

_SHOWN = frozenset({"", "VISIBLE", "ACCEPTED"})


def read_recommendations_given(sheet: Sheet, export: Export, tally: Tally) -> Iterator[Fact]:
    """Read whom the owner recommends."""
    for row, other, at in _shown(sheet, export, tally):
        yield Event(export.owner.id, EventKind.RECOMMEND, other, at, row=row.number)
        tally.use()


def read_recommendations_received(sheet: Sheet, export: Export, tally: Tally) -> Iterator[Fact]:
    """Read who recommends the owner."""
    for row, other, at in _shown(sheet, export, tally):
        yield Event(other, EventKind.RECOMMEND, export.owner.id, at, row=row.number)
        tally.use()


def _shown(sheet: Sheet, export: Export, tally: Tally) -> Iterator[tuple[Row, str, int]]:
    dates = Dates(tally, export.imported_at)
    for row in sheet.rows(tally):
        other = _other(row, export)
        at = dates.moment(row.line(Column.CREATION_DATE))
        if row.raw(Column.STATUS).strip().upper() not in _SHOWN:
            tally.skip(row.number, NOT_SHOWN)
        elif other is None:
            tally.skip(row.number, NAMELESS)
        elif isinstance(other, NoMatch):
            tally.skip(row.number, other)
        elif at is None:
            tally.skip(row.number, UNREADABLE)
        else:
            yield row, other, at


def _other(row: Row, export: Export) -> str | NoMatch | None:
    """Find the other person by name, as recommendations carry no address."""
    name = row.name(Column.FIRST_NAME, Column.LAST_NAME)
    return export.roster.named(name, row.line(Column.COMPANY)) if name else None
