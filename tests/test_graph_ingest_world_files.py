"""What lies beside the tables of a synthetic world is told apart from facts."""

import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from workspaces import Desk, Terminal, line_of, table

from graph.importers.input_file import BadFile


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def write_answer_sheet(desk: Desk, folder: str = "truth") -> Path:
    """Write a folder as the answer sheet of a world is laid out."""
    manifest = desk.write(f"{folder}/truth.json", json.dumps({"format": 1, "seed": 7}))
    pairs = {"person_id": ["p1"], "other_id": ["p2"], "accept": [0.5]}
    pq.write_table(pa.table(pairs), manifest.parent / "person_pairs.parquet")
    return manifest.parent


def test_an_answer_sheet_is_refused_in_one_line_and_nothing_is_imported(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    terminal = Terminal(desk, monkeypatch)
    sheet = write_answer_sheet(desk)
    people = desk.write("people.csv", table("id,name", "p1,Ann", "p2,Bo"))
    for paths in ([sheet], [people, sheet], [people.parent], [sheet / "person_pairs.parquet"]):
        result = terminal.run("import", *paths, home=tmp_path / "new")
        assert result.exit_code == 2
        assert f"{sheet} is the answer sheet of a synthetic world" in line_of(result)
        assert "evaluation" in line_of(result)
        assert not (tmp_path / "new").exists()


def test_no_caller_gets_an_answer_sheet_into_a_store(desk: Desk) -> None:
    sheet = write_answer_sheet(desk)
    before = desk.store.fingerprint()
    with pytest.raises(BadFile, match="answer sheet"):
        desk.bring(sheet)
    assert desk.store.fingerprint() == before


def test_what_describes_a_world_is_reported_as_that_and_stops_nothing(desk: Desk) -> None:
    desk.write("people.csv", table("id,name", "p1,Ann"))
    described = {"format": 1, "people": 1, "tables": {"people": {"rows": 1}}, "hash": "00"}
    desk.write("world.json", json.dumps(described, indent=2) + "\n")
    report = desk.bring()
    unused = {Path(f.path).name: f.unused_because for f in report.files if f.unused_because}
    assert unused == {"world.json": "describes the synthetic world whose tables lie beside it"}
    assert report.rows_used == 1


def test_a_long_name_in_an_archive_is_no_answer_sheet(desk: Desk) -> None:
    path = desk.files / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{'a/' * 2_500}people.csv", table("id,name", "p1,Ann"))
    assert desk.bring(path).rows_used == 1
