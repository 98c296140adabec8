"""Keeps vectors of texts on disk by the hash of encoder and text, never the texts."""

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

Half = npt.NDArray[np.float16]

_KEY_BYTES = 20
_KEYS_PER_QUERY = 900
_WAIT_SECONDS = 60.0
_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600
_TABLES = (
    "CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, numbers BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS encoder (id TEXT PRIMARY KEY, width INTEGER NOT NULL)",
)


def key_of(encoder_id: str, text: str) -> bytes:
    """Return the key of a text's vector."""
    said = f"{encoder_id}\0{text}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(said).digest()[:_KEY_BYTES]


class VectorCache:
    """A private file of vectors in half precision; several processes may use it at once.

    A vector is in it whole or not at all, whatever happens to the process that writes it.
    """

    def __init__(self, path: Path) -> None:
        """Open a cache, making it where it is missing.

        Raises:
            ValueError: The file is there and is no cache, or is damaged.
        """
        self.path = path
        path.parent.mkdir(_PRIVATE_FOLDER, parents=True, exist_ok=True)
        # Made private before the first byte of data goes in.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, _PRIVATE_FILE))
        with self._connect() as connection:
            for table in _TABLES:
                connection.execute(table)

    def __len__(self) -> int:
        with self._connect() as connection:
            return int(connection.execute("SELECT count(*) FROM vector").fetchone()[0])

    def width(self, encoder_id: str) -> int | None:
        """Return how wide the vectors of an encoder are; None when it has left none here."""
        with self._connect() as connection:
            found = connection.execute("SELECT width FROM encoder WHERE id = ?", (encoder_id,))
            row = found.fetchone()
        return None if row is None else int(row[0])

    def read(self, keys: Sequence[bytes]) -> dict[bytes, Half]:
        """Return the vectors that are here, by key."""
        found: dict[bytes, Half] = {}
        with self._connect() as connection:
            for start in range(0, len(keys), _KEYS_PER_QUERY):
                some = keys[start : start + _KEYS_PER_QUERY]
                marks = ", ".join("?" * len(some))
                rows = connection.execute(
                    f"SELECT key, numbers FROM vector WHERE key IN ({marks})", some
                )
                found |= {key: np.frombuffer(numbers, "<f2") for key, numbers in rows}
        return found

    def write(self, encoder_id: str, vectors: Mapping[bytes, Half]) -> None:
        """Add vectors of one encoder in one go; those that are here already stay."""
        if not vectors:
            return
        width = len(next(iter(vectors.values())))
        rows = [(key, numbers.astype("<f2").tobytes()) for key, numbers in vectors.items()]
        with self._connect() as connection:
            connection.execute("INSERT OR IGNORE INTO encoder VALUES (?, ?)", (encoder_id, width))
            connection.executemany("INSERT OR IGNORE INTO vector VALUES (?, ?)", rows)

    def keep_only(self, keys: Iterable[bytes]) -> int:
        """Drop every other vector, and wipe where it was; return how many went.

        Args:
            keys: Read one by one: they need not fit in memory.
        """
        with self._connect() as connection:
            connection.execute("PRAGMA temp_store = FILE")
            connection.execute("CREATE TEMP TABLE kept (key BLOB PRIMARY KEY) WITHOUT ROWID")
            connection.executemany(
                "INSERT OR IGNORE INTO kept VALUES (?)", ((key,) for key in keys)
            )
            gone = connection.execute(
                "DELETE FROM vector WHERE key NOT IN (SELECT key FROM kept)"
            ).rowcount
        return gone

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        # A connection for each use: it may be in another process or thread than the last.
        with closing(sqlite3.connect(self.path, timeout=_WAIT_SECONDS)) as connection:
            try:
                connection.execute("PRAGMA secure_delete = ON")
                with connection:
                    yield connection
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError as error:
                said = f"{self.path} is no cache of text vectors, or is damaged ({error})"
                raise ValueError(f"{said}: remove it, and it is made anew") from error
