"""Lets one process at a time write to a store, and says who holds it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from graph.store.errors import StoreBusy

# Any number will do as long as every careergraph uses the same.
ADVISORY_LOCK = 0x6361726565726772
_HOLDER = text(
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
    "WHERE l.locktype = 'advisory' AND l.granted AND l.objid::bigint = :low"
)


@contextmanager
def writer_lock(engine: Engine) -> Iterator[None]:
    """Hold the store's one writer's place; the kernel frees it when the process dies.

    Raises:
        StoreBusy: Another process holds it; the message names the process.
    """
    if engine.dialect.name == "sqlite":
        with _file_lock(Path(f"{engine.url.database}.lock")):
            yield
    else:
        with _advisory_lock(engine):
            yield


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(descriptor, 32).decode("ascii", "replace").strip() or "unknown"
            raise StoreBusy(
                f"another process (number {holder}) is writing to {path.with_suffix('').name}; "
                "try again when it is done"
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode("ascii"), 0)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _advisory_lock(engine: Engine) -> Iterator[None]:
    with engine.connect() as connection:
        held = connection.scalar(text("SELECT pg_try_advisory_lock(:n)"), {"n": ADVISORY_LOCK})
        connection.commit()
        if not held:
            holder = connection.scalar(_HOLDER, {"low": ADVISORY_LOCK & 0xFFFFFFFF}) or "unknown"
            raise StoreBusy(
                f"another process ({holder}) is writing to {engine.url.database}; "
                "try again when it is done"
            )
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": ADVISORY_LOCK})
            connection.commit()
