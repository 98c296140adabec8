"""A synthetic world goes into an empty place or its own, and says in one line why it cannot."""

import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_app_faults import ROOT, run_without_privileges
from workspaces import Desk, Terminal, line_of, table

from graph.held_files import read_held_files
from graph.whole_file import sole_writer
from graph.world.tables.manifest import MANIFEST, TABLE_FILES
from graph.world.truth.format import MANIFEST as TRUTH_MANIFEST

SMALL = ("--people", "60", "--jobs", "50", "--seed", "7")


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(Desk(tmp_path), monkeypatch)


def answer(terminal: Terminal, *words: str | Path, home: Path | None = None) -> dict[str, Any]:
    result = terminal.run("--json", *words, home=home)
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return json.loads(result.stdout)


def refusal(
    terminal: Terminal, *words: str | Path, status: int = 2, home: Path | None = None
) -> str:
    result = terminal.run("--quiet", "world", *words, home=home)
    assert (result.exit_code, result.stdout) == (status, "")
    return line_of(result)


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.slow
def test_a_folder_of_tables_and_the_store_hold_the_same_world(
    terminal: Terminal, tmp_path: Path
) -> None:
    out, home, other_home = tmp_path / "out", tmp_path / "home", tmp_path / "other"
    told = answer(terminal, "world", *SMALL, "--out", out, home=home)
    assert told.keys() == {
        *("people", "jobs", "seed", "hash", "tables", "seconds", "people_per_second")
    }
    assert (told["people"], told["jobs"], told["seed"]) == (60, 50, 7)
    assert (told["tables"]["people"], told["tables"]["jobs"]) == (60, 50)
    assert names_in(out) == {*TABLE_FILES, MANIFEST}
    assert not home.exists(), "tables in a folder need no workspace"

    stored = answer(terminal, "world", *SMALL, home=home)
    assert stored["import"]["added"]["person"] == 60
    assert (stored["hash"], stored["tables"]) == (told["hash"], told["tables"])
    paths = {Path(file["path"]).name for file in stored["import"]["files"]}
    assert paths == set(TABLE_FILES)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert not [name for name in names_in(home) if name.startswith(".")]

    answer(terminal, "import", out, home=other_home)
    stats = answer(terminal, "stats", home=home)
    assert answer(terminal, "stats", home=other_home) == stats
    assert stats["events"]["show"] > stats["events"]["view"] > 0


@pytest.mark.slow
def test_the_same_world_again_changes_nothing_and_another_is_refused(
    terminal: Terminal, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    answer(terminal, "world", *SMALL, home=home)
    stats = answer(terminal, "stats", home=home)
    again = answer(terminal, "world", *SMALL, home=home)
    assert (again["import"]["added"], again["import"]["changed"]) == ({}, {})
    assert answer(terminal, "stats", home=home) == stats
    assert "--home" in refusal(terminal, *SMALL[:-1], "8", "--hiring-bias", "1", home=home)


def test_a_world_is_told_to_a_person_in_a_few_lines(terminal: Terminal, tmp_path: Path) -> None:
    said = terminal.run("world", *SMALL, "--out", tmp_path / "out")
    assert said.exit_code == 0
    assert said.stdout.startswith("A world of 60 people and 50 jobs from seed 7")


def test_no_world_comes_beside_real_people(terminal: Terminal) -> None:
    terminal.desk.write("cohort.csv", table("id,name", "p1,Ann"))
    terminal.desk.bring()
    before = terminal.desk.store.fingerprint()
    assert "cohort.csv" in refusal(terminal, *SMALL)
    assert terminal.desk.store.fingerprint() == before


@pytest.mark.slow
def test_no_world_comes_beside_people_whose_table_is_named_like_its_own(
    terminal: Terminal,
) -> None:
    path = terminal.desk.files / "people.parquet"
    pq.write_table(pa.table({"id": ["p01"], "name": ["Ann"]}), path)
    terminal.desk.bring()
    before = terminal.desk.store.fingerprint()
    assert "people.parquet" in refusal(terminal, *SMALL)
    assert terminal.desk.store.fingerprint() == before
    assert not [name for name in names_in(terminal.home) if name.startswith(".")]


@pytest.mark.slow
def test_what_was_written_on_the_way_is_gone_after_an_error(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.workspace.SPARE_BYTES", 1 << 60)
    assert "MiB are free; nothing was changed" in refusal(terminal, *SMALL, status=1)
    assert not [name for name in names_in(terminal.home) if name.startswith(".")]
    with terminal.desk.store.read() as connection:
        assert read_held_files(connection) == []


@pytest.mark.slow
def test_the_answers_are_written_apart_and_never_imported(
    terminal: Terminal, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    truth = home / "truth"
    told = answer(terminal, "world", *SMALL, "--truth", truth, home=home)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert told["people"] == 60
    assert TRUTH_MANIFEST in names_in(truth)
    before = answer(terminal, "stats", home=home)
    for path in truth.iterdir():
        refused = terminal.run("import", path, home=home)
        assert (refused.exit_code, "answer sheet" in line_of(refused)) == (2, True)
    assert answer(terminal, "stats", home=home) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--people", "3"), "people must be 50 to 20,000,000, got 3"),
        (("--jobs", "-5"), "jobs must be 50 to 10,000,000, got -5"),
        (("--seed", "-1"), "the seed must be 0 to 18446744073709551615, got -1"),
        (("--seed", "18446744073709551616"), "got 18446744073709551616"),
        (("--seed", "9" * 301), "the seed must be 0 to 18446744073709551615, got 99"),
        (("--exposure-bias", "1"), "the exposure bias must be 0 to 1, got 1.0"),
        (("--exposure-bias", "nan"), "the exposure bias must be 0 to 1, got nan"),
        (("--hiring-bias", "-0.1"), "the hiring bias must be 0 to 10"),
        (("--out", "{folder}/file"), "is no folder"),
        (("--out", "{folder}/file/below"), "is no folder"),
        (("--out", "{folder}/full"), "holds letter.txt already"),
        (("--truth", "{folder}/full"), "holds letter.txt already"),
        (("--out", "{folder}/tables"), "people.parquet is a folder"),
        (("--truth", "{folder}/answers"), "truth.json is a folder"),
        (("--out", ""), "--out names no folder"),
        (("--truth", ""), "--truth names no folder"),
        (("--out", "{folder}/new", "--truth", "{folder}/new"), "--truth"),
        (("--out", "{folder}/new", "--truth", "{folder}/new/../new/truth"), "--truth"),
        (("--out", "{folder}/new/out", "--truth", "{folder}/new"), "folder of their own"),
    ],
)
def test_a_mistake_is_named_in_one_line_and_nothing_is_written(
    terminal: Terminal, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "file").write_text("words")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("words")
    (tmp_path / "tables" / "people.parquet").mkdir(parents=True)
    (tmp_path / "answers" / TRUTH_MANIFEST).mkdir(parents=True)
    before = sorted(tmp_path.rglob("*"))
    line = refusal(terminal, *SMALL, *(word.format(folder=tmp_path) for word in words))
    assert said in line
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("truth", ["new", "new/home"])
def test_answers_never_lie_around_the_workspace(
    terminal: Terminal, tmp_path: Path, truth: str
) -> None:
    home = tmp_path / "new" / "home"
    line = refusal(terminal, *SMALL, "--truth", tmp_path / truth, home=home)
    assert f"holds the workspace in {home}" in line
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o555)
    done = run_without_privileges("world", *SMALL, "--out", folder / "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert "read-only" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
def test_tables_of_a_world_are_replaced_by_those_of_another(
    terminal: Terminal, tmp_path: Path
) -> None:
    first = answer(terminal, "world", *SMALL, "--out", tmp_path / "out")
    quiet = terminal.run("--quiet", "world", *SMALL[:-1], "8", "--out", tmp_path / "out")
    assert (quiet.exit_code, quiet.output) == (0, "")
    described = json.loads((tmp_path / "out" / MANIFEST).read_text())
    assert described["seed"] == 8
    assert described["hash"] != first["hash"]


def leave(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("words")


@pytest.mark.slow
def test_what_killed_runs_left_goes_with_the_next_one_and_nothing_else_does(
    terminal: Terminal, tmp_path: Path
) -> None:
    out, truth, home = tmp_path / "out", tmp_path / "truth", tmp_path / "home"
    leave(*(out / f".{Path(name).stem}-ab_12xyz.part" for name in (*TABLE_FILES, MANIFEST)))
    leave(truth / ".job_pairs-abcdefgh.part", truth / ".truth-abcdefgh.part")
    kept = {".people-of-mine.part", ".letter-abcdefgh.part", ".people-abcdefgh.partial"}
    leave(*(out / name for name in kept), *(truth / name for name in kept))
    answer(terminal, "world", *SMALL, "--out", out, "--truth", truth)
    assert names_in(out) == {*TABLE_FILES, MANIFEST, *kept}
    assert {name for name in names_in(truth) if name.startswith(".")} == kept

    leave(home / ".world-ab_12xyz" / "w" / ".people-abcdefgh.part", home / ".world-kept" / "mine")
    answer(terminal, "world", *SMALL, home=home)
    assert {name for name in names_in(home) if name.startswith(".")} == {".world-kept"}


@pytest.mark.parametrize("place", ["out", "truth", "home"])
def test_a_folder_that_another_run_is_writing_to_is_left_to_it(
    terminal: Terminal, tmp_path: Path, place: str
) -> None:
    folder = tmp_path / place
    words = {"out": ("--out", folder), "truth": ("--truth", folder), "home": ()}[place]
    leave(folder / ".people-abcdefgh.part", folder / ".world-abcdefgh" / "people.parquet")
    before = sorted(folder.rglob("*"))
    with sole_writer(folder):
        said = refusal(terminal, *SMALL, *words, status=1, home=tmp_path / "home")
    assert said == f"careergraph: {folder}: another process is writing there"
    assert sorted(folder.rglob("*")) == before


def test_where_folders_cannot_be_locked_nothing_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_handle: int, _how: int) -> None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))

    leave(tmp_path / ".people-abcdefgh.part")
    monkeypatch.setattr("fcntl.flock", refuse)
    with sole_writer(tmp_path, {"people"}) as is_alone:
        assert not is_alone
        assert names_in(tmp_path) == {".people-abcdefgh.part"}


@pytest.mark.slow
def test_a_run_that_was_killed_hinders_no_other(terminal: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "app", "world", "--people", "1500", "--jobs", "300"]
    running = subprocess.Popen([*command, "--seed", "1", "--out", str(out)], cwd=ROOT)
    while not (out.is_dir() and any(out.iterdir())):  # until the writing has begun
        assert running.poll() is None
    running.kill()
    running.wait()
    assert any(name.endswith(".part") for name in names_in(out))
    answer(terminal, "world", *SMALL, "--out", out)
    assert names_in(out) == {*TABLE_FILES, MANIFEST}
