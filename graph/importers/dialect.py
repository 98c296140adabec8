"""Finds out how a delimited file is written, and where its header is."""

import csv
import io
import re
from collections.abc import Callable
from itertools import islice
from typing import NamedTuple

from graph.importers.clean_text import clean_line
from graph.importers.input_file import HEAD_BYTES
from graph.importers.text_blocks import encoding_of, text_blocks

DELIMITERS = ",;\t"

_SAMPLE_RECORDS = 50
_EXCEL_HINT = re.compile(r"sep=.?", re.IGNORECASE)

IsHeader = Callable[[list[str]], bool]


class Dialect(NamedTuple):
    """How a file is written."""

    encoding: str  # utf-8, utf-8-sig, utf-16 or cp1252
    delimiter: str


class Header(NamedTuple):
    """A header, and where it stands; lines are physical ones."""

    cells: tuple[str, ...]
    lines_before: int
    lines_through: int  # before it, and its own
    agreement: float  # share of the records after it that are no wider


def sniff(
    head: bytes,
    is_header: IsHeader | None = None,
    *,
    header_within: int = 15,
    escapechar: str | None = None,
) -> Dialect:
    """Tell encoding and delimiter from the first bytes of a file.

    The delimiter is the one by which a header is found that the records after it agree with.

    Raises:
        BadFile: The bytes are no text.
    """
    encoding = encoding_of(head)
    best, best_score = Dialect(encoding, DELIMITERS[0]), (0, 0.0, 0)
    for delimiter in DELIMITERS:
        dialect = Dialect(encoding, delimiter)
        header = find_header(head, dialect, is_header, header_within, escapechar)
        if header is None:
            continue
        width = len(header.cells)
        score = (1 + (width > 1), header.agreement, width)
        if score > best_score:
            best, best_score = dialect, score
    return best


def find_header(
    head: bytes,
    dialect: Dialect,
    is_header: IsHeader | None,
    within: int,
    escapechar: str | None,
) -> Header | None:
    """Return the first of the first records that is a header, or None.

    Args:
        head: The first bytes of the file.
        dialect: How the file is written.
        is_header: Accepts the cleaned cells of a header; None accepts any with words in them.
        within: How many records are looked at.
        escapechar: As the csv module has it.
    """
    reader = csv.reader(
        io.StringIO(_text_of(head, dialect.encoding), newline=""),
        delimiter=dialect.delimiter,
        escapechar=escapechar,
    )
    lines_before = 0
    try:
        for cells in islice(reader, within):
            cleaned = [clean_line(cell) or "" for cell in cells]
            if _is_header(cleaned, is_header):
                lines_through = reader.line_num
                widths = [len(record) for record in islice(reader, _SAMPLE_RECORDS) if record]
                fitting = sum(width <= len(cells) for width in widths)
                agreement = fitting / len(widths) if widths else 1.0
                return Header(tuple(cleaned), lines_before, lines_through, agreement)
            lines_before = reader.line_num
    except csv.Error:  # an overlong cell
        pass
    return None


def _is_header(cells: list[str], is_header: IsHeader | None) -> bool:
    if is_header is not None:
        return is_header(cells)
    words = any(character.isalnum() for cell in cells for character in cell)
    return words and not _EXCEL_HINT.fullmatch("".join(cells))


def _text_of(head: bytes, encoding: str) -> str:
    text = "".join(text_blocks(io.BytesIO(head), encoding, []))
    if len(head) < HEAD_BYTES:
        return text
    return text[: max(text.rfind("\n"), text.rfind("\r")) + 1]  # without the line cut off
