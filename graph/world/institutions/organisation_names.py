"""Makes up names of companies and schools that no two share and no known brand has."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np

from graph.world.phrases import Phrases

LONGEST_INVENTED = 9  # letters
LETTERS = "ABCDEFGHIKLMNOPRSTUVW"
MOST_ROUNDS = 60
ROUNDS_WITHOUT_NUMBERS = 50  # when words run out at last, a number tells names apart
_WORD = re.compile(r"\w+")
_STAMMER = re.compile(r"(\w{3,})\1")

Pick = Callable[[Sequence[str]], str]


class OrganisationNamer:
    """Fills naming patterns with parts; remembers every name it gave away."""

    def __init__(self, phrases: Phrases, random: np.random.Generator) -> None:
        self._phrases = phrases
        self._random = random
        self._avoided = frozenset(phrases.of("company.avoid"))
        self._taken: set[str] = set()

    def names(
        self, patterns: Sequence[Sequence[str]], parts: Sequence[Mapping[str, Sequence[str]]]
    ) -> list[str]:
        """Name organisations.

        Args:
            patterns: For each organisation the patterns its name may follow.
            parts: For each organisation what may fill the slots `{word}`, `{city}`, `{region}`;
                all other slots are filled from the phrases.

        Returns:
            Names, all different from each other and from those given before.
        """
        names = [""] * len(patterns)
        open_places = list(range(len(patterns)))
        for attempt in range(MOST_ROUNDS):
            draws = self._random.random((len(open_places), 16)).tolist()
            still_open: list[int] = []
            for place, draw in zip(open_places, draws, strict=True):
                name = self._fill(patterns[place], parts[place], draw)
                if attempt >= ROUNDS_WITHOUT_NUMBERS:
                    name = f"{name} {2 + int(draw[-1] * 10 ** (attempt - 46))}"
                if self._may_take(name):
                    names[place] = name
                else:
                    still_open.append(place)
            open_places = still_open
            if not open_places:
                return names
        raise ValueError(f"{len(open_places)} of {len(names)} organisations found no name")

    def _fill(
        self, patterns: Sequence[str], parts: Mapping[str, Sequence[str]], draw: list[float]
    ) -> str:
        pick = _picker(iter(draw))
        name = pick(patterns)
        for slot in ("word", "city", "region"):
            if f"{{{slot}}}" in name:
                name = name.replace(f"{{{slot}}}", pick(parts[slot]))
        for slot, make in self._makers.items():
            if slot in name:
                name = name.replace(slot, make(pick))
        return name

    @cached_property
    def _makers(self) -> dict[str, Callable[[Pick], str]]:
        of = self._phrases.of
        return {
            "{surname}": lambda pick: pick(of("company.surname")),
            "{founder}": lambda pick: pick(of("company.surname")),
            "{other}": lambda pick: pick(of("company.surname")),
            "{invented}": self._invented,
            "{compound}": lambda pick: pick(of("company.first")) + pick(of("company.second")),
            "{spaced}": lambda pick: (
                pick(of("company.first")) + " " + pick(of("company.second")).capitalize()
            ),
            "{letters}": lambda pick: pick(LETTERS) + pick(LETTERS) + pick(LETTERS),
            "{saint}": lambda pick: pick(of("school.saint")),
        }

    def _invented(self, pick: Pick) -> str:
        beginning = pick(self._phrases.of("company.beginning"))
        middle = pick(self._phrases.of("company.middle"))
        ending = pick(self._phrases.of("company.ending"))
        # Two vowels or two consonants in a row do not sound like a name.
        glue = middle if (beginning[-1] in "aeiou") == (middle[0] not in "aeiou") else ""
        if not glue and beginning[-1] not in "aeiou":
            glue = pick("aeio")
        name = beginning + glue + ending
        return name if len(name) <= LONGEST_INVENTED else beginning + pick("aeio") + ending

    def _may_take(self, name: str) -> bool:
        key = name.casefold()
        words = _WORD.findall(key)
        is_free = key not in self._taken and not self._avoided.intersection(words)
        # "Rossi & Rossi Law", "Meadowmeadow": nothing twice.
        if not is_free or len(set(words)) < len(words) or _STAMMER.search(key):
            return False
        self._taken.add(key)
        return True


def _picker(uniforms: Iterator[float]) -> Pick:
    def pick(choices: Sequence[str]) -> str:
        return choices[int(next(uniforms) * len(choices))]

    return pick
