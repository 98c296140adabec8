"""What can go wrong with the store that a person must be told in plain words.

StoreError
  StoreBusy      another process is writing
  StoreFull      the disk is full; what was there before is still there
  NewerSchema    written by a newer version of the software
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError


class StoreError(Exception):
    """The store cannot do what was asked; the message says why and what to do."""


class StoreBusy(StoreError):
    """Another process is writing to the store."""


class StoreFull(StoreError):
    """The disk, or the room the store may take, is used up."""


class NewerSchema(StoreError):
    """The store was written by a newer version of the software."""


_FULL = ("database or disk is full", "disk i/o error", "no space left", "diskfull")
_BUSY = ("database is locked", "database table is locked")


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn the database driver's errors that a person can act on into plain ones.

    Raises:
        StoreFull: There is no room left; the transaction has been rolled back.
        StoreBusy: The store stayed locked for longer than the time-out.
    """
    try:
        yield
    except (OperationalError, DBAPIError, sqlite3.OperationalError) as error:
        words = str(error).lower()
        if any(sign in words for sign in _FULL):
            raise StoreFull(
                "the disk is full, so nothing was changed; free some space and run it again"
            ) from error
        if any(sign in words for sign in _BUSY):
            raise StoreBusy("another process is using the store; try again when it is done") from (
                error
            )
        raise
