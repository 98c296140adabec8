"""Finds the standard title in the segments of a text, in whichever order they stand."""

from collections.abc import Iterator, Sequence, Set
from itertools import chain
from typing import NamedTuple

from graph.linking.catalogue import Catalogue
from graph.linking.normalise import Words
from graph.linking.peeling import Peeled, Peeler
from graph.linking.restating import restates
from graph.linking.title_text import TitleText
from graph.linking.title_words import FIELD_ROLES, GENERAL_HEADS, LEADING_ROLES, ROLE_WORDS
from graph.schema import Seniority

WHOLE_SCORE, TAIL_DROPPED_SCORE = 0.97, 0.92
BEGINNERS = frozenset({Seniority.INTERN, Seniority.JUNIOR})
LEADERS = frozenset({Seniority.MANAGER, Seniority.DIRECTOR, Seniority.EXECUTIVE})
PERSON_ENDINGS = ("er", "or", "ist", "ian", "ant", "man")


class Found(NamedTuple):
    """A title found in some reading of a text."""

    id: str
    seniorities: tuple[Seniority, ...]
    score: float


class TitleReader:
    """Reads segments as one title, and refuses where they name two."""

    def __init__(
        self,
        catalogue: Catalogue,
        peeler: Peeler,
        roles: Set[str],
        leaders: Set[str],
    ) -> None:
        """Take the titles by their words, the words that name roles, and the ids of leaders."""
        self._catalogue = catalogue
        self._peeler = peeler
        self._roles = roles
        self._leaders = leaders

    def find(self, title: TitleText) -> Found | None:
        """Find the title that the segments name together."""
        whole = self.lookup(tuple(chain.from_iterable(title.segments)), WHOLE_SCORE)
        if whole is not None:
            return whole
        aside = [s for s in title.segments if self._peeler.only_seniority(s)]
        said = tuple(chain.from_iterable(map(self._peeler.seniorities, aside)))
        segments = [s for s in title.segments if s not in aside]
        outside = [s for s in title.segments[: len(title.segments) - title.asides] if s in segments]
        found = self._find_in_segments(segments, len(outside) or len(segments))
        if found is None or not said:
            return found
        return found._replace(seniorities=(*found.seniorities, *said))

    def _find_in_segments(self, segments: Sequence[Words], outside: int) -> Found | None:
        """Read the segments together; the first `outside` of them stood in no brackets."""
        if not segments:
            return None
        for position, head in enumerate(segments[:outside]):
            own = self.lookup(head, TAIL_DROPPED_SCORE if len(segments) > 1 else WHOLE_SCORE)
            if own is None and position > 0:
                continue
            others = [s for other, s in enumerate(segments) if other != position]
            if own is not None and any(
                self._shares_role(s, head, own.id) for s in segments[:position]
            ):
                return None
            found = self._refined(head, own, others)
            found = found or self._accepted(head, own, others, first=position == 0)
            if found is not None or own is not None:
                before = self._peeler.seniorities(segments[0]) if position else ()
                return found and found._replace(seniorities=(*before, *found.seniorities))
        return None

    def _refined(self, head: Words, own: Found | None, others: Sequence[Words]) -> Found | None:
        """Read one of the others as what the head is about: "Engineer, Software"."""
        for position, tail in enumerate(others):
            rest = [s for other, s in enumerate(others) if other != position]
            about = self._about(head, own, self._peeler.core(tail))
            if about is not None and self._harmless(rest, {about.id, own.id if own else about.id}):
                said = self._peeler.seniorities(tail)
                return about._replace(seniorities=(*about.seniorities, *said))
        return None

    def _about(self, head: Words, own: Found | None, tail: Words) -> Found | None:
        """Find what the head is when the tail, or a part of it, says of what kind."""
        whole = self._turn(head, tail)
        *about, role = self._peeler.core(head)
        core = (*about, FIELD_ROLES.get(role, role))
        if own is None or core not in GENERAL_HEADS:
            return whole
        readings = chain(
            [whole] if whole else [],
            (self._turn(core, part) for part in _parts(tail)),
        )
        found = next((found for found in readings if found and found.id != own.id), whole)
        said = self._peeler.seniorities(head)
        return found and found._replace(seniorities=(*found.seniorities, *said))

    def _turn(self, head: Words, tail: Words) -> Found | None:
        """Read "Engineer, Software" and "Software Engineer, Backend" as they are spoken."""
        said, head = self._peeler.seniorities(head), self._peeler.core(head)
        shared = head[-1:] if head[-1:] == tail[-1:] else ()
        found = self.lookup((*tail[: len(tail) - len(shared)], *head), WHOLE_SCORE)
        return found and found._replace(seniorities=(*found.seniorities, *said))

    def _accepted(
        self, head: Words, own: Found | None, others: Sequence[Words], *, first: bool
    ) -> Found | None:
        """Accept the head alone where the others only say for what, where or with what."""
        if own is None or not others:
            return own
        core = self._peeler.core(head)
        says_enough = len(core) > 1 or (first and not ROLE_WORDS.issuperset(core))
        return own if says_enough and self._harmless(others, {own.id}, head) else None

    def _harmless(self, segments: Sequence[Words], ids: Set[str], said: Words = ()) -> bool:
        """Tell whether the other segments leave the work as `said`: no role of another kind."""
        for segment in segments:
            if restates(segment, said):
                continue
            found = self.lookup(segment, 0)
            if found is None and self._names_role(segment):
                return False
            if found is not None and found.id not in ids and self._names_person(segment):
                return False
        return True

    def _shares_role(self, before: Words, segment: Words, id: str) -> bool:
        """Tell "Civil / Electrical Engineer", who is two."""
        found = self.lookup((*before, segment[-1]), 0)
        return found is not None and found.id != id

    def _names_person(self, segment: Words) -> bool:
        return self._names_role(segment) or segment[-1].endswith(PERSON_ENDINGS)

    def _names_role(self, segment: Words) -> bool:
        core = self._peeler.core(segment)
        return core[-1] in self._roles or core[0] in LEADING_ROLES

    def lookup(self, segment: Words, score: float = WHOLE_SCORE) -> Found | None:
        """Find the title that one segment names, seniority and noise at its edges aside."""
        for peeled in self._peeler.peel(segment):
            id = self._find_core(peeled)
            if id is not None and self._fits(id, peeled.seniorities):
                return Found(id, peeled.seniorities, score)
        return None

    def _find_core(self, peeled: Peeled) -> str | None:
        first, *rest = peeled.core
        id = self._catalogue.find(peeled.core) or self._find_field(peeled)
        turns = rest and first in self._roles and self._roles.isdisjoint(rest)
        if id is None and turns and self._catalogue.find(rest) is None:
            id = self._catalogue.find((*rest, first))  # "Engineer Software"
        return id

    def _find_field(self, peeled: Peeled) -> str | None:
        learning = BEGINNERS.intersection(peeled.seniorities)
        role = FIELD_ROLES.get(peeled.core[-1]) if learning and len(peeled.core) > 1 else None
        return self._catalogue.find((*peeled.core[:-1], role)) if role else None

    def _fits(self, id: str, seniorities: Sequence[Seniority]) -> bool:
        """Refuse an "associate director" as a junior director."""
        return not (id in self._leaders and BEGINNERS.intersection(seniorities))


def _parts(tail: Words) -> Iterator[Words]:
    """Give a tail whole, then its last words, then its first, the longest first."""
    for start in range(len(tail)):
        yield tail[start:]
    for end in range(len(tail) - 1, 0, -1):
        yield tail[:end]
