"""Lets one writer at a time write to a store, and says who holds it."""

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, text

from graph.store.errors import StoreBusy

# Any number will do as long as every careergraph uses the same.
ADVISORY_LOCK = 0x6361726565726772
# Most writes are done in much less; who imports for minutes is not waited for.
WAIT_SECONDS = 5.0
_ASK_AGAIN_SECONDS = 0.01
_HOLDER = text(
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
    "WHERE l.locktype = 'advisory' AND l.granted AND l.objid::bigint = :low "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class _Queue:
    """Where the threads of this process wait for each other."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.holder: int | None = None  # the thread that writes


@contextmanager
def writer_lock(engine: Engine, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the store's one writer's place; the kernel frees it when the process dies.

    Args:
        engine: The database.
        wait_seconds: How long to wait for a writer that may be just about to finish.

    Raises:
        StoreBusy: Another writer still holds it; the message names the process.
    """
    until = time.monotonic() + wait_seconds
    with _turn(engine, wait_seconds):
        if engine.dialect.name == "sqlite":
            with _file_lock(Path(f"{engine.url.database}.lock"), until):
                yield
        else:
            with _advisory_lock(engine, until):
                yield


@contextmanager
def _turn(engine: Engine, wait_seconds: float) -> Iterator[None]:
    """Wait for the other threads of this process."""
    queue = _queue_of(_name_of(engine), os.getpid())
    me = threading.get_ident()
    # Who waits for itself waits in vain.
    wait = 0.0 if queue.holder == me else wait_seconds
    # No longer than the system can count.
    if not queue.lock.acquire(timeout=max(0.0, min(wait, threading.TIMEOUT_MAX))):
        raise StoreBusy(
            f"this process is writing to {Path(engine.url.database or '').name} already; "
            "try again when it is done"
        )
    try:
        queue.holder = me
        yield
    finally:
        queue.holder = None
        queue.lock.release()


@cache
def _queue_of(_name: str, _process: int) -> _Queue:
    # By process: a fork must not wait for threads that it does not have.
    return _Queue()


def _name_of(engine: Engine) -> str:
    if engine.dialect.name == "sqlite":
        return str(Path(engine.url.database or "").resolve())
    return engine.url.render_as_string()


@contextmanager
def _file_lock(path: Path, until: float) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _ask_until(until, lambda: _try_to_lock(descriptor)):
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise StoreBusy(
                f"another process (number {holder}) is writing to {path.with_suffix('').name}; "
                "try again when it is done"
            )
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode("ascii"), 0)
        try:
            yield
        finally:
            os.ftruncate(descriptor, 0)  # the next holder is not to be taken for this one
    finally:
        os.close(descriptor)


def _try_to_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _advisory_lock(engine: Engine, until: float) -> Iterator[None]:
    with engine.connect() as connection:

        def try_to_lock() -> bool:
            asked = text("SELECT pg_try_advisory_lock(:n)")
            held = connection.scalar(asked, {"n": ADVISORY_LOCK})
            connection.commit()
            return bool(held)

        if not _ask_until(until, try_to_lock):
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


def _ask_until(until: float, ask: Callable[[], bool]) -> bool:
    while not ask():
        left = until - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(left, _ASK_AGAIN_SECONDS))
    return True
