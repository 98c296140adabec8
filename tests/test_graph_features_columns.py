"""The declared features: each made of facts that may be a feature, none of a protected one."""

from collections.abc import Iterator

import pytest

from graph.features.columns import ALLOWED, COLUMNS, Column, Shape
from graph.features.readings import READ_COLUMNS
from graph.schema import EdgeType, NodeType
from graph.store.tables import BOOKKEEPING, NODE_TABLES
from graph.text.node_texts import TEXT_COLUMNS

# What says who somebody is, how old, or of which group, by what it is called anywhere.
PROTECTED = (
    "name",
    "email",
    "url",
    "photo",
    "birth",
    "gender",
    "age",
    "notes",
    "place",
    "company",
)
PROTECTED_ANYWHERE = ("studied_at", "group", "since", "until", "postcode", "degree", "birth")


def declared() -> Iterator[tuple[NodeType, Column, str]]:
    for kind, columns in COLUMNS.items():
        for column in columns:
            for source in column.sources:
                yield kind, column, source


def test_every_type_begins_with_its_text_and_has_no_column_twice() -> None:
    assert set(COLUMNS) == set(NodeType)
    for columns in COLUMNS.values():
        assert columns[0].shape is Shape.TEXT
        assert len({column.name for column in columns}) == len(columns)


def test_every_feature_is_made_only_of_facts_that_are_allowed() -> None:
    assert {source for _, _, source in declared()} <= ALLOWED


def test_nothing_is_allowed_that_no_feature_is_made_of() -> None:
    assert {source for _, _, source in declared()} >= ALLOWED


def test_everything_allowed_is_a_fact_of_the_store() -> None:
    facts = {
        f"{kind}.{column.name}"
        for kind, table in NODE_TABLES.items()
        for column in table.columns
        if column.name not in BOOKKEEPING
    }
    edges = {kind.value for kind in EdgeType}
    for source in ALLOWED:
        edge, _, note = source.partition(".notes.")
        assert source in facts or (edge in edges and "." not in note), source


@pytest.mark.parametrize("word", PROTECTED)
def test_no_protected_column_of_a_person_is_allowed(word: str) -> None:
    assert f"person.{word}" not in ALLOWED


@pytest.mark.parametrize("word", PROTECTED_ANYWHERE)
def test_nothing_that_tells_age_or_group_is_allowed(word: str) -> None:
    assert [source for source in ALLOWED if word in source.replace("skill_group", "")] == []


def test_no_column_is_read_that_is_not_allowed() -> None:
    read = {
        f"{kind}.{name}"
        for columns in (TEXT_COLUMNS, READ_COLUMNS)
        for kind, names in columns.items()
        for name in names
    }
    # A person's name is read to take it out of the text, as the test of rows shows.
    assert read - ALLOWED == {"person.name"}
