"""Reads tables of delimited text as people really have them, one record at a time."""

import csv
from collections import Counter
from collections.abc import Generator, Iterator

from graph.importers.clean_text import text_key
from graph.importers.dialect import Dialect, Header, IsHeader, find_header, sniff
from graph.importers.frame import Tally
from graph.importers.input_file import BadFile, InputFile
from graph.importers.physical_lines import (
    END_OF_FILE,
    MAX_RECORD_CHARS,
    MAX_RECORD_LINES,
    OverlongRecord,
    PhysicalLines,
    RecordShape,
)
from graph.importers.text_blocks import MAX_LINE_BYTES, OVERLONG_LINE, text_blocks

MAX_CELL_CHARS = 131_072  # what the csv module refuses to exceed
MOST_RESCUES = 1_000

NEVER_CLOSED = "a quote is never closed"
TOO_MANY_NEVER_CLOSED = f"after {MOST_RESCUES:,} quotes that are never closed"
LONG_CELL = f"a cell is longer than {MAX_CELL_CHARS:,} characters"
LONG_RECORD = f"longer than {MAX_RECORD_CHARS:,} characters"
LONG_LINE = f"longer than {MAX_LINE_BYTES:,} bytes"
NUL = "NUL character"
MORE_CELLS = "more cells than the header has"
SHORT_ROW = "short row"


class _NeverClosed(Exception):
    """The record in work has a quote that is never closed, or not where a cell ends."""


class DelimitedTable:
    """A header and a stream of rows; made by `open_delimited`."""

    def __init__(
        self,
        file: InputFile,
        dialect: Dialect,
        header: tuple[str, ...],
        first_line: int,
        escapechar: str | None = None,
    ) -> None:
        self.header = header
        self.remarks: list[str] = []  # what was found about the file, in words
        self._file = file
        self._dialect = dialect
        self._first_line = first_line
        self._escapechar = escapechar
        self._shape = RecordShape(dialect.delimiter, escapechar)
        self._columns: dict[str, int] = {}
        for position, name in enumerate(header):
            self._columns.setdefault(_column_key(name), position)

    def index(self, *names: str) -> int | None:
        """Return the position of the first of these columns that exists.

        Case, spaces and underscores make no difference.
        """
        for name in names:
            position = self._columns.get(_column_key(name))
            if position is not None:
                return position
        return None

    def rows(self, tally: Tally) -> Iterator[tuple[int, list[str]]]:
        """Yield the number (from 1) and the cells of each record, as many as the header has.

        Blank lines are no records. A malformed record goes to `tally.skip`; a yielded one is for
        the caller to count. A record whose quote is never closed is given up, and reading
        resumes at its second line.

        Raises:
            BadFile: The file cannot be read any more.
        """
        row = rescues = 0
        with self._file.open() as stream:
            lines = PhysicalLines(text_blocks(stream, self._dialect.encoding, tally.remarks))
            lines.resume(self._first_line)
            while rescues < MOST_RESCUES:
                row, fault = yield from self._rows_until_fault(row, lines, tally)
                if fault is None:
                    return
                tally.skip(row, fault)
                rescues += fault == NEVER_CLOSED
            for line in lines.feed():
                lines.start += 1
                if line.strip() and line != END_OF_FILE:
                    row += 1
                    tally.skip(row, TOO_MANY_NEVER_CLOSED)

    def _rows_until_fault(
        self, row: int, lines: PhysicalLines, tally: Tally
    ) -> Generator[tuple[int, list[str]], None, tuple[int, str | None]]:
        """Yield rows; return the last row's number, and its fault or None at the end of the file.

        After a fault, `lines` stands where reading can resume.
        """
        width = len(self.header)
        delimiter, escapechar = self._dialect.delimiter, self._escapechar
        reader = csv.reader(lines.feed(), delimiter=delimiter, escapechar=escapechar)
        try:
            for cells in reader:
                end = reader.line_num
                if len(cells) == width and end == lines.start + 1 and not lines.odd:
                    lines.start = end
                    row += 1
                    yield row, cells
                elif cells == [END_OF_FILE]:
                    return row, None
                elif cells:
                    fault = self._fault(cells, lines, end)
                    lines.start = end
                    row += 1
                    if fault:
                        tally.skip(row, fault)
                    else:
                        yield row, cells if len(cells) == width else _fitted(cells, width, tally)
                else:
                    lines.start = end
            raise AssertionError("the parser ended before the end of the file")
        except _NeverClosed:
            lines.resume(lines.start + 1)
            return row + 1, NEVER_CLOSED
        except csv.Error:
            return row + 1, self._pass_over(lines, LONG_CELL)
        except OverlongRecord:
            return row + 1, self._pass_over(lines, LONG_RECORD)

    def _fault(self, cells: list[str], lines: PhysicalLines, end: int) -> str | None:
        if lines.odd and END_OF_FILE in cells[-1]:
            raise _NeverClosed
        length = end - lines.start
        record = lines.record(end)
        if length > 1 and (length > MAX_RECORD_LINES or not self._shape.fits(record)):
            raise _NeverClosed
        if "\0" in record:
            return NUL
        if OVERLONG_LINE in record:
            return LONG_LINE
        if any(cell.strip() for cell in cells[len(self.header) :]):
            return MORE_CELLS
        return None

    def _pass_over(self, lines: PhysicalLines, reason: str) -> str:
        if lines.skip_record(self._shape):
            return reason
        lines.resume(lines.start + 1)
        return NEVER_CLOSED


def open_delimited(
    file: InputFile,
    is_header: IsHeader | None = None,
    *,
    header_within: int = 15,
    escapechar: str | None = None,
) -> DelimitedTable:
    """Find the header of a delimited file: the first record that `is_header` accepts.

    Without `is_header` that is the first record that is not blank. Only the first bytes of the
    file are read.

    Raises:
        BadFile: The file is empty, is no text or has no such header.
    """
    head = file.head()
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise BadFile(f"{file.path}: empty file")
    try:
        dialect = sniff(head, is_header, header_within=header_within, escapechar=escapechar)
    except BadFile as error:
        raise BadFile(f"{file.path}: {error}") from None
    header = find_header(head, dialect, is_header, header_within, escapechar)
    if header is None:
        raise BadFile(f"{file.path}: no header row in the first {header_within} records")
    table = DelimitedTable(file, dialect, header.cells, header.lines_through, escapechar)
    table.remarks.extend(_remarks(dialect, header))
    return table


def header_of(file: InputFile, is_header: IsHeader | None = None) -> tuple[str, ...] | None:
    """Return the header of a delimited file, or None when it is none; never raises."""
    try:
        return open_delimited(file, is_header).header
    except (BadFile, OSError):
        return None


def _remarks(dialect: Dialect, header: Header) -> Iterator[str]:
    if dialect.delimiter != ",":
        yield "delimiter " + ("tab" if dialect.delimiter == "\t" else dialect.delimiter)
    if dialect.encoding != "utf-8":
        yield f"encoding {dialect.encoding}"
    if header.lines_before:
        lines = "line" if header.lines_before == 1 else "lines"
        yield f"{header.lines_before} {lines} before the header"
    counts = Counter(_column_key(name) for name in header.cells if name)
    for name in header.cells:
        if counts.pop(_column_key(name), 1) > 1:
            yield f"duplicate column {name}: first used"


def _column_key(name: str) -> str:
    return text_key(name).replace(" ", "").replace("_", "")


def _fitted(cells: list[str], width: int, tally: Tally) -> list[str]:
    if len(cells) < width:
        tally.warnings[SHORT_ROW] += 1
        return cells + [""] * (width - len(cells))
    return cells[:width]
