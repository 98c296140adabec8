import datetime
import io
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.importers import parquet_rows
from graph.importers.frame import Tally
from graph.importers.input_file import BadFile, InputFile
from graph.importers.parquet_rows import ParquetRows, parquet_columns

Rows = list[tuple[int, tuple[str, ...]]]


def parquet(table: pa.Table, **options: object) -> bytes:
    content = io.BytesIO()
    pq.write_table(table, content, **options)  # pyright: ignore[reportArgumentType]
    return content.getvalue()


def file_of(content: bytes) -> InputFile:
    return InputFile("x.parquet", "x.parquet", "", len(content), lambda: io.BytesIO(content))


def read(content: bytes) -> tuple[Rows, Tally]:
    tally = Tally()
    rows: Rows = []
    for row in ParquetRows(file_of(content)).rows(tally):
        tally.use()
        rows.append(row)
    return rows, tally


def column(values: object) -> list[str]:
    """Return the cells of a file with this one column."""
    return [cells[0] for _, cells in read(parquet(pa.table({"a": values})))[0]]


@pytest.mark.parametrize(
    ("values", "cells"),
    [
        (["a", None, "é"], ["a", "", "é"]),
        (pa.array(["a", None], pa.large_string()), ["a", ""]),
        (pa.array(["a", None, "a"]).dictionary_encode(), ["a", "", "a"]),
        ([1, None, -(2**62)], ["1", "", "-4611686018427387904"]),
        (pa.array([255], pa.uint8()), ["255"]),
        ([1.5, None, 1e22, float("nan"), float("inf")], ["1.5", "", "1e+22", "nan", "inf"]),
        (pa.array([1.5, None], pa.float16()), ["1.5", ""]),
        ([Decimal("1.20"), None], ["1.20", ""]),
        ([True, False, None], ["true", "false", ""]),
        ([datetime.date(2024, 3, 1), None], ["2024-03-01", ""]),
        (pa.nulls(2), ["", ""]),
        ([["a", "b;c"], [], None, [None, "d"]], ["a\x1fb;c\x1f", "", "", "d\x1f"]),
        (pa.array([["a"], None], pa.large_list(pa.large_string())), ["a\x1f", ""]),
    ],
)
def test_every_kind_of_value_is_text_as_csv_would_hold_it(values: object, cells: list[str]) -> None:
    assert column(values) == cells


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Berlin", "+05:30"])
def test_a_moment_is_utc_in_whole_seconds_rounded_down(unit: str, zone: str | None) -> None:
    a_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    moments = [1_700_000_000 * a_second, None, 0, -a_second if a_second == 1 else -1]

    assert column(pa.array(moments, pa.timestamp(unit, zone))) == [
        "2023-11-14T22:13:20",
        "",
        "1970-01-01T00:00:00",
        "1969-12-31T23:59:59",
    ]


def test_columns_without_a_text_form_are_named_and_left_out() -> None:
    table = pa.table(
        {
            "id": ["a"],
            "raw": [b"x"],
            "nested": [{"x": 1}],
            "numbers": [[1, 2]],
            "lists": [[["x"]]],
            "clock": [datetime.time(1, 2)],
        }
    )
    rows = ParquetRows(file_of(parquet(table)))

    assert rows.columns == ["id"]
    assert list(rows.unreadable) == ["raw", "nested", "numbers", "lists", "clock"]
    assert list(rows.rows(Tally())) == [(1, ("a",))]


def test_rows_are_numbered_through_all_row_groups_and_batches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parquet_rows, "BATCH_ROWS", 7)
    numbers = [str(number) for number in range(1, 101)]

    rows, tally = read(parquet(pa.table({"a": numbers}), row_group_size=30))

    assert rows == [(int(number), (number,)) for number in numbers]
    assert tally.rows_used == 100


def test_a_file_on_disk_is_read_in_place(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(parquet(pa.table({"a": ["x"]})))
    file = InputFile(str(path), path.name, "", path.stat().st_size, lambda: path.open("rb"))

    assert parquet_columns(file) == ("a",)
    assert list(ParquetRows(file).rows(Tally())) == [(1, ("x",))]


def test_a_file_in_an_archive_is_copied_only_up_to_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = parquet(pa.table({"a": ["x"]}))
    monkeypatch.setattr(parquet_rows, "MAX_SPOOLED_BYTES", len(content) - 1)

    with pytest.raises(BadFile, match="larger than"):
        ParquetRows(file_of(content))


@pytest.mark.parametrize("keep", [0, 1, 4, 11, 12, 100, -1, -8, -9])
def test_a_truncated_file_is_refused_with_its_name(keep: int) -> None:
    content = parquet(pa.table({"a": ["x"] * 100}))[:keep]

    with pytest.raises(BadFile, match=r"x\.parquet: not a Parquet file or a damaged one"):
        ParquetRows(file_of(content))
    with pytest.raises(BadFile, match=r"x\.parquet"):
        parquet_columns(file_of(content))


def test_a_footer_that_declares_gigabytes_is_refused() -> None:
    content = bytearray(parquet(pa.table({"a": ["x"]})))
    content[-8:-4] = (0x7FFFFFFF).to_bytes(4, "little")

    with pytest.raises(BadFile):
        ParquetRows(file_of(bytes(content)))


def test_more_columns_or_rows_than_declared_here_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = parquet(pa.table({"a": ["x"] * 3, "b": ["y"] * 3}))
    with monkeypatch.context() as patch:
        patch.setattr(parquet_rows, "MAX_ROWS", 2)
        with pytest.raises(BadFile, match="3 rows; at most 1000 and 2 are read"):
            ParquetRows(file_of(content))
    monkeypatch.setattr(parquet_rows, "MAX_COLUMNS", 1)
    with pytest.raises(BadFile, match="2 columns"):
        ParquetRows(file_of(content))


def test_two_columns_of_one_name_are_refused() -> None:
    table = pa.Table.from_arrays([pa.array(["x"]), pa.array(["y"])], names=["a", "a"])

    with pytest.raises(BadFile, match="same name"):
        ParquetRows(file_of(parquet(table)))


def test_a_damaged_row_group_is_rejected_and_the_others_are_read() -> None:
    table = pa.table({"a": [f"text {number}" for number in range(300)]})
    content = bytearray(
        parquet(table, row_group_size=100, compression="none", use_dictionary=False)
    )
    start = pq.ParquetFile(io.BytesIO(content)).metadata.row_group(1).column(0).data_page_offset
    content[start : start + 20] = b"\xff" * 20

    rows, tally = read(bytes(content))

    assert [row for row, _ in rows] == [*range(1, 101), *range(201, 301)]
    assert tally.skipped == {"in a damaged part of the file": 100}
    assert tally.rows_read == 300


def test_a_row_whose_text_is_not_utf8_is_rejected_alone() -> None:
    content = parquet(
        pa.table({"a": ["good", "evil", "fine"]}), compression="none", use_dictionary=False
    )

    rows, tally = read(content.replace(b"evil", b"\xff\xfe\xfd\xfc"))

    assert rows == [(1, ("good",)), (3, ("fine",))]
    assert tally.rejects == [(2, "not UTF-8")]


def test_a_long_text_that_is_stored_once_and_repeated_is_not_unfolded() -> None:
    """50 kB that stand for 100 GB are read in a child that may take 1.5 GiB."""
    program = """
import io, resource
import pyarrow as pa, pyarrow.parquet as pq
from graph.importers.frame import Tally
from graph.importers.input_file import InputFile
from graph.importers.parquet_rows import ParquetRows
ROWS = 100_000
def repeated(count):
    once = pa.array(["x" * 1_000_000])
    return pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), once)
starts = pa.array(range(0, 2 * ROWS + 1, 2), pa.int32())
lists = pa.ListArray.from_arrays(starts, repeated(2 * ROWS))
content = io.BytesIO()
pq.write_table(pa.table({"a": repeated(ROWS), "b": lists}), content, store_schema=False)
assert len(content.getvalue()) < 200_000
resource.setrlimit(resource.RLIMIT_AS, (3 << 29, 3 << 29))
file = InputFile("x", "x", "", 0, lambda: io.BytesIO(content.getvalue()))
assert sum(len(cells[0]) for _, cells in ParquetRows(file).rows(Tally())) == ROWS * 1_000_000
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_nothing_of_pyarrow_is_loaded_before_a_file_is_opened() -> None:
    program = "import sys, graph.importers.tables.importer; sys.exit('pyarrow' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


SOUND = parquet(
    pa.table(
        {
            "id": [f"p{number % 9}" for number in range(60)],
            "skills": [["a", "b"]] * 60,
            "at": pa.array(range(60), pa.timestamp("s", "UTC")),
            "value": [1.5] * 60,
        }
    ),
    row_group_size=25,
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=8)
)
def test_changed_bytes_are_refused_or_every_row_is_accounted_for(
    changes: list[tuple[int, int]],
) -> None:
    content = bytearray(SOUND)
    for position, value in changes:
        content[position] = value
    try:
        rows, tally = read(bytes(content))
    except BadFile:
        return
    assert len(rows) == tally.rows_used
    assert tally.rows_read == tally.rows_used + sum(tally.skipped.values())
