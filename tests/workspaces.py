"""Makes small workspaces and the files to import into them, for the tests of import and app."""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tiny_taxonomy import write_taxonomy
from typer.testing import CliRunner, Result

from app.cli import app
from graph.ingest.import_files import ImportOptions, ImportReport, import_files
from graph.schema import EdgeType, NodeType
from graph.store import Store
from graph.store.tables import NODE_TABLES
from graph.taxonomy import Taxonomy


@cache
def _blank_store() -> bytes:
    """Return the bytes of a store that holds nothing; making one takes a while."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        Store.open(path)
        return path.read_bytes()


class Desk:
    """A store with the tiny taxonomy, and a folder to put files in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = folder / "files"
        self.files.mkdir()
        taxonomy = folder / "taxonomy"
        taxonomy.mkdir()
        self.taxonomy = Taxonomy.load(write_taxonomy(taxonomy))
        self.store = self.another_store("store")

    def another_store(self, name: str) -> Store:
        """Return an empty store beside the first."""
        home = self.folder / name
        home.mkdir(exist_ok=True)
        (home / "store.db").write_bytes(_blank_store())
        return Store.open(home / "store.db")

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file to import."""
        path = self.files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def bring(
        self,
        *paths: Path,
        store: Store | None = None,
        owner: str | None = None,
        dry_run: bool = False,
    ) -> ImportReport:
        """Import files, all that were written when none is named; every row is accounted for."""
        options = ImportOptions(None, owner, dry_run)
        chosen = store or self.store
        report = import_files(
            chosen, self.taxonomy, paths or [self.files], options, lambda _path, _taken: None
        )
        for file in report.files:
            assert file.rows_read == file.rows_used + sum(file.rows_skipped.values()), file
        return report


def table(header: str, *rows: str) -> str:
    """Return the text of a small CSV file."""
    return "\n".join([header, *rows]) + "\n"


def ids(store: Store, kind: NodeType) -> set[str]:
    """Return the ids of all nodes of a type that files, not the taxonomy, brought in."""
    held = {row[1] for rows in store.stream_nodes(kind, []) for row in rows}
    if kind in (NodeType.TITLE, NodeType.SKILL, NodeType.PLACE):
        return {id for id in held if id.startswith("local:")}
    return held


def nodes(store: Store, kind: NodeType) -> dict[str, dict[str, Any]]:
    """Return all nodes of a type with what is stated of each, by id."""
    with store.read() as connection:
        rows = connection.execute(NODE_TABLES[kind].select()).mappings()
        return {
            row["id"]: {name: value for name, value in row.items() if value is not None}
            for row in rows
        }


def names_of_keys(store: Store) -> dict[int, str]:
    """Return the id of every node by its key."""
    return {
        row[0]: row[1] for kind in NodeType for rows in store.stream_nodes(kind, []) for row in rows
    }


def edges(store: Store, kind: EdgeType) -> list[tuple[Any, ...]]:
    """Return all edges of a type: (source id, target id, since, until, mention, notes)."""
    named = names_of_keys(store)
    return sorted(
        (named[e.source_key], named[e.target_key], e.since, e.until, e.mention, e.notes)
        for rows in store.stream_edges(kind)
        for e in rows
    )


def events(store: Store) -> list[tuple[Any, ...]]:
    """Return all events: (person id, kind code, object id, at, context id or None, value)."""
    named = names_of_keys(store)
    return sorted(
        (named[e.person_key], e.kind, named[e.object_key], e.at, named.get(e.context_key), e.value)
        for rows in store.stream_events()
        for e in rows
    )


class Terminal:
    """The command line on a workspace of its own, with the tiny taxonomy."""

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.desk = desk
        self.home = desk.folder / "store"
        for module in ("app.importing", "app.reviewing"):
            monkeypatch.setattr(f"{module}.built_in_taxonomy", lambda: desk.taxonomy)
        monkeypatch.delenv("CAREERGRAPH_STORE", raising=False)

    def run(self, *words: str | Path, home: Path | None = None, input: str = "") -> Result:
        """Run a command in this process; anything but a clean end is an error here."""
        command = ["--home", str(home or self.home), *map(str, words)]
        result = CliRunner().invoke(app, command, input=input)
        assert result.exception is None or isinstance(result.exception, SystemExit), (
            result.exception
        )
        assert "Traceback" not in result.output
        return result


def line_of(result: Result) -> str:
    """Return the one line that says what went wrong."""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("careergraph: "), lines
    return lines[0]


def write_cohort(desk: Desk, folder: str = "") -> None:
    """Write a few tables that refer to each other and spell things in several ways."""
    place = f"{folder}/" if folder else ""
    desk.write(
        f"{place}people.csv",
        table(
            "id,name,title,company,place,skills",
            "p1,Ann,Data Engineer,Northwind GmbH,Berlin,Python;Weaving",
            "p2,Bo,senior data engineer,NORTHWIND,Berlin,weaving",
            "p3,Cy,Chief Weaver,northwind,Atlantis,Loom Care",
            "p4,Di,chief weaver,Contoso,atlantis,LOOM CARE",
        ),
    )
    jobs = table("id,title,company", "j1,Weaver,Northwind", "j2,RN,Contoso")
    desk.write(f"{place}jobs.csv", jobs)
    desk.write(
        f"{place}positions.csv",
        table("person_id,title,company,start", "p1,Weaver,Contoso,2019", "p9,Weaver,Ghost AG,2019"),
    )
    desk.write(
        f"{place}connections.csv", table("person_id,other_id", "p1,p2", "p3,p1", "p1,p9", "p2,p1")
    )
    desk.write(
        f"{place}events.csv",
        table(
            "person_id,kind,item_id,at",
            "p1,view,j1,2024-01-01",
            "p1,view,j9,2024-01-01",
            "p8,view,j1,2024-01-01",
            "p2,follow,Wind Works,2024-01-01",
            "p8,follow,Ghost Works,2024-01-01",
            "p2,message,p9,2024-01-01",
        ),
    )
