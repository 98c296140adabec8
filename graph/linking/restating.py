"""Tells when one wording spells out the other: "KYC Analyst (Know Your Customer Analyst)"."""

from collections.abc import Sequence

SHORTEST_CLIP = 2  # letters of a clipped word: "ad" for "advertising"


def restates(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether two texts agree word by word, initials and clipped words spelt out."""
    while one and other:
        taken = _agreeing(one, other) or _agreeing(other, one)[::-1]
        if not taken:
            return False
        one, other = one[taken[0] :], other[taken[1] :]
    return not one and not other


def _agreeing(short: Sequence[str], long: Sequence[str]) -> tuple[int, ...]:
    """Say how many words at the start of each mean the same; nothing if none do."""
    word = short[0]
    if word == long[0] or (len(word) >= SHORTEST_CLIP and long[0].startswith(word)):
        return 1, 1
    initials = "".join(spelt[0] for spelt in long[: len(word)])
    return (1, len(word)) if len(word) > 1 and initials == word else ()
