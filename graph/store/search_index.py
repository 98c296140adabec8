"""Full-text search on people, jobs and companies: FTS5 on SQLite, tsvector on PostgreSQL.

Both take letters without regard to case, and Latin ones without their accents: "rene" finds
"René" and the other way round. They rank by their own measures, so that the same hits may come
in another order, and a PostgreSQL database with the locale "C" minds the case of letters that
are not Latin. What follows the first 200,000 letters of a description is not searched there.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from graph.schema import NodeType
from graph.store.bulk import in_chunks
from graph.store.tables import KEY_STEP, NODE_CODES, NODE_TABLES, type_of

# What is searched: the name, and the columns that make up the detail.
SEARCHED: Mapping[NodeType, tuple[str, tuple[str, ...]]] = {
    NodeType.PERSON: ("name", ("headline", "summary", "title", "company", "place")),
    NodeType.JOB: ("title", ("company", "place", "description")),
    NodeType.COMPANY: ("name", ("industry", "description")),
}
_WORD = re.compile(r"[^\W_]+")
_ACCENTS = re.compile("([A-Za-z])[\u0300-\u036f]+")
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
    words = search_words(query)[:MOST_WORDS]
    searched = [kind for kind in SEARCHED if kind in kinds]
    if not words or not searched or limit < 1:
        return []
    find = _search_sqlite if connection.dialect.name == "sqlite" else _search_postgresql
    keys = find(connection, words, searched, limit)
    return _hits(connection, keys)


def search_words(query: str) -> list[str]:
    """Return the words of a text as the index holds them."""
    plain = _ACCENTS.sub(r"\1", unicodedata.normalize("NFD", query))
    return _WORD.findall(unicodedata.normalize("NFC", plain).lower())


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
    codes = ", ".join(str(NODE_CODES[kind]) for kind in kinds)
    query = (
        f"SELECT rowid FROM search WHERE search MATCH ? AND rowid % {KEY_STEP} IN ({codes}) "
        "ORDER BY bm25(search, 4.0, 1.0), rowid LIMIT ?"
    )
    for some in (words, _long_known(words)):
        match = " AND ".join(f'"{word}"*' for word in some)
        try:
            rows = connection.exec_driver_sql(query, (match, limit)).all() if some else []
        except OperationalError as error:
            # A letter that is younger than SQLite parts a word in two, and two are a phrase.
            if "phrase queries" not in str(error.orig):
                raise
            continue
        return [row[0] for row in rows]
    return []


def _long_known(words: Sequence[str]) -> list[str]:
    """Return the parts of words whose letters Unicode has had since 2002."""
    known = unicodedata.ucd_3_2_0
    spaced = (
        "".join(c if known.category(c)[0] in "LN" else " " for c in word).split() for word in words
    )
    return [part for parts in spaced for part in parts][:MOST_WORDS]


def _search_postgresql(
    connection: Connection, words: list[str], kinds: Sequence[NodeType], limit: int
) -> list[int]:
    parts = [
        f"SELECT key, ts_rank(search, q) AS rank FROM {kind}, "
        "to_tsquery('simple', :query) q WHERE search @@ q"
        for kind in kinds
    ]
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
