"""Lays out one user's folder on disk: the store, caches and reports."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import graph
from app.mistake import Mistake

if TYPE_CHECKING:
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
    def text_vectors(self) -> Path:
        """Return the file of texts that were encoded before, by their hash."""
        return self.home / "cache" / "text_vectors.db"

    @property
    def snapshots(self) -> Path:
        """Return the folder of what is derived from the facts for learning and serving."""
        return self.home / "snapshots"

    @property
    def runs(self) -> Path:
        """Return the folder of training runs that may be gone on with."""
        return self.home / "runs"

    @property
    def releases(self) -> Path:
        """Return the folder of trained releases."""
        return self.home / "releases"

    @property
    def exists(self) -> bool:
        """Tell whether there is a store to read."""
        return self.store_url is not None or self.database.exists()

    def open_store(self) -> "Store":
        """Open the store, making the folder and it where they are missing.

        Raises:
            Mistake: The folder is a file, or the address is not one of a store.
            StoreError: The store cannot be opened.
            OSError: The folder cannot be made.
        """
        # SQLAlchemy takes a fifth of a second to load, and --help needs none of it.
        from graph.store import Store

        if self.store_url is not None:
            return _open_server(self.store_url)
        if self.home.exists() and not self.home.is_dir():
            raise Mistake(f"{self.home} is a file, and a workspace is a folder")
        if not self.home.exists():  # one that is there was given its mode by somebody
            self.home.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
        # Made private before the first byte of data goes in.
        os.close(os.open(self.database, os.O_RDWR | os.O_CREAT, PRIVATE_FILE))
        return Store.open(self.database)

    @contextmanager
    def store_to_try_on(self) -> Iterator["Store"]:
        """Open a store for a dry run: the workspace's own, else one that is gone afterwards."""
        if self.exists:
            yield self.open_store()
            return
        with tempfile.TemporaryDirectory(prefix="careergraph-") as folder:
            yield Workspace(Path(folder)).open_store()

    def check_space(self, size: int) -> None:
        """Refuse to start an import that the disk has no room for.

        Args:
            size: Of what is to be imported, in bytes, unpacked.

        Raises:
            NoSpace: Less is free than an import of that size may need.
        """
        if self.store_url is not None:
            return
        wanted = STORE_BYTES_FOR_EACH * size + SPARE_BYTES
        free = shutil.disk_usage(_nearest_folder(self.home)).free
        if free < wanted:
            raise NoSpace(
                f"this import may need {wanted // 2**20:,} MiB in {self.home}, "
                f"and {free // 2**20:,} MiB are free; nothing was changed"
            )


# What a byte of input may take: its facts and their index, in the store and in the journal.
STORE_BYTES_FOR_EACH = 6


def default_home() -> Path:
    """Return the workspace folder to use when none is named."""
    named = os.environ.get(HOME_VARIABLE)
    return Path(named) if named else Path.home() / ".careergraph"


def built_in_taxonomy() -> "Taxonomy":
    """Load the taxonomy that comes with the software."""
    from graph.taxonomy import Taxonomy

    return Taxonomy.load(CHECKOUT / "data" / "taxonomy")


def _open_server(url: str) -> "Store":
    from sqlalchemy.exc import ArgumentError

    from graph.store import Store

    try:
        return Store.open(url)
    except ModuleNotFoundError as error:
        raise Mistake(f"a store on PostgreSQL needs the package {error.name}: install it") from None
    except (ArgumentError, ValueError) as error:
        raise Mistake(f"--store: {error}") from None


def _nearest_folder(path: Path) -> Path:
    folders = (folder for folder in (path, *path.absolute().parents) if folder.is_dir())
    return next(folders)
