"""Reads job preferences and job alerts: what work the owner looks for."""

import json
import re
from collections.abc import Iterator, Mapping

from graph.importers.clean_text import clean_line
from graph.importers.frame import Tally
from graph.importers.linkedin.columns import Column
from graph.importers.linkedin.export import Export
from graph.importers.linkedin.qualifications import joined
from graph.importers.linkedin.sheet import Row, Sheet
from graph.schema import Fact, Person

NO_WISH = "names no place, title, industry, kind of job or company"
NO_KEYWORDS = "names nothing to search for"

_NOTES: Mapping[str, Column] = {
    "preferred_places": Column.LOCATIONS,
    "preferred_titles": Column.JOB_TITLES,
    "preferred_industries": Column.INDUSTRIES,
    "preferred_job_types": Column.PREFERRED_JOB_TYPES,
    "dream_companies": Column.DREAM_COMPANIES,
}
_NOTHING = frozenset({"n/a", "na", "none", "null"})

# Written as {keywords=data engineer, spellCheckEnabled=true, ...} or as keywords=...&location=...
_KEYWORDS = re.compile(r"\bkeywords=(.*?)(?=, \w+=|[&}]|$)", re.DOTALL)
_LOCATION = re.compile(r"\blocation=(.*?)(?=, \w+=|[&}]|$)", re.DOTALL)


def read_preferences(sheet: Sheet, export: Export, tally: Tally) -> Iterator[Fact]:
    """Read Job Seeker Preferences.csv; what pay, start and commute it holds is left alone."""
    for row in sheet.rows(tally):
        notes = {
            key: joined(values) for key, column in _NOTES.items() if (values := _list(row, column))
        }
        if not notes:
            tally.skip(row.number, NO_WISH)
            continue
        yield Person(export.owner.id, is_member=True, notes=notes, row=row.number)
        tally.use()


def read_alerts(sheet: Sheet, export: Export, tally: Tally) -> Iterator[Fact]:
    """Read SavedJobAlerts.csv: the searches that the owner is told about."""
    alerts: list[str] = []
    for row in sheet.rows(tally):
        alert = _alert(row)
        if alert is None:
            tally.skip(row.number, NO_KEYWORDS)
            continue
        alerts.append(alert)
        tally.use()
    if alerts:
        yield Person(export.owner.id, is_member=True, notes={"job_alerts": joined(alerts)}, row=1)


def _list(row: Row, column: Column) -> list[str]:
    values = (clean_line(part) for part in re.split(r"[|;\n]", row.raw(column)))
    return [value for value in values if value and value.casefold() not in _NOTHING]


def _alert(row: Row) -> str | None:
    """Return what an alert searches for, as "data engineer, Berlin"."""
    context = row.raw(Column.QUERY_CONTEXT)
    parameters = row.raw(Column.ALERT_PARAMETERS)
    keywords, place = _from_json(context)
    if keywords is None:
        both = f"{context}\n{parameters}"
        keywords, place = _first(_KEYWORDS, both), _first(_LOCATION, both)
    return ", ".join(filter(None, (keywords, place))) or None


def _from_json(text: str) -> tuple[str | None, str | None]:
    try:
        query = json.loads(text)
    except (ValueError, RecursionError):
        return None, None
    if not isinstance(query, dict):
        return None, None
    keywords, place = query.get("keywords"), query.get("location")
    return (
        clean_line(keywords) if isinstance(keywords, str) else None,
        clean_line(place) if isinstance(place, str) else None,
    )


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return clean_line(found[1]) if found else None
