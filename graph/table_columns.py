"""Writes tables as Parquet from whole columns: bulk data for which `TableWriter` is too slow."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.importers.tables.cells import EARLIEST, LATEST
from graph.importers.tables.layout import LAYOUTS, Column, ColumnKind, Layout, Table
from graph.table_export import TableFormat, WrittenTable
from graph.table_sinks import parquet_schema, parquet_writer
from graph.whole_file import WholeFile

# Values of one column. Moments are seconds since 1970; None and NaN are empty cells.
Values: TypeAlias = npt.NDArray[Any] | Sequence[Any] | pa.Array


class ColumnTableWriter(AbstractContextManager["ColumnTableWriter"]):
    """Writes one table batch by batch; the file appears under its name only when all went well.

    The same batches give the same bytes. A batch is one row group and all that is held.
    """

    def __init__(self, folder: Path, table: Table, columns: Sequence[str]) -> None:
        """Begin a table.

        Args:
            folder: Where to write `people.parquet` and so on; made if it is not there.
            table: Which table.
            columns: Those that the file has, in this order; the others are not in it.

        Raises:
            ValueError: A column that the table does not have, or lacks one that it must have.
        """
        self._columns = _chosen(LAYOUTS[table], columns)
        self._schema = parquet_schema(self._columns)
        self.rows = 0  # written so far
        self._file = WholeFile(folder / f"{table.value}.{TableFormat.PARQUET.value}")
        self._writer = parquet_writer(self._file.stream, self._schema)

    def write(self, batch: Mapping[str, Values]) -> None:
        """Write some rows.

        Args:
            batch: The values of every column; elements of lists are joined by `;` already.

        Raises:
            ValueError: The columns are others than the file's, or not equally long; or a moment
                lies outside the years that are read.
        """
        name = self._file.path.name
        if batch.keys() != set(self._schema.names):
            raise ValueError(f"{name}: has columns {self._schema.names}, got {list(batch)}")
        lengths = {column: len(values) for column, values in batch.items()}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"{name}: columns of different lengths: {lengths}")
        arrays = [self._array(column, batch[column.name]) for column in self._columns]
        if len(arrays[0]):
            self._writer.write_batch(pa.record_batch(arrays, schema=self._schema))
        self.rows += len(arrays[0])

    def finish(self) -> WrittenTable:
        """Complete the file, so that only the renaming is left to `commit`.

        Returns:
            The table where it lies till then.
        """
        self._writer.close()
        return WrittenTable(self._file.finish(), self.rows, shortened=0)

    def commit(self) -> WrittenTable:
        """Finish the file and give it its name."""
        self._writer.close()
        self._file.commit()
        return WrittenTable(self._file.path, self.rows, shortened=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave nothing behind of a table that was not committed."""
        with suppress(OSError):  # no space left
            self._writer.close()
        self._file.__exit__(kind, error, trace)

    def _array(self, column: Column, values: Values) -> pa.Array:
        kind = self._schema.field(column.name).type
        if column.kind is ColumnKind.MOMENT:
            moments = _as_array(values, pa.int64())
            self._check_moments(moments)
            return moments.cast(kind)
        return _as_array(values, kind)

    def _check_moments(self, moments: pa.Array) -> None:
        for moment in pc.call_function("min_max", [moments]).as_py().values():
            if moment is not None and not EARLIEST <= moment <= LATEST:
                raise ValueError(
                    f"{self._file.path.name}: {moment} is no moment in the years 1000 to 2999"
                )


def _as_array(values: Any, kind: pa.DataType) -> pa.Array:  # noqa: ANN401  see Values
    if isinstance(values, pa.Array):
        if not pa.types.is_floating(values.type):
            return values.cast(kind)
        values = values.to_numpy(zero_copy_only=False)
    return pa.array(values, kind, from_pandas=True)  # which takes NaN as empty


def numbered_ids(prefix: str, numbers: npt.NDArray[np.integer], digits: int) -> pa.StringArray:
    """Return ids such as `p0000123` of the numbers of people or jobs.

    Args:
        prefix: Before each number, ASCII.
        numbers: Not negative.
        digits: To which numbers are filled up with zeros.

    Raises:
        ValueError: A number is negative or has more digits.
    """
    head = np.frombuffer(prefix.encode("ascii"), np.uint8)
    if len(numbers) and not 0 <= int(numbers.min()) <= int(numbers.max()) < 10**digits:
        raise ValueError(f"ids of {digits} digits, got {numbers.min()} to {numbers.max()}")
    width = len(head) + digits
    # Written digit by digit into the array's own bytes: three times as fast as casting numbers.
    letters = np.empty((len(numbers), width), np.uint8)
    letters[:, : len(head)] = head
    rest = numbers.astype(np.uint32 if digits < 10 else np.uint64)
    for place in range(width - 1, len(head) - 1, -1):
        rest, digit = np.divmod(rest, rest.dtype.type(10))
        letters[:, place] = digit + ord("0")
    offsets = np.arange(len(numbers) + 1, dtype=np.int32) * np.int32(width)
    return pa.StringArray.from_buffers(len(numbers), pa.py_buffer(offsets), pa.py_buffer(letters))


def words_of(codes: npt.NDArray[np.integer], words: Sequence[str]) -> pa.StringArray:
    """Return the words that codes stand for, a code being a place in `words`."""
    return pa.array(words, pa.string()).take(pa.array(codes))


def _chosen(layout: Layout, names: Sequence[str]) -> tuple[Column, ...]:
    known = {column.name: column for column in layout.columns}
    unknown = [name for name in names if name not in known]
    lacking = [name for name in layout.required if name not in names]
    if unknown or lacking or len(set(names)) < len(names):
        raise ValueError(
            f"{layout.table} has columns {list(known)} and needs {list(layout.required)},"
            f" got {list(names)}"
        )
    return tuple(known[name] for name in names)
