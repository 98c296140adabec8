"""Turns single cells into values, strictly: what is no number is no number."""

import math
import re

from graph.formula_guard import unguard
from graph.importers.clean_text import clean_line
from graph.importers.parquet_cells import LIST_END

LONGEST_ID = 200
LONGEST_ELEMENT = 200
# An id that cleaning leaves as it is; asking first is faster than remembering millions of them.
is_plain_id = re.compile(rf"[0-9A-Za-z][!-~]{{,{LONGEST_ID - 1}}}").fullmatch
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_LONGEST_NUMBER = 400
# What `parse_moment` reads as a year; a moment outside is a mistake rather than a moment.
EARLIEST = -30_610_224_000  # 1000-01-01
LATEST = 32_503_679_999  # 2999-12-31T23:59:59


class BadRow(ValueError):
    """A row that cannot be used; the message is the reason that is counted."""


def identifier(cell: str, column: str, *, guarded: bool = False) -> str:
    """Return a cell as the id of a person or a job.

    Raises:
        BadRow: It is empty or too long.
    """
    text = clean_line(unguard(cell) if guarded else cell)
    if text is None:
        raise BadRow(f"no {column}")
    if len(text) > LONGEST_ID:
        raise BadRow(f"{column} is longer than {LONGEST_ID} characters")
    return text


def number(cell: str) -> float | None:
    """Return a cell as a finite number, or None when it is none."""
    cell = cell.strip()
    if len(cell) > _LONGEST_NUMBER or not _NUMBER.fullmatch(cell):
        return None
    value = float(cell)
    return value if math.isfinite(value) else None


def elements(cell: str) -> tuple[str, ...]:
    """Return the elements of a list cell, cleaned, in order, each once."""
    parts = cell.split(LIST_END if LIST_END in cell else ";")
    lines = (clean_line(part[:LONGEST_ELEMENT]) for part in parts)
    return tuple(dict.fromkeys(line for line in lines if line))
