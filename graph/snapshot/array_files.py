"""Files that hold several arrays, one after the other, each where a table of contents says.

Little-endian and aligned, so that they can be memory-mapped; the table is kept elsewhere.
"""

import hashlib
import mmap
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from graph.whole_file import WholeFile

_ALIGNMENT = 64
_BYTES_AT_A_TIME = 1 << 22
DTYPES = frozenset({"|u1", "<i4", "<i8", "<u8", "<f2", "<f4"})


class ArrayPlace(NamedTuple):
    """Where an array lies in its file."""

    dtype: str
    shape: tuple[int, ...]
    start: int

    @property
    def size(self) -> int:
        """Return how many bytes it takes."""
        return int(np.prod(self.shape, dtype=np.int64)) * np.dtype(self.dtype).itemsize


class ArrayFile(NamedTuple):
    """What is known of a file of arrays."""

    size: int
    sha256: str
    arrays: Mapping[str, ArrayPlace]


class ArrayFileWriter(AbstractContextManager["ArrayFileWriter"]):
    """Writes a file of arrays, which is there when it is finished and not before."""

    def __init__(self, path: Path) -> None:
        self._file = WholeFile(path)
        self._sha256 = hashlib.sha256()
        self._position = 0
        self._arrays: dict[str, ArrayPlace] = {}

    def add(self, name: str, array: npt.NDArray[Any]) -> None:
        """Add an array."""
        self.add_in_parts(name, array.dtype, array.shape, [array])

    def add_in_parts(
        self,
        name: str,
        dtype: npt.DTypeLike,
        shape: tuple[int, ...],
        parts: Iterable[npt.NDArray[Any]],
    ) -> None:
        """Add an array that comes in parts along its first axis.

        Raises:
            ValueError: The parts are not of that size together.
        """
        stored = np.dtype(dtype).newbyteorder("<")
        self._write(bytes(-self._position % _ALIGNMENT))
        place = ArrayPlace(stored.str, shape, self._position)
        for part in parts:
            self._write_array(np.ascontiguousarray(part, stored))
        written = self._position - place.start
        if written != place.size:
            raise ValueError(f"{name} takes {place.size} bytes, and its parts {written}")
        self._arrays[name] = place

    def finish(self) -> ArrayFile:
        """Give the file its name; the name itself is safe when the folder is synchronised."""
        self._file.finish().replace(self._file.path)
        return ArrayFile(self._position, self._sha256.hexdigest(), self._arrays)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.__exit__(kind, error, trace)

    def _write_array(self, array: npt.NDArray[Any]) -> None:
        if array.size:
            data = array.reshape(-1).view(np.uint8).data
            for start in range(0, len(data), _BYTES_AT_A_TIME):
                self._write(data[start : start + _BYTES_AT_A_TIME])

    def _write(self, data: bytes | memoryview) -> None:
        self._file.stream.write(data)
        self._sha256.update(data)
        self._position += len(data)


def map_arrays(path: Path, arrays: Mapping[str, ArrayPlace]) -> dict[str, npt.NDArray[Any]]:
    """Map the arrays of a file into memory.

    Copy-on-write: nobody can change the file through them, and tensors can share them.
    """
    with path.open("rb") as stream:
        is_empty = not any(place.size for place in arrays.values())
        # An empty file cannot be mapped. The arrays keep the mapping alive.
        mapped = b"" if is_empty else mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_COPY)
    return {name: _view(mapped, place) for name, place in arrays.items()}


def sha256_of(path: Path) -> str:
    """Return the hash of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _view(mapped: "mmap.mmap | bytes", place: ArrayPlace) -> npt.NDArray[Any]:
    if not place.size:
        return np.empty(place.shape, place.dtype)
    count = place.size // np.dtype(place.dtype).itemsize
    return np.frombuffer(mapped, place.dtype, count, place.start).reshape(place.shape)
