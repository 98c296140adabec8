"""Every command answers in the documented shape, and says in one line what is wrong."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from workspaces import Desk, Terminal, line_of, table, write_cohort

from graph.importers.frame import MOST_REJECTS_KEPT
from graph.store import Store


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    desk = Desk(tmp_path)
    write_cohort(desk)
    return Terminal(desk, monkeypatch)


@pytest.fixture
def filled(terminal: Terminal) -> Terminal:
    terminal.desk.bring()
    return terminal


def answer(terminal: Terminal, *words: str | Path, home: Path | None = None) -> dict[str, Any]:
    """Run a command with --json; standard output is one JSON object, standard error is silent."""
    result = terminal.run("--json", *words, home=home)
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def test_import_prints_the_documented_shape(terminal: Terminal) -> None:
    told = answer(terminal, "import", terminal.desk.files)
    assert {"files", "added", "changed"} <= told.keys()
    by_name = {Path(file["path"]).name: file for file in told["files"]}
    events = by_name["events.csv"]
    assert {"path", "format", "rows_read", "rows_used", "rows_skipped", "used_for"} <= events.keys()
    assert (events["format"], events["rows_read"], events["rows_used"]) == ("tables", 6, 2)
    assert events["rows_skipped"] == {"no person with this id": 3, "no job with this id": 1}
    assert told["added"]["person"] == 4
    assert told["changed"] == {}


def test_stats_prints_the_documented_shape(filled: Terminal) -> None:
    told = answer(filled, "stats")
    assert {"nodes", "edges", "events", "review_queue", "fingerprint"} <= told.keys()
    assert told["nodes"]["person"] == 4
    assert told["events"]["view"] == 1
    assert told["edges"]["connected_to"] == 2
    assert told["fingerprint"] == filled.desk.store.fingerprint()


def test_export_prints_everything_about_a_person_and_where_it_is_from(filled: Terminal) -> None:
    told = answer(filled, "export", "--person", "p1")
    assert told["person"] == "p1"
    assert told["tables"]["person"][0]["name"] == "Ann"
    assert any(row["type"] == "connected_to" for row in told["tables"]["edge"])
    files = {Path(file["path"]).name for file in told["sources"].values()}
    assert {"people.csv", "connections.csv", "positions.csv", "events.csv"} <= files


def test_an_exported_file_is_private_and_replaces_what_was_there(
    filled: Terminal, tmp_path: Path
) -> None:
    out = tmp_path / "p1.json"
    out.write_text("old")
    told = answer(filled, "export", "--person", "p1", "--out", out)
    assert told == {"person": "p1", "rows": told["rows"], "path": str(out)}
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert json.loads(out.read_text())["person"] == "p1"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_erase_says_what_was_removed_and_asks_first(filled: Terminal) -> None:
    refused = filled.run("erase", "--person", "p1", input="y\n")
    assert refused.exit_code == 2
    assert "--yes" in line_of(refused)
    told = answer(filled, "erase", "--person", "p1", "--yes")
    assert told["person_id"] == "p1"
    assert told["edges"] > 0
    assert told["events"] == 1
    assert answer(filled, "stats")["nodes"]["person"] == 3


def test_a_person_is_found_by_email_and_profile_address_too(terminal: Terminal) -> None:
    rows = "linkedin:ann-oh,Ann Oh,Ann@example.org,https://www.linkedin.com/in/ann-oh"
    path = terminal.desk.write("more.csv", table("id,name,email,url", rows))
    terminal.run("import", path)
    for words in ("ann@EXAMPLE.org", "https://de.linkedin.com/in/Ann-Oh/", "linkedin:ann-oh"):
        assert answer(terminal, "export", "--person", words)["person"] == "linkedin:ann-oh"
    unsure = terminal.run("export", "--person", "Ann Oh")
    assert unsure.exit_code == 2
    assert "did you mean linkedin:ann-oh (Ann Oh)?" in line_of(unsure)


def test_a_review_is_listed_accepted_and_taken_back(terminal: Terminal) -> None:
    header = "id,name,company"
    terminal.run("import", terminal.desk.write("1.csv", table(header, "a,A,Contoso")))
    terminal.run("import", terminal.desk.write("2.csv", table(header, "b,B,Contoso Labs")))
    before = answer(terminal, "stats")
    (question,) = answer(terminal, "review", "list")["open"]
    assert (question["kind"], question["text"], question["seen"]) == ("company", "Contoso Labs", 1)
    assert question["suggestions"][0]["name"] == "Contoso"
    assert answer(terminal, "review") == answer(terminal, "review", "list")
    done = answer(terminal, "review", "accept", "company", "Contoso Labs")
    assert done["target"] == question["suggestions"][0]["id"]
    assert done["moved"] == 1
    assert answer(terminal, "stats")["nodes"]["company"] == 1
    assert answer(terminal, "review", "undo", "company", "Contoso Labs")["moved"] == 1
    assert answer(terminal, "stats")["fingerprint"] == before["fingerprint"]
    assert answer(terminal, "review", "separate", "company", "Contoso Labs")["target"] is None
    assert answer(terminal, "review", "list")["open"] == []


def test_quiet_commands_that_succeed_print_nothing(filled: Terminal, tmp_path: Path) -> None:
    header = "id,name,company"
    asked = filled.desk.write("q.csv", table(header, "q1,A,Contoso Labs"))
    for words in (
        ("import", asked),
        ("stats",),
        ("review",),
        ("review", "list"),
        ("review", "separate", "company", "Contoso Labs"),
        ("review", "undo", "company", "Contoso Labs"),
        ("review", "accept", "company", "Contoso Labs"),
        ("export", "--person", "p1", "--out", tmp_path / "out.json"),
        ("erase", "--person", "p1", "--yes"),
    ):
        result = filled.run("--quiet", *words)
        assert (result.exit_code, result.output) == (0, ""), words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "missing.csv"), "missing.csv: no such file"),
        (("import", "{files}", "--format", "xml"), "there is no format 'xml'"),
        (("import", "{files}", "--rejects", "{folder}"), "not a file"),
        (("import", "{files}", "--rejects", "{folder}/no/x.csv"), "there is no folder"),
        (("export", "--person", "nobody"), "there is no person 'nobody'"),
        (("export", "--person", "p1", "--out", "{folder}/no/x.json"), "there is no folder"),
        (("erase", "--person", "nobody", "--yes"), "there is no person 'nobody'"),
        (("review", "accept", "company", "[/nothing]"), "no company '[/nothing]'"),
        (("review", "accept", "person", "x"), "a kind is one of"),
        (("review", "undo", "company", "Nothing"), "no company 'Nothing'"),
    ],
)
def test_a_mistake_is_named_in_one_line_with_status_2(
    filled: Terminal, words: tuple[str, ...], said: str
) -> None:
    before = filled.desk.store.stats()
    desk = filled.desk
    result = filled.run(*(w.format(files=desk.files, folder=desk.folder) for w in words))
    assert result.exit_code == 2
    assert said in line_of(result)
    assert result.stdout == ""
    assert desk.store.stats() == before


@pytest.mark.parametrize("content", [{}, {"notes.txt": "words\n"}, {"people.csv": "id,name\n"}])
def test_an_import_of_nothing_usable_ends_with_status_2(
    filled: Terminal, content: dict[str, str]
) -> None:
    folder = filled.desk.folder / "other"
    folder.mkdir()
    for name, text in content.items():
        (folder / name).write_text(text)
    before = filled.desk.store.stats()
    result = filled.run("--json", "import", folder)
    assert result.exit_code == 2
    assert ("not a single row" if content else "there is no file in") in line_of(result)
    assert len(json.loads(result.stdout)["files"]) == len(content)
    assert filled.desk.store.stats() == before


def test_rejects_hold_rows_and_reasons_and_nothing_a_spreadsheet_runs(
    filled: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = filled.desk
    monkeypatch.chdir(desk.files)
    desk.write("=cmd/people.csv", table("id,name", ",CANARY", "x1,Fine", f"{'y' * 300},CANARY"))
    out = desk.folder / "rejects.csv"
    result = filled.run("import", "=cmd", "--rejects", out)
    assert result.exit_code == 0, result.output
    header, *rows = out.read_text().splitlines()
    assert header == "file,row,reason"
    assert [row.split(",")[:2] for row in rows] == [["'=cmd/people.csv", n] for n in "13"]
    assert "CANARY" not in out.read_text() + result.output
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_a_dry_run_without_a_workspace_makes_none(terminal: Terminal, tmp_path: Path) -> None:
    home = tmp_path / "new"
    told = answer(terminal, "import", terminal.desk.files, "--dry-run", home=home)
    assert told["added"]["person"] == 4
    assert not home.exists()
    assert answer(terminal, "import", terminal.desk.files, home=home) == told


def test_a_path_that_does_not_exist_makes_no_workspace(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal.run("import", "missing.csv", home=tmp_path / "new").exit_code == 2
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("stats",),
        ("review",),
        ("review", "list"),
        ("review", "accept", "title", "x"),
        ("export", "--person", "x"),
        ("erase", "--person", "x", "--yes"),
    ],
)
def test_without_a_workspace_commands_say_what_to_do(
    terminal: Terminal, words: tuple[str, ...], tmp_path: Path
) -> None:
    result = terminal.run(*words, home=tmp_path / "new")
    assert result.exit_code == 2
    assert "careergraph import" in line_of(result)
    assert not (tmp_path / "new").exists()


def test_the_workspace_can_be_read_by_its_owner_alone(terminal: Terminal, tmp_path: Path) -> None:
    home = tmp_path / "new"
    answer(terminal, "import", terminal.desk.files, home=home)
    answer(terminal, "stats", home=home)
    with Store.open(home / "store.db").read():
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in home.iterdir()}
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert {"store.db", "store.db-wal", "store.db-shm"} <= modes.keys()
    assert set(modes.values()) == {0o600}


def test_a_folder_that_was_there_keeps_its_mode(terminal: Terminal, tmp_path: Path) -> None:
    home = tmp_path / "shared"
    home.mkdir()
    home.chmod(0o750)
    answer(terminal, "import", terminal.desk.files, home=home)
    assert stat.S_IMODE(home.stat().st_mode) == 0o750
    assert stat.S_IMODE((home / "store.db").stat().st_mode) == 0o600


def test_rejects_say_how_many_more_there_were(terminal: Terminal) -> None:
    desk = terminal.desk
    rows = ["ok,Fine", *[",Nobody"] * (MOST_REJECTS_KEPT + 7)]
    path = desk.write("many/people.csv", table("id,name", *rows))
    out = desk.folder / "rejects.csv"
    assert terminal.run("import", path, "--rejects", out).exit_code == 0
    _, *listed, last = out.read_text().splitlines()
    assert len(listed) == MOST_REJECTS_KEPT
    assert last.split(",")[1:] == ["", "... and 7 more"]


def test_help_says_how_many_rejects_are_listed(terminal: Terminal) -> None:
    said = " ".join(terminal.run("import", "--help").output.split())
    assert f"first {MOST_REJECTS_KEPT:,} of a file" in said


@pytest.mark.parametrize("words", [("--help",), ("review", "--help")])
def test_the_short_help_of_every_command_is_whole(
    terminal: Terminal, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    commands = terminal.run(*words).output.partition("Commands:")[2]
    assert commands
    assert "..." not in commands


@pytest.mark.parametrize("words", ["https://www.linkedin.com/in/Ann-Oh/", "linkedin:ann-oh"])
def test_an_owner_is_named_by_id_or_by_profile_address(terminal: Terminal, words: str) -> None:
    header = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
    row = "Bo,Li,https://www.linkedin.com/in/bo-li,,Contoso,Analyst,05.06.2023"
    path = terminal.desk.write("Connections.csv", table(header, row))
    terminal.run("import", path, "--owner", words)
    assert answer(terminal, "export", "--person", "linkedin:ann-oh")["person"] == "linkedin:ann-oh"


def test_an_empty_owner_and_an_empty_folder_are_refused(terminal: Terminal, tmp_path: Path) -> None:
    path = terminal.desk.write("p.csv", table("id,name", "p1,A"))
    refused = terminal.run("import", path, "--owner", " ")
    assert (refused.exit_code, "--owner is empty" in line_of(refused)) == (2, True)
    (tmp_path / "nothing").mkdir()
    refused = terminal.run("import", tmp_path / "nothing")
    assert (refused.exit_code, "there is no file in" in line_of(refused)) == (2, True)
