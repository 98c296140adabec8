"""Words find people, jobs and companies, the same ones in either database."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from store_facts import NOW, node, person, write

from graph.schema import NodeType
from graph.store import Store
from graph.store.search_index import search_words

PEOPLE = (
    person("rene", name="René Müller", headline="Ingénieur logiciel", company="Northwind GmbH"),
    person("ana", name="Ana Ñandú", headline="C++ & node.js developer, ana@example.org"),
    person("li", name="李小龙", headline="Straßenbau"),
    person("ivan", name="иван петров", headline="снабжение"),
    person("snake", name="Snake_Case O'Brien-Smith", headline="2nd shift 24/7"),
    person("decomposed", name="Ame\u0301lie"),
)
OTHERS = (
    node(NodeType.JOB, "job", title="Data Engineer", description="Rust and Müsli", company="Acme"),
    node(NodeType.COMPANY, "company", name="Müller & Söhne", industry="Bakeries"),
)


@pytest.fixture
def filled(store: Store) -> Store:
    write(store, "a", [*PEOPLE, *OTHERS])
    return store


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("rene", {"rene"}),
        ("RENÉ", {"rene"}),
        ("rene\u0301", {"rene"}),
        ("muller", {"rene", "company"}),
        ("Müll", {"rene", "company"}),
        ("mull north", {"rene"}),
        ("ingenieur", {"rene"}),
        ("amelie", {"decomposed"}),
        ("nandu", {"ana"}),
        ("node.js", {"ana"}),
        ("js", {"ana"}),
        ("example.org", {"ana"}),
        ("ana@example.org", {"ana"}),
        ("李小龙", {"li"}),
        ("straßenbau", {"li"}),
        ("иван", {"ivan"}),
        ("case", {"snake"}),
        ("snake_case", {"snake"}),
        ("brien", {"snake"}),
        ("smith", {"snake"}),
        ("24 7", {"snake"}),
        ("data eng", {"job"}),
        ("musli rust", {"job"}),
        ("baker", {"company"}),
        ("ngineer", set()),
        ("rene engineer", set()),
        ("", set()),
        ("+++", set()),
    ],
)
def test_every_word_must_begin_one(filled: Store, query: str, expected: set[str]) -> None:
    assert {hit.id for hit in filled.search(query)} == expected


@pytest.mark.parametrize(
    "query",
    ['rene"', "rene*", "rene OR ana", "NOT ana", "name:rene", "rene NEAR ana", "^rene", "(rene",
     "rene & !ana", "rene:*", "rene'; DROP TABLE person; --", "\\", "'", '"', "%", "_"],
)  # fmt: skip
def test_operators_and_quotes_mean_nothing(filled: Store, query: str) -> None:
    hits = {hit.id for hit in filled.search(query)}
    assert hits <= {"rene"}
    assert filled.stats().nodes["person"] == len(PEOPLE)


def test_a_hit_says_what_it_found(filled: Store) -> None:
    (hit,) = filled.search("data")
    assert (hit.id, hit.name, hit.kind) == ("job", "Data Engineer", NodeType.JOB)
    assert filled.find(NodeType.JOB, ["job"]) == {"job": hit.key}


def test_only_the_kinds_asked_for_are_searched(filled: Store) -> None:
    assert {hit.id for hit in filled.search("muller", [NodeType.COMPANY])} == {"company"}
    assert filled.search("muller", []) == []
    assert filled.search("muller", [NodeType.SKILL]) == []


def test_a_name_counts_for_more_than_the_rest(store: Store) -> None:
    write(store, "a", [person("b", headline="Baker of bread"), person("a", name="Baker")])
    assert [hit.id for hit in store.search("baker")] == ["a", "b"]


def test_the_limit_holds(store: Store) -> None:
    write(store, "a", [person(f"p{i}", name="Ada") for i in range(9)])
    assert len(store.search("ada", limit=4)) == 4
    assert store.search("ada", limit=0) == []


def test_a_changed_name_is_found_as_it_is_now(store: Store) -> None:
    write(store, "a", [person("p", updated_at=1, name="Oldname")])
    write(store, "b", [person("p", updated_at=2, name="Newname")])
    assert store.search("oldname") == []
    assert [hit.id for hit in store.search("newname")] == ["p"]


def test_the_erased_are_not_found(filled: Store) -> None:
    filled.erase("rene", NOW)
    assert filled.search("rene") == []
    assert {hit.id for hit in filled.search("muller")} == {"company"}


@pytest.mark.parametrize("text", ["x" * 3000, "\U0001e900\U0001e901 a\U0001f600b", "a\u200db"])
def test_strange_words_are_stored_and_asked_for(store: Store, text: str) -> None:
    write(store, "a", [person("p", name=text)])
    assert len(store.search(text)) <= 1


def test_a_very_long_text_is_searched(store: Store) -> None:
    words = " ".join(f"word{i}" for i in range(150_000))
    write(store, "a", [node(NodeType.JOB, "j", title="Long", description=words)])
    assert [hit.id for hit in store.search("word77")] == ["j"]


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=40))
@example("a\U0001e900b")
@example("\ud800")
@example("\x00rene")
@example("aⒶb ² ½ ﬁ ǅ")
def test_no_text_is_an_error(filled: Store, query: str) -> None:
    if not search_words(query):
        assert filled.search(query) == []
    assert len(filled.search(query)) <= len(PEOPLE) + len(OTHERS)
