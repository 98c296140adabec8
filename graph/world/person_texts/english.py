"""Puts titles and skills into running English: lower case, articles, numbers in words."""

import re
from collections.abc import Set

SMALL_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine")
_VOWELS = frozenset("aeiou")
_SPOKEN_WITH_VOWEL = frozenset("AEFHILMNORSX")  # "an HR manager"
_SPOKEN_AS_WORDS = frozenset({"SOC", "SAS", "REIT", "LAN", "RAID", "SAFe", "NATO"})
_LIKE_YOU = re.compile(r"u(?:ni(?!n)|s|t|r[aio])|eu|one\b")  # "a user", "a European"
_BRACKETS = re.compile(r"\s*\([^()]*\)")


def in_prose(name: str, proper: Set[str] = frozenset()) -> str:
    """Write a name as within a sentence: no brackets, small letters but for proper names."""
    words = _BRACKETS.sub("", name).split()
    return " ".join(
        word if word in proper or not _is_plain(word) else word.lower() for word in words
    )


def _is_plain(word: str) -> bool:
    """Tell whether only its first letter is a capital; hyphens start a new word."""
    parts = word.strip("(),.&").replace("/", "-").split("-")
    return len(word) > 1 and all(part[1:] == part[1:].lower() for part in parts)


def with_article(noun: str) -> str:
    """Put "a" or "an" before a noun."""
    return ("an " if _sounds_like_vowel(noun) else "a ") + noun


def _sounds_like_vowel(noun: str) -> bool:
    first = noun.split()[0]
    if len(first) > 1 and first[:2].isupper() and first not in _SPOKEN_AS_WORDS:
        return first[0] in _SPOKEN_WITH_VOWEL
    small = first.lower()
    return small[0] in _VOWELS and not _LIKE_YOU.match(small)


def capitalised(text: str) -> str:
    """Write the first letter large, and leave the others as they are."""
    return text[:1].upper() + text[1:]
