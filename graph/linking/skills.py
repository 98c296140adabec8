"""Links skills: levels, versions and remarks in brackets aside."""

import re
from collections.abc import Container, Sequence

from graph.linking.catalogue import Catalogue
from graph.linking.link import Match, Tier
from graph.linking.normalise import Words, fold, shown, singular, word_set, words
from graph.linking.spelling import Spelling
from graph.taxonomy import Taxonomy
from graph.taxonomy_rows import TECHNICAL, SkillKind

WHOLE_SCORE, TRIMMED_SCORE, FUZZY_SCORE = 0.97, 0.94, 0.9
_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*")
_VERSION = re.compile(r"(?<=\w)\s+v?(?:[12]?\d|(?:19|20)\d\d)(?:\.(?:\d+|x))*\+?$")
# What a remark in brackets says of any skill, and so of none.
REMARKS = word_set(
    "language software framework library tool database platform web cloud beginner basic"
    " intermediate advanced expert native fluent professional business skill certification"
    " certified technology"
) | {"programming language", "computer science", "web framework", "javascript library"}
LEVEL_WORDS = word_set(
    "advanced basic intermediate expert beginner proficient skill strong excellent good solid"
)
SPEAKER_WORDS = word_set("native fluent conversational business bilingual")
LANGUAGE_WORDS = word_set("programming language coding scripting")
VENDORS = word_set("apache microsoft ms")


class SkillLinker:
    """Finds the standard skill that a text names."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.catalogue = Catalogue()
        self._kinds = {skill.id: skill.kind for skill in taxonomy.skills}
        for skill in taxonomy.skills:
            for rank, text in enumerate((skill.name, *skill.aliases)):
                self.catalogue.add(skill.id, text, _key_words(text), rank=min(rank, 1))
        in_titles = (_key_words(title.name) for title in taxonomy.titles)
        self._spelling = Spelling(
            self.catalogue.vocabulary, (word for key in in_titles for word in key)
        )

    def key(self, text: str) -> str:
        """Give the words of the skill."""
        return " ".join(_key_words(text)) or fold(text)

    def resolve(self, text: str) -> Match:
        """Find the skill."""
        exact = self.catalogue.exact(shown(text))
        if exact is not None:
            return Match(exact[0], exact[1], 1.0)
        whole = _key_words(text)
        id = self.catalogue.find(whole)
        if id is not None:
            return Match(id, Tier.NORMALISED, WHOLE_SCORE)
        id = self._in_brackets(text) or self._trimmed(text)
        if id is not None:
            return Match(id, Tier.NORMALISED, TRIMMED_SCORE)
        meant = {self.catalogue.find(reading) for reading in self._spelling.readings(whole)} - {
            None
        }
        if len(meant) == 1:
            return Match(meant.pop(), Tier.FUZZY, FUZZY_SCORE)
        return Match(suggestions=self.catalogue.suggest(whole))

    def _in_brackets(self, text: str) -> str | None:
        """Read "Python (Programming Language)" and "Search Engine Optimisation (SEO)"."""
        remarks = _BRACKETS.findall(text)
        if not remarks:
            return None
        id = self._plainly(_BRACKETS.sub(" ", text))
        agree = id is not None and all(
            " ".join(_key_words(remark)) in REMARKS or self._plainly(remark) == id
            for remark in remarks
        )
        return id if agree else None

    def _plainly(self, text: str) -> str | None:
        return self.catalogue.find(_key_words(text)) or self._trimmed(text)

    def _trimmed(self, text: str) -> str | None:
        unversioned = _VERSION.sub("", fold(text))
        kept = [word for word in _key_words(unversioned) if word not in LEVEL_WORDS]
        id = self.catalogue.find(kept)
        if id is not None:
            technical = self._kinds[id] in TECHNICAL
            return id if technical or unversioned == fold(text) else None
        if len(kept) < 2:
            return None
        if kept[-1] in LANGUAGE_WORDS:
            return self._of_kind(kept[:-1], {SkillKind.LANGUAGE})
        if kept[0] in VENDORS:
            return self._of_kind(kept[1:], TECHNICAL)
        spoken = [word for word in kept if word not in SPEAKER_WORDS]
        return self._of_kind(spoken, {SkillKind.HUMAN_LANGUAGE})

    def _of_kind(self, key: Sequence[str], kinds: Container[SkillKind]) -> str | None:
        id = self.catalogue.find(key)
        return id if id is not None and self._kinds[id] in kinds else None


def _key_words(text: str) -> Words:
    return tuple(singular(word) for word in words(fold(text)))
