"""Writes a file to a temporary neighbour, so that it is under its name whole or not at all."""

import errno
import fcntl
import os
import re
import tempfile
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

_MODE = 0o644
_PART = re.compile(r"\.(?P<stem>.+)-[a-z0-9_]{8}\.part")  # as `WholeFile` names neighbours


class WholeFile(AbstractContextManager["WholeFile"]):
    """A file that appears under its name when it is committed; what was there stays till then."""

    def __init__(self, path: Path) -> None:
        """Begin a file; its folder is made if it is not there."""
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".part")
        self._part = Path(name)
        self.stream = os.fdopen(handle, "wb")

    def finish(self) -> Path:
        """Make its bytes safe on the disk, so that only the renaming is left to `commit`.

        Returns:
            Where they are till then.
        """
        self.stream.flush()
        os.fsync(self.stream.fileno())
        self.stream.close()
        self._part.chmod(_MODE)
        return self._part

    def commit(self) -> None:
        """Give the file its name, once its bytes are safe on the disk."""
        if not self.stream.closed:
            self.finish()
        self._part.replace(self.path)
        sync_folder(self.path.parent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave nothing behind of a file that was not committed."""
        with suppress(OSError):  # no space left for what was still held
            self.stream.close()
        self._part.unlink(missing_ok=True)


@contextmanager
def sole_writer(folder: Path, stems: Collection[str] = ()) -> Iterator[bool]:
    """Hold a folder, so that runs that ask for it come one at a time; it is made if missing.

    What was left by runs that were killed is removed: the kernel has freed their hold, so nobody
    writes there any more. A file system that locks no folders lets everybody in, and then
    nothing is removed.

    Args:
        folder: Where to write.
        stems: Of the files whose temporary neighbours are ours to remove.

    Yields:
        Whether the hold is certain, and what was left there is nobody's.

    Raises:
        BlockingIOError: Another run holds the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        is_locked = _is_locked(handle, folder)
        if is_locked:
            _remove_parts(folder, stems)
        yield is_locked
    finally:
        os.close(handle)


def _is_locked(handle: int, folder: Path) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        said = "another process is writing there"
        raise BlockingIOError(errno.EWOULDBLOCK, said, str(folder)) from None
    except OSError:
        return False
    return True


def _remove_parts(folder: Path, stems: Collection[str]) -> None:
    for path in list(folder.iterdir()):
        found = _PART.fullmatch(path.name)
        if found and found["stem"] in stems:
            path.unlink()


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut, where the system can do that."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
