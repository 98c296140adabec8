"""An import that is killed leaves the store as it was before, or as it is after; never between."""

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from big_tables import write_big_tables

from graph.store import Store

ROOT = Path(__file__).parents[1]
KILLS = 24
SEED = 20_261_121
LEFT_BEHIND = {"store.db", "store.db.lock", "store.db-wal", "store.db-shm"}
pytestmark = pytest.mark.slow


def begin_import(home: Path, path: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "app", "--home", str(home), "--quiet", "import", str(path)]
    return subprocess.Popen(command, cwd=ROOT)


def complete_import(home: Path, path: Path) -> float:
    """Import to the end; return the seconds it took."""
    start = time.perf_counter()
    assert begin_import(home, path).wait() == 0
    return time.perf_counter() - start


def ended_within(seconds: float, running: subprocess.Popen[bytes]) -> float | None:
    """Return after how many seconds a process ended by itself; kill it if it did not."""
    start = time.perf_counter()
    try:
        assert running.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        running.send_signal(signal.SIGKILL)
        if running.wait() == -signal.SIGKILL:
            return None
    return time.perf_counter() - start


def check_whole(home: Path) -> str:
    """Return the fingerprint of a store that the database itself calls sound."""
    with closing(sqlite3.connect(home / "store.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return Store.open(home / "store.db").fingerprint()


def test_a_killed_import_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    small = write_big_tables(tmp_path / "small", people=50, seed=1)
    large = write_big_tables(
        tmp_path / "large", people=3_000, jobs=1_500, ties=10_000, events=35_000
    )
    before_home, after_home = tmp_path / "before", tmp_path / "after"
    complete_import(before_home, small)
    shutil.copytree(before_home, after_home)
    seconds = complete_import(after_home, large)
    before, after = check_whole(before_home), check_whole(after_home)
    assert before != after
    rng = random.Random(SEED)
    tally: Counter[str] = Counter()
    for number in range(KILLS):
        home = tmp_path / f"killed-{number}"
        shutil.copytree(before_home, home)
        running = begin_import(home, large)
        # The last tenth is where the commit is; half of the kills fall there or after it.
        late = number % 2
        pause = seconds * (rng.uniform(0.85, 1.1) if late else rng.random())
        ended = ended_within(pause, running)
        # The machine may have become faster since, or slower.
        seconds = ended or seconds * (1.05 if late else 1)
        tally["killed" if ended is None else "ended first"] += 1
        found = check_whole(home)
        assert found in (before, after)
        tally["before" if found == before else "after"] += 1
        if number % 6 == 0:
            complete_import(home, small)
            assert check_whole(home) == found
        assert {path.name for path in home.iterdir()} <= LEFT_BEHIND
        shutil.rmtree(home)
    sys.stdout.write(f"\nan import of {seconds:.1f} s, {KILLS} times: {dict(tally)}\n")
    assert tally["killed"] >= KILLS // 2
    assert tally["before"] > 0
    again = tmp_path / "again"
    shutil.copytree(before_home, again)
    ended_within(seconds / 2, begin_import(again, large))
    complete_import(again, large)
    assert check_whole(again) == after
