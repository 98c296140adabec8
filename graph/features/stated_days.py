"""Reads the day out of a date as sources state it: 2024, 2024-03, 2024-03-01, also with a time."""

import re
from datetime import date

_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_EPOCH = date(1970, 1, 1).toordinal()


def day_of(stated: str | None) -> int | None:
    """Return days since 1970, the first day where month or day is missing; None for no date."""
    found = _DATE.match(stated or "")
    if found is None:
        return None
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        return date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None
