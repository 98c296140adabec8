"""Links job titles: reads the seniority off, and finds the occupation in what remains."""

from collections.abc import Sequence
from itertools import chain

from graph.linking.catalogue import Catalogue
from graph.linking.link import Match, Suggestion, Tier
from graph.linking.normalise import Words, fold, shown, words
from graph.linking.peeling import Peeler
from graph.linking.spelling import Spelling
from graph.linking.title_reader import LEADERS, WHOLE_SCORE, Found, TitleReader
from graph.linking.title_text import TitleText, canonical, read_title
from graph.linking.title_vocabulary import (
    other_orders,
    role_word,
    technologies,
    usual_words,
    words_of_others,
)
from graph.linking.title_words import EDGE_NOISE, MAKERS, NOISE_WORDS, ROLE_WORDS
from graph.schema import Seniority
from graph.taxonomy import Taxonomy
from graph.taxonomy_rows import Title

RANKS = {seniority: rank for rank, seniority in enumerate(Seniority)}
FUZZY_FACTOR = 0.95
MOST_SUGGESTIONS = 3
# "Staff" is a step of the ladder for these; a staff nurse is simply employed.
STAFF_ROLES = frozenset(
    {"engineer", "developer", "scientist", "designer", "architect", "researcher", "manager"}
)


class TitleLinker:
    """Finds the standard title that a text names."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.catalogue = Catalogue()
        self._spoken: dict[Words, str | None] = {}  # as spelt, plurals and all; None: two claim it
        self._levels = {title.id: title.level for title in taxonomy.titles}
        keys = [self._add(title) for title in taxonomy.titles]
        self._peeler = Peeler(
            [(canonical(words(fold(row.word))), row.seniority) for row in taxonomy.seniority_words]
        )
        roles = ROLE_WORDS | {role_word(title.name) for title in taxonomy.titles}
        leaders = {id for id, level in self._levels.items() if level in LEADERS}
        self._reader = TitleReader(self.catalogue, self._peeler, roles, leaders)
        self._technologies = technologies(taxonomy)
        names = (place.name for place in taxonomy.places)
        self._places = frozenset(canonical(words(fold(name))) for name in names)
        known = (self.catalogue.vocabulary, NOISE_WORDS, EDGE_NOISE, words_of_others(taxonomy))
        self._spelling = Spelling(usual_words(keys), chain.from_iterable(known))

    def _add(self, title: Title) -> list[Words]:
        """Put a title under its name and aliases; give the words of each."""
        keys: list[Words] = []
        for rank, text in enumerate((title.name, *title.aliases)):
            folded = fold(text)
            spoken = words(folded)
            if self._spoken.setdefault(spoken, title.id) != title.id:
                self._spoken[spoken] = None
            keys.append(canonical(spoken))
            self.catalogue.add(title.id, text, keys[-1], rank=min(rank, 1))
            for turned in other_orders(folded):
                self.catalogue.add(title.id, text, canonical(turned), rank=2)
        return keys

    def key(self, text: str) -> str:
        """Give what a title is about, whoever writes it: no seniority, no noise, no places."""
        segments = read_title(text).segments
        kept = [s for s in segments if s not in self._places] or segments
        cores = [self._peeler.core(segment) for segment in kept]
        found = " ".join(chain.from_iterable(cores))
        return found or " ".join(chain.from_iterable(segments)) or fold(text)

    def display(self, text: str) -> str:
        """Give the title as its writer put it, without seniority at its edges."""
        spoken = shown(text).split()
        while len(spoken) > 1 and self._says_only_seniority(spoken[0]):
            del spoken[0]
        while len(spoken) > 1 and self._says_only_seniority(spoken[-1]):
            del spoken[-1]
        return " ".join(spoken).strip(" ,-")

    def _says_only_seniority(self, word: str) -> bool:
        said = canonical(words(fold(word)))
        return bool(said) and self._peeler.only_seniority(said)

    def resolve(self, text: str) -> Match:
        """Find the title; refuse rather than guess, and say what it might be."""
        title = read_title(text)
        exact = self.catalogue.exact(shown(text))
        if exact is not None:
            id, tier = exact
            return Match(id, tier, 1.0, seniority=self._seniority(title, id, ()))
        if not title.segments:
            return Match(placeholder=True)
        tier = Tier.NORMALISED
        found = self._as_spelt(text) or self._reader.find(title)
        found = found or self._reader.find(self._without_technologies(title))
        if found is None:
            found, tier = self._find_mistyped(title), Tier.FUZZY
        if found is None:
            spoken = tuple(chain.from_iterable(title.segments))
            seniority = self._peeler.spoken(spoken)
            return Match(suggestions=self._suggest(title), seniority=seniority)
        score = found.score if tier is Tier.NORMALISED else found.score * FUZZY_FACTOR
        return Match(
            found.id, tier, score, seniority=self._seniority(title, found.id, found.seniorities)
        )

    def _as_spelt(self, text: str) -> Found | None:
        id = self._spoken.get(words(fold(text)))
        return Found(id, (), WHOLE_SCORE) if id else None

    def _without_technologies(self, title: TitleText) -> TitleText:
        """Read "Kotlin Backend Engineer": with what somebody works leaves open on what."""
        return title._replace(segments=tuple(map(self._without_technology, title.segments)))

    def _without_technology(self, segment: Words) -> Words:
        kept = tuple(word for word in segment if word not in self._technologies)
        return kept if len(kept) > 1 and not MAKERS.isdisjoint(kept) else segment

    def _seniority(self, title: TitleText, id: str, said: Sequence[Seniority]) -> Seniority | None:
        """Give the seniority that the words say of a title found, None if they say none."""
        spoken = tuple(chain.from_iterable(title.segments))
        steps = set(said)
        if not steps:
            deeper = (p for p in self._peeler.peel(spoken) if self.catalogue.find(p.core) == id)
            steps.update(chain.from_iterable(peeled.seniorities for peeled in deeper))
        if STAFF_ROLES.isdisjoint(spoken):
            steps.discard(Seniority.STAFF)
        if "intern" in spoken:
            return Seniority.INTERN
        if not steps:
            return None
        level = self._levels[id]
        return max((level, *steps) if level in LEADERS else steps, key=RANKS.__getitem__)

    def _find_mistyped(self, title: TitleText) -> Found | None:
        spoken = tuple(chain.from_iterable(title.segments))
        readings = (self._reader.lookup(r) for r in self._spelling.readings(spoken))
        found = {meant.id: meant for meant in readings if meant is not None}
        return found.popitem()[1] if len(found) == 1 else None

    def _suggest(self, title: TitleText) -> tuple[Suggestion, ...]:
        if not title.segments:
            return ()
        cores = [self._peeler.core(segment) for segment in title.segments]
        found: dict[str, Suggestion] = {}
        for query in {tuple(chain.from_iterable(cores)), cores[0]}:
            for suggestion in self.catalogue.suggest(query):
                known = found.get(suggestion.id)
                if known is None or known.score < suggestion.score:
                    found[suggestion.id] = suggestion
        return tuple(sorted(found.values(), key=lambda s: (-s.score, s.id))[:MOST_SUGGESTIONS])
