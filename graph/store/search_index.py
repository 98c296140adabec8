"""Full-text search on people, jobs and companies: FTS5 on SQLite, tsvector on PostgreSQL."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from graph.schema import NodeType
from graph.store.bulk import in_chunks
from graph.store.tables import KEY_STEP, NODE_CODES, NODE_TABLES, type_of

# What is searched: the name, and the columns that make up the detail.
SEARCHED: Mapping[NodeType, tuple[str, tuple[str, ...]]] = {
    NodeType.PERSON: ("name", ("headline", "summary", "title", "company", "place")),
    NodeType.JOB: ("title", ("company", "place", "description")),
    NodeType.COMPANY: ("name", ("industry", "description")),
}
_WORD = re.compile(r"\w+")
MOST_WORDS = 16
_KEYS_PER_STATEMENT = 900


class Hit(NamedTuple):
    """A node that a search found."""

    key: int
    id: str
    name: str
    kind: NodeType


def detail_sql(kind: NodeType) -> str:
    """Return the SQL expression for the searched text beside the name."""
    return " || ' ' || ".join(f"coalesce({column}, '')" for column in SEARCHED[kind][1])


def name_sql(kind: NodeType) -> str:
    """Return the SQL expression for the searched name."""
    return f"coalesce({SEARCHED[kind][0]}, '')"


def index_new(connection: Connection, kind: NodeType, first_key: int, last_key: int) -> None:
    """Add the nodes of one type in a key range to the index."""
    if kind not in SEARCHED or connection.dialect.name != "sqlite":
        return  # PostgreSQL keeps its index by a generated column
    connection.exec_driver_sql(
        f"INSERT INTO search(rowid, name, detail) SELECT key, {name_sql(kind)}, {detail_sql(kind)} "
        f"FROM {kind} WHERE key BETWEEN ? AND ?",
        (first_key, last_key),
    )


def add_to_index(connection: Connection, kind: NodeType, keys: Sequence[int]) -> None:
    """Put nodes into the index, as they now are."""
    _for_keys(connection, kind, keys, "INSERT INTO search(rowid, name, detail) SELECT key")


def remove_from_index(connection: Connection, kind: NodeType, keys: Sequence[int]) -> None:
    """Take nodes out of the index; must come before they change, as FTS5 needs the old words."""
    _for_keys(
        connection,
        kind,
        keys,
        "INSERT INTO search(search, rowid, name, detail) SELECT 'delete', key",
    )


def scrub_index(connection: Connection) -> None:
    """Rewrite the index so that no word of what was removed is left in the file."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO search(search) VALUES ('optimize')")


def search(connection: Connection, query: str, kinds: Sequence[NodeType], limit: int) -> list[Hit]:
    """Find nodes that hold every word of the query, each as a word's beginning.

    Args:
        connection: An open read transaction.
        query: Anything a person may type; only its words count, operators have no meaning.
        kinds: Which of person, job and company to look at.
        limit: The most hits to return, best first, ties by key.
    """
    words = _WORD.findall(query.casefold())[:MOST_WORDS]
    if not words or limit < 1:
        return []
    find = _search_sqlite if connection.dialect.name == "sqlite" else _search_postgresql
    keys = find(connection, words, kinds, limit)
    return _hits(connection, keys)


def _for_keys(connection: Connection, kind: NodeType, keys: Sequence[int], insert: str) -> None:
    if kind not in SEARCHED or connection.dialect.name != "sqlite":
        return
    for some in in_chunks(keys, _KEYS_PER_STATEMENT):
        connection.exec_driver_sql(
            f"{insert}, {name_sql(kind)}, {detail_sql(kind)} FROM {kind} "
            f"WHERE key IN ({', '.join('?' * len(some))})",
            tuple(some),
        )


def _search_sqlite(
    connection: Connection, words: list[str], kinds: Sequence[NodeType], limit: int
) -> list[int]:
    match = " AND ".join(f'"{word}"*' for word in words)
    codes = ", ".join(str(NODE_CODES[kind]) for kind in kinds)
    rows = connection.exec_driver_sql(
        f"SELECT rowid FROM search WHERE search MATCH ? AND rowid % {KEY_STEP} IN ({codes}) "
        "ORDER BY bm25(search, 4.0, 1.0), rowid LIMIT ?",
        (match, limit),
    )
    return [row[0] for row in rows]


def _search_postgresql(
    connection: Connection, words: list[str], kinds: Sequence[NodeType], limit: int
) -> list[int]:
    parts = [
        f"SELECT key, ts_rank(search, q) AS rank FROM {kind}, "
        "to_tsquery('simple', :query) q WHERE search @@ q"
        for kind in kinds
    ]
    # The same folding as FTS5's remove_diacritics has no built-in twin here: exact letters count.
    rows = connection.execute(
        text(f"SELECT key FROM ({' UNION ALL '.join(parts)}) f ORDER BY rank DESC, key LIMIT :n"),
        {"query": " & ".join(f"'{word}':*" for word in words), "n": limit},
    )
    return [row[0] for row in rows]


def _hits(connection: Connection, keys: Sequence[int]) -> list[Hit]:
    found: dict[int, Hit] = {}
    for kind, (name, _) in SEARCHED.items():
        table = NODE_TABLES[kind]
        wanted = [key for key in keys if type_of(key) is kind]
        rows: Any = connection.execute(
            table.select()
            .with_only_columns(table.c.key, table.c.id, table.c[name])
            .where(table.c.key.in_(wanted))
        )
        found.update((row[0], Hit(row[0], row[1], row[2] or "", kind)) for row in rows)
    return [found[key] for key in keys]
