"""Reads the directory of a ZIP archive and refuses what no honest archive holds.

The module `zipfile` of the standard library trusts what an archive says of itself, so everything
is checked here before a single member is inflated.
"""

import re
import stat
import struct
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO

from graph.importers.input_file import BadFile

ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
STORED, DEFLATED = 0, 8

_MIB = 1_048_576
_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT = 65_535
_ENCRYPTED_FLAGS = 0x1 | 0x40 | 0x2000
_UTF8_FLAG = 0x800
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True)
class ArchiveLimits:
    """How large an archive may be; all sizes in bytes."""

    archive: int = 64 * _MIB
    directory: int = 4 * _MIB
    entries: int = 2_000
    entry: int = 256 * _MIB  # inflated
    total: int = 512 * _MIB  # inflated
    ratio: int = 200  # inflated to deflated ...
    ratio_above: int = _MIB  # ... of entries that inflate to more than this

    def __post_init__(self) -> None:
        if min(vars(self).values()) < 1:
            raise ValueError(f"every limit must be at least 1, got {self}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One member of an archive, as the archive declares it."""

    path: str  # relative, with slashes
    size: int
    packed_size: int
    crc: int
    method: int
    header_start: int
    data_start: int
    is_folder: bool
    is_special: bool  # a symbolic link, a device: anything but a file or folder


@dataclass(frozen=True, slots=True)
class _Central:
    """One record of the directory."""

    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed_size: int
    size: int
    mode: int
    header_start: int


def read_directory(stream: BinaryIO, size: int, limits: ArchiveLimits) -> list[Entry]:
    """Return the entries of an archive whose every entry is safe to inflate.

    Args:
        stream: The archive; only its directory and its headers are read.
        size: Of the archive in bytes.
        limits: What is refused because of its size.

    Raises:
        BadFile: The archive must not be used; the message says why.
    """
    if size > limits.archive:
        raise BadFile(f"larger than {_readable(limits.archive)}: unpack it and import the folder")
    start, length, count = _find_directory(stream, size)
    if count > limits.entries:
        raise BadFile(f"holds {count:,} entries, more than {limits.entries:,}")
    if length > limits.directory:
        raise BadFile(f"has a directory larger than {_readable(limits.directory)}")
    stream.seek(start)
    records = list(_records(stream.read(length), count))
    _refuse_sizes(records, limits)
    entries = [_entry(stream, record, start) for record in records]
    _refuse_duplicates(entries)
    _refuse_overlaps(entries)
    return entries


def _find_directory(stream: BinaryIO, size: int) -> tuple[int, int, int]:
    """Return start and length in bytes of the directory, and how many records it should hold."""
    tail_start = max(0, size - _END.size - _LONGEST_COMMENT)
    stream.seek(tail_start)
    tail = stream.read(size - tail_start)
    position = tail.rfind(b"PK\x05\x06")
    while position >= 0:
        if position + _END.size <= len(tail):
            _, disk, first_disk, _, count, length, start, comment = _END.unpack_from(tail, position)
            if position + _END.size + comment == len(tail):
                break
        position = tail.rfind(b"PK\x05\x06", 0, position + 3)
    else:
        raise BadFile("cut off or damaged: its directory is missing")
    if disk or first_disk:
        raise BadFile("one part of an archive split over several files")
    if count == 0xFFFF or start == 0xFFFFFFFF or length == 0xFFFFFFFF:
        raise BadFile("a ZIP64 archive, which an export of a few megabytes never is")
    if start + length != tail_start + position:
        raise BadFile("damaged: its directory is not where it says")
    return start, length, count


def _records(directory: bytes, count: int) -> Iterator[_Central]:
    position = 0
    for _ in range(count):
        if position + _CENTRAL.size > len(directory):
            raise BadFile("damaged: its directory ends too early")
        fields = _CENTRAL.unpack_from(directory, position)
        name_start = position + _CENTRAL.size
        name_end = name_start + fields[10]
        position = name_end + fields[11] + fields[12]
        if fields[0] != b"PK\x01\x02" or position > len(directory):
            raise BadFile("damaged: its directory is not readable")
        yield _Central(
            raw_name=directory[name_start:name_end],
            flags=fields[3],
            method=fields[4],
            crc=fields[7],
            packed_size=fields[8],
            size=fields[9],
            mode=fields[15] >> 16,
            header_start=fields[16],
        )
    if position != len(directory):
        raise BadFile("damaged: its directory holds more than it says")


def _refuse_sizes(records: Iterable[_Central], limits: ArchiveLimits) -> None:
    total = 0
    for record in records:
        path = _shown(record)
        if record.size > limits.entry:
            raise BadFile(f"{path} inflates to more than {_readable(limits.entry)}")
        packed = max(record.packed_size, 1)
        if record.size > limits.ratio_above and record.size > limits.ratio * packed:
            raise BadFile(f"{path} inflates to {record.size // packed:,} times its size")
        total += record.size
    if total > limits.total:
        raise BadFile(f"inflates to more than {_readable(limits.total)}")


def _entry(stream: BinaryIO, record: _Central, directory_start: int) -> Entry:
    shown = _shown(record)
    stream.seek(record.header_start)
    header = stream.read(_LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
        raise BadFile(f"damaged: {shown} is not where the directory says")
    fields = _LOCAL.unpack(header)
    if (record.flags | fields[2]) & _ENCRYPTED_FLAGS:
        raise BadFile("encrypted: unpack it with its password, and import the folder")
    if fields[3] != record.method or stream.read(fields[9]) != record.raw_name:
        raise BadFile(f"damaged: {shown} is described in two ways")
    data_start = record.header_start + _LOCAL.size + fields[9] + fields[10]
    if data_start + record.packed_size > directory_start:
        raise BadFile(f"damaged: {shown} reaches into the directory")
    path = _safe_path(record)
    kind = stat.S_IFMT(record.mode)
    return Entry(
        path=path,
        size=record.size,
        packed_size=record.packed_size,
        crc=record.crc,
        method=record.method,
        header_start=record.header_start,
        data_start=data_start,
        is_folder=path.endswith("/"),
        is_special=kind not in {0, stat.S_IFREG, stat.S_IFDIR},
    )


def _safe_path(record: _Central) -> str:
    path, shown = _decoded(record), _shown(record)
    if "\0" in path or not path.strip("/"):
        raise BadFile(f"holds an entry without a usable name: {shown}")
    if "\\" in path:
        raise BadFile(f"holds a path with backslashes: {shown}")
    if path.startswith("/") or _DRIVE.match(path):
        raise BadFile(f"holds an absolute path: {shown}")
    if ".." in path.split("/"):
        raise BadFile(f"holds a path that leads outside: {shown}")
    return path


def _refuse_duplicates(entries: Iterable[Entry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        parts = [part for part in entry.path.split("/") if part not in {"", "."}]
        key = unicodedata.normalize("NFC", "/".join(parts)).casefold()
        if key in seen:
            raise BadFile(f"holds two entries named {entry.path!r}, but for upper and lower case")
        seen.add(key)


def _refuse_overlaps(entries: Iterable[Entry]) -> None:
    in_order = sorted(entries, key=lambda entry: entry.header_start)
    for entry, following in pairwise(in_order):
        if entry.data_start + entry.packed_size > following.header_start:
            raise BadFile(f"{entry.path!r} and {following.path!r} overlap")


def _decoded(record: _Central) -> str:
    try:
        return record.raw_name.decode("utf-8")  # many tools write UTF-8 without saying so
    except UnicodeDecodeError:
        return record.raw_name.decode("utf-8" if record.flags & _UTF8_FLAG else "cp437", "replace")


def _shown(record: _Central) -> str:
    return repr(_decoded(record)[:200])


def _readable(size: int) -> str:
    return f"{size / _MIB:,.0f} MiB" if size >= _MIB else f"{size:,} bytes"
