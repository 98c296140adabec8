"""Reads what people did, tens of millions of rows at a time."""

import re
from collections.abc import Iterator

from graph.formula_guard import unguard
from graph.importers.clean_text import clean_line
from graph.importers.dates import parse_moment
from graph.importers.frame import Tally
from graph.importers.tables.cells import EARLIEST, LATEST, BadRow, identifier, is_plain_id, number
from graph.importers.tables.layout import LAYOUTS, Table
from graph.importers.tables.remembered import Remembered
from graph.importers.tables.sources import TableRows
from graph.schema import Event, EventKind

LONGEST_QUOTE = 40
LONGEST_CONTEXT = 200
MOST_UNKNOWN_KINDS = 50  # that are quoted; a file of nonsense must not fill the report
_NO_DATE = "no readable date"
_SAME = "a person and the object are the same"
_KINDS = {kind.value: kind for kind in EventKind}
_DATE = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
_MINUTE = re.compile(r"[T ]([0-9]{2}):([0-9]{2})")
_REST = re.compile(r"(?::([0-9]{2})(?:\.[0-9]{1,9})?)?(?:Z|([+-])([0-9]{2}):?([0-9]{2}))?")


class _NotSplit(Exception):
    """A moment that is not written as a date with a time of day after it."""


class EventReader:
    """Makes events of rows.

    Each row is a few look-ups: kinds, days and times of day are worked out once.
    """

    def __init__(self, source: TableRows, tally: Tally, now: int) -> None:
        self._source = source
        self._tally = tally
        self._now = now or LATEST  # 0: nobody has said when it is
        self._positions = LAYOUTS[Table.EVENTS].positions(source.columns)
        self._kinds = Remembered(self._kind)
        self._days = Remembered(_seconds_of_day)
        self._minutes = Remembered(_seconds_of_minute)
        self._rests = Remembered(_seconds_of_rest)
        self._unknown_kinds: set[str] = set()

    def facts(self) -> Iterator[Event]:
        """Yield the events; rows that state none go to the tally."""
        kinds, tally, use = self._kinds, self._tally, self._tally.use
        guarded = self._source.guarded
        days, minutes, rests, now = self._days, self._minutes, self._rests, self._now
        person_at, kind_at = self._positions["person_id"], self._positions["kind"]
        item_at, at_at = self._positions["item_id"], self._positions.get("at")
        value_at, context_at = self._positions.get("value"), self._positions.get("context")
        new = tuple.__new__  # as `Event` does, at half the time
        for row, cells in self._source.rows(tally):
            try:
                person, item = cells[person_at], cells[item_at]
                if not is_plain_id(person):
                    person = identifier(person, "person_id", guarded=guarded)
                if not is_plain_id(item):
                    item = identifier(item, "item_id", guarded=guarded)
                kind = kinds[cells[kind_at]]
                text = "" if at_at is None else cells[at_at]
                try:  # 2024-03-01, T12:30 and :59Z: there are few different ones of each
                    at = days[text[:10]] + minutes[text[10:16]] + rests[text[16:]]
                except _NotSplit:
                    at = _moment(text)
                if person == item or not EARLIEST <= at <= LATEST:
                    raise BadRow(_SAME if person == item else _NO_DATE)
            except BadRow as problem:
                tally.skip(row, str(problem))
                continue
            if at > now:
                tally.warnings["date in the future"] += 1
            value = context = None
            if value_at is not None and (cell := cells[value_at]):
                value = self._value(cell)
            if context_at is not None and (cell := cells[context_at]):
                context = self._context(cell)
            use()
            yield new(Event, (person, kind, item, at, value, context, row))

    def _kind(self, cell: str) -> EventKind:
        kind = _KINDS.get(cell.strip().lower())
        if kind is not None:
            return kind
        quoted = (clean_line(cell[:LONGEST_QUOTE]) or "")[:LONGEST_QUOTE]
        if not quoted:
            raise BadRow("no kind")
        if len(self._unknown_kinds) < MOST_UNKNOWN_KINDS:
            self._unknown_kinds.add(quoted)
        if quoted not in self._unknown_kinds:
            raise BadRow("another unknown kind")
        raise BadRow(f'unknown kind "{quoted}"')

    def _value(self, cell: str) -> float | None:
        value = number(cell)
        if value is None and cell.strip():
            self._tally.warnings["value is not a number"] += 1
        return value

    def _context(self, cell: str) -> str | None:
        line = clean_line(cell[:LONGEST_CONTEXT])
        return unguard(line) if line and self._source.guarded else line


def _seconds_of_day(text: str) -> int:
    seconds = parse_moment(text) if _DATE.fullmatch(text) else None
    if seconds is None:
        raise _NotSplit
    return seconds


def _seconds_of_minute(text: str) -> int:
    if not text:
        return 0
    match = _MINUTE.fullmatch(text)
    if match is None or match[1] > "23" or match[2] > "59":
        raise _NotSplit
    return int(match[1]) * 3600 + int(match[2]) * 60


def _seconds_of_rest(text: str) -> int:
    match = _REST.fullmatch(text)
    if match is None:
        raise _NotSplit
    second, sign, zone_hours, zone_minutes = match.groups(default="00")
    if max(second, zone_minutes) > "59" or zone_hours > "23":
        raise _NotSplit
    ahead = int(zone_hours) * 3600 + int(zone_minutes) * 60
    return int(second) + (ahead if sign == "-" else -ahead)


def _moment(text: str) -> int:
    if len(text) == 10 and text.isascii() and text.isdecimal():  # as counted in our time
        return int(text)
    moment = parse_moment(text)
    if moment is None:
        raise BadRow(_NO_DATE)
    return moment
