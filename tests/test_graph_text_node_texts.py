"""What text stands for each node, and what is in none."""

import json
from typing import Any

import pytest
from store_facts import EdgeFact, node, person, write

from graph.schema import EdgeType, NodeType
from graph.store import Store
from graph.text import node_batches
from graph.text.node_texts import MOST_CHARACTERS, all_texts, node_texts


def position(who: str, where: str, kind: EdgeType, since: str, **notes: str) -> EdgeFact:
    return EdgeFact(who, kind, where, since=since, notes=json.dumps(notes))


def texts(store: Store, kind: NodeType, keys: list[int] | None = None) -> list[str]:
    return [text for batch in node_texts(store, kind, keys) for text in batch.texts]


def test_a_person_is_headline_summary_and_positions_newest_first(store: Store) -> None:
    write(
        store,
        "people",
        [
            person("a", name="Ann Oak", headline="Engineer", summary="Likes data.", title="Lead"),
            position("a", "c1", EdgeType.WORKED_AT, "2010", title="Clerk", description="Filed."),
            position("a", "c2", EdgeType.WORKS_AT, "2020", title="Chief", place="Rome"),
            position("a", "c1", EdgeType.WORKED_AT, "2015-02", title="Analyst"),
        ],
    )
    assert texts(store, NodeType.PERSON) == ["Engineer\nLikes data.\nChief\nAnalyst\nClerk\nFiled."]


def test_a_title_in_the_profile_stands_in_where_no_position_is_known(store: Store) -> None:
    write(store, "people", [person("a", title="Lead Nurse"), person("b", name="Bo Elm")])
    assert texts(store, NodeType.PERSON) == ["Lead Nurse", ""]


def test_neither_name_nor_address_of_a_person_is_in_their_text(store: Store) -> None:
    write(
        store,
        "people",
        [
            person(
                "a",
                name="Ann Oak",
                email="mail@example.org",
                url="https://example.org/ann",
                place="10115 Berlin",
                headline="Ann Oak | Engineer, class of 1999",
                summary="Write to mail@example.org or see https://example.org/ann",
            ),
            position("a", "c1", EdgeType.WORKS_AT, "2020", title="Engineer", description="I, Ann"),
        ],
    )
    assert texts(store, NodeType.PERSON) == [
        "| Engineer, class of \nWrite to or see \nEngineer\nI,"
    ]


@pytest.mark.parametrize(
    ("kind", "stated", "text"),
    [
        (NodeType.JOB, {"title": "Cook", "description": "Cook well."}, "Cook\nCook well."),
        (
            NodeType.COMPANY,
            {"name": "Oak AG", "industry": "Wood", "description": "Makes tables."},
            "Wood\nMakes tables.\nOak AG",
        ),
        (NodeType.SKILL, {"name": "Weaving", "skill_group": "crafts"}, "Weaving"),
        (NodeType.TITLE, {"name": "Weaver", "family": "crafts", "level": "mid"}, "Weaver\ncrafts"),
        (NodeType.SCHOOL, {"name": "Loom School"}, "Loom School"),
        (NodeType.PLACE, {"name": "Bonn", "country": "DE", "region": "NRW"}, "Bonn\nNRW"),
        (NodeType.JOB, {}, ""),
    ],
)
def test_other_nodes_are_what_is_stated_of_them(
    store: Store, kind: NodeType, stated: dict[str, Any], text: str
) -> None:
    write(store, "nodes", [node(kind, "x", **stated)])
    assert texts(store, kind) == [text]


def test_texts_come_in_order_of_key_and_for_chosen_keys(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_batches, "BATCH", 3)
    write(
        sqlite_store,
        "people",
        [person(f"p{number}", headline=f"headline {number}") for number in range(8)]
        + [position(f"p{n}", "c", EdgeType.WORKS_AT, "2020", title=f"title {n}") for n in range(8)],
    )
    whole = list(node_texts(sqlite_store, NodeType.PERSON))
    keys = [key for batch in whole for key in batch.keys]
    assert [len(batch.keys) for batch in whole] == [3, 3, 2]
    assert keys == sorted(keys)
    every = texts(sqlite_store, NodeType.PERSON)
    assert every[7] == "headline 7\ntitle 7"
    assert texts(sqlite_store, NodeType.PERSON, keys[::3]) == every[::3]
    assert texts(sqlite_store, NodeType.PERSON, []) == []


def test_keys_of_nobody_or_out_of_order_are_refused(sqlite_store: Store) -> None:
    write(sqlite_store, "people", [person("a"), person("b")])
    keys = [key for batch in node_texts(sqlite_store, NodeType.PERSON) for key in batch.keys]
    with pytest.raises(KeyError, match="no person has the key 800000"):
        texts(sqlite_store, NodeType.PERSON, [*keys, 800_000])
    with pytest.raises(ValueError, match="do not rise"):
        texts(sqlite_store, NodeType.PERSON, keys[::-1])


def test_a_text_without_end_is_cut(sqlite_store: Store) -> None:
    write(sqlite_store, "jobs", [node(NodeType.JOB, "j", description="x" * 100_000)])
    assert len(texts(sqlite_store, NodeType.JOB)[0]) == MOST_CHARACTERS


def test_all_texts_are_those_of_every_type(sqlite_store: Store) -> None:
    facts = [person("a", headline="one"), node(NodeType.SKILL, "s", name="two")]
    write(sqlite_store, "facts", facts)
    assert list(all_texts(sqlite_store)) == ["one", "two"]
