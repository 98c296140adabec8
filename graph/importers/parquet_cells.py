"""Turns batches of a Parquet file into rows of text cells, as CSV would hold them."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

LIST_END = "\x1f"  # follows each element of a list cell; no clean text holds it
LONGEST_ELEMENT = 10_000  # characters of an element of a list; the rest is cut


def has_text_form(kind: "pa.DataType") -> bool:
    """Tell whether the values of a type can be cells."""
    import pyarrow as pa

    types = pa.types
    if is_list(kind) or types.is_dictionary(kind):
        return _is_text(kind.value_type)
    tests: tuple[Callable[[pa.DataType], bool], ...] = (
        *(_is_text, types.is_boolean, types.is_integer, types.is_floating, types.is_decimal),
        *(types.is_date, types.is_timestamp, types.is_null),
    )
    return any(test(kind) for test in tests)


def is_list(kind: "pa.DataType") -> bool:
    """Tell whether a type is a list of any length."""
    import pyarrow as pa

    return pa.types.is_list(kind) or pa.types.is_large_list(kind)


def rows_of(batch: "pa.RecordBatch") -> Iterator[tuple[str, ...] | None]:
    """Yield the rows of a batch; None for one whose text is not UTF-8."""
    import pyarrow as pa

    try:
        columns = [_texts(column) for column in batch.columns]
    except (UnicodeDecodeError, pa.ArrowException):
        yield from _rows_one_by_one(batch)
        return
    if columns:
        yield from zip(*columns, strict=True)


def _rows_one_by_one(batch: "pa.RecordBatch") -> Iterator[tuple[str, ...] | None]:
    import pyarrow as pa

    for position in range(batch.num_rows):
        try:
            yield tuple(_texts(column.slice(position, 1))[0] for column in batch.columns)
        except (UnicodeDecodeError, pa.ArrowException):
            yield None


def _texts(column: "pa.Array") -> list[str]:
    import numpy as np
    import pyarrow as pa

    if pa.types.is_timestamp(column.type):
        # Their zone says how to show them, not when they were.
        moments = column.view(pa.timestamp(column.type.unit)).to_numpy(zero_copy_only=False)
        texts: list[str] = np.datetime_as_string(moments.astype("datetime64[s]")).tolist()
        return [text if text != "NaT" else "" for text in texts]
    if is_list(column.type):
        return _list_texts(column)
    if pa.types.is_dictionary(column.type):
        return _repeated_texts(column)
    text = column if _is_text(column.type) else column.cast(pa.string())
    return text.fill_null("").to_numpy(zero_copy_only=False).tolist()


def _repeated_texts(column: Any) -> list[str]:  # noqa: ANN401 (pa.DictionaryArray)
    """Unfold texts that are stored once each, without a copy of any."""
    import numpy as np
    import pyarrow.compute as pc

    used = pc.call_function("unique", [column.indices.drop_null()])
    texts = np.full(len(column.dictionary) + 1, "", dtype=object)  # the last one is for null
    texts[used.to_numpy()] = column.dictionary.take(used).fill_null("").to_numpy(False)
    return texts[column.indices.fill_null(-1).to_numpy()].tolist()


def _list_texts(column: Any) -> list[str]:  # noqa: ANN401 (pa.ListArray or pa.LargeListArray)
    lists = column.fill_null([]) if column.null_count else column
    offsets = lists.offsets.to_numpy()
    elements = _texts(lists.values.slice(offsets[0], offsets[-1] - offsets[0]))
    cut = [f"{element[:LONGEST_ELEMENT]}{LIST_END}" if element else "" for element in elements]
    return ["".join(cut[start:end]) for start, end in pairwise((offsets - offsets[0]).tolist())]


def _is_text(kind: "pa.DataType") -> bool:
    import pyarrow as pa

    return pa.types.is_string(kind) or pa.types.is_large_string(kind)
