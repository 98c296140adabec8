"""Makes words of sources comparable."""

import re

_BETWEEN = re.compile(r"[\W_]+")


def plain_word(stated: str) -> str:
    """Return a category in small letters with single hyphens: "Full Time" is full-time."""
    return _BETWEEN.sub("-", stated.casefold()).strip("-")
