"""Lays out one user's folder on disk: the store, caches and reports."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import graph
from graph.store import Store
from graph.taxonomy import Taxonomy

HOME_VARIABLE = "CAREERGRAPH_HOME"
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
SPARE_BYTES = 64 * 1024 * 1024
CHECKOUT = Path(graph.__file__).parent.parent


class NoSpace(Exception):
    """The disk has too little room for what is about to be written."""


@dataclass(frozen=True)
class Workspace:
    """One user's folder, readable by that user alone."""

    home: Path
    store_url: str | None = None  # a PostgreSQL address; None: a file in the folder

    @property
    def database(self) -> Path:
        """Return where the store lies when it is a file."""
        return self.home / "store.db"

    @property
    def exists(self) -> bool:
        """Tell whether there is a store to read."""
        return self.store_url is not None or self.database.exists()

    def open_store(self) -> Store:
        """Open the store, making the folder and it where they are missing.

        Raises:
            StoreError: The store cannot be opened.
            OSError: The folder cannot be made.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(PRIVATE_FOLDER)
        if self.store_url is not None:
            return Store.open(self.store_url)
        # Made private before the first byte of data goes in.
        os.close(os.open(self.database, os.O_RDWR | os.O_CREAT, PRIVATE_FILE))
        return Store.open(self.database)

    def check_space(self, paths: list[Path]) -> None:
        """Refuse to start an import that the disk has no room for.

        Raises:
            NoSpace: Less is free than twice the size of the files.
        """
        wanted = 2 * sum(_size(path) for path in paths) + SPARE_BYTES
        folder = self.home if self.home.exists() else self.home.parent
        free = shutil.disk_usage(folder if folder.exists() else Path.cwd()).free
        if free < wanted:
            raise NoSpace(
                f"this import may need {wanted // 2**20:,} MiB in {self.home}, "
                f"and {free // 2**20:,} MiB are free; nothing was changed"
            )


def default_home() -> Path:
    """Return the workspace folder to use when none is named."""
    named = os.environ.get(HOME_VARIABLE)
    return Path(named) if named else Path.home() / ".careergraph"


def built_in_taxonomy() -> Taxonomy:
    """Load the taxonomy that comes with the software."""
    return Taxonomy.load(CHECKOUT / "data" / "taxonomy")


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(child.stat().st_size for child in path.rglob("*") if child.is_file())
    return path.stat().st_size if path.is_file() else 0
