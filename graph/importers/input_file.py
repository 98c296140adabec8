"""Stands for one file to import, wherever its bytes lie: on disk or inside an archive."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

HEAD_BYTES = 65_536


class BadFile(ValueError):
    """A file that cannot be imported as a whole; the message says why, in one line."""


@dataclass(frozen=True)
class InputFile:
    """One file to import; nothing is read before `open` is called."""

    path: str  # as a person would name it: "export.zip/Jobs/Saved Jobs.csv"
    name: str  # the last part: "Saved Jobs.csv"
    folder: str  # the folder or archive folder it lies in: "export.zip/Jobs"
    size: int  # bytes, as stored or as declared by the archive
    open: Callable[[], BinaryIO]  # a fresh stream from the first byte, limits enforced

    def head(self, size: int = HEAD_BYTES) -> bytes:
        """Return the first bytes, at most `size`.

        Raises:
            BadFile: The file cannot be read.
        """
        with self.open() as stream:
            return stream.read(size)
