"""Puts into words what a job asks for and what is to be done in it."""

import re
from collections.abc import Mapping

from graph.taxonomy_rows import TECHNICAL, Skill, SkillKind
from graph.world.job_texts.dice import Dice
from graph.world.job_texts.facts import JobFacts
from graph.world.job_texts.phrase_book import (
    PhraseBook,
    Section,
    Slots,
    Template,
    listing,
    one,
    some,
)
from graph.world.skill_names import SkillNames
from graph.world.vocabulary import LEVELS, Vocabulary

STANDARD_NAME = 7  # of ten skills that a text names; the others by any name
LEVEL_TASK = 0.7
NICE_SHOWN = 0.7  # of the nice-to-have skills that are listed anyway

_TOOL = "tool"
_CLASSES = {
    SkillKind.METHOD: "method",
    SkillKind.KNOWLEDGE: "method",
    SkillKind.SOFT: "soft",
    SkillKind.HUMAN_LANGUAGE: "language",
    SkillKind.CERTIFICATION: "certification",
}
_MOST_TOGETHER = {_TOOL: 3, "method": 2, "soft": 3, "language": 1, "certification": 1}
_GROUP_NAME = re.compile(r"[a-z]+(-[a-z]+)*")


class JobAsks:
    """The phrases of requirements and of tasks, ready to be drawn."""

    def __init__(self, book: PhraseBook, vocabulary: Vocabulary, names: SkillNames) -> None:
        self._said = names.said
        self._class = tuple(
            _TOOL if skill.kind in TECHNICAL else _CLASSES[skill.kind]
            for skill in vocabulary.skills
        )
        self._need = {name: book.section(f"job.need.{name}") for name in _MOST_TOGETHER}
        self._nice = {name: book.section(f"job.nice.{name}") for name in _MOST_TOGETHER}
        # An intern is asked for an interest where others are asked for experience.
        self._intern = self._need | {
            name: self._nice[name] for name in (_TOOL, "method", "certification")
        }
        self._tasks = _SkillTasks(book).of(vocabulary)
        self._learning = book.section("job.skill.learn")
        self._family_tasks = tuple(
            book.section(f"job.family.{family.id.replace('-', '_')}")
            for family in vocabulary.families
        )
        self._level_tasks = tuple(book.section(f"job.level.{level}") for level in LEVELS)
        self._family = vocabulary.title_family.tolist()

    def say(self, skill: int, dice: Dice) -> str:
        """Name a skill as a sentence does."""
        names = self._said[skill]
        if len(names) == 1:
            return names[0]
        choice, which = dice.draw() % 10, dice.draw()
        return names[0] if choice < STANDARD_NAME else names[which % len(names)]

    def needs(self, job: JobFacts, dice: Dice, slots: Slots) -> list[str]:
        """Word the required skills, all of them, as noun phrases."""
        sections = self._need if job.level else self._intern
        skills = [skill for skill, is_required, _ in job.asked if is_required]
        return self._phrases(sections, skills, dice, slots)

    def nice(self, job: JobFacts, dice: Dice, slots: Slots) -> list[str]:
        """Word the other skills as noun phrases; those that no column lists are all said."""
        skills = [
            skill
            for skill, is_required, is_listed in job.asked
            if not is_required and (not is_listed or dice.chance(NICE_SHOWN))
        ]
        return self._phrases(self._nice, skills, dice, slots)

    def tasks(self, job: JobFacts, dice: Dice, slots: Slots, *, is_short: bool) -> list[str]:
        """Word what is to be done as imperatives."""
        family = self._family_tasks[self._family[job.title]]
        tasks = some(dice, family, 1 if is_short else 2 + dice.below(2), slots)
        around = [skill for skill, _, _ in job.asked[:8] if self._tasks[skill]]
        used: list[Template] = []
        for skill in dice.some(around, 1 if is_short else 1 + dice.below(3)):
            slots["skill"] = self.say(skill, dice)
            section = self._tasks[skill] if job.level else self._learning
            readings = dice.one(section)
            if readings in used:  # the same words again, with another skill, would sound dull
                continue
            used.append(readings)
            tasks.insert(1 + dice.below(len(tasks)), dice.one(readings) % slots)
        if dice.chance(LEVEL_TASK):
            tasks.append(one(dice, self._level_tasks[job.level], slots))
        return tasks

    def _phrases(
        self, sections: Mapping[str, Section], skills: list[int], dice: Dice, slots: Slots
    ) -> list[str]:
        by_class: dict[str, list[str]] = {}
        for skill in skills:
            by_class.setdefault(self._class[skill], []).append(self.say(skill, dice))
        phrases: list[str] = []
        for name, members in by_class.items():
            size = 1 + dice.draw() % _MOST_TOGETHER[name]
            groups = [members[at : at + size] for at in range(0, len(members), size)]
            chosen = dice.some(sections[name], len(groups))
            for at, group in enumerate(groups):
                slots["skill"] = listing(group)
                phrases.append(dice.one(chosen[at % len(chosen)]) % slots)
        return phrases


class _SkillTasks:
    """The tasks that fit each skill."""

    def __init__(self, book: PhraseBook) -> None:
        self._book = book
        self._sections: dict[tuple[str, str], Section] = {}

    def of(self, vocabulary: Vocabulary) -> tuple[Section, ...]:
        """Return the tasks of each skill; skills of one group and kind share theirs."""
        return tuple(self._of_skill(skill) for skill in vocabulary.skills)

    def _of_skill(self, skill: Skill) -> Section:
        if skill.kind in (SkillKind.SOFT, SkillKind.HUMAN_LANGUAGE, SkillKind.CERTIFICATION):
            return ()  # nobody's task is a language or a licence
        kind = _TOOL if skill.kind in TECHNICAL else str(skill.kind)
        key = (skill.group, kind)
        if key not in self._sections:
            found = _GROUP_NAME.match(skill.group)
            section = f"job.skill.{found[0].replace('-', '_')}" if found else ""
            own = self._book.section(section) if self._book.has(section) else ()
            self._sections[key] = (*own, *self._book.section(f"job.skill.{kind}"))
        return self._sections[key]
