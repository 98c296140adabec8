"""Reads the dates and moments that people's files hold, in a few explicit formats."""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year>[12]\d{3})"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
_ZONE = r"(?P<zone>z|utc|gmt|[+-]\d{2}(?::?\d{2})?)"

# What a slash-separated date of three numbers means cannot be told from the date alone, so only
# the shape with a comma and AM or PM is read: it is written month first and by nobody else.
_FORMATS = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        _YEAR,
        rf"{_YEAR}-(?P<month>\d{{2}})",
        rf"{_YEAR}-(?P<month>\d{{2}})-(?P<day>\d{{2}})(?:[t ]\s*{_CLOCK}\s*{_ZONE}?)?",
        rf"{_YEAR}/(?P<month>\d{{2}})/(?P<day>\d{{2}})(?: {_CLOCK}\s*{_ZONE}?)?",
        rf"{_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})",
        # With dots the day comes first wherever this is written.
        rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.{_YEAR}(?: {_CLOCK}\s*{_ZONE}?)?",
        rf"{_MONTH},? {_YEAR}",
        rf"(?P<day>\d{{1,2}})(?:\.? |-){_MONTH},?[ -]{_YEAR}(?:,? {_CLOCK}\s*{_ZONE}?)?",
        rf"(?P<day>\d{{1,2}})-{_MONTH}-(?P<short_year>\d{{2}})",
        rf"{_MONTH} (?P<day>\d{{1,2}}), {_YEAR}(?:,? {_CLOCK}\s*{_ZONE}?)?",
        r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<short_year>\d{2}), "
        r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?[ \u00a0\u202f](?P<half>[ap]m)",
    )
)
_NUMBER = re.compile(r"(?P<whole>-?\d{1,19})(?:\.\d{1,9})?", re.ASCII)
_SECONDS_FROM, _SECONDS_TO = -62_135_596_800, 253_402_300_799  # the years 1 to 9999
# (smallest count, counts in a second): as seconds, 10**11 would be after the year 5138.
_UNITS = ((10**17, 10**9), (10**14, 10**6), (10**11, 10**3))
_LONGEST = 64
_CACHED = 65_536


class _Moment(NamedTuple):
    at: datetime  # the first moment that the text can mean
    iso_date: str  # as precise as the text


@lru_cache(maxsize=_CACHED)
def parse_date(text: str) -> str | None:
    """Return an ISO 8601 date as precise as `text` (2024, 2024-03 or 2024-03-01), or None.

    A date that does not exist and a date whose order of day and month is unclear give None.
    A two-digit year means 1970 to 2069. A time of day is left out.
    """
    moment = _read(text.strip())
    return moment.iso_date if moment else None


@lru_cache(maxsize=_CACHED)
def parse_moment(text: str) -> int | None:
    """Return seconds since 1970 UTC (negative before), or None when `text` is no moment.

    Accepts what `parse_date` accepts (its first moment), a date with a time of day (UTC unless
    it has a zone), and a count of seconds since 1970; counts too large for that are taken as
    milli-, micro- or nanoseconds. Four digits are a year, and eight a date where it exists.
    """
    text = text.strip()
    moment = _read(text)
    if moment is None:
        return _counted_seconds(text)
    return (moment.at - _EPOCH) // timedelta(seconds=1)


def iso_day(moment: int) -> str:
    """Return the day of a moment, in UTC, as YYYY-MM-DD.

    Args:
        moment: Seconds since 1970 UTC, as `parse_moment` returns them.
    """
    return (_EPOCH + timedelta(seconds=moment)).date().isoformat()


def _read(text: str) -> _Moment | None:
    if len(text) > _LONGEST:
        return None
    for shape in _FORMATS:
        match = shape.fullmatch(text)
        if match:
            try:
                return _moment(match.groupdict())
            except (ValueError, OverflowError):  # no such day, hour or zone
                return None
    return None


def _moment(parts: dict[str, str | None]) -> _Moment:
    year, month, day = _year(parts), _month(parts.get("month")), int(parts.get("day") or 0)
    at = datetime(
        year,
        month or 1,
        day if parts.get("day") else 1,
        _hour(parts.get("hour"), parts.get("half")),
        int(parts.get("minute") or 0),
        int(parts.get("second") or 0),
        tzinfo=_zone(parts.get("zone")),
    )
    iso_date = f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")
    return _Moment(at, iso_date)


def _year(parts: dict[str, str | None]) -> int:
    short = parts.get("short_year")
    if short is None:
        return int(parts["year"] or 0)
    return int(short) + (1900 if int(short) >= 70 else 2000)


def _month(text: str | None) -> int | None:
    if text is None:
        return None
    month = int(text) if text.isdecimal() else _MONTHS.index(text[:3].lower()) + 1
    if not 1 <= month <= 12:
        raise ValueError(f"month {text}")
    return month


def _hour(text: str | None, half: str | None) -> int:
    hour = int(text or 0)
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(f"hour {text} {half}")
    return hour % 12 + (12 if half.lower() == "pm" else 0)


def _zone(text: str | None) -> timezone:
    if text is None or text.lower() in {"z", "utc", "gmt"}:
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    if int(digits[2:]) > 59:
        raise ValueError(f"zone {text}")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _counted_seconds(text: str) -> int | None:
    match = _NUMBER.fullmatch(text)
    if not match:
        return None
    count = int(match["whole"])
    for smallest, a_second in _UNITS:
        if abs(count) >= smallest:
            count //= a_second
            break
    return count if _SECONDS_FROM <= count <= _SECONDS_TO else None
