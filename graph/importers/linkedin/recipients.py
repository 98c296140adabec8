"""Finds out who received a message, also where the file gives their names only."""

from graph.importers.linkedin.envelope import Envelope
from graph.importers.linkedin.export import Export
from graph.importers.linkedin.names import name_key
from graph.importers.linkedin.profile_url import person_slug
from graph.importers.linkedin.roster import NoMatch

# Names are tried as one, as one and the rest, ...: for longer lists that is not worth it.
_MOST_NAME_PARTS = 40


class Recipients:
    """Looks recipients up among those who wrote in the thread, and among the people known."""

    def __init__(self, export: Export) -> None:
        self._export = export
        self._writers: dict[str, str | None] = {}  # name key -> slug; None: of several
        for slug, names in export.conversations.names.items():
            for name in names:
                key = name_key(name)
                self._writers[key] = slug if self._writers.get(key, slug) == slug else None

    def of(self, envelope: Envelope) -> tuple[str, ...]:
        """Return the slugs of a message's recipients; empty when none can be told."""
        if envelope.recipients:
            return envelope.recipients
        found = [*self._owner_as_recipient(envelope), *self._by_name(envelope)]
        if not found:
            # Two people in a thread: what one of them writes goes to the other.
            others = self._export.conversations.others(envelope.conversation, envelope.sender)
            found = others if len(others) == 1 else []
        return tuple(dict.fromkeys(slug for slug in found if slug != envelope.sender))

    def _owner_as_recipient(self, envelope: Envelope) -> list[str]:
        """Return the owner, whose mailbox it is, for every message they did not write."""
        slug = self._export.owner.slug
        return [slug] if slug and slug != envelope.sender else []

    def _by_name(self, envelope: Envelope) -> list[str]:
        """Return whoever the joined names lead to; names hold ", " themselves."""
        parts = (envelope.recipient_names or "").split(", ")[:_MOST_NAME_PARTS]
        found: list[str] = []
        start = 0
        while start < len(parts):
            # The longest name that somebody has: "Jo Doe, MBA" before "Jo Doe".
            for end in range(len(parts), start, -1):
                slug = self._slug_of_name(", ".join(parts[start:end]))
                if slug is not None:
                    found.append(slug)
                    start = end
                    break
            else:
                start += 1
        return found

    def _slug_of_name(self, name: str) -> str | None:
        owner = self._export.owner
        key = name_key(name) if name else ""
        if owner.name is not None and key == name_key(owner.name):
            return owner.slug
        if key in self._writers:
            return self._writers[key]
        person = self._export.roster.named(name) if key else NoMatch.UNKNOWN
        return None if isinstance(person, NoMatch) else person_slug(person)
