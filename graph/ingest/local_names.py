"""Names the nodes that no taxonomy knows, the same whatever order their spellings came in.

"NORTHWIND", "Northwind GmbH" and "northwind" are one local node, since only the way of writing
differs. Which of them it is called must not depend on which file was read first: it is the best
spelling that anyone has used. An edge whose source wrote another one keeps it as its mention.
"""

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select, update

from graph.schema import LOCAL_PREFIX, NodeType
from graph.store.bulk import in_chunks
from graph.store.moving import rename
from graph.store.nodes import Merged, read_current, update_nodes
from graph.store.rows import VALUE_COLUMNS
from graph.store.tables import NODE_TABLES, statement

_IDS_PER_QUERY = 900


class LocalNames:
    """The spellings of local nodes that one import has met."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._held: dict[tuple[NodeType, str], str] = {}  # names as they stand in the store
        self._met: dict[tuple[NodeType, str], str] = {}  # the best spelling so far
        self._met_in_file: dict[tuple[NodeType, str], str] = {}

    def held(self, kind: NodeType, ids: Iterable[str]) -> Mapping[str, str]:
        """Return the names that local nodes have in the store; unknown ids are left out."""
        local = [id for id in ids if id.startswith(LOCAL_PREFIX)]
        self._look_up(kind, [id for id in local if (kind, id) not in self._held])
        return {id: self._held[kind, id] for id in local if (kind, id) in self._held}

    def meet(self, kind: NodeType, id: str, spelling: str) -> None:
        """Note that somebody wrote a local node's name this way."""
        best = self._met_in_file.get((kind, id), spelling)
        self._met_in_file[kind, id] = min(best, spelling, key=_rank)

    def keep(self) -> None:
        """Keep what was met in the file that has just been read to its end."""
        for place, spelling in self._met_in_file.items():
            self._met[place] = min(self._met.get(place, spelling), spelling, key=_rank)
        self._met_in_file = {}

    def forget(self) -> None:
        """Forget the file being read, and every name that may have been taken back with it."""
        self._held, self._met_in_file = {}, {}

    def settle(self) -> None:
        """Give every local node the best of its spellings."""
        for kind in NodeType:
            met = {id: spelling for (of, id), spelling in self._met.items() if of is kind}
            held = self.held(kind, met)
            better = {
                id: spelling
                for id, spelling in met.items()
                if id in held and _rank(spelling) < _rank(held[id])
            }
            for ids in in_chunks(sorted(better), _IDS_PER_QUERY):
                self._rename(kind, {id: better[id] for id in ids})
        self._met, self._held = {}, {}

    def _look_up(self, kind: NodeType, ids: list[str]) -> None:
        table = NODE_TABLES[kind]
        for some in in_chunks(ids, _IDS_PER_QUERY):
            named = select(table.c.id, table.c.name).where(table.c.id.in_(some))
            for row in self._connection.execute(named):
                self._held[kind, row[0]] = row[1] or ""

    def _rename(self, kind: NodeType, names: Mapping[str, str]) -> None:
        table = NODE_TABLES[kind]
        found = select(table.c.id, table.c.key).where(table.c.id.in_(names))
        keys = {row[0]: row[1] for row in self._connection.execute(found)}
        current = read_current(self._connection, kind, list(keys.values()))
        place = VALUE_COLUMNS[kind].index("name")
        changes: dict[int, Merged] = {}
        for id, key in keys.items():
            old, new = self._held[kind, id], names[id]
            rename(self._connection, key, old, new)
            self._rename_statements(key, new)
            values = current[key].values
            renamed = (*values[:place], new, *values[place + 1 :])
            changes[key] = Merged(renamed, current[key])
        update_nodes(self._connection, kind, changes)

    def _rename_statements(self, key: int, new: str) -> None:
        rows = self._connection.execute(select(statement).where(statement.c.key == key)).all()
        for row in rows:
            stated = json.loads(row.stated)
            if "name" in stated:
                text = json.dumps(stated | {"name": new}, ensure_ascii=False, sort_keys=True)
                this = [column == row._mapping[column.name] for column in statement.primary_key]
                self._connection.execute(update(statement).where(*this).values(stated=text))


def _rank(spelling: str) -> tuple[bool, int, str]:
    """Order spellings: first those in both cases, then short before long, then by letters."""
    return (spelling in (spelling.lower(), spelling.upper()), len(spelling), spelling)
