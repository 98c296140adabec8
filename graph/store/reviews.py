"""The review queue: texts that linking would not decide alone, and what a person decided."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from graph.schema import NodeType
from graph.store.bulk import insert_new
from graph.store.decisions import Decision, Decisions
from graph.store.keys import Keys
from graph.store.moving import move_back, move_to, words_about
from graph.store.neighbourhood import read_nodes
from graph.store.removal import NOBODY, remove_nodes
from graph.store.rows import VALUE_COLUMNS
from graph.store.search_index import index_new
from graph.store.tables import NODE_TABLES, edge, link_review

OPEN, ACCEPTED, SEPARATE = "open", "accepted", "separate"


class Suggested(NamedTuple):
    """A node that a text may mean."""

    id: str
    name: str
    score: float  # 0..1


class Review(NamedTuple):
    """A text that waits for, or has had, a person's decision."""

    kind: NodeType
    link_key: str
    text: str
    local_id: str
    suggestions: tuple[Suggested, ...]
    seen: int
    status: str
    target_id: str | None


def record(connection: Connection, reviews: Iterable[Review]) -> None:
    """Put texts into the queue; one that is there, decided or not, stays as it is."""
    rows = [
        (*r[:4], json.dumps(r.suggestions, ensure_ascii=False), r.seen, OPEN, None, None)
        for r in reviews
    ]
    insert_new(connection, link_review, rows)


def recount(connection: Connection) -> None:
    """Count anew how many facts wait for each open question."""
    for kind in NodeType:
        table = NODE_TABLES[kind]
        waiting = (
            select(func.count())
            .select_from(edge.join(table, edge.c.target_key == table.c.key))
            .where(table.c.id == link_review.c.local_id)
            .scalar_subquery()
        )
        connection.execute(
            update(link_review)
            .where(link_review.c.kind == kind, link_review.c.status == OPEN)
            .values(seen=waiting)
        )


def read_reviews(connection: Connection, status: str | None, limit: int) -> list[Review]:
    """Read the queue, the questions with the most facts waiting first."""
    query = select(link_review).order_by(
        link_review.c.seen.desc(), link_review.c.kind, link_review.c.text
    )
    if status is not None:
        query = query.where(link_review.c.status == status)
    return [_review(row) for row in connection.execute(query.limit(limit))]


def read_decisions(connection: Connection) -> Decisions:
    """Read which texts mean which nodes."""
    columns = link_review.c
    query = select(columns.kind, columns.link_key, columns.local_id, columns.target_id)
    rows = connection.execute(query.where(columns.status == ACCEPTED, columns.target_id != ""))
    return Decisions(Decision(NodeType(row[0]), row[1], row[2], row[3]) for row in rows)


def accept(connection: Connection, review: Review, target_id: str, at: int) -> int:
    """Let a text mean a node: every edge and event of the local node moves there.

    What sources state of the local node itself, beyond its name, goes with it. To mean the local
    node is to be kept separate. A target that was merged away itself stays what was decided, and
    its facts are where it went.

    Returns:
        How many facts moved.

    Raises:
        KeyError: There is no node with the target's id.
    """
    end = read_decisions(connection).end_of(review.kind, target_id)
    if review.local_id in (target_id, end):
        keep_separate(connection, review, at)
        return 0
    keys = Keys(connection).find(review.kind, [review.local_id, end])
    if end not in keys:
        raise KeyError(end)
    moved = 0
    local = keys.get(review.local_id)
    if local is not None:
        # What the node was called is what it will be called again, should this be taken back.
        name = read_nodes(connection, [local])[local].values["name"] or review.text
        review = review._replace(text=name)
        moved = move_to(connection, local, keys[end], name)
        remove_nodes(connection, [local], even_if_stated=False)
    _decide(connection, review, ACCEPTED, target_id, at)
    return moved


def keep_separate(connection: Connection, review: Review, at: int) -> None:
    """Let a text mean nothing but itself, and never ask again."""
    _decide(connection, review, SEPARATE, None, at)


def reopen(connection: Connection, review: Review, key_of: Callable[[str], str]) -> int:
    """Take a decision back: the facts that had moved return, the question is open again.

    With them return those of texts that had been decided to mean this one.

    Args:
        connection: An open write transaction.
        review: What was decided.
        key_of: Normalises a text the way linking does.

    Returns:
        How many facts moved back.
    """
    moved = 0
    if review.status == ACCEPTED and review.target_id is not None:
        keys = Keys(connection)
        decisions = read_decisions(connection)
        end = decisions.end_of(review.kind, review.target_id)
        target = keys.find(review.kind, [end]).get(end)
        if target is not None:
            ours = {review.link_key, *decisions.words_through(review.kind, review.local_id)}
            words = {w for w in words_about(connection, target) if key_of(w) in ours}
            if words:
                local = _restore_local(connection, keys, review)
                name = read_nodes(connection, [local])[local].values["name"]
                moved = move_back(connection, target, local, words, name)
    _decide(connection, review, OPEN, None, None)
    return moved


def _restore_local(connection: Connection, keys: Keys, review: Review) -> int:
    found = keys.find(review.kind, [review.local_id])
    if found:
        return found[review.local_id]
    (key,) = keys.reserve(review.kind, 1)
    named = tuple(review.text if name == "name" else None for name in VALUE_COLUMNS[review.kind])
    row = (key, review.local_id, *named, None, NOBODY, 0)
    insert_new(connection, NODE_TABLES[review.kind], [row])
    index_new(connection, review.kind, key, key)
    return key


def _decide(
    connection: Connection, review: Review, status: str, target_id: str | None, at: int | None
) -> None:
    values = {
        "text": review.text,
        "status": status,
        "target_id": target_id,
        "decided_at": at,
    }
    same = (link_review.c.kind == review.kind) & (link_review.c.link_key == review.link_key)
    if connection.execute(update(link_review).where(same).values(values)).rowcount == 0:
        names = link_review.columns.keys()
        row = (*review[:4], json.dumps(review.suggestions), review.seen, status, target_id, at)
        connection.execute(insert(link_review).values(dict(zip(names, row, strict=True))))


def _review(row: Sequence[Any]) -> Review:
    suggestions = tuple(Suggested(*each) for each in json.loads(row[4]))
    return Review._make((NodeType(row[0]), *row[1:4], suggestions, *row[5:8]))
