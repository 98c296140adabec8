"""A person can have everything that is held about them, from every table that has any."""

import json

import pytest
from sqlalchemy import insert
from store_facts import NOW, EdgeFact, EventFact, GroupFact, person, write

from graph.schema import EdgeType, EventKind, NodeType
from graph.store import Store
from graph.store.consents import ConsentScope, grant
from graph.store.person_export import export_person
from graph.store.tables import NODE_TABLES, metadata

NOTES = '{"title": "Boss"}'
# Tables without a person in them: keys here are those of the schema's other nodes.
NO_PEOPLE = {table.name for kind, table in NODE_TABLES.items() if kind is not NodeType.PERSON}
# What is kept without a person's key: questions about words, digests, settings.
NO_KEYS = {"link_review", "tombstone", "setting"}
WITH_PEOPLE = sorted({table.name for table in metadata.sorted_tables} - NO_PEOPLE - NO_KEYS)


@pytest.fixture
def filled(store: Store) -> Store:
    bob = person("bob", name="Bob", email="bob@example.org", url="https://example.org/bob")
    facts = [
        person("ada", 1, name="Ada", email="ada@example.org", notes='{"shoe": "38"}'),
        bob,
        EdgeFact("ada", EdgeType.WORKS_AT, "acme", "2019", mention="ACME", notes=NOTES),
        EdgeFact("ada", EdgeType.CONNECTED_TO, "bob"),
        EventFact("ada", EventKind.VIEW, "job", value=0.5),
        EventFact("bob", EventKind.ENDORSE, "ada", context="juggling"),
        GroupFact("ada", "age", "80s"),
    ]
    write(store, "ada.zip", facts, owner="ada")
    write(store, "b", [person("ada", name="Ada L."), *facts[2:6]])
    ada = store.find(NodeType.PERSON, ["ada"])["ada"]
    with store.write() as writer:
        grant(writer.connection, ada, ConsentScope.OWN_PROFILE, NOW, None)
    return store


def _export(store: Store, id: str) -> dict[str, list[dict[str, object]]]:
    with store.read() as connection:
        return export_person(connection, id)["tables"]


def test_every_table_that_can_hold_a_person_is_in_it(filled: Store) -> None:
    """Read off the schema: a table that is added later and forgotten here fails."""
    assert set(_export(filled, "ada")) == set(WITH_PEOPLE)


@pytest.mark.parametrize("table", WITH_PEOPLE)
def test_every_key_column_that_is_not_known_to_be_another_nodes_is_searched(
    store: Store, table: str
) -> None:
    """A row that holds the person in that column alone is found."""
    write(store, "a", [person("ada")])
    ada = store.find(NodeType.PERSON, ["ada"])["ada"]
    held = metadata.tables[table]
    keys = [c for c in held.columns if c.name.endswith("key") and c.name != "context_key"]
    if table == "person":
        assert table in _export(store, "ada")
        return
    for column in keys:
        values = {c.name: _filler(c.name) for c in held.columns if not c.nullable}
        values[column.name] = ada
        with store.write() as writer:
            writer.connection.execute(held.delete())
            writer.connection.execute(insert(held).values(values))
        assert len(_export(store, "ada")[table]) == 1, column.name


def _filler(name: str) -> object:
    texts = {"stated": "{}", "qualifier": "1/0", "scope": "own_profile", "since": "", "path": "p"}
    texts |= {"sha256": "f", "format": "t", "attribute": "a", "value": "v", "mention": ""}
    return texts.get(name, False if name == "observed" else 0)


def test_it_speaks_in_words(filled: Store) -> None:
    tables = _export(filled, "ada")
    (stay,) = [row for row in tables["edge"] if row["type"] == "works_at"]
    assert (stay["source"], stay["target"]) == ("ada (Ada L.)", "acme (no name)")
    assert (stay["since"], stay["mention"], stay["notes"]) == ("2019", "ACME", {"title": "Boss"})
    assert {row["kind"] for row in tables["event"]} == {"view", "endorse"}
    endorsed = next(row for row in tables["event"] if row["kind"] == "endorse")
    assert (endorsed["person"], endorsed["context"]) == ("bob (Bob)", "juggling (no name)")
    assert {row["relation"] for row in tables["claim"]} >= {"works_at", "view"}
    assert json.loads(json.dumps(tables)) == tables


def test_the_addresses_of_others_are_not_in_it(filled: Store) -> None:
    text = json.dumps(_export(filled, "ada"))
    assert "ada@example.org" in text
    assert "bob@example.org" not in text
    assert "example.org/bob" not in text


def test_whom_the_store_does_not_hold_has_no_export(filled: Store) -> None:
    with pytest.raises(KeyError, match="nobody"):
        _export(filled, "nobody")


def test_after_an_erasure_there_is_nothing_to_export(filled: Store) -> None:
    filled.erase("ada", NOW)
    with pytest.raises(KeyError):
        _export(filled, "ada")
