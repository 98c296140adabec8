"""Writes a file to a temporary neighbour, so that it is under its name whole or not at all."""

import os
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

_MODE = 0o644


class WholeFile(AbstractContextManager["WholeFile"]):
    """A file that appears under its name when it is committed; what was there stays till then."""

    def __init__(self, path: Path) -> None:
        """Begin a file; its folder is made if it is not there."""
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".part")
        self._part = Path(name)
        self.stream = os.fdopen(handle, "wb")

    def commit(self) -> None:
        """Give the file its name, once its bytes are safe on the disk."""
        self.stream.flush()
        os.fsync(self.stream.fileno())
        self.stream.close()
        self._part.chmod(_MODE)
        self._part.replace(self.path)
        _sync_folder(self.path.parent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave nothing behind of a file that was not committed."""
        self.stream.close()
        self._part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut, where the system can do that."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
