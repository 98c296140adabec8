"""Lays out a table in Markdown."""

from collections.abc import Iterable, Sequence


def table_of(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; the first column stands left, the others right."""
    lines = [heading, ["---", *("---:" for _ in heading[1:])], *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
