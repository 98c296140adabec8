"""Links companies and schools, which are identified by their names alone.

Only how a name is written (legal form, case, punctuation) may differ; whatever else comes near is
a suggestion: The Citadel teaches, Citadel trades.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from graph.linking.catalogue import Catalogue
from graph.linking.link import Match, Suggestion, Tier
from graph.linking.normalise import Words, fold, shown, word_set, words
from graph.taxonomy import Taxonomy

NAME_SCORE = 0.97
SAME_CORE_SCORE = 0.8
LEAST_SUGGESTED = 0.86
MOST_SUGGESTIONS = 3
LONGEST_NAME = 40  # words; nobody's name is longer
LEADING_FORMS = word_set("pt ooo zao oao pao too ооо зао оао пао ао")
# Words that a company often carries or drops; never enough to accept, enough to ask.
LOOSE_WORDS = word_set(
    "the group holding holdings international global worldwide solutions services technologies"
    " technology consulting systems software labs europe deutschland germany usa us uk india"
    " france america com company and"
)
SHORT_SCHOOL_WORDS = {"univ": "university", "uni": "university", "inst": "institute"}


class LegalForms:
    """Takes the legal form off a company's name, wherever its country puts it."""

    def __init__(self, forms: Sequence[str]) -> None:
        keys = {words(fold(form)) for form in forms} - {()}
        self._keys = frozenset(keys)
        self._lengths = sorted({len(key) for key in keys}, reverse=True)
        self._attached = tuple(
            sorted((k[0] for k in keys if len(k) == 1 and _runs_on(k[0])), key=len, reverse=True)
        )

    def strip(self, name: Words) -> Words:
        """Take every legal form off; never leave nothing that names."""
        while len(name) <= LONGEST_NAME:
            shorter = self._without_one(name)
            if shorter == name or LOOSE_WORDS.issuperset(shorter):
                return name
            name = shorter
        return name

    def _without_one(self, name: Words) -> Words:
        if not name:
            return name
        for length in self._lengths:
            if length < len(name) and name[-length:] in self._keys:
                return name[:-length]
        if name[-1:] == ("and",):
            return name[:-1]
        if name and (name[0] in LEADING_FORMS or (len(name) > 1 and name[0] in self._attached)):
            return name[1:]
        return self._without_attached(name)

    def _without_attached(self, name: Words) -> Words:
        """Take off a form that is written on to the name without a space."""
        for form in self._attached:
            if name[0] != form and name[0].startswith(form):
                return (name[0].removeprefix(form), *name[1:])
            if name[-1] != form and name[-1].endswith(form):
                return (*name[:-1], name[-1].removesuffix(form))
        return name


def _runs_on(form: str) -> bool:
    """Tell a form of a script that is written without spaces (株式会社)."""
    return all("\u3040" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7a3" for letter in form)


class OrganisationLinker(ABC):
    """Finds a registered company or school by its name."""

    def __init__(self) -> None:
        self.catalogue = Catalogue(blocks=True)
        self._cores: dict[Words, set[str]] = {}

    @abstractmethod
    def name_words(self, text: str) -> Words:
        """Give the words that identify the organisation."""

    def register(self, id: str, name: str) -> bool:
        """Make an organisation a target; tell whether that is news."""
        key = self.name_words(name)
        known = self.catalogue.exact(shown(name))
        if known is not None and known[0] == id:
            return False
        rank = 1 if id in self.catalogue else 0
        self.catalogue.add(id, shown(name), key, rank=rank)
        self._cores.setdefault(_core(key), set()).add(id)
        return True

    def key(self, text: str) -> str:
        """Give the name without case, punctuation and legal form."""
        return " ".join(self.name_words(text)) or fold(text)

    def resolve(self, text: str) -> Match:
        """Find the organisation of this name."""
        exact = self.catalogue.exact(shown(text))
        if exact is not None:
            return Match(exact[0], exact[1], 1.0)
        key = self.name_words(text)
        id = self.catalogue.find(key)
        if id is not None:
            return Match(id, Tier.NORMALISED, NAME_SCORE)
        return Match(suggestions=self._suggest(key))

    def _suggest(self, key: Words) -> tuple[Suggestion, ...]:
        scores = {s.id: s.score for s in self.catalogue.suggest(key, LEAST_SUGGESTED)}
        for id in self._cores.get(_core(key), ()):
            scores.setdefault(id, SAME_CORE_SCORE)
        names = self.catalogue.names
        # Branch 17 is not branch 18, however alike the two are written.
        like = [(id, score) for id, score in scores.items() if _numbers(names[id]) == _numbers(key)]
        ranked = sorted(like, key=lambda item: (-item[1], item[0]))[:MOST_SUGGESTIONS]
        return tuple(Suggestion(id, names[id], score) for id, score in ranked)


class CompanyLinker(OrganisationLinker):
    """Companies: their legal form does not count."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        super().__init__()
        self._forms = LegalForms([row.form for row in taxonomy.legal_forms])

    def name_words(self, text: str) -> Words:
        """Give the words of a company's name without its legal form."""
        return self._forms.strip(words(fold(text)))


class SchoolLinker(OrganisationLinker):
    """Schools: "the" does not count where a word of its kind says that a school is meant."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        super().__init__()
        self._kind_words = frozenset(
            word
            for row in taxonomy.school_kinds
            for text in row.words
            for word in words(fold(text))
        )

    def name_words(self, text: str) -> Words:
        """Give the words of a school's name, abbreviations of its kind written out."""
        name = tuple(SHORT_SCHOOL_WORDS.get(word, word) for word in words(fold(text)))
        if name[:1] == ("the",) and any(word in self._kind_words for word in name[1:]):
            return name[1:]
        return name


def _numbers(name: str | Words) -> Words:
    parts = words(fold(name)) if isinstance(name, str) else name
    return tuple(word for word in parts if any(letter.isdigit() for letter in word))


def _core(key: Words) -> Words:
    return tuple(word for word in key if word not in LOOSE_WORDS) or key
