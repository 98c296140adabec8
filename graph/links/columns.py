"""Says where in the rows of features a scorer finds texts, fields, places, traits."""

from collections.abc import Mapping

Columns = Mapping[str, tuple[int, int]]  # a feature's name -> where its numbers begin and end
NO_COLUMNS: Mapping[str, Columns] = {}
# Every other name is of a trait, as the level or the pay.
TEXT, WHERE, FIELD = "text", "where", "field"


def span_of(columns: Mapping[str, Columns], kind: str, name: str) -> tuple[int, int]:
    """Return where a feature's numbers are; an empty span where there is none."""
    return columns.get(kind, {}).get(name, (0, 0))


def traits_of(columns: Mapping[str, Columns], kind: str) -> list[tuple[int, int]]:
    """Return where the traits of a type are, in order."""
    spans = columns.get(kind, {})
    return sorted(span for name, span in spans.items() if name not in (TEXT, WHERE, FIELD))
