"""Reads messages.csv: that somebody wrote to somebody, and whether it was a reply."""

from collections.abc import Iterator

from graph.importers.frame import Tally
from graph.importers.linkedin.columns import Column
from graph.importers.linkedin.dates import UNREADABLE, Dates
from graph.importers.linkedin.envelope import Envelope, LeftOut, envelope_of
from graph.importers.linkedin.export import Export
from graph.importers.linkedin.recipients import Recipients
from graph.importers.linkedin.sheet import Sheet
from graph.schema import Event, EventKind, Fact

MOST_RECIPIENTS = 10

NO_RECIPIENT = "no recipient whose profile address is known"
TOO_MANY = f"sent to more than {MOST_RECIPIENTS} people"
NOT_ALL_THREADS = "very many threads: some replies are counted as messages"


def read_messages(sheet: Sheet, export: Export, tally: Tally) -> Iterator[Fact]:
    """Read who wrote to whom and when; subject, thread title and content never leave a row."""
    tally.remarks.append("metadata only: no subject, title or text of a message is kept")
    if Column.RECIPIENT_URLS not in sheet.columns:
        tally.remarks.append("era: to early 2023 (recipients by name only)")
    dates = Dates(tally, export.imported_at)
    recipients = Recipients(export)
    for row in sheet.rows(tally):
        envelope = envelope_of(row)
        if isinstance(envelope, LeftOut):
            tally.skip(row.number, envelope.reason)
            continue
        sent = dates.moment(envelope.sent)
        to = recipients.of(envelope)
        reason = _reason_to_skip(sent, to)
        if sent is None or reason is not None:
            tally.skip(row.number, reason or UNREADABLE)
            continue
        yield from _facts(envelope, to, sent, export)
        tally.use()
    if not export.conversations.is_complete:
        tally.remarks.append(NOT_ALL_THREADS)


def _reason_to_skip(sent: int | None, to: tuple[str, ...]) -> str | None:
    if sent is None:
        return UNREADABLE
    if not to:
        return NO_RECIPIENT
    return TOO_MANY if len(to) > MOST_RECIPIENTS else None


def _facts(envelope: Envelope, to: tuple[str, ...], sent: int, export: Export) -> Iterator[Fact]:
    """State the people of a message who are new, then the message to each recipient."""
    roster, threads = export.roster, export.conversations
    for slug in (envelope.sender, *to):
        person = roster.introduce(slug, _name_of(slug, envelope, to), envelope.row)
        if person is not None:
            yield person
    sender = roster.id_of(envelope.sender)
    for slug in to:
        is_reply = threads.is_reply(envelope.conversation, slug, sent)
        kind = EventKind.REPLY if is_reply else EventKind.MESSAGE
        yield Event(sender, kind, roster.id_of(slug), sent, row=envelope.row)


def _name_of(slug: str, envelope: Envelope, to: tuple[str, ...]) -> str | None:
    """Return the name a message gives somebody, where it is clear which name is whose."""
    if slug == envelope.sender:
        return envelope.sender_name
    names = envelope.recipient_names
    if names is None or len(to) == 1:
        return names
    parts = names.split(", ")
    return parts[to.index(slug)] if len(parts) == len(to) else None
