"""Reads who knows whom, tens of millions of rows at a time."""

from collections.abc import Iterator, Sequence

from graph.importers.dates import parse_date
from graph.importers.frame import Tally
from graph.importers.tables.cells import BadRow, identifier, is_plain_id, number
from graph.importers.tables.layout import LAYOUTS, Table
from graph.importers.tables.remembered import Remembered
from graph.importers.tables.sources import TableRows
from graph.importers.tables.words import FLAGS, word_key
from graph.schema import Connection


class ConnectionReader:
    """Makes connections of rows, in the direction in which each is stated."""

    def __init__(self, source: TableRows, tally: Tally, today: str) -> None:
        self._source = source
        self._tally = tally
        self._today = today
        self._positions = LAYOUTS[Table.CONNECTIONS].positions(source.columns)
        self._dates = Remembered(parse_date)

    def facts(self) -> Iterator[Connection]:
        """Yield the connections; rows that state none go to the tally."""
        tally, guarded = self._tally, self._source.guarded
        person_at, other_at = self._positions["person_id"], self._positions["other_id"]
        for row, cells in self._source.rows(tally):
            try:
                person, other = cells[person_at], cells[other_at]
                if not is_plain_id(person):
                    person = identifier(person, "person_id", guarded=guarded)
                if not is_plain_id(other):
                    other = identifier(other, "other_id", guarded=guarded)
                if person == other:
                    raise BadRow("a person connected to themselves")
            except BadRow as problem:
                tally.skip(row, str(problem))
                continue
            since, strength = self._since(cells), self._strength(cells)
            tally.use()
            yield Connection(person, other, since, strength, self._is_observed(cells), row)

    def _since(self, cells: Sequence[str]) -> str | None:
        cell = self._cell(cells, "since")
        if not cell:
            return None
        since = self._dates[cell]
        if since is None:
            self._tally.warnings["since is not a date"] += 1
        elif self._today and since > self._today:
            self._tally.warnings["since is in the future"] += 1
        return since

    def _strength(self, cells: Sequence[str]) -> float | None:
        cell = self._cell(cells, "strength")
        if not cell:
            return None
        strength = number(cell)
        if strength is not None and 0 <= strength <= 1:
            return strength
        self._tally.warnings["strength is not a number from 0 to 1"] += 1
        return None

    def _is_observed(self, cells: Sequence[str]) -> bool:
        cell = self._cell(cells, "observed")
        if not cell:
            return True
        flag = FLAGS.get(word_key(cell))
        if flag is None:
            self._tally.warnings["observed is an unknown word"] += 1
        return flag is not False

    def _cell(self, cells: Sequence[str], column: str) -> str:
        position = self._positions.get(column)
        return "" if position is None else cells[position].strip()
