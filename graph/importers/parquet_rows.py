"""Streams a Parquet file as rows of text cells, in bounded memory, whatever the file claims."""

import contextlib
import tempfile
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, BinaryIO, NamedTuple

from graph.importers.frame import Tally
from graph.importers.input_file import BadFile, InputFile
from graph.importers.parquet_cells import LONGEST_ELEMENT, has_text_form, is_list, rows_of

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

MAGIC = b"PAR1"
MAX_COLUMNS = 1_000
MAX_ROWS = 1_000_000_000
MAX_SPOOLED_BYTES = 1 << 30  # of a file inside an archive, copied to disk to be read
MAX_FOOTER_ITEMS = 200_000
MAX_FOOTER_TEXT_BYTES = 16 << 20
BATCH_BYTES = 32 << 20  # of text in one batch
BATCH_ROWS = 16_384
_LONG_TEXT_BYTES = 1_024
_BUFFER_BYTES = 1 << 20
_PROBED_ROWS = 256
_COPY_BYTES = 1 << 20


def parquet_columns(file: InputFile) -> tuple[str, ...]:
    """Return the names of the columns of a Parquet file, which stand at its end.

    Raises:
        BadFile: It is no Parquet file, or a damaged one.
    """
    with contextlib.ExitStack() as stack:
        return tuple(_open(_seekable(file, stack), file.path).schema_arrow.names)


class ParquetRows:
    """One pass over a Parquet file.

    Cells are text as CSV would hold it: numbers in digits, moments in ISO 8601 (UTC), missing
    values as "". Each element of a list is followed by `LIST_END`.
    """

    columns: list[str]  # those that are read
    unreadable: dict[str, str]  # nested and other columns that have no text form -> their type

    def __init__(self, file: InputFile) -> None:
        """Read the schema.

        Raises:
            BadFile: It is no Parquet file, a damaged one, or larger than is declared here.
        """
        self._file = file
        with contextlib.ExitStack() as stack:
            parquet = _open(_seekable(file, stack), file.path)
            schema, metadata = parquet.schema_arrow, parquet.metadata
        if len(schema) > MAX_COLUMNS or metadata.num_rows > MAX_ROWS:
            raise BadFile(
                f"{file.path}: {len(schema)} columns and {metadata.num_rows} rows;"
                f" at most {MAX_COLUMNS} and {MAX_ROWS} are read"
            )
        if len(set(schema.names)) < len(schema):
            raise BadFile(f"{file.path}: two columns have the same name")
        self.columns, self.unreadable = [], {}
        for field in schema:
            if has_text_form(field.type):
                self.columns.append(field.name)
            else:
                self.unreadable[field.name] = str(field.type)

    def rows(self, tally: Tally) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield row number and cells; rows of a damaged part go to `tally`, the rest is read.

        Raises:
            BadFile: The file needs more memory than there is.
        """
        with contextlib.ExitStack() as stack:
            stream = _seekable(self._file, stack)
            readers = _Readers(
                _open(stream, self._file.path), _open(stream, self._file.path, folded=True)
            )
            first = 1
            for group in range(readers.plain.metadata.num_row_groups):
                count = max(readers.plain.metadata.row_group(group).num_rows, 0)
                yield from self._group_rows(readers, group, range(first, first + count), tally)
                first += count

    def _group_rows(
        self, readers: "_Readers", group: int, numbers: range, tally: Tally
    ) -> Iterator[tuple[int, tuple[str, ...]]]:
        import pyarrow as pa

        row = numbers.start
        try:
            for batch in readers.batches(group, self.columns):
                if row + len(batch) > numbers.stop:
                    raise pa.ArrowInvalid("more rows than declared")
                for cells in rows_of(batch):
                    if cells is None:
                        tally.skip(row, "not UTF-8")
                    else:
                        yield row, cells
                    row += 1
        except MemoryError:
            raise BadFile(f"{self._file.path}: needs more memory than there is") from None
        except (pa.ArrowException, OSError, ValueError):
            _skip_many(tally, row, numbers.stop - row, "in a damaged part of the file")
        else:
            _skip_many(tally, row, numbers.stop - row, "declared but not in the file")


class _ColumnSize(NamedTuple):
    """How much memory a column of text may take where it is unfolded."""

    longest: int  # bytes of the longest text that is stored once
    elements: int  # in a row: 1 unless the column holds lists


class _Readers(NamedTuple):
    """The same file, read in two ways.

    Text that repeats is stored once, so that a small file can hold a table of any size. Short
    texts are unfolded by pyarrow, which is fast; long ones are kept folded and shared.
    """

    plain: "pq.ParquetFile"
    folded: "pq.ParquetFile"

    def batches(self, group: int, columns: list[str]) -> Iterator["pa.RecordBatch"]:
        """Yield the rows of a group, as many at a time as take a bounded amount of memory."""
        # What the metadata says of single columns is not asked for: pyarrow ends the process
        # where that is damaged.
        metadata = self.plain.metadata.row_group(group)
        row_bytes = metadata.total_byte_size // max(metadata.num_rows, 1)
        sizes = [self._size(group, column) for column in columns]
        reader = self.plain
        if any(size.longest > _LONG_TEXT_BYTES for size in sizes):
            reader = self.folded
        for size in sizes:
            row_bytes += size.elements * min(size.longest, LONGEST_ELEMENT)
        return reader.iter_batches(
            max(1, min(BATCH_ROWS, BATCH_BYTES // max(row_bytes, 1))),
            row_groups=[group],
            columns=columns,
            use_threads=False,
        )

    def _size(self, group: int, column: str) -> _ColumnSize:
        """Look at the start of a column, up to the first text."""
        import pyarrow as pa
        import pyarrow.compute as pc

        for batch in self.folded.iter_batches(
            _PROBED_ROWS, row_groups=[group], columns=[column], use_threads=False
        ):
            values = batch.column(0)
            if is_list(values.type):
                values = values.flatten()
            if not pa.types.is_dictionary(values.type):
                break
            if len(values.dictionary):
                lengths = pc.call_function("binary_length", [values.dictionary])
                longest = pc.call_function("max", [lengths]).as_py() or 0
                return _ColumnSize(longest, len(values) // len(batch) + 1)
        return _ColumnSize(0, 1)


def _open(stream: IO[bytes], path: str, *, folded: bool = False) -> "pq.ParquetFile":
    import pyarrow as pa
    import pyarrow.parquet as pq

    def opened(names: list[str] | None) -> "pq.ParquetFile":
        return pq.ParquetFile(
            stream,
            read_dictionary=names,
            buffer_size=_BUFFER_BYTES,
            pre_buffer=False,
            thrift_string_size_limit=MAX_FOOTER_TEXT_BYTES,
            thrift_container_size_limit=MAX_FOOTER_ITEMS,
        )

    try:
        parquet = opened(None)
        if folded:
            parquet = opened([leaf.path for leaf in parquet.schema if _is_text_leaf(leaf)])
    except MemoryError:
        raise BadFile(f"{path}: needs more memory than there is") from None
    except (pa.ArrowException, OSError, ValueError) as problem:
        first_line = str(problem).partition("\n")[0][:200]
        raise BadFile(f"{path}: not a Parquet file or a damaged one: {first_line}") from None
    return parquet


def _seekable(file: InputFile, stack: contextlib.ExitStack) -> IO[bytes]:
    stream = stack.enter_context(file.open())
    if _is_on_disk(stream):
        return stream
    copy = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 (the stack closes it)
    copied = 0
    while chunk := stream.read(_COPY_BYTES):
        copied += len(chunk)
        if copied > MAX_SPOOLED_BYTES:
            raise BadFile(f"{file.path}: larger than {MAX_SPOOLED_BYTES} bytes")
        copy.write(chunk)
    copy.seek(0)
    return copy


def _is_on_disk(stream: BinaryIO) -> bool:
    try:
        return stream.fileno() >= 0 and stream.seekable()
    except (OSError, AttributeError):
        return False


def _is_text_leaf(leaf: "pq.ColumnSchema") -> bool:
    return leaf.physical_type == "BYTE_ARRAY" and leaf.logical_type.type == "STRING"


def _skip_many(tally: Tally, row: int, count: int, reason: str) -> None:
    if count <= 0:
        return
    tally.skip(row, reason)
    tally.rows_read += count - 1
    tally.skipped[reason] += count - 1
