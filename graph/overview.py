"""Says in a few figures what a graph knows: whom, where, and how well its words are linked."""

from dataclasses import dataclass

from sqlalchemy import Column, Connection, Subquery, Table, distinct, func, select

from graph.schema import LOCAL_PREFIX, EdgeType, NodeType
from graph.store.tables import EDGE_CODES, NODE_TABLES, edge, job, person, source


@dataclass(frozen=True, slots=True)
class Known:
    """A company that people one knows work at, and how many jobs it has posted."""

    company: str
    people: int
    jobs: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the facts that name a thing of a kind name a standard one."""

    kind: NodeType
    facts: int
    standard: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What a graph knows."""

    owners: list[tuple[str, str]]  # (id, name) of those whose own exports are in
    members: int
    ways_in: list[Known]  # companies with both people and jobs, most people first
    jobs_with_a_way_in: int
    jobs: int
    wanted_skills: list[tuple[str, int]]  # (name, jobs that ask for it)
    coverage: list[Coverage]


_NAMED_BY = {
    NodeType.TITLE: (EdgeType.HOLDS, EdgeType.HAS_TITLE),
    NodeType.SKILL: (EdgeType.HAS_SKILL, EdgeType.REQUIRES),
    NodeType.PLACE: (EdgeType.LIVES_IN, EdgeType.LOCATED_IN),
}


def read_overview(connection: Connection, most: int = 8) -> Overview:
    """Read what a graph knows; lists hold at most `most` entries."""
    members = connection.scalar(select(func.count()).where(person.c.is_member)) or 0
    owners = connection.execute(
        select(person.c.id, person.c.name)
        .where(person.c.key.in_(select(source.c.owner_key)))
        .order_by(person.c.id)
    )
    jobs = connection.scalar(select(func.count()).select_from(job)) or 0
    ways_in = _ways_in(connection)
    return Overview(
        [(row[0], row[1] or "") for row in owners.fetchmany(most)],
        members,
        ways_in[:most],
        sum(known.jobs for known in ways_in),
        jobs,
        _wanted_skills(connection, most),
        [_coverage(connection, kind) for kind in _NAMED_BY],
    )


def _ways_in(connection: Connection) -> list[Known]:
    company = NODE_TABLES[NodeType.COMPANY]
    workers = _count_at(edge.c.source_key, EdgeType.WORKS_AT)
    posters = _count_at(edge.c.source_key, EdgeType.POSTED_BY)
    rows = connection.execute(
        select(company.c.name, workers.c.n, posters.c.n)
        .join(workers, workers.c.target_key == company.c.key)
        .join(posters, posters.c.target_key == company.c.key)
        .order_by(workers.c.n.desc(), company.c.name)
    )
    return [Known(*row) for row in rows]


def _count_at(column: Column[int], kind: EdgeType) -> Subquery:
    return (
        select(edge.c.target_key, func.count(distinct(column)).label("n"))
        .where(edge.c.type == EDGE_CODES[kind])
        .group_by(edge.c.target_key)
        .subquery()
    )


def _wanted_skills(connection: Connection, most: int) -> list[tuple[str, int]]:
    skill = NODE_TABLES[NodeType.SKILL]
    asked = _count_at(edge.c.source_key, EdgeType.REQUIRES)
    rows = connection.execute(
        select(skill.c.name, asked.c.n)
        .join(asked, asked.c.target_key == skill.c.key)
        .order_by(asked.c.n.desc(), skill.c.name)
        .limit(most)
    )
    return [(row[0], row[1]) for row in rows]


def _coverage(connection: Connection, kind: NodeType) -> Coverage:
    table: Table = NODE_TABLES[kind]
    codes = [EDGE_CODES[each] for each in _NAMED_BY[kind]]
    naming = (
        select(func.count())
        .select_from(edge.join(table, edge.c.target_key == table.c.key))
        .where(edge.c.type.in_(codes))
    )
    local = table.c.id.startswith(LOCAL_PREFIX)
    facts = connection.scalar(naming) or 0
    return Coverage(kind, facts, connection.scalar(naming.where(~local)) or 0)
