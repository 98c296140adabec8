"""Reads the endorsements given and received: who vouches for which skill of whom."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from graph.importers.frame import Tally
from graph.importers.linkedin.columns import Column
from graph.importers.linkedin.dates import UNREADABLE, Dates
from graph.importers.linkedin.export import Export
from graph.importers.linkedin.profile_url import slug_of
from graph.importers.linkedin.roster import NoMatch
from graph.importers.linkedin.sheet import Row, Sheet
from graph.schema import Event, EventKind, Fact, Person

NO_SKILL = "no skill"
TO_ONESELF = "the owner's endorsement of themselves"
PENDING = "endorsement not accepted yet"
HIDDEN = "endorsement hidden from the profile"
OTHER_STATUS = "endorsement of unknown status"

_STATUS_REASONS = {"PENDING": PENDING, "HIDDEN": HIDDEN}


class _Columns(NamedTuple):
    first_name: Column
    last_name: Column
    url: Column


_ENDORSEE = _Columns(Column.ENDORSEE_FIRST_NAME, Column.ENDORSEE_LAST_NAME, Column.ENDORSEE_URL)
_ENDORSER = _Columns(Column.ENDORSER_FIRST_NAME, Column.ENDORSER_LAST_NAME, Column.ENDORSER_URL)


def read_endorsements_given(sheet: Sheet, export: Export, tally: Tally) -> Iterator[Fact]:
    """Read whom the owner endorses; the skill becomes a skill of that person."""
    for row, other, skill in _accepted(_ENDORSEE, sheet, export, tally):
        yield replace(other, skills=(skill,), row=row.number)
        yield from _endorse(row, (export.owner.id, other.id), skill, export, tally)
        tally.use()


def read_endorsements_received(sheet: Sheet, export: Export, tally: Tally) -> Iterator[Fact]:
    """Read who endorses the owner."""
    for row, other, skill in _accepted(_ENDORSER, sheet, export, tally):
        if other.url is not None:  # met for the first time
            yield other
        yield from _endorse(row, (other.id, export.owner.id), skill, export, tally)
        tally.use()


def _accepted(
    columns: _Columns, sheet: Sheet, export: Export, tally: Tally
) -> Iterator[tuple[Row, Person, str]]:
    for row in sheet.rows(tally):
        skill = row.line(Column.SKILL_NAME)
        reason = _status_reason(row) or (NO_SKILL if skill is None else None)
        # People are introduced last: whoever is introduced must be stated, too.
        other = reason or _other(row, columns, export)
        if skill is None or isinstance(other, str):
            tally.skip(row.number, str(other))
        elif other.id == export.owner.id:
            tally.skip(row.number, TO_ONESELF)
        else:
            yield row, other, skill


def _status_reason(row: Row) -> str | None:
    status = row.raw(Column.ENDORSEMENT_STATUS).strip().upper()
    return None if status in ("", "ACCEPTED") else _STATUS_REASONS.get(status, OTHER_STATUS)


def _other(row: Row, columns: _Columns, export: Export) -> Person | str:
    slug = slug_of(row.raw(columns.url))
    name = row.name(columns.first_name, columns.last_name)
    if slug is not None:
        known = export.roster.introduce(slug, name, row.number)
        return known or Person(export.roster.id_of(slug), row=row.number)
    found = export.roster.named(name) if name else NoMatch.UNKNOWN
    return found if isinstance(found, NoMatch) else Person(found, row=row.number)


def _endorse(
    row: Row, people: tuple[str, str], skill: str, export: Export, tally: Tally
) -> Iterator[Event]:
    endorser, endorsee = people
    at = Dates(tally, export.imported_at).moment(row.line(Column.ENDORSEMENT_DATE))
    if at is None:
        tally.warnings[UNREADABLE] += 1
        return
    yield Event(endorser, EventKind.ENDORSE, endorsee, at, context=skill, row=row.number)
