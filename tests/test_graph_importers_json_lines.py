import io
import json
import sys
import tracemalloc
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.importers.frame import Tally
from graph.importers.input_file import InputFile
from graph.importers.json_lines import (
    MAX_LINE_BYTES,
    JsonObject,
    columns_in_head,
    read_json_lines,
)

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

GOOD = b'{"id": "good"}\n'
MEBIBYTE = 1 << 20


def file_of(content: bytes) -> InputFile:
    return InputFile("x.jsonl", "x.jsonl", "", len(content), lambda: io.BytesIO(content))


def read(content: bytes) -> tuple[list[tuple[int, JsonObject]], Tally]:
    tally = Tally()
    records: list[tuple[int, JsonObject]] = []
    for row, record in read_json_lines(file_of(content), tally):
        tally.use()
        records.append((row, record))
    return records, tally


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id": NaN}', "NaN is not a JSON number"),
        (b'{"id": [1, Infinity]}', "Infinity is not a JSON number"),
        (b'{"id": -Infinity}', "-Infinity is not a JSON number"),
        (b'{"id": 1e999}', "a number out of range"),
        (b'{"id": -1e999}', "a number out of range"),
        (b'{"id": ' + b"9" * 5_000 + b"}", "a number of more than 300 digits"),
        (b'{"id": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
        (b'{"id": 1, "id": 2}', "a key twice"),
        (b'{"a": {"id": 1, "id": 2}}', "a key twice"),
        (b'{"id": "\\ud800"}', "half a surrogate pair"),
        (b'{"\\udfff": 1}', "half a surrogate pair"),
        (b'{"id": "\xff"}', "not UTF-8"),
        (b'{"id": "\xed\xa0\x80"}', "not UTF-8"),
        (b"[1, 2]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"id": 1', "not JSON"),
        (b'{"id": 1} {"id": 2}', "not JSON"),
        (b"id,name", "not JSON"),
        (b'{"id": "' + b"x" * MEBIBYTE + b'"}', f"line longer than {MAX_LINE_BYTES} bytes"),
        (b" " * (3 * MEBIBYTE), f"line longer than {MAX_LINE_BYTES} bytes"),
    ],
)
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_a_bad_line_is_rejected_with_its_number_and_the_rest_is_read(
    line: bytes, reason: str, line_end: bytes
) -> None:
    records, tally = read(GOOD + line + line_end + GOOD)

    assert records == [(1, {"id": "good"}), (3, {"id": "good"})]
    assert tally.rejects == [(2, reason)]
    assert (tally.rows_read, tally.rows_used) == (3, 2)


def test_the_last_line_needs_no_line_end() -> None:
    assert read(GOOD + b'{"id": "last"}')[0] == [(1, {"id": "good"}), (2, {"id": "last"})]


def test_a_last_line_that_is_cut_off_is_rejected() -> None:
    records, tally = read(GOOD + b'{"id": "la')

    assert len(records) == 1
    assert tally.rejects == [(2, "not JSON")]


def test_blank_lines_are_not_counted_but_keep_the_line_numbers_true() -> None:
    records, tally = read(b"\n  \n" + GOOD + b"\r\n" + GOOD)

    assert [row for row, _ in records] == [3, 5]
    assert tally.rows_read == 2


def test_a_byte_order_mark_is_not_part_of_the_first_line() -> None:
    assert read(b"\xef\xbb\xbf" + GOOD)[0] == [(1, {"id": "good"})]


def test_a_whole_pair_of_surrogates_is_one_character() -> None:
    assert read(b'{"id": "\\ud83d\\ude00"}')[0] == [(1, {"id": "😀"})]


def test_a_line_of_exactly_the_limit_is_read() -> None:
    frame = len(b'{"id": ""}\n')
    records, _ = read(b'{"id": "' + b"x" * (MAX_LINE_BYTES - frame) + b'"}\n' + GOOD)

    assert [row for row, _ in records] == [1, 2]


def test_a_line_of_a_hundred_megabytes_is_passed_over_in_little_memory() -> None:
    class Endless(io.RawIOBase):
        left = 100 * MEBIBYTE

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: "WriteableBuffer", /) -> int:
            view = memoryview(buffer)
            size = min(len(view), self.left)
            view[:size] = b"x" * size
            self.left -= size
            return size

    file = InputFile("x", "x", "", 0, lambda: io.BufferedReader(Endless()))
    tally = Tally()
    tracemalloc.start()
    try:
        assert list(read_json_lines(file, tally)) == []
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert tally.rejects == [(1, f"line longer than {MAX_LINE_BYTES} bytes")]
    assert peak < 8 * MEBIBYTE


def test_columns_are_the_keys_of_the_first_lines_in_order_of_appearance() -> None:
    content = b'{"b": 1}\nnonsense\n{"a": 1, "b": 2}\n{"c": 1}'

    assert columns_in_head(file_of(content)) == ("b", "a", "c")


def test_columns_are_found_in_a_first_line_longer_than_the_head() -> None:
    content = b'{"id": "' + b"x" * 200_000 + b'", "title": "t"}\n' + GOOD

    assert columns_in_head(file_of(content)) == ("id", "title")


def test_nonsense_has_no_columns() -> None:
    assert columns_in_head(file_of(b"\x00\xff" * 100_000)) == ()


scalars = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text()
values = st.recursive(
    scalars | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.dictionaries(st.text(), values, max_size=4), max_size=5), st.booleans())
def test_what_json_writes_is_read_back(records: list[JsonObject], is_ascii: bool) -> None:
    lines = [json.dumps(record, ensure_ascii=is_ascii) for record in records]

    read_back, tally = read("\n".join(lines).encode())

    assert [record for _, record in read_back] == records
    assert tally.skipped == Counter()


@settings(deadline=None)
@given(st.lists(st.binary(max_size=60) | st.sampled_from([GOOD, b'{"a":', b"\n", b"\x00"])))
def test_any_bytes_are_read_without_an_error_and_every_row_is_accounted_for(
    parts: list[bytes],
) -> None:
    records, tally = read(b"".join(parts))

    assert tally.rows_read == tally.rows_used + sum(tally.skipped.values())
    assert tally.rows_used == len(records)


def test_the_limits_of_the_interpreter_are_left_as_they_are() -> None:
    before = (sys.getrecursionlimit(), sys.get_int_max_str_digits())
    read(b'{"a":' * 100_000 + b"\n" + b'{"id": ' + b"9" * 5_000 + b"}")

    assert (sys.getrecursionlimit(), sys.get_int_max_str_digits()) == before
