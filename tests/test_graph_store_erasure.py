"""An erased person leaves nothing behind, and everybody else stays."""

from pathlib import Path

import pytest
from sqlalchemy import Column, func, insert, select
from sqlalchemy.event import listen
from store_facts import NOW, EdgeFact, EventFact, Fact, GroupFact, node, person, write

from graph.schema import EdgeType, EventKind, NodeType
from graph.store import Store
from graph.store.consents import ConsentScope, grant
from graph.store.reviews import OPEN, Review, Suggested, accept, keep_separate, record
from graph.store.tables import (
    NODE_TABLES,
    claim,
    consent,
    edge,
    event,
    group_membership,
    link_review,
    metadata,
    statement,
    tombstone,
)
from graph.store.tombstones import Tombstones

OTHERS: tuple[Fact, ...] = (
    person("bob", name="Bob"),
    EdgeFact("bob", EdgeType.HAS_SKILL, "local:knitting"),
    EdgeFact("bob", EdgeType.WORKS_AT, "local:northwind"),
    EventFact("bob", EventKind.VIEW, "job"),
)
ADA: tuple[Fact, ...] = (
    person("ada", name="Ada", email="ada@example.org", url="https://example.org/in/ada"),
    EdgeFact("ada", EdgeType.HAS_SKILL, "local:knitting"),
    EdgeFact("ada", EdgeType.HAS_SKILL, "skill-standard"),
    EdgeFact("ada", EdgeType.WORKS_AT, "local:ada-and-sons", mention="Ada & Sons"),
    EdgeFact("ada", EdgeType.CONNECTED_TO, "bob"),
    EventFact("ada", EventKind.APPLY, "job"),
    EventFact("bob", EventKind.ENDORSE, "ada", context="local:ada-juggling"),
    EventFact("ada", EventKind.FOLLOW, "local:only-ada-follows"),
    GroupFact("ada", "age", "80s"),
)
ASKED = Review(
    NodeType.COMPANY, "ada and sons", "Ada & Sons", "local:ada-and-sons", (), 1, OPEN, None
)


def _fill(store: Store) -> None:
    write(store, "a", [*OTHERS, *ADA])
    write(store, "b", [person("ada", name="Ada L."), *ADA[1:5], ADA[5]])
    ada = store.find(NodeType.PERSON, ["ada"])["ada"]
    with store.write() as writer:
        record(writer.connection, [ASKED])
        grant(writer.connection, ada, ConsentScope.OWN_PROFILE, NOW, None)


def _counts(store: Store) -> dict[str, int]:
    with store.read() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }


def test_everything_that_only_they_brought_is_gone_and_the_rest_stays(store: Store) -> None:
    write(store, "a", [*OTHERS, node(NodeType.SKILL, "skill-standard"), person("eve")])
    expected = store.fingerprint()
    _fill(store)
    erased = store.erase("ada", NOW)
    assert store.fingerprint() == expected
    assert (erased.edges, erased.events, erased.sources, erased.people) == (4, 3, 0, 0)


@pytest.mark.parametrize(
    "column",
    [
        statement.c.key,
        claim.c.subject_key,
        claim.c.object_key,
        consent.c.person_key,
        group_membership.c.person_key,
        edge.c.source_key,
        event.c.person_key,
        event.c.object_key,
    ],
    ids=str,
)
def test_no_table_keeps_a_row_of_theirs(store: Store, column: Column[int]) -> None:
    _fill(store)
    write(store, "c", [ADA[6], EventFact("bob", EventKind.ENDORSE, "ada", NOW + 1)])
    ada = store.find(NodeType.PERSON, ["ada"])["ada"]
    with store.read() as connection:
        assert ada in set(connection.scalars(select(column)))
    store.erase("ada", NOW)
    with store.read() as connection:
        assert ada not in set(connection.scalars(select(column)))


def test_questions_about_their_words_are_gone(store: Store) -> None:
    _fill(store)
    kept = ASKED._replace(link_key="northwind", text="Northwind", local_id="local:northwind")
    with store.write() as writer:
        record(writer.connection, [kept])
    store.erase("ada", NOW)
    assert [review.text for review in store.reviews(None)] == ["Northwind"]


def test_decided_questions_about_their_words_are_gone(store: Store) -> None:
    _fill(store)
    (review,) = store.reviews()
    with store.write() as writer:
        accept(writer.connection, review, "local:northwind", NOW)
    store.erase("ada", NOW)
    assert store.reviews(None) == []
    assert store.find(NodeType.COMPANY, ["local:northwind"])


def test_an_owner_takes_their_own_exports_with_them(store: Store) -> None:
    write(store, "a", OTHERS)
    before = store.fingerprint()
    mine = (*ADA, EdgeFact("ada", EdgeType.CONNECTED_TO, "only-ada-knows"))
    write(store, "mine", mine, owner="ada")
    erased = store.erase("ada", NOW)
    assert store.fingerprint() == before
    assert (erased.sources, erased.people) == (1, 1)
    assert _counts(store)["source"] == 1


def test_whom_the_store_does_not_hold_cannot_be_erased(store: Store) -> None:
    _fill(store)
    before = store.fingerprint()
    with pytest.raises(KeyError, match="nobody"):
        store.erase("nobody", NOW)
    assert store.fingerprint() == before
    assert _counts(store)["tombstone"] == 0


def test_a_tombstone_covers_every_mark_in_any_case(store: Store) -> None:
    _fill(store)
    store.erase("ada", NOW)
    with store.read() as connection:
        tombstones = Tombstones(connection)
        assert tombstones
        assert tombstones.cover(["ada"])
        assert tombstones.cover([None, " ADA@example.org "])
        assert tombstones.cover(["https://example.org/in/ada"])
        assert not tombstones.cover([None, "", "bob", "ada@example.com"])


def test_a_tombstone_says_nothing_of_the_person(store: Store) -> None:
    _fill(store)
    store.erase("ada", NOW)
    with store.read() as connection:
        rows = connection.execute(select(tombstone)).all()
    assert len(rows) == 3
    for row in rows:
        assert len(row.digest) == 32
        assert b"ada" not in bytes(row.digest).lower()
        assert row.erased_at == NOW


def test_the_same_mark_has_another_digest_in_another_store(store: Store, tmp_path: Path) -> None:
    digests = []
    for each in (store, Store.open(tmp_path / "other.db")):
        write(each, "a", [person("ada")])
        each.erase("ada", NOW)
        with each.read() as connection:
            digests.append(bytes(connection.scalars(select(tombstone.c.digest)).one()))
    assert digests[0] != digests[1]


def test_looking_for_tombstones_writes_nothing(store: Store) -> None:
    with store.read() as connection:
        assert not Tombstones(connection)
        assert not Tombstones(connection).cover(["ada"])
    assert _counts(store)["setting"] == 0


def test_no_relation_points_at_what_is_gone(store: Store) -> None:
    _fill(store)
    store.erase("ada", NOW)
    with store.read() as connection:
        keys = {key for t in NODE_TABLES.values() for key in connection.scalars(select(t.c.key))}
        ends = (edge.c.source_key, edge.c.target_key, event.c.person_key, event.c.object_key)
        for column in ends:
            assert set(connection.scalars(select(column))) <= keys


def test_erasing_scrubs_reviews_whose_local_node_only_they_used(store: Store) -> None:
    _fill(store)
    with store.write() as writer:
        names = link_review.columns.keys()
        row = ("company", "k", "Spelled otherwise", "local:ada-and-sons", "[]", 0, OPEN, None, None)
        writer.connection.execute(insert(link_review).values(dict(zip(names, row, strict=True))))
    store.erase("ada", NOW)
    assert store.reviews(None) == []


def test_what_only_they_used_is_suggested_to_nobody(store: Store) -> None:
    _fill(store)
    theirs = Suggested("local:ada-and-sons", "Ada & Sons", 0.7)
    other = Suggested("local:northwind", "Nörthwind", 0.6)
    blank = Review(NodeType.COMPANY, "n", "Nobody's", "local:n", (), 1, OPEN, None)
    with store.write() as writer:
        record(
            writer.connection,
            [
                blank,
                blank._replace(link_key="a", text="Adas", suggestions=(theirs,)),
                blank._replace(link_key="b", text="Both", suggestions=(theirs, other)),
                blank._replace(link_key="c", text="Decided", suggestions=(theirs,)),
                blank._replace(link_key="d", text="Other", suggestions=(other,)),
            ],
        )
        decided = blank._replace(link_key="c", text="Decided")
        keep_separate(writer.connection, decided, NOW)
    store.erase("ada", NOW)
    left = {review.text: review.suggestions for review in store.reviews(None)}
    assert left == {"Nobody's": (), "Both": (other,), "Decided": (), "Other": (other,)}


def test_copies_of_the_store_are_gone_before_the_erasure_is_final(sqlite_store: Store) -> None:
    _fill(sqlite_store)
    database = Path(sqlite_store._engine.url.database or "")
    copy = database.with_name(f"{database.name}.before-0001")
    copy.write_bytes(database.read_bytes())
    there: list[bool] = []
    listen(sqlite_store._engine, "commit", lambda _: there.append(copy.exists()))
    sqlite_store.erase("ada", NOW)
    assert there
    assert not any(there)


def test_an_address_that_a_newer_source_replaced_does_not_bring_them_back(store: Store) -> None:
    write(store, "old", [person("ada", email="old@example.org", url="https://example.org/old")])
    write(store, "new", [person("ada", email="new@example.org", url="https://example.org/new")])
    store.erase("ada", NOW)
    with store.write() as writer:
        marks = ("old@example.org", "https://example.org/old", "new@example.org")
        assert all(Tombstones(writer.connection).cover([mark]) for mark in marks)
