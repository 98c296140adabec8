"""Removes nodes from the store, with everything that hangs on them alone."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, delete, exists, or_, select, update

from graph.schema import LOCAL_PREFIX, NodeType
from graph.store.bulk import in_chunks
from graph.store.search_index import remove_from_index
from graph.store.tables import (
    NODE_TABLES,
    claim,
    consent,
    edge,
    event,
    group_membership,
    link_review,
    statement,
    type_of,
)

NOBODY = 0  # the source of a node that is only referred to
_KEYS_PER_STATEMENT = 400
# Nodes that exist because something refers to them; they go with the last that does.
REFERRED_TO = (
    NodeType.COMPANY,
    NodeType.SKILL,
    NodeType.TITLE,
    NodeType.SCHOOL,
    NodeType.PLACE,
)


def remove_nodes(connection: Connection, keys: Sequence[int], *, even_if_stated: bool) -> None:
    """Remove nodes, every relation they are part of and every word said about them.

    Args:
        connection: An open write transaction.
        keys: Which nodes.
        even_if_stated: Remove what only they referred to also where a source states it.
    """
    touched: set[int] = set()
    words: set[str] = set()
    for some in in_chunks(list(keys), _KEYS_PER_STATEMENT):
        at_edge = or_(edge.c.source_key.in_(some), edge.c.target_key.in_(some))
        at_event = or_(
            event.c.person_key.in_(some),
            event.c.object_key.in_(some),
            event.c.context_key.in_(some),
        )
        at_claim = or_(claim.c.subject_key.in_(some), claim.c.object_key.in_(some))
        words |= _words(connection, at_edge, at_claim)
        ends = select(edge.c.source_key, edge.c.target_key).where(at_edge)
        objects = select(event.c.object_key, event.c.context_key).where(at_event)
        for pair in (*connection.execute(ends), *connection.execute(objects)):
            touched.update(pair)
        for table, condition in ((edge, at_edge), (event, at_event), (claim, at_claim)):
            connection.execute(delete(table).where(condition))
        _remove_rows(connection, some)
    sweep(connection, touched - set(keys), even_if_stated=even_if_stated)
    forget_words(connection, words)


def sweep(connection: Connection, keys: Iterable[int], *, even_if_stated: bool) -> None:
    """Remove those of the nodes that nothing refers to now and no source states.

    Args:
        connection: An open write transaction.
        keys: Which nodes to look at.
        even_if_stated: Remove local ones also where a source states them.
    """
    candidates = [key for key in keys if key]
    for kind in REFERRED_TO:
        gone: set[str] = set()
        table = NODE_TABLES[kind]
        goes = table.c.source_id == NOBODY
        if even_if_stated:
            goes = or_(goes, table.c.id.startswith(LOCAL_PREFIX))
        of_kind = [key for key in candidates if type_of(key) is kind]
        for some in in_chunks(of_kind, _KEYS_PER_STATEMENT):
            unused = and_(table.c.key.in_(some), goes, ~_is_used(table))
            ids_by_key: dict[int, str] = {}
            for row in connection.execute(select(table.c.key, table.c.id).where(unused)):
                ids_by_key[row[0]] = row[1]
            local = link_review.c.local_id.in_(list(ids_by_key.values()))
            connection.execute(delete(link_review).where(link_review.c.kind == kind, local))
            _remove_rows(connection, list(ids_by_key))
            gone.update(ids_by_key.values())
        _suggest_no_more(connection, kind, gone)


def _suggest_no_more(connection: Connection, kind: NodeType, gone: set[str]) -> None:
    """Take nodes out of every review's suggestions; an open one left without any goes."""
    if not gone:
        return
    same = and_(link_review.c.kind == kind, link_review.c.link_key == bindparam("the_key"))
    columns = (link_review.c.link_key, link_review.c.suggestions, link_review.c.decided_at)
    changed: list[dict[str, str]] = []
    unasked: list[dict[str, str]] = []
    for key, text, decided_at in connection.execute(
        select(*columns).where(link_review.c.kind == kind)
    ):
        suggestions = json.loads(text)
        left = [each for each in suggestions if each[0] not in gone]
        if not left and suggestions and decided_at is None:
            unasked.append({"the_key": key})
        elif len(left) < len(suggestions):
            changed.append({"the_key": key, "left": json.dumps(left, ensure_ascii=False)})
    if unasked:
        connection.execute(delete(link_review).where(same), unasked)
    if changed:
        change = update(link_review).where(same).values(suggestions=bindparam("left"))
        connection.execute(change, changed)


def words_of_source(connection: Connection, source_id: int) -> set[str]:
    """Return the wordings that one source used for what its edges point at."""
    return _words(connection, edge.c.source_id == source_id, claim.c.source_id == source_id)


def forget_words(connection: Connection, words: Iterable[str]) -> None:
    """Drop reviews of words that nobody left in the store has used."""
    for some in in_chunks(sorted(words), _KEYS_PER_STATEMENT):
        still_said = _words(connection, edge.c.mention.in_(some), claim.c.mention.in_(some))
        gone = [word for word in some if word not in still_said]
        connection.execute(delete(link_review).where(link_review.c.text.in_(gone)))


def _words(connection: Connection, at_edge: Any, at_claim: Any) -> set[str]:  # noqa: ANN401  SQL
    in_edges = connection.scalars(select(edge.c.mention).where(at_edge).distinct())
    in_claims = connection.scalars(select(claim.c.mention).where(at_claim).distinct())
    return {word for word in (*in_edges, *in_claims) if word}


def _is_used(table: Table) -> Any:  # noqa: ANN401  an SQL condition
    return or_(
        exists().where(edge.c.target_key == table.c.key),
        exists().where(edge.c.source_key == table.c.key),
        exists().where(event.c.object_key == table.c.key),
        exists().where(event.c.context_key == table.c.key),
    )


def _remove_rows(connection: Connection, keys: Sequence[int]) -> None:
    for kind, table in NODE_TABLES.items():
        of_kind = [key for key in keys if type_of(key) is kind]
        if of_kind:
            remove_from_index(connection, kind, of_kind)
            connection.execute(delete(table).where(table.c.key.in_(of_kind)))
    for table, column in (
        (statement, statement.c.key),
        (consent, consent.c.person_key),
        (group_membership, group_membership.c.person_key),
    ):
        connection.execute(delete(table).where(column.in_(keys)))
