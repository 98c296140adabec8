"""Takes sources out of the store: what is left is what the other sources say."""

from collections.abc import Sequence

from sqlalchemy import Connection, and_, delete, exists, or_, select

from graph.schema import EdgeType, NodeType
from graph.store.bulk import in_chunks
from graph.store.claims import (
    RelationKey,
    claim_of_edge,
    claim_of_event,
    read_claims,
    rewrite,
)
from graph.store.nodes import (
    Merged,
    Statement,
    forget_statements,
    merge,
    read_current,
    read_statements,
    restore_statements,
    update_nodes,
)
from graph.store.removal import (
    NOBODY,
    REFERRED_TO,
    forget_words,
    remove_nodes,
    sweep,
    words_of_source,
)
from graph.store.rows import VALUE_COLUMNS, EdgeRow, EventRow
from graph.store.tables import (
    CLAIM_EVENT,
    EDGE_CODES,
    KEY_STEP,
    NODE_CODES,
    NODE_TABLES,
    claim,
    edge,
    event,
    group_membership,
    source,
    statement,
    type_of,
)
from graph.store.tidy import DATED, tidy_edges

_KEYS_PER_STATEMENT = 400
_RELATIONS_AT_A_TIME = 20_000
_CLAIM_KEY = (claim.c.subject_key, claim.c.relation, claim.c.object_key, claim.c.qualifier)


def forget_source(connection: Connection, source_id: int) -> None:
    """Take back everything one source said; what another source says as well stays.

    The store is then as if the source had never come in, as long as the other sources state the
    nodes that they refer to. One that they only refer to keeps its name and nothing else.
    """
    words = words_of_source(connection, source_id)
    touched = _ends_of_source(connection, source_id)
    connection.execute(delete(group_membership).where(group_membership.c.source_id == source_id))
    orphans = _restate_nodes(connection, source_id)
    _restate_relations(connection, source_id)
    promote_claims(connection)
    unstated = [key for key in orphans if type_of(key) in REFERRED_TO]
    _leave_the_name(connection, unstated)
    people_and_jobs = [key for key in orphans if type_of(key) not in REFERRED_TO]
    remove_nodes(connection, people_and_jobs, even_if_stated=False)
    sweep(connection, {*touched, *unstated}, even_if_stated=False)
    forget_words(connection, words)
    connection.execute(delete(source).where(source.c.id == source_id))


def promote_claims(connection: Connection) -> None:
    """Let facts stand again that a remaining source states and no row holds any more."""
    dated = [EDGE_CODES[kind] for kind in DATED]
    same_edge = and_(
        edge.c.source_key == claim.c.subject_key,
        edge.c.type == claim.c.relation,
        edge.c.target_key == claim.c.object_key,
        # A dated edge covers an undated claim of the same, and any tie covers another.
        or_(
            edge.c.since == claim.c.qualifier,
            and_(claim.c.qualifier == "", claim.c.relation.in_(dated)),
            claim.c.relation == EDGE_CODES[EdgeType.CONNECTED_TO],
        ),
    )
    lost = select(*_CLAIM_KEY).where(claim.c.relation < CLAIM_EVENT, ~exists().where(same_edge))
    keys: list[RelationKey] = [(r[0], r[1], r[2], r[3]) for r in connection.execute(lost)]
    rewrite(connection, read_claims(connection, keys))
    tidy_edges(connection)


def _restate_relations(connection: Connection, source_id: int) -> None:
    """Merge edges and events anew without one source."""
    keys: dict[RelationKey, None] = {}
    for row in connection.execute(select(*_CLAIM_KEY).where(claim.c.source_id == source_id)):
        keys[row[0], row[1], row[2], row[3]] = None
    for row in connection.execute(select(edge).where(edge.c.source_id == source_id)):
        keys[claim_of_edge(EdgeRow(*row)).key] = None
    for row in connection.execute(select(event).where(event.c.source_id == source_id)):
        keys[claim_of_event(EventRow(*row)).key] = None
    for some in in_chunks(list(keys), _RELATIONS_AT_A_TIME):
        said = read_claims(connection, some)
        left = {key: [c for c in said.get(key, []) if c.source_id != source_id] for key in some}
        rewrite(connection, left)


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
    return orphans


def _with_several_statements(connection: Connection, kind: NodeType, source_id: int) -> list[int]:
    said = select(statement.c.key).where(
        statement.c.source_id == source_id, statement.c.key % KEY_STEP == NODE_CODES[kind]
    )
    return list(connection.scalars(said.distinct()))


def _restate(
    connection: Connection, kind: NodeType, keys: Sequence[int], source_id: int
) -> list[int]:
    left: dict[int, list[Statement]] = {
        key: [s for s in said if s.source_id not in (source_id, NOBODY)]
        for key, said in read_statements(connection, kind, keys).items()
    }
    forget_statements(connection, keys)
    restore_statements(connection, kind, {k: said for k, said in left.items() if len(said) > 1})
    update_nodes(connection, kind, {k: merge(said) for k, said in left.items() if said})
    return [key for key, said in left.items() if not said]


def _leave_the_name(connection: Connection, keys: Sequence[int]) -> None:
    for kind in REFERRED_TO:
        of_kind = [key for key in keys if type_of(key) is kind]
        for some in in_chunks(of_kind, _KEYS_PER_STATEMENT):
            bare: dict[int, Merged] = {}
            for key, said in read_current(connection, kind, some).items():
                values = tuple(
                    value if name == "name" else None
                    for name, value in zip(VALUE_COLUMNS[kind], said.values, strict=True)
                )
                bare[key] = Merged(values, Statement(0, NOBODY, 0, values))
            update_nodes(connection, kind, bare)


def _ends_of_source(connection: Connection, source_id: int) -> set[int]:
    """Return what the edges and events of a source point at."""
    ends: set[int] = set()
    for column, of in (
        (edge.c.target_key, edge.c.source_id),
        (claim.c.object_key, claim.c.source_id),
        (event.c.object_key, event.c.source_id),
        (event.c.context_key, event.c.source_id),
    ):
        ends.update(connection.scalars(select(column).where(of == source_id).distinct()))
    return ends
