"""Reads Invitations.csv: who asked whom to connect, and who accepted."""

from collections.abc import Iterator
from typing import NamedTuple

from graph.importers.dates import parse_moment
from graph.importers.frame import Tally
from graph.importers.linkedin.columns import Column
from graph.importers.linkedin.dates import UNREADABLE, Dates
from graph.importers.linkedin.export import Export
from graph.importers.linkedin.profile_url import slug_of
from graph.importers.linkedin.roster import NoMatch
from graph.importers.linkedin.sheet import Row, Sheet
from graph.schema import Event, EventKind, Fact, Person

NO_DIRECTION = "neither INCOMING nor OUTGOING"
NOBODY = "names nobody on the other side"
TO_ONESELF = "from and to are the same person"
CONNECTED_BEFORE = "connected before this invitation was sent"

_DAY_SECONDS = 24 * 60 * 60


class _Side(NamedTuple):
    """The other person of an invitation."""

    id: str
    fact: Person | None  # None: stated before


def read_invitations(sheet: Sheet, export: Export, tally: Tally) -> Iterator[Fact]:
    """Read invitations; the note that goes with one is never looked at."""
    dates = Dates(tally, export.imported_at)
    for row in sheet.rows(tally):
        sent = dates.moment(row.line(Column.SENT_AT))
        # People are introduced last: whoever is introduced must be stated, too.
        other = _other(row, export) if sent is not None else UNREADABLE
        if sent is None or isinstance(other, str):
            tally.skip(row.number, str(other))
        elif other.id == export.owner.id:
            tally.skip(row.number, TO_ONESELF)
        else:
            if other.fact is not None:
                yield other.fact
            yield from _events(row, other.id, sent, export, tally)
            tally.use()


def _is_outgoing(row: Row) -> bool | None:
    direction = row.raw(Column.DIRECTION).strip().upper()
    return {"OUTGOING": True, "INCOMING": False}.get(direction)


def _other(row: Row, export: Export) -> _Side | str:
    """Return the other person, or why there is none."""
    is_outgoing = _is_outgoing(row)
    if is_outgoing is None:
        return NO_DIRECTION
    slug = slug_of(row.raw(Column.INVITEE_URL if is_outgoing else Column.INVITER_URL))
    name = row.line(Column.TO if is_outgoing else Column.FROM)
    if slug is not None:
        return _Side(export.roster.id_of(slug), export.roster.introduce(slug, name, row.number))
    if name is None:
        return NOBODY
    found = export.roster.introduce_by_name(name, row.number)
    return found if isinstance(found, NoMatch) else _Side(*found)


def _events(row: Row, other: str, sent: int, export: Export, tally: Tally) -> Iterator[Event]:
    people = (export.owner.id, other) if _is_outgoing(row) else (other, export.owner.id)
    inviter, invited = people
    yield Event(inviter, EventKind.INVITE, invited, sent, row=row.number)
    if not export.roster.is_connection(other):
        return
    since = export.roster.connected_since(other)
    connected = parse_moment(since) if since and len(since) == len("2024-03-01") else None
    if connected is None:
        return
    if connected < sent - _DAY_SECONDS:
        tally.warnings[CONNECTED_BEFORE] += 1
    elif connected < sent:
        connected = sent  # the day of the connection is known, its time is not
    yield Event(invited, EventKind.ACCEPT, inviter, connected, row=row.number)
