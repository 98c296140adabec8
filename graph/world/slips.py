"""Makes one slip of the fingers in a text, as people who write it in a hurry do."""

from enum import Enum, auto


class Slip(Enum):
    """What fingers do at a letter."""

    SWAP = auto()  # it changes places with the next one
    LOSE = auto()  # it is left out
    DOUBLE = auto()  # it comes twice
    MISS = auto()  # the letter before it is hit beside its key


def mistype(text: str, place: int, slip: Slip) -> str:
    """Spoil a text at a place within a word, neither its first nor its last letter."""
    before, letter, after = text[:place], text[place], text[place + 1 :]
    if slip is Slip.SWAP:
        return before + after[0] + letter + after[1:]
    if slip is Slip.LOSE:
        return before + after
    if slip is Slip.DOUBLE:
        return before + letter + letter + after
    return before[:-1] + _key_beside(before[-1]) + letter + after


def _key_beside(letter: str) -> str:
    keys = "qwertyuiopasdfghjklzxcvbnm"
    place = keys.find(letter)
    return keys[place - 1] if place > 0 else "w"
