"""Roughens texts as hurried people write them: slips, small letters, abbreviations."""

import re
from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from graph.world.slips import Slip, mistype

ROUGH_SHARE = 0.06
WORST_SLIPS = 3  # in one text
SLIPS = (Slip.SWAP, Slip.LOSE, Slip.DOUBLE, Slip.MISS)
ENDS_OF_SLIPS = (0.35, 0.65, 0.85)  # running shares of all but the last

_ABBREVIATIONS = {
    "management": "mgmt", "years": "yrs", "with": "w/", "and": "&", "experience": "exp",
    "manager": "mgr", "department": "dept", "because": "bc", "people": "ppl", "months": "mths",
    "development": "dev", "percent": "pct", "approximately": "approx", "without": "w/o",
    "communication": "comms", "operations": "ops", "responsible": "resp.", "thanks": "thx",
    "marketing": "mktg", "quality": "qual.", "through": "thru", "you": "u", "please": "pls",
}  # fmt: skip
_ABBREVIATED = re.compile(r"\b(?:" + "|".join(_ABBREVIATIONS) + r")\b")
_LONG_WORD = re.compile(r"\b[a-z]{5,}\b")
_APOSTROPHE = re.compile(r"(?<=[a-z])'(?=[a-z])")
_LAST_STOP = re.compile(r"\.(?=\s*(?:\n|$))")


def roughen(
    texts: Sequence[str | None], generator: np.random.Generator, share: float = ROUGH_SHARE
) -> list[str | None]:
    """Write a share of the texts less carefully; the others stay as they are."""
    rough: list[str | None] = list(texts)
    chosen = np.flatnonzero(generator.random(len(rough)) < share).tolist()
    rolls = generator.random((len(chosen), 2 + 2 * WORST_SLIPS)).tolist()
    for place, roll in zip(chosen, rolls, strict=True):
        text = rough[place]
        if text:
            rough[place] = _rough(text, roll)
    return rough


def _rough(text: str, rolls: Sequence[float]) -> str:
    way, how_much = rolls[:2]
    if way < 0.45:
        for slip in range(1 + int(how_much * WORST_SLIPS)):
            text = _slip(text, rolls[2 + 2 * slip], rolls[3 + 2 * slip])
        return text
    if way < 0.65:
        return _ABBREVIATED.sub(lambda word: _ABBREVIATIONS[word[0]], text)
    if way < 0.82:
        return _LAST_STOP.sub("", _APOSTROPHE.sub("", text).lower())
    if way < 0.95:
        return _LAST_STOP.sub("", text)
    return text.replace(". ", ".. ", 1) if how_much < 0.5 else text.replace(", ", ",", 2)


def _slip(text: str, where: float, what: float) -> str:
    """Mistype one of the longer words."""
    words = list(_LONG_WORD.finditer(text))
    if not words:
        return text
    word = words[int(where * len(words))]
    within = what * 4 % 1
    place = word.start() + 1 + int(within * (len(word[0]) - 2))
    slip = SLIPS[bisect_right(ENDS_OF_SLIPS, what)]
    return mistype(text, place, slip)
