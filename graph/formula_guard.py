"""Keeps spreadsheets from running text as a formula, and undoes that exactly when read back."""

import re

_FORMULA = re.compile(r"'*\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")  # the last four are full-width
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_MARK = "'"


def guard(cell: str) -> str:
    """Put an apostrophe before text that a spreadsheet would take for a formula.

    Text that already begins with apostrophes before a formula gets one more, so that
    `unguard` always gives back what was there.
    """
    if cell[:1].isalnum():  # nearly all cells
        return cell
    if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return _MARK + cell
    return cell


def unguard(cell: str) -> str:
    """Take away the apostrophe that `guard` has put before `cell`, if it has."""
    if cell[:1] == _MARK and _FORMULA.match(cell, 1):
        return cell[1:]
    return cell
