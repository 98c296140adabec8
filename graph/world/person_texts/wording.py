"""Makes phrases ready to be filled in quickly: what a phrase needs, and how it reads."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from graph.world.person_texts.skill_text import SkillClass

_SLOT = re.compile(r"\{(\w+)\}")
_VERB = re.compile(r"<([^|<>]+)\|([^|<>]+)>")
_CONDITION = re.compile(r"\{(?:leads|skilled|newcomer|graduate)\}")
SUBJECT = "~"  # stands before a verb that may or may not have an "I"
SKILL_SLOTS: Mapping[str, SkillClass] = {
    "tool": SkillClass.TOOL,
    "craft": SkillClass.CRAFT,
    "soft": SkillClass.SOFT,
    "licence": SkillClass.LICENCE,
    "tongue": SkillClass.TONGUE,
}
ANY_SKILL = frozenset({"skill", "key"})  # a tool or a craft

Filler = Callable[[], str]


class SkillNeed(NamedTuple):
    """How many skills of each class must be there before a phrase can be filled in."""

    tools: int
    crafts: int
    both: int  # tools and crafts together
    soft: int
    licences: int
    tongues: int


class Wording(NamedTuple):
    """A phrase ready to be filled in; `template_of` says which template to take."""

    number: int  # no two phrases have the same
    templates: tuple[str, ...]
    fillers: tuple[Filler, ...]
    facts: int  # bits of the facts it tells, and of the sorts of skills
    skills: SkillNeed | None  # None: it tells none


class Section:
    """The phrases of one section; remembers which of them fit which facts."""

    def __init__(self, wordings: tuple[Wording, ...]) -> None:
        self._wordings = wordings
        self._fitting: dict[int, tuple[Wording, ...]] = {}
        self._relevant = 0
        for wording in wordings:
            self._relevant |= wording.facts

    def fitting(self, known: int) -> tuple[Wording, ...]:
        """Return the phrases that tell only what is known."""
        known &= self._relevant
        fitting = self._fitting.get(known)
        if fitting is None:
            fitting = tuple(w for w in self._wordings if not w.facts & ~known)
            self._fitting[known] = fitting
        return fitting


def template_of(is_held: bool, with_subject: bool) -> int:
    """Return the place of the template for the present or past, with an "I" or without."""
    return 2 * is_held + with_subject


def compile_wording(
    phrase: str, number: int, filler_of: Callable[[str], Filler], bits: Mapping[str, int]
) -> Wording:
    """Prepare a phrase.

    Args:
        phrase: With slots `{tool}`, verbs `<present|past>` and `~` before a verb that stands with
            "I" or without; a slot with a capital starts with a capital. The slots
            `{leads}`, `{skilled}`, `{newcomer}`, `{graduate}` only say of whom a phrase is true.
        number: Of the phrase.
        filler_of: Gives what fills the slot of a name.
        bits: The bit of each fact and sort of skill; anything else is drawn, and always there.
    """
    names = [slot.lower() for slot in _SLOT.findall(phrase)]
    facts = 0
    for name in names:
        facts |= bits.get(name, 0)
    phrase = _CONDITION.sub("", phrase)
    slots = _SLOT.findall(phrase)
    plain = _SLOT.sub("%s", phrase.replace("%", "%%"))
    templates = tuple(
        _spoken(plain, is_held, with_subject)
        for is_held in (False, True)
        for with_subject in (False, True)
    )
    fillers = tuple(filler_of(slot) for slot in slots)
    return Wording(number, templates, fillers, facts, _skill_need(names))


def _spoken(plain: str, is_held: bool, with_subject: bool) -> str:
    text = _VERB.sub(lambda found: found[1] if is_held else found[2], plain)
    text = text.replace(SUBJECT, "I " if with_subject else "")
    return text[0].upper() + text[1:] if plain.startswith(SUBJECT) else text


def _skill_need(names: Sequence[str]) -> SkillNeed | None:
    count = Counter(names)
    any_skill = sum(count[name] for name in ANY_SKILL)
    tools, crafts = count["tool"], count["craft"]
    need = SkillNeed(
        # What may be either must not take the last one from what may not.
        tools + any_skill if tools else 0,
        crafts + any_skill if crafts else 0,
        tools + crafts + any_skill,
        count["soft"],
        count["licence"],
        count["tongue"],
    )
    return need if any(need) else None
