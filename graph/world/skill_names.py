"""Says how skills are called in English: in a list, and within a sentence."""

import re
from collections.abc import Iterator

from graph.taxonomy_rows import Skill, SkillKind
from graph.world.vocabulary import Vocabulary

_WORD = re.compile(r"[A-Za-z0-9+#.]+")
_CAPITALISED = re.compile(r"(?<![A-Za-z0-9+#.&])[A-Z][a-z]+(?![A-Za-z0-9+#])")
_REMARK = re.compile(r"[(\[]")
LONGEST_ABBREVIATION = 6

_PROPER_TEXT = """
Adobe Agile Ajax Android Angular Azure Bayesian Bitcoin Bluetooth Chinese Dutch Docker English
Ethereum Excel French German Google Hadoop Hyperion Incoterms Italian Japanese Java Kaizen Kanban
Kubernetes Lean Linux Markov Microsoft Monte Carlo Montessori Oracle Portuguese Python Russian
Salesforce Scrum Sigma Six Spanish Swedish Unix Western Windows
"""
_PROPER = frozenset(_PROPER_TEXT.split())
_SMALL = frozenset({"a", "and", "for", "in", "of", "on", "the", "to", "with"})
# Their names are nouns that a sentence writes small; all other kinds are names.
_COMMON = frozenset({SkillKind.METHOD, SkillKind.KNOWLEDGE, SkillKind.SOFT})
# Aliases of personal strengths are often adjectives ("Organised"); these are not.
_SOFT_NOUNS = ("Skills", "Thinking", "Leadership", "Management", "Solving")


class SkillNames:
    """The English names of each skill by its number, the standard name first."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        words = _canonical_words(vocabulary)
        self.listed = tuple((s.name, *_aliases(s, words)) for s in vocabulary.skills)
        self.said = tuple(
            tuple(in_sentence(name) for name in names) if skill.kind in _COMMON else names
            for skill, names in zip(vocabulary.skills, self.listed, strict=True)
        )


def in_sentence(name: str) -> str:
    """Write a name the way it stands within a sentence: "patient care", "Agile coaching"."""
    return _CAPITALISED.sub(
        lambda found: found[0] if found[0] in _PROPER else found[0].lower(), name
    )


def _canonical_words(vocabulary: Vocabulary) -> frozenset[str]:
    rows = (*vocabulary.titles, *vocabulary.skills, *vocabulary.industries)
    return frozenset(word.lower() for row in rows for word in _WORD.findall(row.name))


def _aliases(skill: Skill, words: frozenset[str]) -> Iterator[str]:
    """Give the aliases that are English, as far as words of standard names can tell."""
    if skill.kind is SkillKind.HUMAN_LANGUAGE:
        return
    for alias in skill.aliases:
        if not alias.isascii() or _REMARK.search(alias):
            continue
        if skill.kind is SkillKind.SOFT and not alias.endswith(_SOFT_NOUNS):
            continue
        if _abbreviates(alias, skill.name) or _is_english(alias, words):
            yield alias


def _is_english(alias: str, words: frozenset[str]) -> bool:
    """Tell whether all words are known; "Service client" is not: ours have capitals."""
    spoken = _WORD.findall(alias)
    if any(word.islower() and word not in _SMALL for word in spoken):
        return False
    return all(word.lower() in words for word in spoken)


def _abbreviates(alias: str, name: str) -> bool:
    """Tell whether an alias is made of the first letters of a name, or of letters and digits."""
    if len(alias) > LONGEST_ABBREVIATION or " " in alias:
        return False
    parts = [part for part in re.split(r"[\s/-]+", name) if part[:1].isupper()]
    initials = "".join(part if part.isupper() else part[0] for part in parts)
    has_digit = any(sign.isdigit() for sign in alias) and alias[0].isalpha()
    return alias.replace("&", "") == initials or has_digit
