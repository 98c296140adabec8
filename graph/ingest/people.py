"""Brings people, their careers, schools, ties and groups into the store."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from graph.importers.frame import Tally
from graph.ingest.edge_batch import EdgeBatch, note_text
from graph.ingest.resolver import Resolved, Resolver
from graph.schema import (
    Connection,
    EdgeType,
    Education,
    GroupMembership,
    NodeType,
    Person,
    Position,
)
from graph.store.rows import EdgeRow, NodeRow
from graph.store.tables import EDGE_CODES
from graph.store.tombstones import Tombstones
from graph.store.writer import Writer

ERASED = "erased from this workspace"
UNKNOWN = "no person with this id"
SELF_TIE = "a person tied to themselves"
_OfPerson = TypeVar("_OfPerson", Position, Education, GroupMembership)


class People:
    """Writes facts about people, in batches of one source."""

    def __init__(self, writer: Writer, resolver: Resolver) -> None:
        self._writer = writer
        self._resolver = resolver

    def people(self, facts: Sequence[Person], source_id: int, tally: Tally) -> None:
        """Write people and what their current row says of them."""
        welcome = self._not_erased(facts, tally)
        self._writer.nodes(NodeType.PERSON, [_person_row(p) for p in welcome], source_id)
        keys = self._writer.keys.find(NodeType.PERSON, (p.id for p in welcome))
        titles = self._resolve(NodeType.TITLE, (p.title for p in welcome), source_id)
        companies = self._resolve(NodeType.COMPANY, (p.company for p in welcome), source_id)
        places = self._resolve(NodeType.PLACE, (p.place for p in welcome), source_id)
        words = (skill for p in welcome for skill in p.skills)
        skills = self._resolve(NodeType.SKILL, words, source_id)
        edges = EdgeBatch(source_id)
        for p in welcome:
            key = keys[p.id]
            if p.company:
                edges.add(key, EdgeType.WORKS_AT, companies.get(p.company), p.row)
            if p.title:
                edges.add(key, EdgeType.HOLDS, titles.get(p.title), p.row)
            if p.place:
                edges.add(key, EdgeType.LIVES_IN, places.get(p.place), p.row)
            for skill in p.skills:
                edges.add(key, EdgeType.HAS_SKILL, skills.get(skill), p.row)
        edges.write(self._writer)

    def positions(self, facts: Sequence[Position], source_id: int, tally: Tally) -> None:
        """Write who held which title at which company, and when."""
        keys, known = self._of_known_people(facts, tally)
        titles = self._resolve(NodeType.TITLE, (p.title for p in known), source_id)
        companies = self._resolve(NodeType.COMPANY, (p.company for p in known), source_id)
        edges = EdgeBatch(source_id)
        for p in known:
            key = keys[p.person_id]
            at = EdgeType.WORKS_AT if p.is_current else EdgeType.WORKED_AT
            told = {"title": p.title, "place": p.place, "description": p.description}
            company = companies.get(p.company or "")
            edges.add(key, at, company, p.row, since=p.start, until=p.end, notes=told)
            title = titles.get(p.title or "")
            told = {"company": p.company}
            edges.add(key, EdgeType.HOLDS, title, p.row, since=p.start, until=p.end, notes=told)
        edges.write(self._writer)

    def education(self, facts: Sequence[Education], source_id: int, tally: Tally) -> None:
        """Write who studied where."""
        keys, known = self._of_known_people(facts, tally)
        schools = self._resolve(NodeType.SCHOOL, (e.school for e in known), source_id)
        edges = EdgeBatch(source_id)
        for e in known:
            key, school = keys[e.person_id], schools.get(e.school)
            told = {"degree": e.degree, "field": e.field}
            edges.add(
                key, EdgeType.STUDIED_AT, school, e.row, since=e.start, until=e.end, notes=told
            )
        edges.write(self._writer)

    def connections(self, facts: Sequence[Connection], source_id: int, tally: Tally) -> None:
        """Write who knows whom; a tie has no direction, so the smaller id comes first."""
        ids = (id for c in facts for id in (c.person_id, c.other_id))
        keys = self._writer.keys.find(NodeType.PERSON, ids)
        code = EDGE_CODES[EdgeType.CONNECTED_TO]
        edges = EdgeBatch(source_id)
        for c in facts:
            first, second = sorted((c.person_id, c.other_id))
            if first == second:
                tally.unuse(c.row, SELF_TIE)
                continue
            if first not in keys or second not in keys:
                missing = first if first not in keys else second
                tally.unuse(c.row, why_missing(self._writer.tombstones, missing))
                continue
            ends = (keys[first], code, keys[second], c.since or "", None)
            edges.add_row(EdgeRow(*ends, c.strength, c.observed, None, None, source_id, c.row))
        edges.write(self._writer)

    def groups(self, facts: Sequence[GroupMembership], source_id: int, tally: Tally) -> None:
        """Write self-declared attributes, which only the audit may read."""
        keys, known = self._of_known_people(facts, tally)
        self._writer.groups(
            (keys[g.person_id], g.attribute, g.value, source_id, g.row) for g in known
        )

    def _of_known_people(
        self, facts: Sequence[_OfPerson], tally: Tally
    ) -> tuple[dict[str, int], list[_OfPerson]]:
        """Return the keys of people and the facts about them; the others are taken back."""
        keys = self._writer.keys.find(NodeType.PERSON, (fact.person_id for fact in facts))
        known: list[_OfPerson] = []
        for fact in facts:
            if fact.person_id in keys:
                known.append(fact)
            else:
                tally.unuse(fact.row, why_missing(self._writer.tombstones, fact.person_id))
        return keys, known

    def _not_erased(self, facts: Sequence[Person], tally: Tally) -> Sequence[Person]:
        tombstones = self._writer.tombstones
        if not tombstones:
            return facts
        welcome = []
        for p in facts:
            if tombstones.cover((p.id, p.email, p.url)):
                tally.unuse(p.row, ERASED)
            else:
                welcome.append(p)
        return welcome

    def _resolve(
        self, kind: NodeType, words: Iterable[str | None], source_id: int
    ) -> dict[str, Resolved]:
        return self._resolver.resolve(kind, words, source_id)


def why_missing(tombstones: Tombstones, person_id: str) -> str:
    """Say why the store has no such person."""
    return ERASED if tombstones and tombstones.cover([person_id]) else UNKNOWN


def _person_row(p: Person) -> NodeRow:
    texts = (p.name, p.headline, p.summary, p.place, p.title, p.company, p.email, p.url)
    # "Not a member" is no statement: a member is also somebody's contact.
    member = True if p.is_member else None
    values = (*texts, p.years_experience, member, note_text(p.notes))
    return NodeRow(p.id, values, p.updated_at, p.row)
