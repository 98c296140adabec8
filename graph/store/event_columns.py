"""Carries a batch of events to the store as flat columns, which is what makes bulk import fast."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph.store.rows import EventRow

NUMBERS = 6  # person_key, at, kind, object_key, context_key, source_row


@dataclass(frozen=True, slots=True)
class EventColumns:
    """Events of one source, sorted by the key of the event table, no two with the same key."""

    numbers: Sequence[int]  # NUMBERS of them for each event, one event after the other
    values: Sequence[float | None] | None  # one for each event; None: no event has a value
    source_id: int

    def __len__(self) -> int:
        return len(self.numbers) // NUMBERS

    def rows(self) -> Iterator[EventRow]:
        """Return the events as rows of the event table."""
        values = self.values or [None] * len(self)
        for start, value in zip(range(0, len(self.numbers), NUMBERS), values, strict=True):
            *key, source_row = self.numbers[start : start + NUMBERS]
            yield EventRow._make((*key, value, self.source_id, source_row))


def from_rows(rows: Sequence[EventRow]) -> EventColumns:
    """Return rows of one source as columns; they need be neither sorted nor unique.

    Of doubles the first row of the source counts.

    Raises:
        ValueError: The rows are of several sources.
    """
    sources = {row.source_id for row in rows}
    if len(sources) > 1:
        raise ValueError(f"rows of one source were expected, got {sorted(sources)}")
    ordered = sorted(rows, key=lambda row: (row.source_row, repr(row.value)), reverse=True)
    first = {row[:5]: row for row in ordered}
    unique = sorted(first.values(), key=lambda row: row[:5])
    numbers = [number for row in unique for number in (*row[:5], row.source_row)]
    values = [row.value for row in unique]
    stated = values if any(value is not None for value in values) else None
    return EventColumns(numbers, stated, rows[0].source_id if rows else 0)
