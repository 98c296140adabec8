"""Knows everybody whom one export speaks of, so that nobody is made twice."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from graph.importers.clean_text import text_key
from graph.importers.linkedin.names import name_key, name_of
from graph.importers.linkedin.owner import Owner
from graph.importers.linkedin.profile_url import person_id, profile_url
from graph.schema import Person


class NoMatch(StrEnum):
    """Why a name alone leads to nobody."""

    UNKNOWN = "nobody in the export has this name, and the row has no profile address"
    AMBIGUOUS = "several people have this name, and the row has no profile address"


@dataclass(slots=True)
class _Acquaintance:
    company: str | None  # as compared
    since: str | None
    is_connection: bool
    is_named: bool


def contact_id(owner_id: str, name: str, connected_on: str | None) -> str:
    """Return the id of somebody who has no profile address."""
    text = f"{owner_id}|{text_key(name)}|{connected_on or ''}"
    return f"contact:{sha256(text.encode()).hexdigest()[:16]}"


class Roster:
    """The people of one export: by id, and by name where a file gives no address."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._people: dict[str, _Acquaintance] = {}
        self._by_name: dict[str, list[str]] = {}

    def id_of(self, slug: str) -> str:
        """Return the id of the person whose profile has this slug: the owner, or another."""
        return self._owner.id if slug == self._owner.slug else person_id(slug)

    def add_connection(self, contact: Person, since: str | None) -> bool:
        """Take note of a connection; False when this person is one already."""
        known = self._people.get(contact.id)
        if known is not None and known.is_connection:
            return False
        company = text_key(contact.company) if contact.company else None
        self._people[contact.id] = _Acquaintance(company, since, True, bool(contact.name))
        self._index(contact.id, contact.name)
        return True

    def is_connection(self, person: str) -> bool:
        """Say whether a person is a connection of the owner."""
        known = self._people.get(person)
        return known is not None and known.is_connection

    def connected_since(self, person: str) -> str | None:
        """Return the day of the connection, where it is known."""
        known = self._people.get(person)
        return known.since if known else None

    def introduce(self, slug: str, name: str | None, row: int) -> Person | None:
        """Return a new person to state as a fact, or None for one who was stated before."""
        return self._introduce(self.id_of(slug), slug, name, row)

    def introduce_by_name(self, name: str, row: int) -> tuple[str, Person | None] | NoMatch:
        """Find somebody by name, or make them; only two people of that name defeat it."""
        found = self.named(name)
        if found is NoMatch.AMBIGUOUS:
            return found
        if found is not NoMatch.UNKNOWN:
            return found, None
        made = contact_id(self._owner.id, name, None)
        return made, self._introduce(made, None, name, row)

    def named(self, name: str, company: str | None = None) -> str | NoMatch:
        """Return who has this name: of several the only connection, or who is at `company`."""
        everybody = self._by_name.get(name_key(name), [])
        connections = [person for person in everybody if self._people[person].is_connection]
        found = connections or everybody
        if len(found) > 1 and company is not None:
            at = text_key(company)
            found = [person for person in found if self._people[person].company == at] or found
        if not found:
            return NoMatch.UNKNOWN
        return found[0] if len(found) == 1 else NoMatch.AMBIGUOUS

    def _introduce(
        self, person: str, slug: str | None, name: str | None, row: int
    ) -> Person | None:
        known = self._people.get(person)
        if person == self._owner.id or (known and (known.is_named or not name)):
            return None
        if known is None:
            self._people[person] = known = _Acquaintance(None, None, False, False)
        known.is_named = bool(name)
        self._index(person, name)
        written = name_of(name) if name else None
        return Person(
            person,
            name=written.bare if written else None,
            url=profile_url(slug) if slug else None,
            notes=written.notes if written else {},
            row=row,
        )

    def _index(self, person: str, name: str | None) -> None:
        if name:
            self._by_name.setdefault(name_key(name), []).append(person)
