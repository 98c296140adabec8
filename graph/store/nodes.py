"""Merges what sources state of nodes into the store.

What a node says is a function of the set of statements made about it, whatever the order they
came in: for each column the newest statement that has a value wins, by `updated_at`, then by
source, then by row. A node that one source states is its own statement.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from graph.schema import NodeType
from graph.store.bulk import Row, in_chunks, insert_new
from graph.store.keys import Keys
from graph.store.rows import VALUE_COLUMNS, NodeRow
from graph.store.search_index import add_to_index, index_new, remove_from_index
from graph.store.tables import NODE_TABLES, statement

_KEYS_PER_STATEMENT = 900


class Statement(NamedTuple):
    """What one row of one source says of a node; orders by who wins."""

    updated_at: int
    source_id: int
    source_row: int
    values: tuple[Any, ...]

    @property
    def origin(self) -> tuple[int, int]:
        """Return the source and the row that make the statement."""
        return self.source_id, self.source_row


class Merged(NamedTuple):
    """What a node says, and the statement that wins over the others."""

    values: tuple[Any, ...]
    winner: Statement


def merge(statements: Iterable[Statement]) -> Merged:
    """Merge statements about one node: column by column, the newest that has a value."""
    newest_first = sorted(statements, key=lambda s: s[:3], reverse=True)
    values = tuple(
        next((value for value in column if value is not None), None)
        for column in zip(*(s.values for s in newest_first), strict=True)
    )
    return Merged(values, newest_first[0])


class Nodes:
    """Writes nodes inside one transaction and counts what became of them."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys
        self.added: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()
        self._first_new: dict[NodeType, int] = {}  # keys only grow: those from here on are new

    def start_counting(self) -> None:
        """Count from here: what was added so far counts as there before."""
        self.added.clear()
        self.changed.clear()
        self._first_new.clear()

    def write(self, kind: NodeType, rows: Sequence[NodeRow], source_id: int) -> None:
        """Add the nodes that are new and merge what is said of the others."""
        first = _first_of_each(rows)
        known = self._keys.find(kind, first) if self._has_any(kind) else {}
        fresh = [row for row in first.values() if row.id not in known]
        self._insert(kind, fresh, source_id)
        inserted = {id(row) for row in fresh}
        again = [row for row in rows if id(row) not in inserted]
        if again:
            self._merge_in(kind, again, source_id)

    def _has_any(self, kind: NodeType) -> bool:
        table = NODE_TABLES[kind]
        return self._connection.scalar(select(table.c.key).limit(1)) is not None

    def _insert(self, kind: NodeType, rows: Sequence[NodeRow], source_id: int) -> None:
        if not rows:
            return
        keys = self._keys.reserve(kind, len(rows))
        full: list[Row] = [
            (key, row.id, *row.values, row.updated_at, source_id, row.source_row)
            for key, row in zip(keys, rows, strict=True)
        ]
        inserted = insert_new(self._connection, NODE_TABLES[kind], full)
        if inserted < len(full):
            there = len(full) - inserted
            raise RuntimeError(
                f"{there} of {len(full)} {kind} rows taken for new are there already"
            )
        index_new(self._connection, kind, keys[0], keys[-1])
        self._keys.remember(kind, [row.id for row in rows], keys)
        self._first_new.setdefault(kind, keys[0])
        self.added[kind] += len(rows)

    def _merge_in(self, kind: NodeType, rows: Sequence[NodeRow], source_id: int) -> None:
        keys = self._keys.find(kind, (row.id for row in rows))
        by_key: dict[int, list[Statement]] = {}
        for row in rows:
            said = Statement(row.updated_at or 0, source_id, row.source_row, row.values)
            by_key.setdefault(keys[row.id], []).append(said)
        for some in in_chunks(list(by_key), _KEYS_PER_STATEMENT):
            self._restate(kind, {key: by_key[key] for key in some})

    def _restate(self, kind: NodeType, new: Mapping[int, Sequence[Statement]]) -> None:
        current = read_current(self._connection, kind, list(new))
        earlier = read_statements(self._connection, kind, list(new))
        changes: dict[int, Merged] = {}
        statements: list[Row] = []
        for key, said in new.items():
            known = {s.origin: s for s in earlier.get(key, [current[key]])}
            after = dict(known)
            for each in said:
                after[each.origin] = _one_row(after.get(each.origin, each), each)
            if after == known:
                continue
            changes[key] = merge(after.values())
            if len(after) > 1:
                kept = known if key in earlier else {}
                fresh = [s for origin, s in after.items() if kept.get(origin) != s]
                _forget_rows(self._connection, key, [s for s in fresh if s.origin in kept])
                statements += [_statement_row(kind, key, s) for s in fresh]
        insert_new(self._connection, statement, statements)
        update_nodes(self._connection, kind, changes)
        self.changed[kind] += sum(
            to.values != current[key].values and not self._is_new(kind, key)
            for key, to in changes.items()
        )

    def _is_new(self, kind: NodeType, key: int) -> bool:
        return kind in self._first_new and key >= self._first_new[kind]


def update_nodes(connection: Connection, kind: NodeType, changes: Mapping[int, Merged]) -> None:
    """Set nodes to what the merge of their statements says, the search index with them."""
    if not changes:
        return
    table = NODE_TABLES[kind]
    keys = list(changes)
    remove_from_index(connection, kind, keys)
    names = [*VALUE_COLUMNS[kind], "updated_at", "source_id", "source_row"]
    change = (
        update(table)
        .where(table.c.key == bindparam("the_key"))
        .values({name: bindparam(f"new_{name}") for name in names})
    )
    connection.execute(change, [_parameters(names, key, to) for key, to in changes.items()])
    add_to_index(connection, kind, keys)


def read_current(
    connection: Connection, kind: NodeType, keys: Sequence[int]
) -> dict[int, Statement]:
    """Read nodes as the statements that they are while only one source states them."""
    table = NODE_TABLES[kind]
    columns = [table.c[name] for name in VALUE_COLUMNS[kind]]
    origin = (table.c.key, table.c.updated_at, table.c.source_id, table.c.source_row)
    found: dict[int, Statement] = {}
    for row in connection.execute(select(*origin, *columns).where(table.c.key.in_(keys))):
        key, at, source_id, source_row, *said = tuple(row)
        found[key] = Statement(at or 0, source_id, source_row, tuple(said))
    return found


def read_statements(
    connection: Connection, kind: NodeType, keys: Sequence[int]
) -> dict[int, list[Statement]]:
    """Read what sources said of nodes that more than one statement was made about."""
    found: dict[int, list[Statement]] = {}
    for row in connection.execute(select(statement).where(statement.c.key.in_(keys))):
        stated = json.loads(row.stated)
        values = tuple(stated.get(name) for name in VALUE_COLUMNS[kind])
        said = Statement(row.updated_at or 0, row.source_id, row.source_row, values)
        found.setdefault(row.key, []).append(said)
    return found


def forget_statements(connection: Connection, keys: Sequence[int]) -> None:
    """Drop the statements about nodes that are down to one, or to none."""
    connection.execute(statement.delete().where(statement.c.key.in_(keys)))


def restore_statements(
    connection: Connection, kind: NodeType, said: Mapping[int, Sequence[Statement]]
) -> None:
    """Write statements about nodes that still have several."""
    rows = [_statement_row(kind, key, s) for key, each in said.items() for s in each]
    if rows:
        connection.execute(
            insert(statement),
            [dict(zip(statement.columns.keys(), row, strict=True)) for row in rows],
        )


def _one_row(kept: Statement, other: Statement) -> Statement:
    """Make one statement of two that the same row makes, whichever came first."""
    values = tuple(map(_larger, kept.values, other.values))
    # A file that does not say how old it is counts from when it was first read.
    stated = [at for at in (kept.updated_at, other.updated_at) if at]
    return Statement(min(stated, default=0), *kept.origin, values)


def _larger(kept: Any, other: Any) -> Any:  # noqa: ANN401  a text, a number or None
    return max(kept, other, key=lambda value: (value is not None, repr(value)))


def _forget_rows(connection: Connection, key: int, said: Iterable[Statement]) -> None:
    for each in said:
        same = (statement.c.source_id, each.source_id), (statement.c.source_row, each.source_row)
        rows = [column == value for column, value in ((statement.c.key, key), *same)]
        connection.execute(statement.delete().where(*rows))


def _first_of_each(rows: Sequence[NodeRow]) -> dict[str, NodeRow]:
    first: dict[str, NodeRow] = {}
    for row in rows:
        first.setdefault(row.id, row)
    return first


def _statement_row(kind: NodeType, key: int, said: Statement) -> Row:
    stated = {
        name: value
        for name, value in zip(VALUE_COLUMNS[kind], said.values, strict=True)
        if value is not None
    }
    text = json.dumps(stated, ensure_ascii=False, sort_keys=True)
    return (key, said.source_id, said.source_row, said.updated_at or None, text)


def _parameters(names: Sequence[str], key: int, to: Merged) -> dict[str, Any]:
    winner = to.winner
    values = (*to.values, winner.updated_at or None, winner.source_id, winner.source_row)
    parameters: dict[str, Any] = {
        f"new_{name}": value for name, value in zip(names, values, strict=True)
    }
    return parameters | {"the_key": key}
