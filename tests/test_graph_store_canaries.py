"""After an erasure no file of the workspace holds a byte of the person."""

import json
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Text, insert, select
from store_facts import NOW, EdgeFact, EventFact, Fact, GroupFact, NodeFact, person, write

from graph.schema import EdgeType, EventKind, NodeType
from graph.store import Store
from graph.store.reviews import OPEN, Review, Suggested, record
from graph.store.rows import VALUE_COLUMNS
from graph.store.tables import NODE_TABLES, setting

TEXTS = [
    column.name
    for column in NODE_TABLES[NodeType.PERSON].columns
    if isinstance(column.type, Text) and column.name not in ("id", "notes")
]
LONG = "padding that makes a row overflow its page " * 150


def _canary(place: str) -> str:
    return f"Canary{''.join(ch for ch in place if ch.isalnum())}Zq"


def _their_facts() -> list[Fact]:
    values = {name: f"{_canary(name)} {name}" for name in TEXTS}
    values["summary"] += LONG
    later = {name: f"{_canary('later' + name)} {name}" for name in TEXTS}
    notes = json.dumps({_canary("noteskey"): _canary("notesvalue")})
    who = _canary("id")
    stay = EdgeFact(who, EdgeType.WORKS_AT, f"local:{_canary('company')}")
    return [
        person(who, 1, 1, **values, notes=notes),
        person(who, 2, 2, **later),
        NodeFact(NodeType.COMPANY, stay.end, (("name", _canary("companyname")),)),
        stay._replace(mention=_canary("mention"), notes=notes),
        stay._replace(since="2020", mention=_canary("datedmention")),
        EdgeFact(who, EdgeType.HAS_SKILL, f"local:{_canary('skill')}"),
        EventFact("p1", EventKind.ENDORSE, who, context=f"local:{_canary('context')}"),
        GroupFact(who, _canary("attribute"), _canary("group")),
    ]


def _reviews() -> list[Review]:
    suggested = (Suggested(_canary("suggestedid"), _canary("suggestedname"), 0.5),)
    asked = Review(
        NodeType.COMPANY, _canary("linkkey"), _canary("mention"),
        f"local:{_canary('company')}", suggested, 1, OPEN, None,
    )  # fmt: skip
    dated = asked._replace(link_key=_canary("otherkey"), text=_canary("datedmention"))
    return [asked, dated]


def _crowd(count: int, start: int = 0) -> list[Fact]:
    """Other people with texts of every length, so that pages are split and joined."""
    random = Random(start)
    words = [f"w{i}" for i in range(400)]
    texts = [" ".join(random.choices(words, k=i % 90)) for i in range(count)]
    return [
        person(f"p{start + i}", i, name=f"Name{i}", summary=text) for i, text in enumerate(texts)
    ]


def _found(folder: Path) -> set[str]:
    """Return the files in which a canary sings, in any case."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return {path.name for path in files if b"canary" in path.read_bytes().lower()}


@pytest.mark.parametrize("owner", [False, True], ids=["contact", "owner"])
def test_no_byte_of_an_erased_person_is_left_in_any_file(tmp_path: Path, owner: bool) -> None:
    path = tmp_path / "store.db"
    store = Store.open(path)
    write(store, "crowd", _crowd(300))
    who = _canary("id")
    theirs = _their_facts()
    write(store, _canary("path") if owner else "shared", theirs, owner=who if owner else None)
    write(store, "second", [*theirs[:1], *theirs[3:]])
    write(store, "more", _crowd(300, 300))
    with store.write() as writer:
        record(writer.connection, _reviews())
    (tmp_path / "store.db.before-0001").write_bytes(path.read_bytes())
    assert len(_found(tmp_path)) >= 2
    store.erase(who, NOW)
    assert _found(tmp_path) == set()
    assert not list(tmp_path.glob("*.before-*"))


def test_other_people_can_be_erased_one_by_one_and_nothing_stays(tmp_path: Path) -> None:
    """Rows between rows: what a page keeps of a row that moved is overwritten too."""
    store = Store.open(tmp_path / "store.db")
    people = _crowd(240)
    marked = [
        fact._replace(id=f"canary{i}", values=(("name", f"Canary {i}"), *fact.values[1:]))
        if i % 40 == 7 and isinstance(fact, NodeFact)
        else fact
        for i, fact in enumerate(people)
    ]
    for at in range(0, 240, 60):
        write(store, f"part {at}", marked[at : at + 60])
    assert _found(tmp_path)
    for i in range(7, 240, 40):
        store.erase(f"canary{i}", NOW)
    assert _found(tmp_path) == set()


def test_every_text_column_of_a_person_has_its_canary() -> None:
    first = _their_facts()[0]
    assert isinstance(first, NodeFact)
    stated = dict(first.values)
    assert set(TEXTS) < set(stated)
    assert set(stated) <= set(VALUE_COLUMNS[NodeType.PERSON])


def test_the_scan_finds_what_is_there(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store.db")
    write(store, "a", [person("p", name="Canary")])
    assert _found(tmp_path)
    with store.write() as writer:
        writer.connection.execute(insert(setting).values(name="x", value="y"))
    with store.read() as connection:
        assert connection.scalar(select(setting.c.value).where(setting.c.name == "x")) == "y"
