"""Makes the phrases of texts ready to be filled in, many thousand times a second."""

import re
from itertools import product

from graph.world.job_texts.dice import Dice
from graph.world.phrases import Phrases

_CHOICE = re.compile(r"<([^<>]*\|[^<>]*)>")
_SLOT = re.compile(r"\{([a-z_]+)\}")

Slots = dict[str, str]
Template = tuple[str, ...]  # the readings of one phrase, filled with `reading % slots`
Section = tuple[Template, ...]


class PhraseBook:
    """Sections of phrases as templates.

    A slot is written `{skill}`; `<big|small>` within a phrase stands for either word.
    """

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases

    def section(self, name: str) -> Section:
        """Return the templates of a section; to be asked for once, not for every text.

        Raises:
            ValueError: There is no such section.
        """
        return tuple(_readings(phrase) for phrase in self._phrases.of(name))

    def has(self, name: str) -> bool:
        """Tell whether there is such a section."""
        return name in self._phrases.sections


def one(dice: Dice, section: Section, slots: Slots) -> str:
    """Choose one phrase of a section, and fill it in."""
    readings = section[dice.draw() % len(section)]
    if len(readings) == 1:
        return readings[0] % slots
    return readings[dice.draw() % len(readings)] % slots


def some(dice: Dice, section: Section, wanted: int, slots: Slots) -> list[str]:
    """Choose different phrases of a section, and fill them in."""
    return [
        (readings[0] if len(readings) == 1 else dice.one(readings)) % slots
        for readings in dice.some(section, wanted)
    ]


def capital(text: str) -> str:
    """Begin a text with a capital letter."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """Begin a text with a small letter."""
    return text[:1].lower() + text[1:]


def listing(names: list[str], last: str = " and ") -> str:
    """Join names as a sentence does: "A, B and C"."""
    if len(names) == 1:
        return names[0]
    return ", ".join(names[:-1]) + last + names[-1]


def _readings(phrase: str) -> Template:
    pieces = _CHOICE.split(phrase.replace("%", "%%"))
    # Every second piece is the inside of a choice.
    options = [piece.split("|") if at % 2 else [piece] for at, piece in enumerate(pieces)]
    return tuple(_SLOT.sub(r"%(\1)s", "".join(chosen)) for chosen in product(*options))
