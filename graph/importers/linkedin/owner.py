"""Finds out whose export this is, from what the person says and from the files themselves."""

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from graph.importers.linkedin.columns import Column
from graph.importers.linkedin.conversations import Conversations
from graph.importers.linkedin.names import name_key
from graph.importers.linkedin.profile_url import person_id, person_slug, slug_of
from graph.importers.linkedin.sheet import Row

NOT_FOUND = "whose export this is cannot be told from it: --owner names them"


class Owner(NamedTuple):
    """The person whose export it is."""

    id: str
    slug: str | None  # of their profile's address
    name: str | None
    is_found: bool  # False: the id stands for whoever it is


class Clues(NamedTuple):
    """What the files of an export say of its owner."""

    profile_name: str | None
    invited_as: Counter[str]  # own slug -> invitations
    invited_name: Counter[str]  # own name -> invitations
    conversations: Conversations


def invitation_clues(rows: Iterable[Row]) -> tuple[Counter[str], Counter[str]]:
    """Return the owner's slugs and names as invitations give them, with their numbers."""
    slugs: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for row in rows:
        direction = row.raw(Column.DIRECTION).strip().upper()
        if direction not in ("OUTGOING", "INCOMING"):
            continue
        is_sent = direction == "OUTGOING"
        slug = slug_of(row.raw(Column.INVITER_URL if is_sent else Column.INVITEE_URL))
        name = row.line(Column.FROM if is_sent else Column.TO)
        slugs.update([slug] if slug else [])
        names.update([name] if name else [])
    return slugs, names


def find_owner(clues: Clues, owner_id: str | None, group: str) -> Owner:
    """Decide who the owner is; `owner_id` is what the person who imports calls them."""
    slug = _slug(clues, owner_id)
    name = clues.profile_name or _most(clues.invited_name) or _written_name(clues, slug)
    if owner_id is not None:
        return Owner(owner_id, slug, name, True)
    if slug is not None:
        return Owner(person_id(slug), slug, name, True)
    stand_in = sha256(group.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return Owner(f"member:{stand_in}", None, name, False)


def _slug(clues: Clues, owner_id: str | None) -> str | None:
    said = person_slug(owner_id) if owner_id else None
    return (
        _most(clues.invited_as)
        or _slug_writing_as(clues.profile_name, clues.conversations)
        or said
        or _slug_in_every_thread(clues.conversations)
    )


def _most(votes: Counter[str]) -> str | None:
    """Return what more than half of the votes are for."""
    winner: Sequence[tuple[str, int]] = votes.most_common(1)
    return winner[0][0] if winner and 2 * winner[0][1] > votes.total() else None


def _slug_writing_as(name: str | None, conversations: Conversations) -> str | None:
    """Return the slug under which somebody of the owner's name has written most."""
    if name is None:
        return None
    key = name_key(name)
    written: Counter[str] = Counter()
    for slug, names in conversations.names.items():
        written[slug] += sum(count for other, count in names.items() if name_key(other) == key)
    return _most(+written)


def _slug_in_every_thread(conversations: Conversations) -> str | None:
    """Return who takes part in more than half of the messages, and in more than anybody else."""
    first, second = ([*conversations.appearances.most_common(2), ("", 0), ("", 0)])[:2]
    is_clear = first[1] > second[1] and 2 * first[1] > conversations.messages
    return first[0] if is_clear and first[0] else None


def _written_name(clues: Clues, slug: str | None) -> str | None:
    names = clues.conversations.names.get(slug or "")
    return names.most_common(1)[0][0] if names else None
