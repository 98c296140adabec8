"""Writes rows of values to an open file, as CSV or as Parquet, without holding the table."""

import csv
import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Protocol

from graph.formula_guard import guard
from graph.importers.tables.layout import Column, ColumnKind

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

LONGEST_CSV_CELL = 100_000  # characters; readers of CSV refuse cells not much longer
MOST_CSV_CELL_LINES = 1_000  # so do they with cells of many lines
_ROW_GROUP_ROWS = 131_072
_ROW_GROUP_CHARS = 32 << 20

Value = str | float | bool | int | None


class RowSink(Protocol):
    """Takes the rows of one table."""

    shortened: int  # cells whose text was cut

    def write(self, values: Sequence[Value]) -> None:
        """Write one row: a value for each column; moments as seconds since 1970."""
        ...

    def finish(self) -> None:
        """Write what is still held; the stream stays open."""
        ...

    def abandon(self) -> None:
        """Let go of the stream, complete or not."""
        ...


class CsvSink:
    """UTF-8 CSV with a header row; text that looks like a formula gets an apostrophe."""

    def __init__(self, stream: IO[bytes], columns: Sequence[Column]) -> None:
        self.shortened = 0
        self._text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=False)
        self._writer = csv.writer(self._text, lineterminator="\n")
        as_text: dict[ColumnKind, Callable[..., str]] = {
            ColumnKind.NUMBER: number_text,
            ColumnKind.FLAG: lambda flag: "true" if flag else "false",
            ColumnKind.MOMENT: moment_text,
        }
        self._as_text = [as_text.get(column.kind, self._safe_text) for column in columns]
        self._writer.writerow([guard(column.name) for column in columns])

    def write(self, values: Sequence[Value]) -> None:
        """Write one row."""
        self._writer.writerow(
            [
                "" if value is None else as_text(value)
                for as_text, value in zip(self._as_text, values, strict=True)
            ]
        )

    def finish(self) -> None:
        """Write what is still held; the stream stays open."""
        self._text.detach()

    def abandon(self) -> None:
        """Let go of the stream, complete or not."""
        with suppress(ValueError, OSError):  # already detached, or no space left
            self._text.detach()

    def _safe_text(self, text: str) -> str:
        if len(text) < MOST_CSV_CELL_LINES:  # nearly all
            return guard(text)
        short = text[:LONGEST_CSV_CELL]
        if short.count("\n") >= MOST_CSV_CELL_LINES:
            short = "\n".join(short.split("\n", MOST_CSV_CELL_LINES)[:MOST_CSV_CELL_LINES])
        if len(short) < len(text):
            self.shortened += 1
        return guard(short)


class ParquetSink:
    """Parquet; moments are timestamps, numbers and flags are typed, all else is text."""

    def __init__(self, stream: IO[bytes], columns: Sequence[Column]) -> None:
        self.shortened = 0
        self._schema = parquet_schema(columns)
        self._writer = parquet_writer(stream, self._schema)
        self._rows: list[Sequence[Value]] = []
        self._chars = 0

    def write(self, values: Sequence[Value]) -> None:
        """Write one row."""
        self._rows.append(values)
        self._chars += sum(len(value) for value in values if isinstance(value, str))
        if len(self._rows) >= _ROW_GROUP_ROWS or self._chars >= _ROW_GROUP_CHARS:
            self._write_rows()

    def finish(self) -> None:
        """Write what is still held; the stream stays open."""
        self._write_rows()
        self._writer.close()

    def abandon(self) -> None:
        """Let go of the stream, complete or not."""
        with suppress(OSError):  # no space left
            self._writer.close()

    def _write_rows(self) -> None:
        import pyarrow as pa

        if not self._rows:
            return
        columns = [
            pa.array(values, field.type)
            for values, field in zip(zip(*self._rows, strict=True), self._schema, strict=True)
        ]
        self._writer.write_batch(pa.record_batch(columns, schema=self._schema))
        self._rows.clear()
        self._chars = 0


def parquet_schema(columns: Sequence[Column]) -> "pa.Schema":
    """Return the types in which a table is written as Parquet."""
    import pyarrow as pa

    types = {
        ColumnKind.NUMBER: pa.float64(),
        ColumnKind.FLAG: pa.bool_(),
        ColumnKind.MOMENT: pa.timestamp("s", "UTC"),
    }
    return pa.schema([(column.name, types.get(column.kind, pa.string())) for column in columns])


def parquet_writer(stream: IO[bytes], schema: "pa.Schema") -> "pq.ParquetWriter":
    """Open a writer of Parquet on an open file."""
    import pyarrow.parquet as pq

    return pq.ParquetWriter(stream, schema, compression="zstd")


def number_text(value: float) -> str:
    """Return the shortest text that reads back as the same number."""
    text = repr(float(value))
    return text.removesuffix(".0")


def moment_text(seconds: int) -> str:
    """Return seconds since 1970 as ISO 8601 in UTC: 2024-03-01T12:30:00Z."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19] + "Z"
