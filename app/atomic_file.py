"""Writes a file so that it is there whole or not at all."""

import os
import tempfile
from pathlib import Path

from app.mistake import Mistake


def check_writable(path: Path) -> None:
    """Find out, before the work for it begins, whether a file can be written there.

    Raises:
        Mistake: It is a folder, or lies in none that we may write to.
    """
    if path.exists() and not path.is_file():
        raise Mistake(f"{path} is not a file that can be replaced")
    if not path.parent.is_dir():
        raise Mistake(f"{path} cannot be written: there is no folder {path.parent}")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise Mistake(f"{path} cannot be written: the folder {path.parent} is read-only")


def write_text(path: Path, text: str) -> None:
    """Write a private text file: to a temporary neighbour first, then in one step in place.

    Raises:
        OSError: It cannot be written; what was there before is still there.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-", suffix=".part")
    temporary = Path(name)  # readable by its owner alone, as mkstemp makes it
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
