"""The same commands do the same on a PostgreSQL server."""

import json
from pathlib import Path
from typing import Any

import pytest
from postgres_server import PostgresServer
from workspaces import Desk, Terminal, line_of, table, write_cohort

from graph.store import Store

pytestmark = pytest.mark.postgres


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(Desk(tmp_path), monkeypatch)


def answer(terminal: Terminal, *words: str | Path) -> dict[str, Any]:
    result = terminal.run("--json", *words)
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def test_both_databases_give_the_same_answers(terminal: Terminal, postgres: PostgresServer) -> None:
    server = ("--store", postgres.create("same_answers"))
    desk = terminal.desk
    write_cohort(desk)
    desk.write("z/people.csv", table("id,name,company", "p5,Ed,Contoso Labs", "p6,Fay,CONTOSO"))
    both: list[list[dict[str, Any]]] = []
    for where in ((), server):
        both.append(
            [
                answer(terminal, *where, "import", desk.files, "--dry-run"),
                answer(terminal, *where, "import", desk.files),
                answer(terminal, *where, "stats"),
                answer(terminal, *where, "import", desk.files),
                answer(terminal, *where, "review", "list"),
                answer(terminal, *where, "review", "accept", "company", "Contoso Labs"),
                answer(terminal, *where, "export", "--person", "p5")["tables"]["edge"],
                answer(terminal, *where, "review", "undo", "company", "Contoso Labs"),
                answer(terminal, *where, "erase", "--person", "p1", "--yes"),
                answer(terminal, *where, "import", desk.files),
                answer(terminal, *where, "stats"),
            ]
        )
    assert both[0] == both[1]
    assert both[1][3]["added"] == both[1][3]["changed"] == {}
    assert both[1][-1]["nodes"]["person"] == 5


def test_a_server_that_is_written_to_refuses_a_second_writer(
    terminal: Terminal, postgres: PostgresServer
) -> None:
    write_cohort(terminal.desk)
    url = postgres.create("two_writers")
    with Store.open(url).write():
        refused = terminal.run("--store", url, "import", terminal.desk.files)
        assert refused.exit_code == 1
        assert "is writing to" in line_of(refused)
        assert answer(terminal, "--store", url, "stats")["nodes"]["person"] == 0
    assert answer(terminal, "--store", url, "import", terminal.desk.files)["added"]["person"] == 4
