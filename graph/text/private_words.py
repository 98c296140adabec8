"""Takes out of a person's texts what would tell who they are, or how old: names, years, codes."""

import re
import unicodedata

_ENDINGS = "com|org|net|io|dev|me|eu|de|uk|fr|in"  # of web addresses without https:// or www.
# Order matters: an address holds digits and words that later patterns would tear apart.
_TELLING: tuple[re.Pattern[str], ...] = (
    re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE),
    re.compile(r"\b[\w.+-]++@[\w-]+(?:\.[\w-]+)+"),
    re.compile(rf"\b(?:[\w-]+\.)+(?:{_ENDINGS})\b(?:/\S*)?", re.IGNORECASE),
    re.compile(r"\b(?:aged?|age:)\s+\d{1,3}\b", re.IGNORECASE),
    re.compile(r"\b\d{1,3}[\s-]+years?[\s-]+(?:old|of age|young)\b", re.IGNORECASE),
    re.compile(r"['’]\d\d\b"),  # class of '09
    # Postcodes of letters and digits: British, Canadian, Dutch.
    re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s+\d[A-Z]{2}\b"),
    re.compile(r"\b[A-Z]\d[A-Z]\s?\d[A-Z]\d\b"),
    re.compile(r"\b\d{4}\s?[A-Z]{2}\b"),
    # Years, postcodes of digits alone, telephone numbers: any long run of digits.
    re.compile(r"\+?\b(?:[A-Z]{1,2}-)?\d{4,}(?:[-–/]\d+)*\b"),
)
_BLANKS = re.compile(r"[^\S\n]+")
_PART_OF_NAME = re.compile(r"[^\W\d_]{2,}")


def without_private_words(text: str, name: str | None) -> str:
    """Return a text without its person's name, addresses, years, ages and postcodes.

    Every run of four or more digits goes, as nothing tells a year or a postcode from another
    number. A part of the name goes where it is not written small: Will's "will" stays.

    Args:
        text: In a person's own words.
        name: The person's.
    """
    text = unicodedata.normalize("NFC", text)
    for pattern in _TELLING:
        text = pattern.sub(" ", text)
    return _BLANKS.sub(" ", _without_name(text, name)).strip()


def _without_name(text: str, name: str | None) -> str:
    folded = text.casefold()
    parts = set(_PART_OF_NAME.findall(unicodedata.normalize("NFC", name or "")))
    # Few texts hold the name, and making a pattern costs more than reading the text.
    met = sorted(part for part in parts if part.casefold() in folded)
    if not met:
        return text
    either = "|".join(re.escape(part) for part in sorted(met, key=len, reverse=True))
    own = re.compile(rf"(?<![^\W\d_])(?:{either})(?![^\W\d_])", re.IGNORECASE)
    return own.sub(lambda found: found[0] if found[0].islower() else " ", text)
