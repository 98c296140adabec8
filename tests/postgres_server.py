"""A PostgreSQL server of the tests' own: made, started, and gone with them."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

_USER = "careergraph"
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "40",
    "shared_buffers": "32MB",
    "autovacuum": "off",
}


@dataclass(frozen=True)
class PostgresServer:
    """A running server."""

    port: int

    def url(self, database: str) -> str:
        """Return the address of a database, as a user would give it."""
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template0") -> str:
        """Make a database; return its address."""
        self._execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected."""
        self._execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Make and start a server in a temporary folder; stop it and remove the folder at the end."""
    if shutil.which("initdb") is None or shutil.which("pg_ctl") is None:
        raise RuntimeError("tests marked postgres need initdb and pg_ctl on the PATH")
    folder = Path(tempfile.mkdtemp(prefix="careergraph-postgres-", dir="/tmp"))
    data = folder / "data"
    _give_away(folder)
    with _undertaker(folder):
        made = ("initdb", "-D", data, "-U", _USER, "-A", "trust", "-E", "UTF8", "--no-sync")
        _run(*made, "--locale", "C.UTF-8")
        yield _started(data)


def _started(data: Path, tries: int = 3) -> PostgresServer:
    port = _free_port()
    options = " ".join(f"-c {name}='{value}'" for name, value in _SETTINGS.items())
    start = ("pg_ctl", "-D", data, "-w", "-t", "60", "-l", data.parent / "log", "start")
    try:
        _run(*start, "-o", f"-p {port} {options}")
    except RuntimeError:
        if tries == 1:
            raise
        return _started(data, tries - 1)  # another may have taken the port first
    return PostgresServer(port)


@contextmanager
def _undertaker(folder: Path) -> Iterator[None]:
    """Stop the server in a folder and remove it at the end, even if the tests are killed.

    Another process waits for the end of its input, which comes however this one ends.
    """
    bury = 'cat > /dev/null; pg_ctl -D "$0/data" -m immediate stop; rm -rf "$0"'
    waiting = subprocess.Popen(
        ["sh", "-c", bury, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
        **_as_whom(),
    )
    try:
        yield
    finally:
        waiting.communicate()


def _as_whom() -> dict[str, Any]:
    """Return how to run the server's programs, which refuse to be run by root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise RuntimeError("root cannot run PostgreSQL, and there is no user postgres or nobody")


def _give_away(folder: Path) -> None:
    who = _as_whom()
    if who:
        os.chown(folder, who["user"], who["group"])


def _run(*command: str | Path) -> None:
    # The server outlives pg_ctl and keeps its output open: it must not be a pipe.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            command, stdout=output, stderr=output, cwd="/", check=False, **_as_whom()
        )
        if done.returncode:
            output.seek(0)
            raise RuntimeError(f"{command[0]} failed: {output.read().decode(errors='replace')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
