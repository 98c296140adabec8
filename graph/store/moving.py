"""Moves what points at one node to another, so that it can be moved back.

A claim remembers the words of its source. Those are what tells, later, which of the facts about
a node came there by a decision.
"""

from collections.abc import Collection

from sqlalchemy import Connection, or_, select, update

from graph.store.claims import (
    Claim,
    RelationKey,
    Said,
    claim_of_edge,
    claim_of_event,
    read_claims,
    rewrite,
    stronger,
)
from graph.store.forget import promote_claims
from graph.store.rows import EdgeRow, EventRow
from graph.store.tables import CLAIM_EVENT, claim, edge, event


def move_to(connection: Connection, old_key: int, new_key: int, words: str) -> int:
    """Move every edge and event that points at a node to another.

    Args:
        connection: An open write transaction.
        old_key: Where they point.
        new_key: Where they shall point.
        words: What stands for the old node in those that hold no words of their own.

    Returns:
        How many facts moved.
    """
    said = read_claims(connection, _relations_of(connection, old_key))
    moving = {
        key: [c._replace(mention=c.mention or words) for c in claims]
        for key, claims in said.items()
    }
    _move(connection, moving, {key: [] for key in said}, old_key, new_key)
    return len(moving)


def move_back(
    connection: Connection, old_key: int, new_key: int, words: Collection[str], name: str
) -> int:
    """Move to a node what some words said of another; `name` is what the node is called."""
    said = read_claims(connection, _relations_of(connection, old_key))
    moving = {
        key: [c._replace(mention=_without(c.mention, name)) for c in claims]
        for key, each in said.items()
        if (claims := [c for c in each if c.mention in words])
    }
    staying = {key: [c for c in said[key] if c.mention not in words] for key in moving}
    _move(connection, moving, staying, old_key, new_key)
    return len(moving)


def rename(connection: Connection, key: int, old: str, new: str) -> None:
    """Let the facts about a node that gets another name keep the words of their sources.

    An edge that was set aside for a fuller one may stand again: `tidy_edges` must follow, once,
    after the last of many names.
    """
    at_claim = (claim.c.object_key == key) & (claim.c.relation < CLAIM_EVENT)
    columns = (claim.c.subject_key, claim.c.relation, claim.c.object_key, claim.c.qualifier)
    found = connection.execute(select(*columns).where(at_claim).distinct())
    said = read_claims(connection, [(row[0], row[1], row[2], row[3]) for row in found])
    at_edge = edge.c.target_key == key
    silent = update(edge).where(at_edge, edge.c.mention.is_(None)).values(mention=old)
    named = update(edge).where(at_edge, edge.c.mention == new).values(mention=None)
    connection.execute(silent)
    connection.execute(named)
    spelled = {
        relation: [c._replace(mention=_without(c.mention or old, new)) for c in claims]
        for relation, claims in said.items()
    }
    rewrite(connection, spelled)


def _without(words: str, name: str) -> str:
    return "" if words == name else words


def words_about(connection: Connection, key: int) -> set[str]:
    """Return the words by which sources name a node."""
    said = read_claims(connection, _relations_of(connection, key))
    return {c.mention for claims in said.values() for c in claims if c.mention}


def _move(connection: Connection, moving: Said, staying: Said, old_key: int, new_key: int) -> None:
    arriving: dict[RelationKey, dict[tuple[int, str], Claim]] = {}
    for claims in moving.values():
        for each in claims:
            moved = _pointed(each, old_key, new_key)
            there = arriving.setdefault(moved.key, {})
            wording = (moved.source_id, moved.mention)
            there[wording] = stronger(there.get(wording, moved), moved)
    for key, claims in read_claims(connection, arriving).items():
        for each in claims:
            wording = (each.source_id, each.mention)
            there = arriving[key]
            there[wording] = stronger(there.get(wording, each), each)
    rewrite(connection, staying)
    rewrite(connection, {key: list(there.values()) for key, there in arriving.items()})
    promote_claims(connection)


def _pointed(said: Claim, old_key: int, new_key: int) -> Claim:
    if said.object_key == old_key:
        said = said._replace(object_key=new_key)
    if said.is_event:
        at, context = said.qualifier.split("/")
        if context == str(old_key):
            said = said._replace(qualifier=f"{at}/{new_key}")
    return said


def _relations_of(connection: Connection, key: int) -> list[RelationKey]:
    """Return the keys of all relations that point at a node, those set aside too."""
    edges = connection.execute(select(edge).where(edge.c.target_key == key))
    events = connection.execute(
        select(event).where(or_(event.c.object_key == key, event.c.context_key == key))
    )
    context = claim.c.qualifier.endswith(f"/{key}") & (claim.c.relation >= CLAIM_EVENT)
    columns = (claim.c.subject_key, claim.c.relation, claim.c.object_key, claim.c.qualifier)
    claims = connection.execute(select(*columns).where(or_(claim.c.object_key == key, context)))
    found = [
        *(claim_of_edge(EdgeRow(*row)).key for row in edges),
        *(claim_of_event(EventRow(*row)).key for row in events),
        *((row[0], row[1], row[2], row[3]) for row in claims),
    ]
    return list(dict.fromkeys(found))
