"""What goes wrong outside our hands ends in one clear line and a status, never in a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from workspaces import Desk, Terminal, line_of, write_cohort

from app import cli
from app.workspace import SPARE_BYTES, NoSpace, Workspace

ROOT = Path(__file__).parents[1]
# Gives up all of Linux's capabilities; someone who has none gives up nothing.
POWERLESS = """
import ctypes
header, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
assert ctypes.CDLL(None).capset(header, none) == 0
from app.cli import main
main()
"""


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    desk = Desk(tmp_path)
    write_cohort(desk)
    desk.bring()
    return Terminal(desk, monkeypatch)


def run_without_privileges(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command for which file modes hold even where the tests run as root."""
    command = [sys.executable, "-c", POWERLESS, *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_home_that_is_a_file_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    home = tmp_path / "file"
    home.write_text("words")
    result = terminal.run("import", terminal.desk.files, home=home)
    assert result.exit_code == 2
    assert "is a file" in line_of(result)
    assert home.read_text() == "words"


def test_a_home_that_cannot_be_written_is_named(terminal: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o555)
    done = run_without_privileges("--home", folder / "home", "import", terminal.desk.files)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"careergraph: {folder / 'home'}: Permission denied\n"


@pytest.mark.parametrize("command", ["doctor", "stats"])
@pytest.mark.parametrize("below", ["", "home"])
def test_a_home_that_cannot_be_read_is_named(tmp_path: Path, command: str, below: str) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0)
    done = run_without_privileges("--home", folder / below, command)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"careergraph: {folder}")
    assert done.stderr.endswith("Permission denied\n")
    assert done.stderr.count("\n") == 1


def test_a_file_that_cannot_be_read_is_named(terminal: Terminal, tmp_path: Path) -> None:
    path = terminal.desk.write("locked/people.csv", "id,name\np1,Ann\n")
    path.chmod(0)
    done = run_without_privileges("--home", tmp_path / "home", "import", path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"careergraph: {path}: cannot be read")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("url", "status", "said"),
    [
        ("mysql://localhost/facts", 2, "postgresql://"),
        ("postgresql://localhost:many/facts", 2, "--store"),
        ("postgresql://127.0.0.1:1/facts", 1, "refused"),
    ],
)
def test_an_address_that_leads_to_no_store_is_refused(
    terminal: Terminal, url: str, status: int, said: str
) -> None:
    for words in (("stats",), ("import", terminal.desk.files)):
        result = terminal.run("--store", url, *words)
        assert result.exit_code == status
        assert said in line_of(result)


def test_a_store_that_is_no_database_is_left_alone(terminal: Terminal) -> None:
    database = terminal.home / "store.db"
    database.write_bytes(b"these are words, and not those of a database" * 100)
    held = database.read_bytes()
    for words in (("stats",), ("import", terminal.desk.files)):
        result = terminal.run(*words)
        assert result.exit_code == 1
        assert "not a database" in line_of(result)
    assert database.read_bytes() == held


def test_an_import_is_refused_before_it_begins_when_there_is_too_little_room(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = terminal.desk.store.stats()
    monkeypatch.setattr("app.workspace.SPARE_BYTES", 1 << 60)
    result = terminal.run("import", terminal.desk.files)
    assert result.exit_code == 1
    assert "MiB are free; nothing was changed" in line_of(result)
    assert terminal.desk.store.stats() == before


def test_room_is_looked_for_where_the_workspace_will_be(tmp_path: Path) -> None:
    home = Workspace(tmp_path / "not" / "yet" / "there")
    home.check_space(1)
    with pytest.raises(NoSpace, match=r"MiB in .*there"):
        home.check_space(1 << 60)
    Workspace(tmp_path, "postgresql://elsewhere/facts").check_space(1 << 60)
    assert SPARE_BYTES > 0


def test_a_fault_of_our_own_is_one_line_without_anyones_data(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise ValueError("invalid literal for int() with base 10: 'CANARY'")

    monkeypatch.setattr(cli, "app", fail)
    monkeypatch.delenv(cli.TRACEBACK_VARIABLE, raising=False)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "ValueError in test_app_faults.py" in said
    assert "CANARY" not in said
    assert "kept" not in said
    monkeypatch.setenv(cli.TRACEBACK_VARIABLE, "1")
    with pytest.raises(ValueError, match="CANARY"):
        cli.main()


def test_a_reader_who_goes_away_early_is_no_error(terminal: Terminal) -> None:
    command = [sys.executable, "-m", "app", "--home", str(terminal.home), "--json", "stats"]
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        done = subprocess.run(command, cwd=ROOT, stdout=closed, stderr=subprocess.PIPE, check=False)
    assert b"Traceback" not in done.stderr
    assert b"careergraph" not in done.stderr
