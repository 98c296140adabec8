import csv
import io
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph.importers import delimited
from graph.importers.delimited import DelimitedTable, header_of, open_delimited, sniff
from graph.importers.dialect import DELIMITERS
from graph.importers.frame import Tally
from graph.importers.input_file import HEAD_BYTES, BadFile, InputFile

PREAMBLE = 'Notes:\n"When exporting, some, ""addresses"" are\nmissing."\n\n'


class Dripping(io.BytesIO):
    """Hands out a few bytes at a time, except to who looks at the head of the file."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(size if size == HEAD_BYTES else 5)


class Generated(io.RawIOBase):
    """A file that exists only while it is read: a header, and the same row again and again."""

    def __init__(self, row: bytes, count: int) -> None:
        self._row, self._left, self._rest = row, count, b"id,name,company\n"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        while len(self._rest) < len(buffer) and self._left:
            rows = min(self._left, 10_000)
            self._rest += self._row * rows
            self._left -= rows
        chunk, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(chunk)] = chunk
        return len(chunk)


class Result(NamedTuple):
    table: DelimitedTable
    rows: list[tuple[int, list[str]]]
    tally: Tally

    def cells(self) -> list[list[str]]:
        return [cells for _, cells in self.rows]


def file_of(data: bytes, stream: type[io.BytesIO] = io.BytesIO) -> InputFile:
    return InputFile("people.csv", "people.csv", "", len(data), lambda: stream(data))


def read(
    data: bytes, stream: type[io.BytesIO] = io.BytesIO, escapechar: str | None = None
) -> Result:
    table = open_delimited(file_of(data, stream), escapechar=escapechar)
    tally = Tally()
    rows = []
    for row, cells in table.rows(tally):
        tally.use()
        rows.append((row, cells))
    return Result(table, rows, tally)


def numbers(result: Result) -> list[int]:
    return sorted([row for row, _ in result.rows] + [row for row, _ in result.tally.rejects])


TEXT = "Name;Place\r\nZoë;Köln\r\nAda;Łódź\r\n"


@pytest.mark.parametrize(
    ("encoding", "remark"),
    [("utf-8", None), ("utf-8-sig", "encoding utf-8-sig"), ("utf-16", "encoding utf-16")],
)
def test_a_byte_order_mark_never_reaches_the_header(encoding: str, remark: str | None) -> None:
    result = read(TEXT.encode(encoding))
    assert result.table.header == ("Name", "Place")
    assert result.cells() == [["Zoë", "Köln"], ["Ada", "Łódź"]]
    assert [found for found in result.table.remarks if "encoding" in found] == (
        [remark] if remark else []
    )


def test_big_endian_utf16_is_read() -> None:
    data = b"\xfe\xff" + TEXT.encode("utf-16-be")
    assert read(data).cells() == [["Zoë", "Köln"], ["Ada", "Łódź"]]


def test_a_western_file_without_utf8_is_read_as_cp1252() -> None:
    result = read("Name,Pay\nZoë,5 €\n".encode("cp1252"))
    assert result.cells() == [["Zoë", "5 €"]]
    assert result.table.remarks == ["encoding cp1252"]


def test_a_stray_western_line_far_into_a_utf8_file_is_read_and_remarked() -> None:
    lines = [
        b"name,place\n",
        *["Zoë,Köln\n".encode()] * 30_000,
        "Zoë,Ulm\n".encode("cp1252"),
    ]
    result = read(b"".join(lines))
    assert len(result.rows) == 30_001
    assert result.rows[-1][1] == ["Zoë", "Ulm"]
    assert result.tally.remarks == ["not UTF-8 throughout: the other lines were read as cp1252"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found(delimiter: str, line_end: str) -> None:
    lines = [["name", "note"], ["Ada", '"a, b; c"'], ["Zoë", "x"]]
    text = line_end.join(delimiter.join(line) for line in lines)
    assert sniff(text.encode()).delimiter == delimiter
    assert read(text.encode()).cells() == [["Ada", "a, b; c"], ["Zoë", "x"]]


def test_commas_inside_cells_do_not_hide_a_semicolon_table() -> None:
    assert sniff(b"name;pay\nAda, PhD;1,5\nBob, MBA;2,5\n").delimiter == ";"


def test_one_column_is_a_table_even_with_other_delimiters_in_its_cells() -> None:
    result = read(b"Name\nResearch; Design\nTeams\n")
    assert result.cells() == [["Research; Design"], ["Teams"]]


def test_lines_before_the_header_are_passed_over() -> None:
    text = PREAMBLE + "First Name,Connected On\nAda,21 Feb 2026"
    table = open_delimited(file_of(text.encode()), lambda cells: "Connected On" in cells)
    tally = Tally()
    assert table.header == ("First Name", "Connected On")
    assert table.remarks == ["4 lines before the header"]
    assert list(table.rows(tally)) == [(1, ["Ada", "21 Feb 2026"])]


def test_the_hint_that_excel_writes_is_no_header() -> None:
    result = read(b"sep=;\nname;place\nAda;Ulm\n")
    assert result.table.header == ("name", "place")
    assert result.cells() == [["Ada", "Ulm"]]


def test_columns_are_found_by_any_of_their_names() -> None:
    table = open_delimited(file_of(b"First Name,e_mail,First Name,\n1,2,3,4\n"))
    assert table.index("firstname") == 0
    assert table.index("Mail", "E MAIL") == 1
    assert table.index("phone") is None
    assert table.remarks == ["duplicate column First Name: first used"]


def test_short_rows_are_padded_and_counted_long_ones_rejected() -> None:
    result = read(b"a,b,c\n1,2\n1,2,3,4\n1,2,3,,\n1,2,3\n")
    assert result.rows == [(1, ["1", "2", ""]), (3, ["1", "2", "3"]), (4, ["1", "2", "3"])]
    assert result.tally.rejects == [(2, "more cells than the header has")]
    assert result.tally.warnings == {"short row": 1}


def test_blank_lines_are_no_records() -> None:
    assert read(b"\n\na,b\n\n1,2\n\n\n3,4\n\n").rows == [(1, ["1", "2"]), (2, ["3", "4"])]


def test_a_nul_character_rejects_its_row_only() -> None:
    result = read(b'a,b\n1,2\n3,\0\n5,"6\n\0"\n7,8\n')
    assert result.cells() == [["1", "2"], ["7", "8"]]
    assert result.tally.rejects == [(2, "NUL character"), (3, "NUL character")]


@pytest.mark.parametrize(
    "opened",
    [b'2,"open\n', b'2,"open\n3,"closed"\n', b'"2,open\n3,x\n', b'2,"o"" pen\n3,x\n'],
)
def test_an_open_quote_costs_its_own_row_only(opened: bytes) -> None:
    result = read(b"a,b\n1,x\n" + opened + b'8,y\n9,"z\nz"\n')
    assert result.rows[0] == (1, ["1", "x"])
    assert result.tally.rejects == [(2, "a quote is never closed")]
    assert result.cells()[-2:] == [["8", "y"], ["9", "z\nz"]]
    assert numbers(result) == list(range(1, len(result.rows) + 2))


def test_an_open_quote_far_from_the_end_costs_its_own_row_only() -> None:
    rows = b"".join(b"%d,some text\n" % number for number in range(200_000))
    result = read(b'a,b\n0,"open\n' + rows + b"last,row\n")
    assert len(result.rows) == 200_001
    assert result.tally.rejects == [(1, "a quote is never closed")]


def test_a_cell_of_thousands_of_lines_is_taken_for_an_open_quote() -> None:
    result = read(b'a,b\n0,"open\n' + b"1,x\n" * 3_000 + b'2,closed"\n3,y\n')
    assert result.tally.rejects == [(1, "a quote is never closed")]
    assert len(result.rows) == 3_002


def test_after_a_thousand_open_quotes_the_rest_is_rejected_line_by_line() -> None:
    result = read(b"a,b\n" + b'1,"x"y"\n2,"z\n' * 1_500 + b"3,w\n")
    reasons = result.tally.skipped
    assert reasons["a quote is never closed"] == 1_000
    assert reasons[delimited.TOO_MANY_NEVER_CLOSED] > 500
    assert result.tally.rows_read == result.tally.rows_used + sum(reasons.values())


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (b"x" * 200_000, delimited.LONG_CELL),
        (b'"' + b"x" * 200_000 + b'"', delimited.LONG_CELL),
        (b'"' + b"a line of text\n" * 350_000 + b'"', delimited.LONG_CELL),  # one 5 MB job text
        (b'"' + b'say ""hi"", twice\n' * 20_000 + b'"', delimited.LONG_CELL),
        (b"x" * 3_000_000, delimited.LONG_LINE),
        (b'"' + b"x" * 3_000_000 + b'"', delimited.LONG_LINE),
    ],
)
def test_an_overlong_cell_costs_its_own_row_only(cell: bytes, reason: str) -> None:
    result = read(b"a,b\n1,x\n2," + cell + b'\n3,"y\ny"\n')
    assert result.rows == [(1, ["1", "x"]), (3, ["3", "y\ny"])]
    assert result.tally.rejects == [(2, reason)]


def test_a_record_of_many_long_cells_has_an_end() -> None:
    cells = b",".join([b'"' + b"x\n" * 900 + b'"'] * 2_000)
    result = read(b"a,b\n1,x\n" + cells + b"\n3,y\n")
    assert result.rows[0] == (1, ["1", "x"])
    assert result.rows[-1][1] == ["3", "y"]
    assert numbers(result)[:3] == [1, 2, 3]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty file"),
        (b" \r\n\r\n", "empty file"),
        (b"\xef\xbb\xbf", "empty file"),
        (b",,,\n,,\n", "no header row"),
        (b"PK\x03\x04 and more", "ZIP archive"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "image"),
        (bytes(range(256)) * 40, "control characters"),
        (b"x" * 300_000, "no header row"),
    ],
)
def test_what_is_no_table_is_refused_with_its_name(data: bytes, message: str) -> None:
    with pytest.raises(BadFile, match=f"people.csv: .*{message}"):
        open_delimited(file_of(data))
    assert header_of(file_of(data)) is None


def test_a_header_that_is_not_there_is_refused() -> None:
    with pytest.raises(BadFile, match="no header row in the first 15 records"):
        open_delimited(file_of(b"a,b\n" * 20), lambda cells: "c" in cells)


def test_an_unreadable_file_has_no_header() -> None:
    def broken() -> io.BytesIO:
        raise BadFile("gone")

    assert header_of(InputFile("x.csv", "x.csv", "", 9, broken)) is None


def test_escaped_quotes_are_read_where_asked_for() -> None:
    data = b'a,b\n1,"say \\"hi\\", \\\\ done"\n2,"two\nlines\\\\"\n3,x\n'
    assert read(data, escapechar="\\").cells() == [
        ["1", 'say "hi", \\ done'],
        ["2", "two\nlines\\"],
        ["3", "x"],
    ]


CHARACTERS = st.characters(exclude_categories=["Cc", "Cs"], include_characters="\t\r\n")
CELL = st.text(CHARACTERS, max_size=12)
TABLES = st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=12)


@given(
    TABLES,
    st.sampled_from(list(DELIMITERS)),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from([io.BytesIO, Dripping]),
)
def test_whatever_a_csv_writer_writes_is_read_back(
    rows: list[list[str]], delimiter: str, encoding: str, quoting: int, stream: type[io.BytesIO]
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)  # pyright: ignore[reportArgumentType]
    writer.writerows([["id", "first name", "note"], *rows])
    result = read(text.getvalue().encode(encoding), stream)
    assert result.table.header == ("id", "first name", "note")
    assert result.rows == list(enumerate(rows, start=1))
    assert not result.tally.skipped


MESSY = st.text(alphabet='ab",;\t\n\r\\\0é\u2028', max_size=60).map(str.encode)


@given(st.binary(max_size=200) | MESSY, st.sampled_from([None, "\\"]))
@example(b'"', None)
@example(b'a\n"\r', None)
@example(b"a\n\\", "\\")
def test_arbitrary_bytes_are_read_or_refused_and_every_record_is_accounted_for(
    data: bytes, escapechar: str | None
) -> None:
    try:
        result = read(data, escapechar=escapechar)
    except BadFile:
        return
    assert numbers(result) == list(range(1, result.tally.rows_read + 1))
    assert result.tally.rows_read == result.tally.rows_used + sum(result.tally.skipped.values())
    assert all(len(cells) == len(result.table.header) for cells in result.cells())


@given(MESSY, st.sampled_from([None, "\\"]))
def test_how_the_bytes_arrive_makes_no_difference(data: bytes, escapechar: str | None) -> None:
    data = b"a,b\n" + data
    whole, dripped = read(data, escapechar=escapechar), read(data, Dripping, escapechar)
    assert whole.rows == dripped.rows
    assert whole.tally.rejects == dripped.tally.rejects


@given(TABLES, st.data())
@settings(max_examples=50)
def test_a_broken_record_leaves_the_whole_ones_as_they_are(
    rows: list[list[str]], data: st.DataObject
) -> None:
    """Cells of these records hold no quotes, so that only the broken record opens one."""
    plain = [[cell.translate({34: None, 10: None, 13: None}) for cell in row] for row in rows]
    place = data.draw(st.integers(0, len(plain)))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([["id", "name", "note"], *plain[:place]])
    text.write('broken,"here\n')
    writer.writerows(plain[place:])
    result = read(text.getvalue().encode())
    whole = [row for row in result.cells() if row[0] != "broken"]
    if not any("," in cell for row in plain for cell in row):
        assert whole == plain
        assert result.tally.rejects == [(place + 1, "a quote is never closed")]


def rows_of(stream: Generated) -> Iterator[tuple[int, list[str]]]:
    file = InputFile("people.csv", "people.csv", "", 0, lambda: io.BufferedReader(stream))
    table = DelimitedTable(file, delimited.Dialect("utf-8", ","), ("id", "name", "company"), 1)
    return table.rows(Tally())


@pytest.mark.parametrize("row", [b"p1,Ada Lovelace,Northwind\n", b'p1,"Ada\nLovelace",N\n'])
def test_a_large_table_streams_in_bounded_memory(row: bytes) -> None:
    tracemalloc.start()
    try:
        count = sum(1 for _ in rows_of(Generated(row, 50_000)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 50_000
    assert peak < 8_000_000


HOSTILE = """
import resource, sys
sys.path.insert(0, "tests")
from pathlib import Path
from test_graph_importers_delimited import Generated, rows_of
pages = int(Path("/proc/self/statm").read_text().split()[0])
resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + (32 << 20),) * 2)
for row in (
    b'p1,"open\\n', b"x" * 4_000, b'"', b'""', b'p1,"' + b"x" * 4_000, b'p1,"x\\n', b'p1,"x""\\n'
):
    sys.stdout.write(f"{sum(1 for _ in rows_of(Generated(row, 5_000_000 // len(row))))} ")
"""


def test_hostile_tables_stream_in_bounded_memory() -> None:
    """Each is 5 MB, and as a list of lines up to 80 MB; 32 MiB are there to read it."""
    child = subprocess.run([sys.executable, "-c", HOSTILE], capture_output=True, text=True)
    assert child.stderr == ""
    assert child.stdout == "0 0 0 0 0 0 0 "


TEN_MILLION = """
import io, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
sys.path.insert(0, "tests")
from test_graph_importers_delimited import Generated, rows_of
rows = rows_of(Generated(b"p1,Ada Lovelace,Northwind\\n", 10_000_000))
sys.stdout.write(str(sum(1 for _ in rows)))
"""


@pytest.mark.slow
def test_ten_million_rows_fit_into_half_a_gigabyte() -> None:
    child = subprocess.run(
        [sys.executable, "-c", TEN_MILLION], capture_output=True, text=True, check=True
    )
    assert child.stdout == "10000000"
