"""The same facts make the same store, whatever order and packing they come in."""

import io
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from linkedin_export import CONNECTIONS, INVITED_AS_ROBIN, MESSAGES, PREAMBLE
from workspaces import Desk, edges, nodes, table, write_cohort

from graph.schema import EdgeType, NodeType

EXPORT = {
    "Connections.csv": PREAMBLE
    + f"{CONNECTIONS}\n"
    + "Amina,Okafor,https://www.linkedin.com/in/amina-okafor,,Contoso,Designer,20 Jan 2026\n"
    + "Bo,Lind,https://www.linkedin.com/in/bo-lind,,Contoso Ltd,Accountant,21 Jan 2026\n",
    "Invitations.csv": INVITED_AS_ROBIN,
    "messages.csv": f"{MESSAGES}\n"
    "t1,,Robin Vale,https://www.linkedin.com/in/robin-vale,Bo Lind,"
    "https://www.linkedin.com/in/bo-lind,2026-02-01 10:00:00 UTC,,Hello,INBOX\n",
    "Skills.csv": "Name\nPython\nWeaving\n",
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_second_import_of_the_same_files_changes_nothing(desk: Desk) -> None:
    write_cohort(desk)
    first = desk.bring()
    before = desk.store.stats()
    again = desk.bring()
    assert first.added
    assert (again.added, again.changed) == ({}, {})
    assert desk.store.stats() == before
    assert [file.rows_used for file in again.files] == [file.rows_used for file in first.files]


def test_the_order_in_which_files_are_named_does_not_matter(desk: Desk) -> None:
    write_cohort(desk, "a")
    desk.write("b/people.csv", table("id,name,company", "q1,Ed,CONTOSO", "p1,,contoso"))
    desk.write("b/events.csv", table("person_id,kind,item_id,at", "p2,view,j2,2024-02-01"))
    paths = sorted(path for path in desk.files.rglob("*.csv"))
    prints = set()
    for seed in range(4):
        random.Random(seed).shuffle(paths)
        store = desk.another_store(f"store-{seed}")
        desk.bring(*paths, store=store)
        prints.add(store.fingerprint())
    assert len(prints) == 1


def test_events_may_lie_in_a_folder_before_that_of_their_people(desk: Desk) -> None:
    desk.write("a/events.csv", table("person_id,kind,item_id,at", "p1,view,j1,2024-01-01"))
    desk.write("b/people.csv", table("id,name", "p1,Ann"))
    desk.write("b/jobs.csv", table("id,title", "j1,Designer"))
    report = desk.bring()
    assert report.added["view"] == 1


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter(desk: Desk, seed: int) -> None:
    write_cohort(desk, "straight")
    source, shuffled = desk.files / "straight", desk.files / "shuffled"
    shuffled.mkdir(exist_ok=True)
    rng = random.Random(seed)
    for path in source.iterdir():
        header, *rows = path.read_text().splitlines()
        rng.shuffle(rows)
        (shuffled / path.name).write_text("\n".join([header, *rows]) + "\n")
    prints = []
    for folder in (source, shuffled):
        store = desk.another_store("again")
        desk.bring(folder, store=store)
        prints.append(store.fingerprint())
    assert prints[0] == prints[1]


def test_a_local_node_is_called_by_its_best_spelling_also_over_several_imports(desk: Desk) -> None:
    header = "id,name,company"
    first = desk.write("1.csv", table(header, "p1,Ann,NORTHWIND", "p2,Bo,northwind gmbh"))
    second = desk.write("2.csv", table(header, "p3,Cy,Northwind GmbH", "p4,Di,NORTHWIND"))
    prints = set()
    for number, paths in enumerate([(first, second), (second, first)]):
        store = desk.another_store(f"store-{number}")
        for path in paths:
            desk.bring(path, store=store)
        ((_, company),) = nodes(store, NodeType.COMPANY).items()
        assert company["name"] == "Northwind GmbH"
        written = {e[0]: e[4] for e in edges(store, EdgeType.WORKS_AT)}
        assert written == {
            "p1": "NORTHWIND",
            "p2": "northwind gmbh",
            "p3": None,
            "p4": "NORTHWIND",
        }
        assert store.search("northwind gmbh")[0].name == "Northwind GmbH"
        prints.add(store.fingerprint())
    assert len(prints) == 1


def test_a_zip_and_the_folder_it_was_made_of_are_the_same(desk: Desk) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in EXPORT.items():
            desk.write(f"export/{name}", content)
            archive.writestr(name, content)
    path = desk.write("zipped/export.zip", packed.getvalue())
    stores = desk.store, desk.another_store("zipped")
    unpacked = desk.bring(desk.files / "export")
    zipped = desk.bring(path, store=stores[1])
    assert unpacked.added == zipped.added
    assert unpacked.added["message"] == 1
    assert stores[0].fingerprint() == stores[1].fingerprint()
    again = desk.bring(path)
    assert (again.added, again.changed) == ({}, {})
