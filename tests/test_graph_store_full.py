"""When the disk is full the store says so, keeps what it had, and goes on once there is room."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import store_process
from sqlalchemy import event, text
from store_facts import person, write

from graph.store import Store, StoreFull
from graph.store.engine import open_engine

LARGE = [person(f"p{i}", name="x" * 2000) for i in range(1500)]


def _check_it_recovers(store: Store, before: str) -> None:
    assert store.fingerprint() == before
    assert [hit.id for hit in store.search("kept")] == ["kept"]
    with store.read() as connection:
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"


def test_a_store_that_may_not_grow_keeps_what_it_had_and_goes_on_later(tmp_path: Path) -> None:
    Store.open(tmp_path / "store.db")
    engine = open_engine(tmp_path / "store.db")
    most_pages = [10_000_000]

    @event.listens_for(engine, "connect")
    def _limit(connection: object, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {most_pages[0]}")  # pyright: ignore[reportAttributeAccessIssue]

    store = Store(engine)
    write(store, "before", [person("kept", name="Kept")])
    before = store.fingerprint()
    most_pages[0] = 100
    with pytest.raises(StoreFull, match="disk is full, so nothing was changed"):
        write(store, "large", LARGE)
    _check_it_recovers(store, before)
    most_pages[0] = 10_000_000
    write(store, "large", LARGE)
    assert store.stats().nodes["person"] == len(LARGE) + 1


def test_a_limit_on_the_size_of_files_is_told_in_plain_words(tmp_path: Path) -> None:
    command = [sys.executable, store_process.__file__, str(tmp_path / "s.db"), "fill", "1000000"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "the disk is full, so nothing was changed; free some space and run it again",
        "same True, later 1",
    ]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MiB, where the machine lets one be made."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root can make a small disk; the two tests above need none")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_without_room_is_told_in_plain_words(small_disk: Path) -> None:
    store = Store.open(small_disk / "store.db")
    write(store, "before", [person("kept", name="Kept")])
    before = store.fingerprint()
    with pytest.raises(StoreFull, match="disk is full"):
        write(store, "large", LARGE)
    _check_it_recovers(store, before)
    ballast = small_disk / "ballast"
    room = shutil.disk_usage(small_disk).free
    ballast.write_bytes(b"\0" * (room - room % 4096 - 8192))
    with pytest.raises(StoreFull, match="disk is full"):
        write(store, "more", LARGE[:40])
    ballast.unlink()
    write(store, "more", LARGE[:40])
    assert store.stats().nodes["person"] == 41
