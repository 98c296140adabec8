"""An import goes in whole or not at all, and says what became of every row."""

import csv
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workspaces import Desk, edges, events, ids, nodes, table, write_cohort

from graph.importers.frame import Reading, ReadOptions, Recognised, Tally
from graph.importers.input_file import BadFile, InputFile
from graph.ingest import import_files as module
from graph.schema import EdgeType, Event, EventKind, Fact, NodeType, Person
from graph.store.reviews import accept, keep_separate
from graph.store.writer import Writer


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_what_refers_to_nobody_is_counted_with_its_row_and_leaves_no_trace(desk: Desk) -> None:
    write_cohort(desk)
    report = desk.bring()
    rejects = {Path(file.path).name: file.rejects for file in report.files if file.rejects}
    assert rejects == {
        "connections.csv": [(3, "no person with this id")],
        "events.csv": [
            (3, "no person with this id"),
            (5, "no person with this id"),
            (2, "no job with this id"),
            (6, "no person with this id"),
        ],
        "positions.csv": [(2, "no person with this id")],
    }
    names = {node["name"] for node in nodes(desk.store, NodeType.COMPANY).values()}
    assert names == {"Northwind", "Contoso", "Wind Works"}
    assert len(events(desk.store)) == 2


def test_a_dry_run_says_what_the_real_run_does_and_writes_nothing(desk: Desk) -> None:
    write_cohort(desk)
    desk.write("people2.csv", table("id,name", "p1,Anna", "p0,New"))
    desk.bring(desk.files / "people.csv")
    database = desk.folder / "store" / "store.db"
    before, held = desk.store.stats(), database.read_bytes()
    promised = desk.bring(dry_run=True)
    assert database.read_bytes() == held
    assert desk.store.stats() == before
    assert promised == desk.bring()
    assert desk.store.stats() != before


def test_an_import_without_a_usable_row_leaves_the_store_as_it_was(desk: Desk) -> None:
    write_cohort(desk)
    empty = Desk.another_store(desk, "empty")
    before = empty.stats()
    desk.write("events-alone/events.csv", table("person_id,kind,item_id,at", "x,view,y,2024-01-01"))
    report = desk.bring(desk.files / "events-alone", store=empty)
    assert report.rows_used == 0
    assert report.files[0].rows_skipped == {"no person with this id": 1}
    assert empty.stats() == before


def test_files_of_unknown_formats_are_named(desk: Desk) -> None:
    desk.write("people.csv", table("id,name", "p1,Ann"))
    desk.write("notes.txt", "just words\n")
    desk.write("photo.png", b"\x89PNG\r\n\x1a\n\0\0")
    desk.write("empty.csv", "")
    report = desk.bring()
    unused = {Path(file.path).name: file.unused_because for file in report.files}
    assert unused == {
        "people.csv": None,
        "notes.txt": module.UNKNOWN_FORMAT,
        "photo.png": module.UNKNOWN_FORMAT,
        "empty.csv": "empty file",
    }


class BreaksOff:
    """An importer whose second file cannot be read to its end."""

    name = label = "breaks off"

    def recognise(self, file: InputFile) -> Recognised | None:
        return Recognised(file, "", "")

    def read(self, group: list[Recognised], options: ReadOptions) -> Iterator[Reading]:
        for item in sorted(group, key=lambda item: item.file.name):
            tally = Tally()
            yield Reading(item.file, self._facts(item.file.name, tally), tally)

    def _facts(self, name: str, tally: Tally) -> Iterator[Fact]:
        for number in range(1, 5):
            tally.use()
            yield Person(f"{name}{number}", name="Ann", company=f"{name} Works", row=number)
            tally.use()
            yield Event(f"{name}{number}", EventKind.FOLLOW, "Shared Works", number, row=number)
        if name == "b":
            raise BadFile("b: the rest cannot be read")


@pytest.mark.parametrize("bulk", [100_000, 2])
def test_a_file_that_breaks_off_leaves_nothing_and_the_others_stay(
    desk: Desk, bulk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "IMPORTERS", (BreaksOff(),))
    monkeypatch.setattr(module, "Writer", partial(Writer, bulk_events=bulk))
    for name in "abc":
        desk.write(name, name)
    report = desk.bring()
    assert [file.unused_because for file in report.files] == [
        None,
        "b: the rest cannot be read",
        None,
    ]
    assert {id[0] for id in ids(desk.store, NodeType.PERSON)} == {"a", "c"}
    names = {node["name"] for node in nodes(desk.store, NodeType.COMPANY).values()}
    assert names == {"a Works", "c Works", "Shared Works"}
    assert report.added["person"] == 8
    assert report.added["follow"] == 8
    alone = desk.another_store("alone")
    desk.bring(desk.files / "a", desk.files / "c", store=alone)
    assert alone.fingerprint() == desk.store.fingerprint()


def test_what_a_person_decided_counts_in_the_next_import(desk: Desk) -> None:
    desk.write("1.csv", table("id,name,company", "p1,Ann,Contoso"))
    desk.write("2.csv", table("id,name,company", "p2,Bo,Contoso Holding", "p3,Cy,Contoso Labs"))
    desk.bring(desk.files / "1.csv")
    desk.bring(desk.files / "2.csv")
    asked = {review.text: review for review in desk.store.reviews()}
    assert asked.keys() == {"Contoso Holding", "Contoso Labs"}
    assert asked["Contoso Holding"].seen == 1
    ((contoso, name, _),) = [s for s in asked["Contoso Holding"].suggestions if s.name == "Contoso"]
    assert name == "Contoso"
    with desk.store.write() as writer:
        accept(writer.connection, asked["Contoso Holding"], contoso, 1)
        keep_separate(writer.connection, asked["Contoso Labs"], 1)
    desk.write("3.csv", table("id,name,company", "p4,Di,contoso holding", "p5,Ed,Contoso Labs"))
    desk.bring(desk.files / "3.csv")
    works = {e[0]: (e[1], e[4]) for e in edges(desk.store, EdgeType.WORKS_AT)}
    assert works["p2"] == (contoso, "Contoso Holding")
    assert works["p4"] == (contoso, "contoso holding")
    assert works["p5"] == works["p3"]
    assert works["p5"][0] != contoso
    assert desk.store.reviews() == []


PERSON_IDS = st.sampled_from(["p1", "p2", "p3", "ghost", ""])


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    people=st.lists(st.tuples(PERSON_IDS, st.sampled_from(["Ann", "", "N/A", "=1+1"])), max_size=5),
    ties=st.lists(
        st.tuples(PERSON_IDS, PERSON_IDS, st.sampled_from(["", "2020", "x"])), max_size=6
    ),
    acts=st.lists(
        st.tuples(
            PERSON_IDS,
            st.sampled_from(["view", "follow", "message", "dance"]),
            st.sampled_from(["j1", "p2", "Contoso", "nowhere", ""]),
            st.sampled_from(["2024-01-01", "2024-13-45", ""]),
        ),
        max_size=8,
    ),
)
def test_every_row_is_used_or_skipped_with_a_reason(
    desk: Desk,
    people: list[tuple[str, str]],
    ties: list[tuple[str, str, str]],
    acts: list[tuple[str, str, str, str]],
) -> None:
    folder = desk.files / "drawn"
    folder.mkdir(exist_ok=True)
    drawn = {
        "people": ("id,name", people),
        "connections": ("person_id,other_id,since", ties),
        "events": ("person_id,kind,item_id,at", acts),
        "jobs": ("id,title", [("j1", "Designer")]),
    }
    for name, (header, rows) in drawn.items():
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        (folder / f"{name}.csv").write_text(f"{header}\n{text.getvalue()}")
    store = desk.another_store("drawn-store")
    report = desk.bring(folder, store=store)
    read = {Path(file.path).stem: file for file in report.files}
    for name, (_, rows) in drawn.items():
        told = read[name]
        if told.unused_because is None:
            assert told.rows_read == len(rows)
            assert len(told.rejects) == sum(told.rows_skipped.values())
            assert len({row for row, _ in told.rejects}) == len(told.rejects)
    assert len(ids(store, NodeType.PERSON)) == len({id for id, _ in people if id})


def test_names_alike_within_one_file_are_asked_about(desk: Desk) -> None:
    desk.write("people.csv", table("id,name,company", "p1,Ann,Contoso", "p2,Bo,Contoso Labs"))
    desk.bring()
    (question,) = desk.store.reviews()
    assert (question.text, question.suggestions[0].name) == ("Contoso Labs", "Contoso")
