"""Keeps what each source said of an edge or an event, and says which of it stands.

What a relation says is a function of the set of claims made about it, whatever the order they
came in. Of an edge the newest source stands and older ones fill its gaps; of an event the first
source stands. A relation that one source states is its own claim and has no row in `claim`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from graph.store.bulk import Row, insert_new, staged_join
from graph.store.rows import EdgeRow, EventRow
from graph.store.tables import CLAIM_EVENT, claim, edge, event

RelationKey = tuple[int, int, int, str]  # subject, relation, object, qualifier
EDGE_KEY = ("source_key", "type", "target_key", "since")
EVENT_KEY = ("person_key", "at", "kind", "object_key", "context_key")
CLAIM_KEY = ("subject_key", "relation", "object_key", "qualifier")


class Claim(NamedTuple):
    """What one source says of a relation by one wording; the order of the table's columns."""

    subject_key: int
    relation: int
    object_key: int
    qualifier: str
    source_id: int
    mention: str  # "": the words of the source are the node's name
    source_row: int
    stated: str

    @property
    def key(self) -> RelationKey:
        """Return the key of the relation it is about."""
        return self[:4]

    @property
    def is_event(self) -> bool:
        """Tell whether it is about an event, not an edge."""
        return self.relation >= CLAIM_EVENT


Said = dict[RelationKey, list[Claim]]


def claim_of_edge(row: EdgeRow) -> Claim:
    """Return what an edge says as a claim."""
    stated = json.dumps([row.until, row.weight, bool(row.observed), row.notes], ensure_ascii=False)
    return Claim(*row[:4], row.source_id, row.mention or "", row.source_row, stated)


def claim_of_event(row: EventRow, mention: str = "") -> Claim:
    """Return what an event says as a claim."""
    qualifier = f"{row.at}/{row.context_key}"
    subject = (row.person_key, CLAIM_EVENT + row.kind, row.object_key, qualifier)
    return Claim(*subject, row.source_id, mention, row.source_row, json.dumps([row.value]))


def event_context(said: Claim) -> tuple[int, int]:
    """Return the moment and the context of an event from its claim."""
    at, context = said.qualifier.split("/")
    return int(at), int(context)


def edge_that_stands(claims: Iterable[Claim]) -> EdgeRow:
    """Merge claims about one edge: the newest source, its gaps filled by older ones."""
    newest_first = sorted(claims, key=_age, reverse=True)
    told = [json.loads(each.stated) for each in newest_first]
    until, weight, notes = (_first(values[at] for values in told) for at in (0, 1, 3))
    mention = _first(each.mention or None for each in newest_first)
    # What anyone observed is not an inference any more.
    observed = any(values[2] for values in told)
    top = newest_first[0]
    values = (until, weight, observed, mention, notes)
    return EdgeRow._make((*top.key, *values, top.source_id, top.source_row))


def event_that_stands(claims: Iterable[Claim]) -> EventRow:
    """Return the event as the first of its sources states it."""
    first = min(claims, key=_age)
    at, context = event_context(first)
    (value,) = json.loads(first.stated)
    kind = first.relation - CLAIM_EVENT
    origin = (first.source_id, first.source_row)
    return EventRow(first.subject_key, at, kind, first.object_key, context, value, *origin)


def stronger(kept: Claim, other: Claim) -> Claim:
    """Return which of two claims of one source about the same in the same words counts."""
    return max(kept, other, key=lambda each: (each.source_row, each.stated))


def read_claims(connection: Connection, keys: Iterable[RelationKey]) -> Said:
    """Read every claim about some relations, those that only a relation itself holds too."""
    wanted = list(dict.fromkeys(keys))
    said: Said = {}
    staged = [(*key, 0, "", 0, "") for key in wanted]
    for row in staged_join(connection, claim, staged, CLAIM_KEY):
        each = Claim._make(row)
        said.setdefault(each.key, []).append(each)
    for each in _standing(connection, wanted):
        known = said.setdefault(each.key, [])
        if all(other.source_id != each.source_id for other in known):
            known.append(each)
    return said


def rewrite(connection: Connection, said: Mapping[RelationKey, Sequence[Claim]]) -> None:
    """Set relations to what these claims make of them; one without claims is removed."""
    remove(connection, said)
    claims: list[Row] = []
    edges: list[Row] = []
    events: list[EventRow] = []
    for each in said.values():
        if not each:
            continue
        if each[0].is_event:
            events.append(event_that_stands(each))
            claims += _beside(claim_of_event(events[-1]), each)
        else:
            edges.append(edge_that_stands(each))
            claims += each if len(each) > 1 else []
    for table, rows in ((edge, edges), (event, events), (claim, claims)):
        insert_new(connection, table, rows)


def _beside(own: Claim, claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims that the event's own row does not hold."""
    others = [each for each in claims if each != own]
    is_only_wording = all(each.source_id != own.source_id for each in others)
    return others if is_only_wording else list(claims)


def remove(connection: Connection, keys: Iterable[RelationKey]) -> None:
    """Remove relations and every claim about them."""
    wanted = list(keys)
    remove_standing(connection, wanted)
    staged = [(*key, 0, "", 0, "") for key in wanted]
    staged_join(connection, claim, staged, CLAIM_KEY, delete=True)


def remove_standing(connection: Connection, keys: Iterable[RelationKey]) -> None:
    """Remove relations and leave the claims about them."""
    edges, events = _split(keys)
    staged_join(connection, edge, edges, EDGE_KEY, delete=True)
    staged_join(connection, event, events, EVENT_KEY, delete=True)


def _standing(connection: Connection, keys: Iterable[RelationKey]) -> list[Claim]:
    edges, events = _split(keys)
    found_edges = staged_join(connection, edge, edges, EDGE_KEY)
    found_events = staged_join(connection, event, events, EVENT_KEY)
    return [
        *(claim_of_edge(EdgeRow._make(row)) for row in found_edges),
        *(claim_of_event(EventRow._make(row)) for row in found_events),
    ]


def _split(keys: Iterable[RelationKey]) -> tuple[list[Row], list[Row]]:
    """Return rows of the edge and of the event table with these keys."""
    edges: list[Row] = []
    events: list[Row] = []
    for subject, relation, object, qualifier in keys:
        if relation < CLAIM_EVENT:
            edges.append(
                (subject, relation, object, qualifier, None, None, False, None, None, 0, 0)
            )
        else:
            at, context = map(int, qualifier.split("/"))
            events.append((subject, at, relation - CLAIM_EVENT, object, context, None, 0, 0))
    return edges, events


def _age(said: Claim) -> tuple[int, int, str, str]:
    return said.source_id, said.source_row, said.mention, said.stated


def _first(values: Iterable[Any]) -> Any:  # noqa: ANN401  a text or a number
    return next((value for value in values if value is not None), None)
