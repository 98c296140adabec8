"""Notes what a person has agreed to, from when and until when; nothing is ever overwritten."""

from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, exists, insert, or_, select, update

from graph.store.tables import consent, person


class ConsentScope(StrEnum):
    """What a person can agree to."""

    OWN_PROFILE = "own_profile"
    CONTACT_COMPANIES = "contact_companies"
    CONTACT_NAMES = "contact_names"


class Consent(NamedTuple):
    """One time that a person agreed; moments are seconds since 1970 UTC."""

    scope: ConsentScope
    granted_at: int
    ends_at: int | None  # the first moment at which it holds no more
    withdrawn_at: int | None


def grant(
    connection: Connection, person_key: int, scope: ConsentScope, at: int, ends_at: int | None
) -> None:
    """Note that a person agrees; a grant of the same moment is replaced.

    Raises:
        ValueError: It would end before it begins.
        KeyError: The store holds no such person.
    """
    if ends_at is not None and ends_at <= at:
        raise ValueError(f"a consent granted at {at} cannot end at {ends_at}")
    if connection.scalar(select(person.c.key).where(person.c.key == person_key)) is None:
        raise KeyError(person_key)
    same = and_(_of(person_key, scope), consent.c.granted_at == at)
    connection.execute(consent.delete().where(same))
    row = (person_key, scope.value, at, ends_at, None)
    connection.execute(insert(consent).values(row))


def withdraw(connection: Connection, person_key: int, scope: ConsentScope, at: int) -> int:
    """Note that a person agrees no more, from this moment on.

    Returns:
        How many grants that ended; 0 where none was active.
    """
    active = and_(_of(person_key, scope), _holds(at))
    return connection.execute(update(consent).where(active).values(withdrawn_at=at)).rowcount


def is_active(connection: Connection, person_key: int, scope: ConsentScope, at: int) -> bool:
    """Tell whether a person agreed at a moment."""
    agreed = exists().where(_of(person_key, scope), _holds(at))
    return bool(connection.scalar(select(agreed)))


def read_consents(connection: Connection, person_key: int) -> list[Consent]:
    """Read everything a person has ever agreed to, the oldest first."""
    rows = connection.execute(
        select(consent)
        .where(consent.c.person_key == person_key)
        .order_by(consent.c.granted_at, consent.c.scope)
    )
    return [Consent(ConsentScope(r.scope), *r[2:]) for r in rows]


def _of(person_key: int, scope: ConsentScope) -> ColumnElement[bool]:
    return and_(consent.c.person_key == person_key, consent.c.scope == scope.value)


def _holds(at: int) -> ColumnElement[bool]:
    return and_(
        consent.c.granted_at <= at,
        or_(consent.c.ends_at.is_(None), consent.c.ends_at > at),
        or_(consent.c.withdrawn_at.is_(None), consent.c.withdrawn_at > at),
    )
