"""Makes the slips of fingers that some postings have, away from names and skills."""

import re

from graph.world.job_texts.dice import Dice

_WORD = re.compile(r"\b[a-z]{6,}\b")


def with_typo(text: str, dice: Dice) -> str:
    """Spoil one longer word, if there is one; words with capitals, such as names, stay."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    word = dice.one(words)
    at = word.start() + 1 + dice.below(len(word[0]) - 3)
    kind = dice.below(3)
    if kind == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    return text[:at] + text[at] + text[at:]
