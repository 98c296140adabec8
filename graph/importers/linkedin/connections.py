"""Reads Connections.csv: the people whom the owner knows, and where they work."""

from collections.abc import Iterator

from graph.importers.frame import Tally
from graph.importers.linkedin.columns import Column
from graph.importers.linkedin.dates import Dates
from graph.importers.linkedin.export import Export
from graph.importers.linkedin.names import name_of
from graph.importers.linkedin.profile_url import profile_url, slug_of
from graph.importers.linkedin.roster import contact_id
from graph.importers.linkedin.sheet import Row, Sheet
from graph.schema import Connection, Fact, Person

HIDDEN = "hidden member: the row holds a date only"
NAMELESS = "neither a name nor a profile address"
OWN_ROW = "the owner's own row"
SAME_AGAIN = "same profile again"
BAD_ADDRESS = "profile address cannot be read"


def read_connections(sheet: Sheet, export: Export, tally: Tally) -> Iterator[Fact]:
    """Read the owner's connections; e-mail addresses of other people are not kept."""
    tally.remarks.append(f"era: {_era(sheet)}")
    dates = Dates(tally, export.imported_at)
    emails = 0
    for row in sheet.rows(tally):
        emails += bool(row.raw(Column.EMAIL).strip())
        since = dates.day(row.line(Column.CONNECTED_ON))
        contact = _contact(row, since, export, tally)
        if contact is None:
            tally.skip(row.number, HIDDEN if row.only(Column.CONNECTED_ON) else NAMELESS)
        elif contact.id == export.owner.id:
            tally.skip(row.number, OWN_ROW)
        elif export.roster.add_connection(contact, since):
            yield contact
            yield Connection(export.owner.id, contact.id, since, row=row.number)
            tally.use()
        else:
            tally.warnings[SAME_AGAIN] += 1
            tally.use()
    if emails:
        tally.remarks.append(f"e-mail addresses of other people, not kept: {emails}")


def _contact(row: Row, since: str | None, export: Export, tally: Tally) -> Person | None:
    slug = slug_of(row.raw(Column.URL))
    if slug is None and row.raw(Column.URL).strip():
        tally.warnings[BAD_ADDRESS] += 1
    written = row.name(Column.FIRST_NAME, Column.LAST_NAME)
    name = name_of(written) if written else None
    if slug is not None:
        person = export.roster.id_of(slug)
    elif name is not None:
        person = contact_id(export.owner.id, name.bare, since)
    else:
        return None
    return Person(
        person,
        name=name.bare if name else None,
        title=row.line(Column.POSITION),
        company=row.line(Column.COMPANY),
        url=profile_url(slug) if slug else None,
        notes=name.notes if name else {},
        updated_at=export.as_of,
        row=row.number,
    )


def _era(sheet: Sheet) -> str:
    if Column.URL in sheet.columns:
        return "mid-2023 on (with profile addresses)"
    since = "mid-2021 to mid-2023" if sheet.has_preamble else "to mid-2021"
    return f"{since} (without profile addresses)"
