"""Corrects one mistyped word of a text to the known word it must have been."""

from collections.abc import Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

from graph.linking.normalise import Words

SHORTEST = 7  # letters: shorter words have too many neighbours
SHORTEST_CUT = 8  # a shorter word with a letter left out is too often another word
SHORTEST_ALONE = 9  # where no other word speaks for the correction
LONGEST_TEXT = 16  # words
MOST_MEANT = 4  # words that a mistyped one may stand for


class Spelling:
    """Known words, and the slips of the hand that lead back to them.

    A slip is two letters swapped, one left out, or one typed twice. Another letter in its place
    is none: that makes a geologist of a gemologist and a banker of a backer.
    """

    def __init__(self, targets: Iterable[str], known: Iterable[str]) -> None:
        """Correct to `targets`; a word of `targets` or `known` is never a slip."""
        self._targets: dict[str, list[str]] = {}
        targets = {word for word in targets if len(word) >= SHORTEST and word.isalpha()}
        for word in sorted(targets):
            self._targets.setdefault(word[0], []).append(word)
        self._known = frozenset(known) | targets

    def readings(self, spoken: Words) -> Iterator[Words]:
        """Give the texts that may have been meant, where exactly one word was mistyped.

        The first letter and digits must be right, and so must be every short word.
        """
        if len(spoken) > LONGEST_TEXT:
            return
        unknown = [place for place, word in enumerate(spoken) if word not in self._known]
        for place in unknown:
            word = spoken[place]
            if len(word) < (SHORTEST if len(spoken) > 1 else SHORTEST_ALONE) - 1:
                continue
            for meant in self._meant(word):
                yield (*spoken[:place], meant, *spoken[place + 1 :])

    def _meant(self, word: str) -> list[str]:
        if not word.isalpha():
            return []
        near = process.extract(
            word,
            self._targets.get(word[0], ()),
            scorer=OSA.distance,
            score_cutoff=1,
            limit=MOST_MEANT,
        )
        return [known for known, _, _ in near if _is_slip(word, known)]


def _is_slip(typed: str, meant: str) -> bool:
    """Tell a slip of the hand among the texts one edit apart."""
    if typed.isascii() != meant.isascii():
        return False
    if len(typed) == len(meant):
        return sorted(typed) == sorted(meant)
    if len(typed) < len(meant):
        return len(meant) >= SHORTEST_CUT
    twice = (typed[:i] + typed[i + 1 :] for i in range(1, len(typed)) if typed[i] == typed[i - 1])
    return meant in twice
