"""Says which nodes an open question can still be answered with."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from graph.schema import NodeType
from graph.store.bulk import in_chunks
from graph.store.decisions import Decisions
from graph.store.reviews import Review, Suggested, read_decisions
from graph.store.tables import NODE_TABLES

_IDS_PER_QUERY = 900


def offered(connection: Connection, reviews: Sequence[Review]) -> list[Review]:
    """Return questions with suggestions that are there: followed when merged, else left out."""
    decisions = read_decisions(connection)
    followed = [list(_follow(decisions, review)) for review in reviews]
    names: dict[NodeType, dict[str, str]] = {}
    for kind in {review.kind for review in reviews}:
        pairs = zip(reviews, followed, strict=True)
        wanted = {each.id for review, some in pairs if review.kind == kind for each in some}
        names[kind] = _names(connection, kind, sorted(wanted))
    return [
        review._replace(suggestions=tuple(_there(some, names[review.kind])))
        for review, some in zip(reviews, followed, strict=True)
    ]


def _follow(decisions: Decisions, review: Review) -> Iterator[Suggested]:
    met = {review.local_id}  # to mean itself is an answer of its own
    for each in review.suggestions:
        end = decisions.end_of(review.kind, each.id)
        if end not in met:
            met.add(end)
            yield each if end == each.id else each._replace(id=end, name="")


def _there(suggestions: Sequence[Suggested], names: dict[str, str]) -> Iterator[Suggested]:
    for each in suggestions:
        if each.id in names:
            yield each._replace(name=each.name or names[each.id])


def _names(connection: Connection, kind: NodeType, ids: Sequence[str]) -> dict[str, str]:
    table = NODE_TABLES[kind]
    found: dict[str, str] = {}
    for some in in_chunks(ids, _IDS_PER_QUERY):
        rows = connection.execute(select(table.c.id, table.c.name).where(table.c.id.in_(some)))
        found |= {row[0]: row[1] or row[0] for row in rows}
    return found
