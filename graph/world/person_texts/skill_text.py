"""Words the skills of people: which sentences they fit, and what a profile calls them."""

import re
from enum import IntEnum

from graph.taxonomy_rows import TECHNICAL, Skill, SkillKind
from graph.world.segments import Floats, Ints
from graph.world.skill_names import SkillNames
from graph.world.vocabulary import Vocabulary

ALIAS_SHARE = 0.15  # of the skills in a list
_REMARK = re.compile(r"\s*\([^()]*\)")
# Frameworks of these groups are ways to work, not things to build with.
_RULE_GROUPS = frozenset(
    {"project-methods", "sales", "it-service", "cybersecurity", "writing-communication"}
)


class SkillClass(IntEnum):
    """In which kind of sentence a skill can stand."""

    TOOL = 0  # "I use ..."
    CRAFT = 1  # "I do a lot of ..."
    SOFT = 2
    LICENCE = 3
    TONGUE = 4


_CLASSES = {
    SkillKind.SOFT: SkillClass.SOFT,
    SkillKind.CERTIFICATION: SkillClass.LICENCE,
    SkillKind.HUMAN_LANGUAGE: SkillClass.TONGUE,
}


class SkillTexts:
    """What skills are called, by number: in headings, within sentences, in lists."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        names = SkillNames(vocabulary)
        self.classes = tuple(_class_of(skill) for skill in vocabulary.skills)
        self.names = tuple(_REMARK.sub("", skill.name) for skill in vocabulary.skills)
        self.prose = tuple(_REMARK.sub("", said[0]) for said in names.said)
        self._listed = names.listed

    def listed(self, skills: Ints, uniforms: Floats) -> list[str]:
        """Word skills as in a list: mostly by their names, now and then by an alias."""
        rows = zip(skills.tolist(), uniforms.tolist(), strict=True)
        return [
            self._listed[skill][int(uniform / ALIAS_SHARE * len(self._listed[skill]))]
            if uniform < ALIAS_SHARE
            else self._listed[skill][0]
            for skill, uniform in rows
        ]


def _class_of(skill: Skill) -> SkillClass:
    if skill.kind in TECHNICAL:
        is_rule = skill.kind is SkillKind.FRAMEWORK and skill.group in _RULE_GROUPS
        return SkillClass.CRAFT if is_rule else SkillClass.TOOL
    return _CLASSES.get(skill.kind, SkillClass.CRAFT)
