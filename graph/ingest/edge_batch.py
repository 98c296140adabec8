"""Collects the edges of a batch of facts and writes them in one go."""

import json
from collections.abc import Mapping

from graph.ingest.resolver import Resolved
from graph.schema import EdgeType
from graph.store.rows import EdgeRow
from graph.store.tables import EDGE_CODES
from graph.store.writer import Writer


class EdgeBatch:
    """Edges of one source, waiting to be written."""

    def __init__(self, source_id: int) -> None:
        self._source_id = source_id
        self._rows: list[EdgeRow] = []

    def add(
        self,
        source_key: int,
        type: EdgeType,
        target: Resolved | None,
        row: int,
        *,
        since: str | None = None,
        until: str | None = None,
        notes: Mapping[str, str | None] | None = None,
    ) -> None:
        """Add an edge to a node that words were resolved to; None adds nothing."""
        if target is None:
            return
        told = dict(notes or {})
        if target.seniority is not None:
            told["seniority"] = target.seniority.value
        self._rows.append(
            EdgeRow(
                source_key,
                EDGE_CODES[type],
                target.key,
                since or "",
                until,
                None,
                True,
                target.mention,
                note_text(told),
                self._source_id,
                row,
            )
        )

    def add_row(self, row: EdgeRow) -> None:
        """Add a finished row."""
        self._rows.append(row)

    def write(self, writer: Writer) -> None:
        """Write the edges collected so far."""
        writer.edges(self._rows)
        self._rows = []


def note_text(notes: Mapping[str, str | None]) -> str | None:
    """Return notes as the store keeps them: a JSON object without empty values, or None."""
    if not notes:
        return None
    told = {name: value for name, value in notes.items() if value}
    return json.dumps(told, ensure_ascii=False, sort_keys=True) if told else None
