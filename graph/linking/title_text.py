"""Takes a job title apart: what the writer set off, what says nothing of the work, its words."""

import re
from functools import lru_cache
from typing import NamedTuple

from graph.linking.normalise import Words, fold, singular, words
from graph.linking.title_words import (
    ABBREVIATIONS,
    FINAL_ABBREVIATIONS,
    JOINING_WORDS,
    NOISE_WORDS,
    SPELLINGS,
)

MOST_SEGMENTS = 8  # of a title; what follows says nothing more of the work
_LETTERS = r"(?:m|w|f|d|x|h|i|e|div|gn|k|\*)"
_GENDER = re.compile(
    rf"[(\[]\s*{_LETTERS}(?:\s*[/|,.\-]\s*{_LETTERS})+\s*[)\]]"
    rf"|(?<![\w/])[mwfh]\s?/\s?[mwfh](?:\s?/\s?[dxi])?(?![\w/])"
    r"|\ball genders\b|\balle geschlechter\b"
)
_PERSON_ENDING = re.compile(
    r"(?<=[^\W\d_]{3})(?:\((?:a|o|as|os|r|e|in|innen|ra|or)\)"
    r"|[:*_·]-?(?:in|innen|e)|/-?(?:in|innen|a|o|ra|euse|trice))(?!\w)"
)
_AT_COMPANY = re.compile(r"\s*@\s.*|\s@.*")
_MONEY = re.compile(r"[$€£¥]\s?\d[\d.,]*\s?[km]?\b(?:\s?/?\s?(?:hr|hour|year|yr|h)\b)?")
_NUMBERS = re.compile(
    r"#\s?\w*\d\w*|\b(?:req|jr|job|id|ref|r)[\s:#-]*\d{3,}\w*|(?<![\w.])\d{4,}(?![\w.])"
)
_SEPARATOR = re.compile(
    r"[,;:|()\[\]{}•·—–]|\s[-/]+\s|(?<=[\w.)])[-/]\s|\s-(?=\w)|-(?=[iv]+\b)|(?<=\w)\sat\s(?=\w)"
)
_ENUMERATION = re.compile(r",\s*(?:and|&)\s")  # its commas set nothing off
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
MARKED_LEVEL = re.compile(r"(?:level|lvl|grade|band|tier)\s?\d{1,2}|[lepti]c?\d{1,2}")


class TitleText(NamedTuple):
    """A title in segments, the way its writer set them off; those in brackets come last."""

    segments: tuple[Words, ...]
    asides: int = 0  # how many of them, at the end, stood in brackets


def canonical(title_words: Words) -> Words:
    """Bring the words of a title into the one form that keys use."""
    result: list[str] = []
    last = len(title_words) - 1
    for position, word in enumerate(title_words):
        if word in JOINING_WORDS and last > 0:
            continue
        if position == last > 0 and word in FINAL_ABBREVIATIONS:
            result.append(FINAL_ABBREVIATIONS[word])
        elif word in ABBREVIATIONS:
            result.extend(ABBREVIATIONS[word])
        else:
            result.append(_spelling(word))
    return tuple(result)


@lru_cache(maxsize=50_000)
def _spelling(word: str) -> str:
    word = singular(SPELLINGS.get(word, word))
    if len(word) > 6 and word.endswith("woman"):
        return word[:-5] + "man"
    if len(word) > 8 and word.endswith("person"):
        return word[:-6] + "man"
    return SPELLINGS.get(word, word)


def read_title(text: str) -> TitleText:
    """Split a title into segments of canonical words."""
    folded = _AT_COMPANY.sub("", fold(text))
    for noise in (_GENDER, _MONEY, _NUMBERS):
        folded = noise.sub(" ", folded)
    folded = _PERSON_ENDING.sub("", folded)
    if _ENUMERATION.search(folded):
        folded = folded.replace(",", " ")
    outside, inside = _BRACKETS.sub(" ", folded), _BRACKETS.findall(folded)
    said = _segments(outside)
    asides = [segment for part in inside for segment in _segments(part)]
    asides = asides[: MOST_SEGMENTS // 2]
    said = said[: MOST_SEGMENTS - len(asides)]
    return TitleText((*said, *asides), len(asides))


def _segments(folded: str) -> list[Words]:
    pieces = (canonical(words(piece)) for piece in _SEPARATOR.split(folded))
    return [piece for piece in pieces if piece and not _says_nothing(piece)]


def _says_nothing(piece: Words) -> bool:
    return all(word in NOISE_WORDS or word.isdigit() for word in piece) or bool(
        MARKED_LEVEL.fullmatch(" ".join(piece))
    )
