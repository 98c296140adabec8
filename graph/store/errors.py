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


# A write that the system refuses: no room, or a limit on the size of files.
_FULL = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_SHMSIZE", "53100")
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn the database driver's errors that a person can act on into plain ones.

    Raises:
        StoreFull: There is no room left; the transaction has been rolled back.
        StoreBusy: The store stayed locked for longer than the time-out.
        StoreError: The database cannot be reached, or is none of ours.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        # Of the driver's own error alone: the wrapper's text quotes the rows being written.
        cause = error.orig if isinstance(error, DBAPIError) else error
        name = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or ""
        if name in _FULL:
            raise StoreFull(
                "the disk is full, so nothing was changed; free some space and run it again"
            ) from error
        if name.startswith(_BUSY):
            raise StoreBusy("another process is using the store; try again when it is done") from (
                error
            )
        if isinstance(error, OperationalError) or type(cause) is sqlite3.DatabaseError:
            first_line = str(cause).partition("\n")[0]
            raise StoreError(f"the store cannot be used: {first_line}") from error
        raise
