"""Inflates one member of a ZIP archive as a stream, and never more of it than was declared."""

import io
import zlib
from pathlib import Path
from typing import BinaryIO, cast

from graph.importers.input_file import BadFile
from graph.importers.zip_directory import DEFLATED, Entry

_CHUNK_BYTES = 65_536


def open_member(archive: Path, entry: Entry, shown_as: str) -> BinaryIO:
    """Return a fresh stream of a member, read from disk as it is asked for.

    Reading raises `BadFile` as soon as the member proves longer than declared, shorter, or
    damaged. The stream cannot seek.

    Args:
        archive: The archive on disk.
        entry: The member, from the archive's checked directory.
        shown_as: How messages name the member.

    Raises:
        BadFile: The archive cannot be opened any more.
    """
    try:
        source = archive.open("rb")
    except OSError as error:
        raise BadFile(f"{shown_as}: {error.strerror}") from error
    return cast(BinaryIO, io.BufferedReader(_Member(source, entry, shown_as), _CHUNK_BYTES))


class _Member(io.RawIOBase):
    def __init__(self, source: BinaryIO, entry: Entry, shown_as: str) -> None:
        self._source = source
        self._entry = entry
        self._shown_as = shown_as
        self._packed_left = entry.packed_size
        self._size_left = entry.size
        self._crc = 0
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS) if entry.method == DEFLATED else None
        source.seek(entry.data_start)

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._source.close()
        super().close()

    def readinto(self, buffer: memoryview) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        data = self._read(min(len(buffer), self._size_left + 1))
        if len(data) > self._size_left:
            raise BadFile(f"{self._shown_as}: longer than the archive declares")
        self._size_left -= len(data)
        self._crc = zlib.crc32(data, self._crc)
        if not data and len(buffer):
            self._check_end()
        buffer[: len(data)] = data
        return len(data)

    def _check_end(self) -> None:
        if self._size_left:
            raise BadFile(f"{self._shown_as}: shorter than the archive declares")
        if self._crc != self._entry.crc:
            raise BadFile(f"{self._shown_as}: damaged, its checksum does not match")

    def _read(self, size: int) -> bytes:
        if self._inflater is None:
            return self._packed(size)
        while not self._inflater.eof:
            packed = self._inflater.unconsumed_tail or self._packed(_CHUNK_BYTES)
            try:
                data = self._inflater.decompress(packed, size)
            except zlib.error:
                raise BadFile(f"{self._shown_as}: damaged, it cannot be inflated") from None
            if data or not packed:
                return data
        return b""

    def _packed(self, size: int) -> bytes:
        try:
            data = self._source.read(min(size, self._packed_left))
        except OSError as error:
            raise BadFile(f"{self._shown_as}: {error.strerror}") from error
        self._packed_left -= len(data)
        return data
