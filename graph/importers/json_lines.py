"""Reads JSON lines one object at a time; a line that is wrong is rejected, the rest is read."""

import json
import math
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

from graph.importers.frame import Tally
from graph.importers.input_file import InputFile

JsonValue = str | int | float | bool | list["JsonValue"] | dict[str, "JsonValue"] | None
JsonObject = dict[str, JsonValue]

MAX_LINE_BYTES = 1_048_576
MAX_DIGITS = 300
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class BadLine(ValueError):
    """A line that is no usable JSON object; the message says why, without the content."""


def read_json_lines(file: InputFile, tally: Tally) -> Iterator[tuple[int, JsonObject]]:
    """Yield each object with the number of its line, counted from 1.

    Bad lines go to `tally.skip`; blank ones are not counted. Yielded ones are for the caller to
    count. At most one line is held in memory.

    Raises:
        BadFile: The file cannot be read.
    """
    with file.open() as stream:
        for number, line in _lines(stream):
            try:
                if line is None:
                    raise BadLine(f"line longer than {MAX_LINE_BYTES} bytes")
                if not line.strip():
                    continue
                record = parse_line(line)
            except BadLine as problem:
                tally.skip(number, str(problem))
                continue
            yield number, record


def columns_in_head(file: InputFile) -> tuple[str, ...]:
    """Return the keys of the objects at the start of a file, in order of first appearance.

    Raises:
        BadFile: The file cannot be read.
    """
    head = file.head()
    if b"\n" not in head:  # its first line is long
        head = file.head(MAX_LINE_BYTES + 1)
    *lines, last = head.removeprefix(_BYTE_ORDER_MARK).split(b"\n")
    if len(head) >= file.size:
        lines.append(last)
    columns: dict[str, None] = {}
    for line in lines:
        try:
            columns.update(dict.fromkeys(parse_line(line)))
        except BadLine:
            continue
    return tuple(columns)


def parse_line(line: bytes) -> JsonObject:
    """Parse one line as a JSON object, stricter than `json` does.

    Raises:
        BadLine: No JSON, no object, a key twice, a number that is none or out of range, nested
            too deeply, or text that cannot be written as UTF-8.
    """
    try:
        value = json.loads(
            line.decode(),
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_whole,
            object_pairs_hook=_without_duplicates,
        )
        if b"\\u" in line:  # an escape may stand for half a character
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError:
        raise BadLine("not UTF-8") from None
    except UnicodeEncodeError:
        raise BadLine("half a surrogate pair") from None
    except RecursionError:
        raise BadLine("nested too deeply") from None
    except json.JSONDecodeError:
        raise BadLine("not JSON") from None
    if not isinstance(value, dict):
        raise BadLine("not a JSON object")
    return value


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(_BYTE_ORDER_MARK)
        if len(line) <= MAX_LINE_BYTES:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE_BYTES)
        yield number, None


def _refuse_constant(text: str) -> NoReturn:
    raise BadLine(f"{text} is not a JSON number")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise BadLine("a number out of range")
    return value


def _whole(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise BadLine(f"a number of more than {MAX_DIGITS} digits")
    return int(text)


def _without_duplicates(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise BadLine("a key twice")
    return record
