"""Writes phrases about one person at a time, and remembers what it has already told."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from graph.world.person_texts.english import SMALL_NUMBERS, capitalised
from graph.world.person_texts.skill_text import SkillClass, SkillTexts
from graph.world.person_texts.wording import (
    ANY_SKILL,
    SKILL_SLOTS,
    Filler,
    Section,
    SkillNeed,
    compile_wording,
    template_of,
)
from graph.world.phrases import Phrases

TRIES = 12  # phrases looked at before a section has nothing to say
THOUSANDS = (2, 3, 4, 5, 6, 7, 8, 9, 12, 14, 15, 18, 20, 25, 30, 35, 40, 50, 60, 80, 90, 120, 150)
BLOCK = 8_192  # uniforms drawn at a time
# What may be known of a person or a position; a phrase that tells one is taken only if it is known.
FACTS = (
    *(
        "title",
        "heading",
        "a_title",
        "role",
        "a_role",
        "company",
        "city",
        "field",
        "next_field",
        "span",
    ),
    *("since", "mid_year", "past_company", "past_title", "a_past_title", "study", "graduate"),
    *(
        "jobs",
        "job_since",
        "job_span",
        "leads",
        "skilled",
        "team",
        "team_plus",
        "first",
        "name",
        "newcomer",
    ),
    "taste",
)
BITS: Mapping[str, int] = {name: 1 << place for place, name in enumerate(FACTS)}
_TOOL, _CRAFT, _SOFT, _LICENCE, _TONGUE, _ANY = (1 << (len(FACTS) + sort) for sort in range(6))
_ALL_BITS: Mapping[str, int] = {
    **BITS,
    **{"tool": _TOOL, "craft": _CRAFT, "soft": _SOFT, "licence": _LICENCE, "tongue": _TONGUE},
    **{"skill": _ANY, "key": _ANY},
}

SkillQueues = tuple[list[int], ...]  # skills yet to be told, by SkillClass; the next one last


def no_skills() -> SkillQueues:
    """Return queues with nothing in them."""
    return tuple([] for _ in SkillClass)


class Scribe:
    """Fills phrases in; what it knows is set for each person and each text.

    It tells no skill twice in a text and no phrase twice of a person.
    """

    def __init__(self, phrases: Phrases, skills: SkillTexts) -> None:
        self._phrases = phrases
        self._skills = skills
        self._numbers = 0
        self._facts: dict[str, str] = {}
        self._known = 0
        self._words: Mapping[str, Sequence[str]] = {}
        self._told: set[int] = set()
        self._queues = no_skills()
        self._stock = 0  # bits of the sorts of skills there are
        self._template = template_of(is_held=True, with_subject=True)
        self._currency = "$"
        self._last = ""
        self._drawn = self._drawn_slots()
        self.roll: Callable[[], float] = float

    # What it knows.

    def draw_from(self, generator: np.random.Generator) -> None:
        """Take all chances from a generator from now on."""
        self.roll = _uniforms(generator).__next__

    def meet(self, currency: str) -> None:
        """Turn to another person, of whom nothing is told yet."""
        self._told.clear()
        self._last = ""
        self._currency = currency

    def talk_of(self, words: Mapping[str, Sequence[str]]) -> None:
        """Use the words of a group of families."""
        self._words = words

    def know(self, facts: Mapping[str, str]) -> None:
        """Replace what is known."""
        self._facts.clear()
        self._facts.update(facts)
        self._known = sum(map(BITS.__getitem__, facts))

    def speak(self, is_held: bool, with_subject: bool) -> None:
        """Choose the tense, and whether verbs have an "I"."""
        self._template = template_of(is_held, with_subject)

    def take(self, queues: SkillQueues) -> SkillQueues:
        """Tell of these skills from now on; returns those it told of before."""
        before, self._queues = self._queues, queues
        tools, crafts, soft, licences, tongues = queues
        self._stock = (
            (_TOOL | _ANY if tools else 0)
            | (_CRAFT | _ANY if crafts else 0)
            | (_SOFT if soft else 0)
            | (_LICENCE if licences else 0)
            | (_TONGUE if tongues else 0)
        )
        return before

    # What it writes.

    def section(self, name: str) -> Section:
        """Prepare the phrases of a section."""
        phrases = self._phrases.of(name)
        first, self._numbers = self._numbers, self._numbers + len(phrases)
        return Section(
            tuple(
                compile_wording(phrase, number, self._filler, _ALL_BITS)
                for number, phrase in enumerate(phrases, first)
            )
        )

    def chance(self, share: float) -> bool:
        """Say yes with some probability."""
        return self.roll() < share

    def pick(self, words: Sequence[str]) -> str:
        """Draw one of some words."""
        return words[int(self.roll() * len(words))]

    def tell(self, section: Section) -> str | None:
        """Fill in one phrase of a section.

        Returns:
            The text; None if none of those looked at is new and tells what is known.
        """
        fitting = section.fitting(self._known | self._stock)
        if not fitting:
            return None
        roll, told, choices = self.roll, self._told, len(fitting)
        for _ in range(TRIES):
            number, templates, fillers, _, skills = fitting[int(roll() * choices)]
            if number not in told and (skills is None or self._has(skills)):
                told.add(number)
                return templates[self._template] % tuple([fill() for fill in fillers])
        return None

    def _has(self, need: SkillNeed) -> bool:
        tools, crafts, soft, licences, tongues = self._queues
        needed_tools, needed_crafts, both, needed_soft, needed_licences, needed_tongues = need
        return (
            len(tools) + len(crafts) >= both
            and len(tools) >= needed_tools
            and len(crafts) >= needed_crafts
            and len(soft) >= needed_soft
            and len(licences) >= needed_licences
            and len(tongues) >= needed_tongues
        )

    # How slots are filled.

    def _filler(self, slot: str) -> Filler:
        name = slot.lower()
        if name in BITS:
            fill: Filler = partial(self._facts.__getitem__, name)
            if slot == "Title":  # as on a business card: "Data Engineer"
                return partial(self._facts.__getitem__, "heading")
        elif name in SKILL_SLOTS:
            fill = partial(self._skill, SKILL_SLOTS[name])
        elif name in ANY_SKILL:
            fill = self._any_name if name == "key" else self._any_skill
        elif name in self._drawn:
            fill = self._drawn[name]
        else:
            raise ValueError(f"there is no slot {{{slot}}}")
        return fill if slot == name else partial(_capitalise, fill)

    def _skill(self, kind: SkillClass) -> str:
        return self._skills.prose[self._queues[kind].pop()]

    def _any_skill(self) -> str:
        return self._skills.prose[self._any()]

    def _any_name(self) -> str:
        return self._skills.names[self._any()]

    def _any(self) -> int:
        tools, crafts = self._queues[SkillClass.TOOL], self._queues[SkillClass.CRAFT]
        share = len(tools) / (len(tools) + len(crafts))
        return tools.pop() if self.roll() < share else crafts.pop()

    def _drawn_slots(self) -> dict[str, Filler]:
        pursuits, pastimes = (
            self._phrases.of("person.pursuit"),
            self._phrases.of("person.pastime"),
        )
        return {
            "hobby": lambda: self._another(pursuits),
            "pastime": lambda: self.pick(pastimes),
            "who": lambda: self.pick(self._words["who"]),
            "motto": lambda: self.pick(self._words["motto"]),
            "small": self._small,
            "small_plus": lambda: str(7 + int(self.roll() * 8)),
            "team_any": lambda: str(4 + int(self.roll() * 20)),
            "number": lambda: str(12 + int(self.roll() * 79)),
            "large": lambda: str(100 + 10 * int(self.roll() * 85)),
            "huge": lambda: f"{THOUSANDS[int(self.roll() * len(THOUSANDS))]},000",
            "percent": lambda: str(6 + int(self.roll() * 40)),
            "percent_high": lambda: str(88 + int(self.roll() * 12)),
            "percent_over": lambda: str(104 + int(self.roll() * 50)),
            "months": lambda: str(3 + int(self.roll() * 16)),
            "amount": lambda: self._money(5 + int(self.roll() * 90), " million"),
            "small_amount": lambda: f"{self._currency}{(3 + int(self.roll() * 37)) * 5},000",
        }

    def _another(self, words: Sequence[str]) -> str:
        """Draw a word other than the one drawn before."""
        word = self.pick(words)
        while word == self._last:
            word = self.pick(words)
        self._last = word
        return word

    def _small(self) -> str:
        number = int(self.roll() * 5)
        return SMALL_NUMBERS[number] if self.roll() < 0.5 else str(number + 2)

    def _money(self, tenths: int, unit: str) -> str:
        whole, tenth = divmod(tenths, 10)
        return f"{self._currency}{whole}{f'.{tenth}' if tenth else ''}{unit}"


def _capitalise(fill: Filler) -> str:
    return capitalised(fill())


def _uniforms(generator: np.random.Generator) -> Iterator[float]:
    while True:
        yield from generator.random(BLOCK).tolist()
