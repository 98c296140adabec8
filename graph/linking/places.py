"""Links places: a name with the region and country that its writer put behind it.

Every qualifier must agree: Paris, TX is not in France.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from graph.linking.catalogue import Catalogue
from graph.linking.link import Match, Suggestion, Tier
from graph.linking.normalise import Words, fold, shown, word_set, words
from graph.taxonomy import Taxonomy
from graph.taxonomy_rows import Place, PlaceKind

WHOLE_SCORE, QUALIFIED_SCORE = 0.97, 0.95
AROUND_SCORE = 0.6
LEAST_SUGGESTED = 0.8
MOST_SUGGESTIONS = 3
MOST_PARTS = 8
_SEPARATOR = re.compile(r"[,;|()\[\]/•·]|\s[-–—]+\s")
_CODE = re.compile(r"([a-z]{2})-([a-z]{2,3})-(\D+)")
_POSTAL_CODE = re.compile(r"\b(?:[a-z]-)?\d{4,}(?:-\d+)?\b")
REMOTE_WORDS = word_set(
    "remote remoto remota remotely anywhere worldwide hybrid hybride híbrido onsite homeoffice wfh"
    " télétravail teletrabajo fully virtual flexible"
)
REMOTE_FILLERS = word_set("in from only based within the work home office or and oder")
AROUND_BEFORE = (("greater",), ("metro",), ("metropolitan",), ("city", "of"), ("großraum",))
AROUND_AFTER = (
    ("metropolitan", "area"),
    ("metropolitan", "region"),
    ("metro", "area"),
    ("city", "area"),
    ("und", "umgebung"),
    ("area",),
    ("metro",),
    ("region",),
    ("city",),
)
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})
KIND_ORDER = {PlaceKind.CITY: 0, PlaceKind.METRO: 1, PlaceKind.REGION: 2, PlaceKind.COUNTRY: 3}

Area = tuple[str, str]  # country code, region ("" = all of the country)


class PlaceLinker:
    """Finds the place that a text names."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.catalogue = Catalogue(blocks=True)
        self._places = {place.id: place for place in taxonomy.places}
        self._firsts: dict[str, list[str]] = {}
        self._areas: dict[str, set[Area]] = {}
        for country in taxonomy.countries:
            for text in (country.code, country.name, *country.aliases):
                self._areas.setdefault(_key(text), set()).add((country.code, ""))
        for place in taxonomy.places:
            self._add(place)

    def _add(self, place: Place) -> None:
        for rank, text in enumerate((place.name, *place.aliases)):
            key = words(fold(text))
            self.catalogue.add(place.id, text, key, rank=min(rank, 1))
            for spelling in _plain_spellings(fold(text)):
                self.catalogue.add(place.id, text, words(spelling), rank=2)
                self._put_first(spelling, place.id)
            self._put_first(fold(text), place.id)
            if place.kind in (PlaceKind.REGION, PlaceKind.METRO):
                self._add_area(text, place)
        if place.region:
            self._areas.setdefault(_key(place.region), set()).add((place.country, place.region))

    def _put_first(self, folded: str, id: str) -> None:
        ids = self._firsts.setdefault(_key(_parts(folded)[0] if _parts(folded) else folded), [])
        if id not in ids:
            ids.append(id)

    def _add_area(self, text: str, place: Place) -> None:
        area = (place.country, place.region)
        first = _parts(fold(text))[0]
        self._areas.setdefault(_key(first), set()).add(area)
        code = text.removeprefix(f"{place.country}-")
        if code != text:
            self._areas.setdefault(_key(code), set()).add(area)

    def key(self, text: str) -> str:
        """Give the words of the place without those that say "remote"."""
        return " ".join(map(_key, _local_parts(_from_code(fold(text))))) or fold(text)

    def resolve(self, text: str) -> Match:
        """Find the place; a text that only says "remote" is a placeholder."""
        exact = self.catalogue.exact(shown(text))
        if exact is not None:
            return Match(exact[0], exact[1], 1.0)
        parts = _local_parts(_from_code(fold(text)))
        if not parts:
            return Match(placeholder=True)
        id = self.catalogue.find(words(" ".join(parts)))
        if id is not None:
            return Match(id, Tier.NORMALISED, WHOLE_SCORE)
        if len(parts) == 1:
            parts = self._apart(parts[0])
        id = self._qualified(parts) or self._qualified(parts[::-1])
        if id is not None:
            return Match(id, Tier.NORMALISED, QUALIFIED_SCORE)
        return Match(suggestions=self._suggest(parts))

    def _apart(self, part: str) -> list[str]:
        """Split "Sydney NSW" into the name and its qualifier."""
        *name, last = words(part)
        return [" ".join(name), last] if name and last in self._areas else [part]

    def _qualified(self, parts: Sequence[str]) -> str | None:
        first, qualifiers = parts[0], [_key(part) for part in parts[1:]]
        for name in _around(words(first)):
            found = [
                self._places[id]
                for id in self._firsts.get(" ".join(name), ())
                if self._agrees(self._places[id], qualifiers)
            ]
            if not qualifiers:
                found = [place for place in found if _key(place.name) == " ".join(name)]
            kinds = [KIND_ORDER[place.kind] for place in found]
            best = [p for p in found if KIND_ORDER[p.kind] == min(kinds)]
            if len(best) == 1:
                return best[0].id
        return None

    def _agrees(self, place: Place, qualifiers: Sequence[str]) -> bool:
        own = _key(place.name)
        return all(
            qualifier == own
            or any(
                country == place.country and region in ("", place.region)
                for country, region in self._areas.get(qualifier, ())
            )
            for qualifier in qualifiers
        )

    def _suggest(self, parts: Sequence[str]) -> tuple[Suggestion, ...]:
        near = {s.id: s.score for s in self.catalogue.suggest(words(parts[0]), LEAST_SUGGESTED)}
        qualifiers = [_key(part) for part in parts[1:]]
        scores = {id: s for id, s in near.items() if self._agrees(self._places[id], qualifiers)}
        for wider in range(1, len(parts)):
            id = self._qualified(parts[wider:])
            if id is not None:
                scores.setdefault(id, AROUND_SCORE)
                break
        ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:MOST_SUGGESTIONS]
        return tuple(Suggestion(id, self.catalogue.names[id], score) for id, score in ranked)


def _key(text: str) -> str:
    return " ".join(words(fold(text)))


def _from_code(folded: str) -> str:
    """Turn "us-ny-new york", as job boards write it, the right way round."""
    found = _CODE.fullmatch(folded)
    return f"{found[3]}, {found[2]}, {found[1]}" if found else folded


def _parts(folded: str) -> list[str]:
    return [part.strip() for part in _SEPARATOR.split(folded) if words(part)]


def _local_parts(folded: str) -> list[str]:
    """Give the parts that name a place, without postal codes and words of remote work."""
    result: list[str] = []
    for part in _parts(_POSTAL_CODE.sub(" ", folded)):
        spoken = part.split()
        if any(word in REMOTE_WORDS for word in words(part)):
            spoken = [w for w in spoken if w.strip("-:") not in REMOTE_WORDS | REMOTE_FILLERS]
        if any(words(word) for word in spoken):
            result.append(" ".join(spoken))
    return result[:MOST_PARTS]


def _around(name: Words) -> Iterator[Words]:
    """Give the name, then without the words that widen it to its surroundings."""
    yield name
    for after in ((), *AROUND_AFTER):
        cut = name[: len(name) - len(after)] if after and name[-len(after) :] == after else name
        if after and cut and cut != name:
            yield cut
        for before in AROUND_BEFORE:
            if cut[: len(before)] == before and len(cut) > len(before):
                yield cut[len(before) :]


def _plain_spellings(folded: str) -> Iterator[str]:
    """Give how a name is typed on a keyboard without its letters: Malmo, Koeln."""
    if folded.isascii():
        return
    letters = unicodedata.normalize("NFD", folded)
    yield "".join(letter for letter in letters if not unicodedata.combining(letter))
    yield folded.translate(UMLAUTS)
