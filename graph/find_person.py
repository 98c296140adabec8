"""Finds a person by what people know of themselves: their id, e-mail or profile address."""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from sqlalchemy import Connection, func, or_, select

from graph.importers.linkedin.profile_url import person_id, profile_url, slug_of
from graph.schema import NodeType
from graph.store import Store
from graph.store.tables import person

MOST_NAMED = 5


class Found(NamedTuple):
    """Whom some words may mean."""

    ids: tuple[str, ...]  # in order; exactly one: that is the person
    alike: tuple[tuple[str, str], ...]  # (id, name) of people whom the words resemble


def find_person(store: Store, words: str) -> Found:
    """Find who has this id; else whose e-mail or profile address it is; else who is named so."""
    words = words.strip()
    slug = slug_of(words)
    column = person.c
    with store.read() as connection:
        exact = connection.scalar(select(column.id).where(column.id == words))
        if exact is not None:
            return Found((exact,), ())
        marks = [func.lower(column.email) == words.lower(), column.url == words]
        if slug is not None:
            marks += [column.id == person_id(slug), column.url == profile_url(slug)]
        found = set(connection.scalars(select(column.id).where(or_(*marks))))
        if slug is not None:
            found.update(_with_profile(connection, slug))
    ids = tuple(sorted(found))
    hits = () if ids else store.search(words, [NodeType.PERSON], MOST_NAMED)
    return Found(ids, tuple((hit.id, hit.name) for hit in hits))


def _with_profile(connection: Connection, slug: str) -> Iterator[str]:
    """Yield whose address, as some file wrote it, is that of a profile."""
    # Letters that addresses encode can be written in many ways: then every profile is looked at.
    rare = slug if quote(slug) == slug else "linkedin.com"
    like = func.lower(person.c.url).contains(rare, autoescape=True)
    for id, url in connection.execute(select(person.c.id, person.c.url).where(like)):
        if slug_of(url) == slug:
            yield id
