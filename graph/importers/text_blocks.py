"""Turns the bytes of a text file into text, a block of whole lines at a time, and never fails."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from graph.importers.input_file import BadFile

BLOCK_BYTES = 262_144
MAX_LINE_BYTES = 1_048_576
# Stands for a line too long to hold in memory. A lone surrogate: no decoder yields one.
OVERLONG_LINE = "\ud801"

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY_STARTS = (
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF-", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (codecs.BOM_UTF32_LE, "UTF-32 text"),
    (codecs.BOM_UTF32_BE, "UTF-32 text"),
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1a\x1b"))
_FEW_CONTROLS = 16
_MOST_CONTROLS = 0.05  # of the bytes: a text with some NUL is text, an image is not
_LINE_END = re.compile(rb"\r\n|\n|\r(?!\Z)")
_NOT_UTF8 = "not UTF-8 throughout: the other lines were read as cp1252"


def encoding_of(head: bytes) -> str:
    """Return utf-8-sig, utf-16, utf-8 or cp1252, as the first bytes of a file suggest.

    Raises:
        BadFile: The bytes are no text.
    """
    for start, kind in _BINARY_STARTS:
        if head.startswith(start):
            raise BadFile(f"not a text file, but {kind}")
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > max(_FEW_CONTROLS, _MOST_CONTROLS * len(head)):
        raise BadFile("not a text file: it is full of control characters")
    return "utf-8" if _has_utf8_lines(head) else "cp1252"


def text_blocks(stream: BinaryIO, encoding: str, remarks: list[str]) -> Iterator[str]:
    """Yield the text of a stream in blocks that end where a line ends.

    Lines of a UTF-8 file that are not UTF-8 are read as cp1252, which is remarked once.
    A line over about `MAX_LINE_BYTES` is replaced by `OVERLONG_LINE`.
    """
    codec = "cp1252" if encoding == "cp1252" else "utf-8"
    for block in _whole_lines(_recoded(stream, encoding)):
        try:
            yield OVERLONG_LINE + "\n" if block is None else block.decode(codec)
        except UnicodeDecodeError:
            if codec == "utf-8" and _NOT_UTF8 not in remarks:
                remarks.append(_NOT_UTF8)
            yield "".join(map(_decoded, (block or b"").splitlines(keepends=True)))


def _has_utf8_lines(head: bytes) -> bool:
    """Tell whether a head is UTF-8, or a mixture with at least one line that can only be UTF-8."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # a cut last character is fine
    except UnicodeDecodeError:
        return any(_is_multibyte_utf8(line) for line in head.splitlines())
    return True


def _is_multibyte_utf8(line: bytes) -> bool:
    if line.isascii():
        return False
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def _recoded(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    """Yield blocks in an encoding whose lines can be cut as bytes: UTF-8 or cp1252."""
    if encoding == "utf-16":
        decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
        while block := stream.read(BLOCK_BYTES):
            yield decoder.decode(block).encode("utf-8")
        yield decoder.decode(b"", final=True).encode("utf-8")
        return
    if encoding == "utf-8-sig":
        stream.read(len(codecs.BOM_UTF8))
    while block := stream.read(BLOCK_BYTES):
        yield block


def _whole_lines(blocks: Iterator[bytes]) -> Iterator[bytes | None]:
    """Cut blocks anew so that each ends with a line; None stands for a line too long to hold."""
    rest = b""
    in_overlong_line = False
    for block in blocks:
        rest += block
        if in_overlong_line:
            line_end = _LINE_END.search(rest)
            if not line_end:
                rest = rest[-1:]  # may be the first half of a \r\n
                continue
            rest = rest[line_end.end() :]
            in_overlong_line = False
        cut = max(rest.rfind(b"\n"), rest.rfind(b"\r", 0, max(len(rest) - 1, 0))) + 1
        if cut:
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > MAX_LINE_BYTES:
            yield None
            rest = rest[-1:]
            in_overlong_line = True
    if rest and not in_overlong_line:
        yield rest
