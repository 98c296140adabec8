"""Takes sources and nodes out of the store, with everything that hangs on them alone."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, Text, cast, delete, exists, or_, select

from graph.schema import EdgeType, NodeType
from graph.store.bulk import in_chunks, insert_new
from graph.store.nodes import (
    Statement,
    forget_statements,
    merge,
    read_current,
    read_statements,
    restore_statements,
    update_nodes,
)
from graph.store.relations import edge_of_claim, event_of_claim
from graph.store.search_index import remove_from_index
from graph.store.tables import (
    CLAIM_EVENT,
    EDGE_CODES,
    KEY_STEP,
    NODE_CODES,
    NODE_TABLES,
    claim,
    consent,
    edge,
    event,
    group_membership,
    link_review,
    source,
    statement,
    type_of,
)
from graph.store.tidy import tidy_edges

LOCAL_PREFIX = "local:"
_KEYS_PER_STATEMENT = 400
# Nodes that exist because something refers to them; they go with the last that does.
_REFERRED_TO = (
    NodeType.COMPANY,
    NodeType.SKILL,
    NodeType.TITLE,
    NodeType.SCHOOL,
    NodeType.PLACE,
)


def forget_source(connection: Connection, source_id: int) -> None:
    """Take back everything one source said; what another source says as well stays."""
    connection.execute(delete(claim).where(claim.c.source_id == source_id))
    connection.execute(delete(group_membership).where(group_membership.c.source_id == source_id))
    orphans = _restate_nodes(connection, source_id)
    touched = _ends_of_source(connection, source_id)
    connection.execute(delete(edge).where(edge.c.source_id == source_id))
    connection.execute(delete(event).where(event.c.source_id == source_id))
    promote_claims(connection)
    remove_nodes(connection, orphans)
    sweep(connection, touched)
    connection.execute(delete(source).where(source.c.id == source_id))


def remove_nodes(connection: Connection, keys: Sequence[int]) -> None:
    """Remove nodes, every relation they are part of and every word said about them."""
    touched: set[int] = set()
    mentions: set[str] = set()
    for some in in_chunks(list(keys), _KEYS_PER_STATEMENT):
        at_edge = or_(edge.c.source_key.in_(some), edge.c.target_key.in_(some))
        for row in connection.execute(
            select(edge.c.source_key, edge.c.target_key, edge.c.mention).where(at_edge)
        ):
            touched.update(row[:2])
            mentions.add(row[2])
        at_event = or_(
            event.c.person_key.in_(some),
            event.c.object_key.in_(some),
            event.c.context_key.in_(some),
        )
        touched.update(connection.scalars(select(event.c.object_key).where(at_event)))
        at_claim = or_(claim.c.subject_key.in_(some), claim.c.object_key.in_(some))
        for table, condition in ((edge, at_edge), (event, at_event), (claim, at_claim)):
            connection.execute(delete(table).where(condition))
        _remove_rows(connection, some)
    sweep(connection, touched - set(keys))
    _forget_reviews(connection, mentions)


def sweep(connection: Connection, keys: Iterable[int]) -> None:
    """Remove those of the nodes that only local words made and that nothing refers to now."""
    candidates = [key for key in keys if type_of(key) in _REFERRED_TO]
    doomed: list[int] = []
    for kind in _REFERRED_TO:
        table = NODE_TABLES[kind]
        of_kind = [key for key in candidates if type_of(key) is kind]
        for some in in_chunks(of_kind, _KEYS_PER_STATEMENT):
            unused = ~_is_used(table)
            local = table.c.id.startswith(LOCAL_PREFIX)
            found = select(table.c.key).where(table.c.key.in_(some), local, unused)
            doomed += connection.scalars(found)
    for some in in_chunks(doomed, _KEYS_PER_STATEMENT):
        _forget_reviews_of_nodes(connection, some)
        _remove_rows(connection, some)


def promote_claims(connection: Connection) -> None:
    """Let facts stand again that a remaining source states and no row holds any more."""
    edges: dict[tuple[Any, ...], Any] = {}
    has_edge = exists().where(
        edge.c.source_key == claim.c.subject_key,
        edge.c.type == claim.c.relation,
        edge.c.target_key == claim.c.object_key,
        # A dated edge covers an undated claim of the same, and any tie covers another.
        or_(
            edge.c.since == claim.c.qualifier,
            claim.c.qualifier == "",
            claim.c.relation == EDGE_CODES[EdgeType.CONNECTED_TO],
        ),
    )
    newest_last = claim.c.source_id
    lost = select(claim).where(claim.c.relation < CLAIM_EVENT, ~has_edge).order_by(newest_last)
    for row in connection.execute(lost):
        edges[tuple(row[:4])] = edge_of_claim(tuple(row))
    insert_new(connection, edge, list(edges.values()))

    has_event = exists().where(
        event.c.person_key == claim.c.subject_key,
        event.c.kind + CLAIM_EVENT == claim.c.relation,
        event.c.object_key == claim.c.object_key,
        cast(event.c.at, Text) + "/" + cast(event.c.context_key, Text) == claim.c.qualifier,
    )
    lost = select(claim).where(claim.c.relation >= CLAIM_EVENT, ~has_event).order_by(newest_last)
    events = {tuple(row[:4]): event_of_claim(tuple(row)) for row in connection.execute(lost)}
    insert_new(connection, event, list(events.values()))
    tidy_edges(connection)


def _restate_nodes(connection: Connection, source_id: int) -> list[int]:
    """Merge nodes anew without one source; return those that nobody else states."""
    orphans: list[int] = []
    for kind, table in NODE_TABLES.items():
        several = _with_several_statements(connection, kind, source_id)
        sole = select(table.c.key).where(
            table.c.source_id == source_id,
            ~exists().where(statement.c.key == table.c.key),
        )
        orphans += connection.scalars(sole)
        for some in in_chunks(several, _KEYS_PER_STATEMENT):
            orphans += _restate(connection, kind, some, source_id)
    # A company or a skill that others still refer to stays, with the little its name says.
    return [key for key in orphans if type_of(key) not in _REFERRED_TO]


def _with_several_statements(connection: Connection, kind: NodeType, source_id: int) -> list[int]:
    said = select(statement.c.key).where(
        statement.c.source_id == source_id, statement.c.key % KEY_STEP == NODE_CODES[kind]
    )
    return list(connection.scalars(said.distinct()))


def _restate(
    connection: Connection, kind: NodeType, keys: Sequence[int], source_id: int
) -> list[int]:
    current = read_current(connection, kind, keys)
    left: dict[int, list[Statement]] = {
        key: [s for s in said if s.source_id != source_id]
        for key, said in read_statements(connection, kind, keys).items()
    }
    forget_statements(connection, keys)
    restore_statements(connection, kind, {k: said for k, said in left.items() if len(said) > 1})
    update_nodes(connection, kind, {k: merge(said) for k, said in left.items() if said})
    return [key for key, said in left.items() if not said and key in current]


def _ends_of_source(connection: Connection, source_id: int) -> set[int]:
    ends = select(edge.c.target_key).where(edge.c.source_id == source_id).distinct()
    objects = select(event.c.object_key).where(event.c.source_id == source_id).distinct()
    return {*connection.scalars(ends), *connection.scalars(objects)}


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


def _forget_reviews_of_nodes(connection: Connection, keys: Sequence[int]) -> None:
    for kind in _REFERRED_TO:
        table = NODE_TABLES[kind]
        ids = select(table.c.id).where(table.c.key.in_([k for k in keys if type_of(k) is kind]))
        connection.execute(
            delete(link_review).where(link_review.c.kind == kind, link_review.c.local_id.in_(ids))
        )


def _forget_reviews(connection: Connection, mentions: Iterable[str | None]) -> None:
    """Drop reviews of words that nobody left in the store has used."""
    words = [word for word in mentions if word]
    for some in in_chunks(words, _KEYS_PER_STATEMENT):
        still_said = set(
            connection.scalars(select(edge.c.mention).where(edge.c.mention.in_(some)).distinct())
        )
        gone = [word for word in some if word not in still_said]
        connection.execute(delete(link_review).where(link_review.c.text.in_(gone)))
