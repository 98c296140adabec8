"""Imports at the edge of what a machine has: a full disk, little memory, another import running."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path

import pytest
from big_tables import write_big_tables

ROOT = Path(__file__).parents[1]
MIB = 2**20
EVENTS = 2_000_000
MEMORY_LIMIT = 1024 * MIB
FULL = "careergraph: the disk is full, so nothing was changed; free some space and run it again\n"
# A child that may write no file longer than this, as if the disk ended there.
SHORT_FILES = """
import resource
from app.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
main()
"""
# A child that does not look at the free space first, to meet the full disk itself.
HEEDLESS = """
from app import workspace
workspace.SPARE_BYTES = workspace.STORE_BYTES_FOR_EACH = 0
from app.cli import main
main()
"""
# A child that writes to the store until its standard input ends.
HOLDER = """
import sys
from pathlib import Path
from graph.store import Store
with Store.open(Path(sys.argv[1])).write():
    print("writing", flush=True)
    sys.stdin.read()
"""
# A child that says how much memory it came to need. What `getrusage` says begins with the memory
# of the process that started it, which is that of all tests before this one.
MEASURED = """
import sys
from pathlib import Path
from app.cli import main
try:
    main()
finally:
    status = Path("/proc/self/status").read_text()
    print(status.partition("VmHWM:")[2].split()[0], file=sys.stderr)
"""
pytestmark = pytest.mark.slow


def run(home: Path, *words: str | Path, code: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, after some code where it is given."""
    first = ["-c", code] if code else ["-m", "app"]
    command = [sys.executable, *first, "--home", str(home), *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def run_ok(home: Path, *words: str | Path) -> str:
    done = run(home, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A workspace that holds a little."""
    home = tmp_path / "home"
    run_ok(home, "import", write_big_tables(tmp_path / "small", people=20))
    return home


@pytest.fixture
def large(tmp_path: Path) -> Path:
    return write_big_tables(tmp_path / "large", people=6_000, jobs=3_000, ties=20_000)


def test_a_disk_that_ends_in_the_middle_of_an_import_costs_nothing(home: Path, large: Path) -> None:
    before = run_ok(home, "--json", "stats")
    limit = (home / "store.db").stat().st_size + MIB
    done = run(home, "--quiet", "import", large, code=SHORT_FILES.format(limit=limit))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == FULL
    assert run_ok(home, "--json", "stats") == before
    run_ok(home, "import", large)
    assert json.loads(run_ok(home, "--json", "stats"))["nodes"]["person"] == 6_000


@contextmanager
def small_disk(place: Path, mebibytes: int) -> Iterator[Path]:
    """Mount a file system of its own of this size."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a file system is not permitted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_file_system_costs_nothing_and_works_again_with_space(
    tmp_path: Path, large: Path
) -> None:
    little = write_big_tables(tmp_path / "small", people=20)
    with small_disk(tmp_path / "disk", 24) as disk:
        home = disk / "home"
        refused = run(home, "import", little)
        assert refused.returncode == 1
        assert "MiB are free; nothing was changed" in refused.stderr
        assert refused.stderr.count("\n") == 1
        first = run(home, "import", little, code=HEEDLESS)
        assert first.returncode == 0, first.stderr
        before = run_ok(home, "--json", "stats")
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
            file.writelines(repeat(bytes(MIB // 16)))
        os.truncate(filler, filler.stat().st_size - MIB // 8)  # a reader's few pages fit, no more
        done = run(home, "--quiet", "import", large, code=HEEDLESS)
        assert (done.returncode, done.stdout, done.stderr) == (1, "", FULL)
        assert run_ok(home, "--json", "stats") == before
        filler.unlink()
        again = run(home, "import", little, code=HEEDLESS)
        assert again.returncode == 0, again.stderr


def test_a_second_writer_is_refused_and_readers_are_not(home: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(home / "store.db")]
    before = json.loads(run_ok(home, "--json", "stats"))
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "writing\n"
        for words in (("import", tmp_path / "small"), ("erase", "--person", "p1", "--yes")):
            done = run(home, *words)
            assert (done.returncode, done.stdout) == (1, "")
            assert f"another process (number {holder.pid}) is writing" in done.stderr
            assert done.stderr.count("\n") == 1
        assert json.loads(run_ok(home, "--json", "stats")) == before
        assert run(home, "export", "--person", "p1").returncode == 0
        holder.kill()
    run_ok(home, "import", tmp_path / "small")  # whoever died holds nothing


def test_two_million_events_come_in_with_less_than_a_gibibyte(tmp_path: Path) -> None:
    tables = write_big_tables(tmp_path / "many", people=20_000, jobs=5_000, events=EVENTS)
    home = tmp_path / "home"
    start = time.perf_counter()
    done = run(home, "--quiet", "import", tables, code=MEASURED)
    seconds = time.perf_counter() - start
    assert done.returncode == 0, done.stderr[-500:]
    peak = int(done.stderr.split()[-1]) * 1024
    told = json.loads(run_ok(home, "--json", "stats"))["events"]
    rate = EVENTS / seconds
    sys.stdout.write(f"\n{EVENTS:,} events: {peak // MIB} MiB, {rate:,.0f} events/s\n")
    assert sum(told.values()) > 0.99 * EVENTS
    assert peak < MEMORY_LIMIT
