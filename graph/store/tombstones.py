"""Remembers who was erased without remembering anything of them."""

import hmac
import secrets
from collections.abc import Iterable, Sequence
from hashlib import sha256

from sqlalchemy import Connection, insert, select

from graph.store.tables import setting, tombstone

_KEY_NAME = "tombstone_key"


class Tombstones:
    """Keyed hashes of erased ids, e-mail addresses and profile addresses."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._digests = set(connection.scalars(select(tombstone.c.digest)))
        self._key = self._load_key()

    def __bool__(self) -> bool:
        return bool(self._digests)

    def cover(self, marks: Iterable[str | None]) -> bool:
        """Tell whether any of these ids or addresses belongs to an erased person."""
        if not self._digests:
            return False
        return any(mark and self._digest(mark) in self._digests for mark in marks)

    def add(self, marks: Sequence[str | None], at: int) -> None:
        """Remember that the person with these ids and addresses was erased."""
        for digest in {self._digest(mark) for mark in marks if mark} - self._digests:
            self._connection.execute(insert(tombstone).values(digest=digest, erased_at=at))
            self._digests.add(digest)

    def _digest(self, mark: str) -> bytes:
        if self._key is None:
            self._key = self._make_key()
        return hmac.digest(self._key, mark.strip().casefold().encode(), sha256)

    def _load_key(self) -> bytes | None:
        found = self._connection.scalar(select(setting.c.value).where(setting.c.name == _KEY_NAME))
        if found is None and self._digests:
            raise ValueError(f"the store has tombstones but no setting {_KEY_NAME!r}")
        return None if found is None else bytes.fromhex(found)

    def _make_key(self) -> bytes:
        key = secrets.token_bytes(32)
        self._connection.execute(insert(setting).values(name=_KEY_NAME, value=key.hex()))
        return key
