"""Finds the files to import in what a person points at: files, folders and ZIP archives."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath, PurePosixPath
from typing import BinaryIO

from graph.importers.clean_text import clean_line
from graph.importers.input_file import BadFile, InputFile
from graph.importers.zip_directory import (
    DEFLATED,
    STORED,
    ZIP_STARTS,
    ArchiveLimits,
    Entry,
    read_directory,
)
from graph.importers.zip_member import open_member

_SYSTEM_FILES = frozenset({"__macosx", "thumbs.db", "desktop.ini"})
_OFFICE_SUFFIXES = frozenset({".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp"})
_OFFICE_MARKS = frozenset({"[Content_Types].xml", "mimetype"})


@dataclass(frozen=True, slots=True)
class Refused:
    """A file, archive or member that must not be imported, and why, in words."""

    path: str
    reason: str


def collect(
    paths: Sequence[Path], limits: ArchiveLimits | None = None
) -> Iterator[InputFile | Refused]:
    """Return the files under some paths, in the order of the paths and sorted inside a folder.

    Folders are walked and ZIP archives (told by content, not by name) are looked into; nothing
    is written to disk. Hidden files and those of the operating system are passed over. A file
    that is reached in two ways is returned once.

    Raises:
        BadFile: A path does not exist or cannot be read.
    """
    for path in paths:
        _check_readable(path)
    return _collect(paths, limits or ArchiveLimits())


def _check_readable(path: Path) -> None:
    try:
        if path.is_dir():
            next(path.iterdir(), None)
        elif path.is_file():
            path.open("rb").close()
        else:
            path.stat()
    except FileNotFoundError:
        raise BadFile(f"{_shown(path)}: no such file or folder") from None
    except (OSError, ValueError) as error:
        raise BadFile(f"{_shown(path)}: cannot be read ({error})") from error


def _collect(paths: Sequence[Path], limits: ArchiveLimits) -> Iterator[InputFile | Refused]:
    seen: set[Path] = set()
    for path in paths:
        found = _walk(path, seen) if path.is_dir() else iter([path])
        for file in found:
            if isinstance(file, Refused):
                yield file
            elif file.resolve() not in seen:
                seen.add(file.resolve())
                yield from _look_into(file, limits)


def _walk(folder: Path, seen: set[Path]) -> Iterator[Path | Refused]:
    """Yield the files under a folder; links are followed as long as they stay inside it."""
    root = folder.resolve()
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        if path != folder and _is_passed_over(path.name):
            continue
        real = _resolved(path)
        if real is None:
            yield Refused(_shown(path), "a link that leads to itself")
        elif not real.is_relative_to(root):
            yield Refused(_shown(path), "a link that leads outside the folder")
        elif not path.is_dir():
            yield path
        elif real not in seen:
            seen.add(real)
            try:
                waiting.extend(sorted(path.iterdir(), reverse=True))
            except OSError as error:
                yield Refused(_shown(path), f"cannot be read ({error.strerror})")


def _resolved(path: Path) -> Path | None:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a loop of links
        return None


def _look_into(path: Path, limits: ArchiveLimits) -> Iterator[InputFile | Refused]:
    shown = _shown(path)
    if not path.is_file():
        yield Refused(shown, "not a regular file" if path.exists() else "a link to nothing")
        return
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            start = stream.read(4)
            entries = read_directory(stream, size, limits) if start in ZIP_STARTS else None
    except OSError as error:
        yield Refused(shown, f"cannot be read ({error.strerror})")
    except BadFile as error:
        yield Refused(shown, str(error))
    else:
        if entries is not None and not any(entry.path in _OFFICE_MARKS for entry in entries):
            yield from _members(path, entries)
        elif size == 0:
            yield Refused(shown, "empty file")
        elif path.suffix.lower() == ".zip" and entries is None:
            yield Refused(shown, "named .zip, but no ZIP archive")
        else:
            open_file = partial(_open_file, path)
            yield InputFile(
                shown, _shown(PurePath(path.name)), _shown(path.parent), size, open_file
            )


def _members(path: Path, entries: Sequence[Entry]) -> Iterator[InputFile | Refused]:
    files = [entry for entry in entries if not entry.is_folder]
    if not files:
        yield Refused(_shown(path), "holds no files")
    for entry in sorted(files, key=lambda entry: entry.path):
        inner = PurePosixPath(entry.path)
        if not any(map(_is_passed_over, inner.parts)):
            yield _member(path, entry, inner)


def _member(path: Path, entry: Entry, inner: PurePosixPath) -> InputFile | Refused:
    shown = f"{_shown(path)}/{_shown(inner)}"
    if entry.is_special:
        return Refused(shown, "a symbolic link or another special file")
    if entry.method not in {STORED, DEFLATED}:
        return Refused(shown, f"packed in a way that is not supported (method {entry.method})")
    if entry.size == 0:
        return Refused(shown, "empty file")
    folder = _shown(path) if len(inner.parts) == 1 else f"{_shown(path)}/{_shown(inner.parent)}"
    open_entry = partial(open_member, path, entry, shown)
    file = InputFile(shown, _shown(PurePath(inner.name)), folder, entry.size, open_entry)
    try:
        start = file.head(4)
    except BadFile as error:
        return Refused(shown, str(error).removeprefix(f"{shown}: "))
    if start in ZIP_STARTS and inner.suffix.lower() not in _OFFICE_SUFFIXES:
        return Refused(shown, "an archive inside an archive: unpack it first")
    return file


def _open_file(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise BadFile(f"{_shown(path)}: cannot be read ({error.strerror})") from error


def _is_passed_over(name: str) -> bool:
    return name.startswith(".") or name.lower() in _SYSTEM_FILES


def _shown(path: PurePath) -> str:
    """Return a path as text that can be printed and stored, whatever bytes its name is made of."""
    return clean_line(str(path).encode("utf-8", "replace").decode("utf-8")) or "?"
