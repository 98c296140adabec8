"""Fills a folder under a temporary name, so that it is under its own whole or not at all."""

import errno
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.whole_file import sole_writer, sync_folder

_PART = re.compile(r"\..+-[a-z0-9_]{8}\.part")  # as `tempfile.mkdtemp` is told to name them


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a temporary neighbour to fill, and give it the folder's name when that went well.

    What killed runs have left beside it is removed.

    Raises:
        FileExistsError: There is something in the folder.
        BlockingIOError: Another process fills a folder beside it.
    """
    folder = folder.absolute()
    with sole_writer(folder.parent) as is_sole:
        if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
            raise FileExistsError(errno.EEXIST, "there is something already", str(folder))
        if is_sole:
            remove_leftovers(folder.parent)
        part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-", suffix=".part"))
        try:
            yield part
            part.rename(folder)
            sync_folder(folder.parent)
        finally:
            shutil.rmtree(part, ignore_errors=True)


def remove_leftovers(parent: Path) -> None:
    """Remove what runs that were killed have left in a folder that nobody else fills."""
    for path in list(parent.iterdir()):
        if _PART.fullmatch(path.name) and path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
