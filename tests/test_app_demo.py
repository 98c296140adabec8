"""The demo keeps its fictional people apart from real ones, and prints any name as it stands."""

from pathlib import Path

import pytest
from workspaces import Desk, Terminal, line_of, table

from app.demo import _show_overview
from app.output import Output
from graph.overview import Coverage, Known, Overview
from graph.schema import NodeType


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(Desk(tmp_path), monkeypatch)


def test_the_demo_can_be_built_twice_and_is_then_the_same(terminal: Terminal) -> None:
    first = terminal.run("demo")
    assert first.exit_code == 0, first.output
    before = terminal.desk.store.fingerprint()
    again = terminal.run("demo")
    assert again.exit_code == 0, again.output
    assert terminal.desk.store.fingerprint() == before


@pytest.mark.parametrize("name", ["real.csv", "tables/people.csv"])
def test_the_demo_puts_nobody_beside_real_people(terminal: Terminal, name: str) -> None:
    terminal.desk.write(name, table("id,name", "p1,Ann"))
    terminal.desk.bring()
    before = terminal.desk.store.fingerprint()
    result = terminal.run("demo")
    assert result.exit_code == 2
    assert "--home" in line_of(result)
    assert terminal.desk.store.fingerprint() == before


def test_names_with_brackets_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    odd = Overview(
        owners=[("me", "Ann [/red]")],
        members=1,
        ways_in=[Known("Co [/red]", 2, 1)],
        jobs_with_a_way_in=1,
        jobs=1,
        wanted_skills=[("C [/bold]", 1)],
        coverage=[Coverage(NodeType.SKILL, 1, 1)],
    )
    _show_overview(odd, Output())
    said = capsys.readouterr().out
    for name in ("Ann [/red]", "Co [/red]", "C [/bold]"):
        assert name in said
