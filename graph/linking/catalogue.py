"""Holds the standard things of one kind under their names, and finds those that resemble a text."""

from collections.abc import Iterable, Sequence
from math import log

from rapidfuzz import fuzz, process

from graph.linking.link import Suggestion, Tier

MOST_SUGGESTIONS = 3
LEAST_SCORE = 0.65
WORDS_COUNT = 0.4  # how much shared words count beside shared letters
LONGEST_POSTING = 400  # a word in more names than that tells little
MOST_COMPARED = 20  # words
BLOCK = 4  # characters at either end of a name by which it is also found


class Catalogue:
    """Names, aliases and keys of one kind of thing -> their ids.

    A key is a text (the same words joined the same way mean the same thing); a key that two things
    claim with equal right belongs to neither.
    """

    def __init__(self, *, blocks: bool = False) -> None:
        """Take names of one kind; with `blocks`, names that stand for themselves alone.

        Such a name also resembles a text that shares only its first or last letters.
        """
        self._blocks = blocks
        self.names: dict[str, str] = {}  # id -> display name
        self._exact: dict[str, tuple[str, Tier]] = {}
        self._keys: dict[str, str | None] = {}  # None: claimed by two
        self._ranks: dict[str, int] = {}
        self._entries: list[tuple[str, str]] = []  # (words joined by a space, id)
        self._postings: dict[str, list[int]] = {}

    def add(self, id: str, text: str, words: Sequence[str], *, rank: int) -> None:
        """Put a thing under a text: rank 0 is its name, 1 an alias, 2 what was derived from them.

        A key of lower rank wins over one of higher rank.
        """
        if rank == 0:
            self.names.setdefault(id, text)
        if rank < 2:
            tier = Tier.EXACT if rank == 0 else Tier.ALIAS
            known = self._exact.get(text)
            if known is None or (known[1] is Tier.ALIAS and tier is Tier.EXACT):
                self._exact[text] = (id, tier)
        self._claim(id, "".join(words), rank)
        if rank < 2:
            self._post(id, words)

    def _claim(self, id: str, key: str, rank: int) -> None:
        if not key:
            return
        held = self._ranks.get(key)
        if held is None or rank < held:
            self._keys[key], self._ranks[key] = id, rank
        elif rank == held and self._keys[key] != id:
            self._keys[key] = None

    def _post(self, id: str, words: Sequence[str]) -> None:
        entry = len(self._entries)
        self._entries.append((" ".join(words), id))
        for word in self._handles(words):
            posting = self._postings.setdefault(word, [])
            if len(posting) <= LONGEST_POSTING:  # beyond that it is never read
                posting.append(entry)

    def _handles(self, words: Sequence[str]) -> set[str]:
        handles = set(words)
        joined = "".join(words)
        if self._blocks and len(joined) >= 2 * BLOCK:
            handles |= {f"^{joined[:BLOCK]}", f"{joined[-BLOCK:]}$"}
        return handles

    def exact(self, text: str) -> tuple[str, Tier] | None:
        """Find the thing that bears exactly this name or alias."""
        return self._exact.get(text)

    def find(self, words: Sequence[str]) -> str | None:
        """Find the thing whose key these words make, however they are joined."""
        return self._keys.get("".join(words))

    def __contains__(self, id: str) -> bool:
        return id in self.names

    @property
    def vocabulary(self) -> Iterable[str]:
        """Every word of every name and alias."""
        return self._postings.keys()

    def suggest(self, words: Sequence[str], least: float = LEAST_SCORE) -> tuple[Suggestion, ...]:
        """Find the things whose names resemble these words, best first."""
        words = words[:MOST_COMPARED]
        entries = self._sharing_a_word(words)
        query = " ".join(words)
        choices = {entry: self._entries[entry][0] for entry in entries}
        found = process.extract(
            query, choices, scorer=fuzz.token_sort_ratio, score_cutoff=100 * least, limit=12
        )
        best: dict[str, float] = {}
        for text, ratio, entry in found:
            shared = 1.0 if self._blocks else self._shared(words, text)
            score = ratio / 100 * (1 - WORDS_COUNT + WORDS_COUNT * shared)
            id = self._entries[entry][1]
            if score >= least:
                best[id] = max(best.get(id, 0.0), score)
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
        return tuple(
            Suggestion(id, self.names.get(id, id), round(score, 3))
            for id, score in ranked[:MOST_SUGGESTIONS]
        )

    def _shared(self, words: Sequence[str], text: str) -> float:
        """Say what part of the words two texts share; rare words weigh more."""
        one, other = set(words), set(text.split())
        common = sum(map(self._weight, one & other))
        return 2 * common / (sum(map(self._weight, one)) + sum(map(self._weight, other)))

    def _weight(self, word: str) -> float:
        return log(2 + len(self._entries) / (1 + len(self._postings.get(word, ()))))

    def _sharing_a_word(self, words: Sequence[str]) -> set[int]:
        handles = self._handles(words)
        postings = [self._postings[handle] for handle in handles if handle in self._postings]
        rare = [posting for posting in postings if len(posting) <= LONGEST_POSTING]
        return {entry for posting in rare for entry in posting}
