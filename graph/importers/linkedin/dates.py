"""Reads the dates of an export and counts those that are odd."""

import re

from graph.importers.dates import parse_date, parse_moment
from graph.importers.frame import Tally

UNREADABLE = "date cannot be read"
AHEAD = "date in the future"

# An export has no time zones: what is tomorrow somewhere is not yet odd.
_TOLERANCE_SECONDS = 24 * 60 * 60
_MOST_CHARS = 64
# Followed companies: "Wed Jun 24 12:43:42 UTC 2026".
_WEEKDAY_FIRST = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{2}) ([\d:]{8} [A-Z]{3}) (\d{4})")


class Dates:
    """Reads the dates of one file."""

    def __init__(self, tally: Tally, now: int) -> None:
        self._tally = tally
        self._latest = now + _TOLERANCE_SECONDS if now else None

    def day(self, text: str | None, *, may_lie_ahead: bool = False) -> str | None:
        """Return an ISO date, or None (with a warning) when there is a text but no date in it."""
        if text is None:
            return None
        date = _date(text)
        if date is None:
            self._tally.warnings[UNREADABLE] += 1
        elif not may_lie_ahead:
            self._warn_when_ahead(parse_moment(date))
        return date

    def moment(self, text: str | None) -> int | None:
        """Return seconds since 1970 UTC, or None when there is no date; the caller counts that."""
        if text is None or len(text) > _MOST_CHARS or _is_bare_number(text):
            return None
        moment = parse_moment(_WEEKDAY_FIRST.sub(r"\2 \1 \4 \3", text))
        self._warn_when_ahead(moment)
        return moment

    def _warn_when_ahead(self, moment: int | None) -> None:
        if moment is not None and self._latest is not None and moment > self._latest:
            self._tally.warnings[AHEAD] += 1


def _date(text: str) -> str | None:
    return parse_date(text) if len(text) <= _MOST_CHARS else None


def _is_bare_number(text: str) -> bool:
    """Say whether a text would pass as seconds since 1970, which LinkedIn never writes."""
    return text.lstrip("-").replace(".", "", 1).isdigit()
