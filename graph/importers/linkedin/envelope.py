"""Takes from a message what is ever taken from it: who wrote to whom, when, in which thread."""

from typing import NamedTuple

from graph.importers.linkedin.columns import Column
from graph.importers.linkedin.profile_url import slug_of
from graph.importers.linkedin.sheet import Row

_YES = frozenset({"yes", "true", "1"})
_ADVERTISEMENT_START = '<p class="spinmail'
_ADVERTISEMENT_MARK = "%FIRSTNAME%"


class Envelope(NamedTuple):
    """A message without its subject, its thread's title and its content."""

    row: int
    conversation: str
    sender: str  # a slug
    sender_name: str | None
    recipients: tuple[str, ...]  # slugs, without the sender; empty where the file has none
    recipient_names: str | None  # joined by ", ", as are the parts of some names
    sent: str | None  # as the file writes it


class LeftOut(NamedTuple):
    """A row that is no message between two people, and why."""

    reason: str


def envelope_of(row: Row) -> Envelope | LeftOut:
    """Read the envelope of a message; its content is looked at for advertisements only."""
    if _is_draft(row):
        return LeftOut("draft, never sent")
    if row.raw(Column.FOLDER).strip().upper() == "SPAM":
        return LeftOut("in the spam folder")
    if _is_advertisement(row):
        return LeftOut("sponsored mail")
    sender = slug_of(row.raw(Column.SENDER_URL))
    if sender is None:
        return LeftOut("sender has no profile address: sponsored mail, a page or a closed account")
    recipients = (slug_of(address) for address in row.raw(Column.RECIPIENT_URLS).split(","))
    return Envelope(
        row.number,
        row.line(Column.CONVERSATION_ID) or "",
        sender,
        row.line(Column.FROM),
        tuple(dict.fromkeys(slug for slug in recipients if slug and slug != sender)),
        row.line(Column.TO),
        row.line(Column.DATE),
    )


def _is_draft(row: Row) -> bool:
    marks = (row.raw(Column.IS_MESSAGE_DRAFT), row.raw(Column.IS_CONVERSATION_DRAFT))
    return any(mark.strip().lower() in _YES for mark in marks)


def _is_advertisement(row: Row) -> bool:
    content = row.raw(Column.CONTENT)
    return content.lstrip().startswith(_ADVERTISEMENT_START) or _ADVERTISEMENT_MARK in content
