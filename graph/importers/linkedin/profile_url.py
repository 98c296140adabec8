"""Turns the address of a LinkedIn profile into its slug, and a slug into a person id."""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, unquote

from graph.importers.clean_text import clean

MOST_SLUG_CHARS = 180
MOST_ADDRESS_CHARS = 1_000
_ID_PREFIX = "linkedin:"

# www and country hosts alike, with or without a scheme; /in/ is where people live.
_PROFILE = re.compile(
    r"^\s*(?:https?://)?(?:[a-z0-9-]+\.)?linkedin\.com/(?:mwlite/)?in/+([^/?#\s]+)", re.IGNORECASE
)


def slug_of(address: str) -> str | None:
    """Return the last part of a profile's address, decoded and in lower case.

    None when the address is empty, is not that of a person or is longer than any real one.
    """
    return _slug_of(address) if len(address) <= MOST_ADDRESS_CHARS else None


def profile_url(slug: str) -> str:
    """Return the one address under which a profile is kept, whichever way a file wrote it."""
    return f"https://www.linkedin.com/in/{quote(slug, safe='-._~')}"


def person_id(slug: str) -> str:
    """Return the id of the person whose profile has this slug."""
    return _ID_PREFIX + slug


def person_slug(person: str) -> str | None:
    """Return the slug that an id of this importer holds, or None for any other id."""
    return person.removeprefix(_ID_PREFIX) or None if person.startswith(_ID_PREFIX) else None


@lru_cache(maxsize=65_536)
def _slug_of(address: str) -> str | None:
    found = _PROFILE.match(address)
    if found is None:
        return None
    try:
        decoded = unquote(found[1], errors="strict")
    except UnicodeDecodeError:
        decoded = found[1]
    slug = unicodedata.normalize("NFC", clean(decoded)).lower()
    return slug if 0 < len(slug) <= MOST_SLUG_CHARS else None
