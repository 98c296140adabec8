"""Says what text stands for each node; a person's name and addresses are in none."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from graph.schema import EdgeType, NodeType
from graph.store import Store
from graph.text.node_batches import NodeRows, read_batches, read_edges
from graph.text.private_words import without_private_words

# Of each table, in the order in which they are read. A person's name only tells what to take out.
TEXT_COLUMNS: Mapping[NodeType, tuple[str, ...]] = {
    NodeType.PERSON: ("name", "headline", "title", "summary"),
    NodeType.JOB: ("title", "description"),
    NodeType.COMPANY: ("industry", "description", "name"),
    NodeType.SKILL: ("name",),
    NodeType.TITLE: ("name", "family"),
    NodeType.SCHOOL: ("name",),
    NodeType.PLACE: ("name", "region"),
}
MOST_CHARACTERS = 6000  # of a text: more than any window of tokens reads
_POSITIONS = (EdgeType.WORKS_AT, EdgeType.WORKED_AT)


class NodeTexts(NamedTuple):
    """Texts of some nodes, in rising order of key; "" where nothing is stated."""

    keys: list[int]
    texts: list[str]


def node_texts(
    store: Store, kind: NodeType, keys: Sequence[int] | None = None
) -> Iterator[NodeTexts]:
    """Read nodes of a store and yield their texts, batch after batch.

    Args:
        store: Whose nodes.
        kind: Of the nodes.
        keys: Only these, rising; None: all of the type.
    """
    with store.read() as connection:
        for rows in read_batches(connection, kind, TEXT_COLUMNS[kind], keys):
            texts = texts_of(connection, kind, rows)
            yield NodeTexts([row[0] for row in rows], texts)


def all_texts(store: Store) -> Iterator[str]:
    """Yield the text of every node: what a cache of vectors has a reason to hold."""
    for kind in NodeType:
        for batch in node_texts(store, kind):
            yield from batch.texts


def texts_of(connection: Connection, kind: NodeType, rows: NodeRows) -> list[str]:
    """Return the texts of a batch of nodes.

    Args:
        connection: An open read of their store.
        kind: Of the nodes.
        rows: (key, id, *columns), the columns beginning with `TEXT_COLUMNS` of the type.
    """
    if kind is NodeType.PERSON:
        positions = _positions(connection, rows)
        return [_person_text(row, positions.get(row[0], [])) for row in rows]
    width = len(TEXT_COLUMNS[kind])
    return [_joined(*row[2 : 2 + width]) for row in rows]


def _person_text(row: tuple[Any, ...], positions: list[tuple[str, str]]) -> str:
    name, headline, title, summary = row[2:6]
    newest_first = [said for _, said in sorted(positions, reverse=True)]
    # The title in the profile is the current position's; it stands in where no position does.
    stated = _joined(headline, None if newest_first else title, summary, *newest_first)
    return without_private_words(stated, name)


def _positions(connection: Connection, rows: NodeRows) -> dict[int, list[tuple[str, str]]]:
    """Return (since, text) of every position of the people of a batch."""
    found: dict[int, list[tuple[str, str]]] = {}
    columns = ("source_key", "since", "notes")
    for key, since, notes in read_edges(connection, _POSITIONS, rows, columns):
        said = json.loads(notes) if notes else {}
        text = _joined(said.get("title"), said.get("description"))
        if text:
            found.setdefault(key, []).append((since, text))
    return found


def _joined(*texts: str | None) -> str:
    return "\n".join(text for text in texts if text)[:MOST_CHARACTERS]
