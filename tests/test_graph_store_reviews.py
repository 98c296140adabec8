"""What a person decides about a text moves facts, and taking it back brings them back."""

import pytest
from conftest import NewStore
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_facts import NOW, EdgeFact, EventFact, Fact, NodeFact, forget, node, person, write
from store_strategies import facts

from graph.schema import EdgeType, EventKind, NodeType
from graph.store import Store
from graph.store.reviews import (
    ACCEPTED,
    OPEN,
    SEPARATE,
    Review,
    Suggested,
    accept,
    keep_separate,
    record,
    recount,
    reopen,
)

LOCAL, STANDARD = "local:skill-py", "skill-python"
ASKED = Review(
    NodeType.SKILL, "py", "Py", LOCAL, (Suggested(STANDARD, "Python", 0.8),), 0, OPEN, None
)
NAMES = (
    node(NodeType.SKILL, LOCAL, name="Py"),
    node(NodeType.SKILL, STANDARD, name="Python"),
)
FACTS: tuple[Fact, ...] = (
    *NAMES,
    EdgeFact("ada", EdgeType.HAS_SKILL, LOCAL, weight=0.5),
    EdgeFact("bob", EdgeType.HAS_SKILL, LOCAL, mention="PY"),
    EdgeFact("bob", EdgeType.HAS_SKILL, STANDARD, weight=0.9),
    EventFact("ada", EventKind.ENDORSE, "bob", context=LOCAL),
    EventFact("ada", EventKind.ENDORSE, "bob", context=STANDARD, value=1.0),
    EventFact("bob", EventKind.ENDORSE, "ada", context=LOCAL),
)


def _ask(store: Store) -> None:
    with store.write() as writer:
        record(writer.connection, [ASKED])
        recount(writer.connection)


def _accept(store: Store) -> int:
    (review,) = store.reviews()
    with store.write() as writer:
        return accept(writer.connection, review, STANDARD, NOW)


def _undo(store: Store) -> int:
    (review,) = store.reviews(None)
    with store.write() as writer:
        return reopen(writer.connection, review, str.lower)


def _skills(store: Store) -> dict[str, set[str]]:
    named = {row[0]: row[1] for rows in store.stream_nodes(NodeType.PERSON, []) for row in rows}
    named |= {row[0]: row[1] for rows in store.stream_nodes(NodeType.SKILL, []) for row in rows}
    found: dict[str, set[str]] = {}
    for rows in store.stream_edges(EdgeType.HAS_SKILL):
        for row in rows:
            found.setdefault(named[row.source_key], set()).add(named[row.target_key])
    return found


def test_a_question_says_how_many_facts_wait_for_the_answer(store: Store) -> None:
    write(store, "a", FACTS)
    _ask(store)
    (review,) = store.reviews()
    assert review == ASKED._replace(seen=2)
    assert store.stats().review_queue == 1


def test_the_most_wanted_answers_come_first(store: Store) -> None:
    with store.write() as writer:
        wanted = (("b", 1), ("a", 1), ("c", 9))
        asked = [ASKED._replace(link_key=key, text=key, seen=n) for key, n in wanted]
        record(writer.connection, asked)
    assert [review.text for review in store.reviews()] == ["c", "a", "b"]
    assert [review.text for review in store.reviews(limit=1)] == ["c"]


def test_a_question_asked_again_stays_as_it_is(store: Store) -> None:
    write(store, "a", FACTS)
    _ask(store)
    _accept(store)
    _ask(store)
    assert [review.status for review in store.reviews(None)] == [ACCEPTED]
    assert store.reviews() == []


def test_accepting_moves_every_fact_and_removes_the_local_node(store: Store) -> None:
    write(store, "a", FACTS)
    _ask(store)
    assert _accept(store) == 4
    assert _skills(store) == {"ada": {STANDARD}, "bob": {STANDARD}}
    assert store.find(NodeType.SKILL, [LOCAL]) == {}
    python = store.find(NodeType.SKILL, [STANDARD])[STANDARD]
    events = [row for rows in store.stream_events() for row in rows]
    assert [row.context_key for row in events] == [python, python]
    assert store.stats().nodes["skill"] == 1


def test_taking_it_back_brings_every_fact_back(store: Store) -> None:
    write(store, "a", FACTS)
    _ask(store)
    before = store.fingerprint()
    moved = _accept(store)
    assert store.fingerprint() != before
    assert _undo(store) == moved
    assert store.fingerprint() == before
    assert [review.status for review in store.reviews()] == [OPEN]


def test_what_others_said_of_the_standard_node_in_other_words_stays_there(store: Store) -> None:
    write(store, "a", FACTS)
    _ask(store)
    _accept(store)
    write(store, "b", [EdgeFact("eve", EdgeType.HAS_SKILL, STANDARD, mention="Python 3")])
    write(store, "c", [EdgeFact("fay", EdgeType.HAS_SKILL, STANDARD, mention="py")])
    _undo(store)
    assert _skills(store) == {
        "ada": {LOCAL}, "bob": {LOCAL, STANDARD}, "eve": {STANDARD}, "fay": {LOCAL},
    }  # fmt: skip


def test_a_source_can_be_taken_out_after_a_decision(store: Store) -> None:
    number = write(store, "a", FACTS).source_id
    write(store, "b", [*NAMES, EdgeFact("bob", EdgeType.HAS_SKILL, LOCAL)])
    _ask(store)
    _accept(store)
    forget(store, number)
    assert _skills(store) == {"bob": {STANDARD}}


def test_keeping_it_separate_moves_nothing_and_asks_no_more(store: Store) -> None:
    write(store, "a", FACTS)
    _ask(store)
    before = store.fingerprint()
    (review,) = store.reviews()
    with store.write() as writer:
        keep_separate(writer.connection, review, NOW)
    assert store.fingerprint() == before
    assert [each.status for each in store.reviews(None)] == [SEPARATE]
    assert _undo(store) == 0
    assert len(store.reviews()) == 1


def test_to_mean_its_own_node_is_to_be_separate(store: Store) -> None:
    write(store, "a", FACTS)
    _ask(store)
    (review,) = store.reviews()
    with store.write() as writer:
        assert accept(writer.connection, review, LOCAL, NOW) == 0
    assert [each.status for each in store.reviews(None)] == [SEPARATE]
    assert LOCAL in store.find(NodeType.SKILL, [LOCAL])


def test_a_node_that_is_not_there_cannot_be_meant(store: Store) -> None:
    write(store, "a", FACTS)
    _ask(store)
    before = store.fingerprint()
    (review,) = store.reviews()
    with pytest.raises(KeyError, match="skill-none"), store.write() as writer:
        accept(writer.connection, review, "skill-none", NOW)
    assert store.fingerprint() == before


def test_a_dated_stay_moved_onto_an_undated_one_comes_back_too(store: Store) -> None:
    stay = EdgeFact("ada", EdgeType.WORKS_AT, "local:company-x")
    at_company = ASKED._replace(kind=NodeType.COMPANY, local_id="local:company-x")
    asked = at_company._replace(text="X", link_key="x")
    write(
        store,
        "a",
        [
            node(NodeType.COMPANY, "local:company-x", name="X"),
            node(NodeType.COMPANY, "local:company-y", name="Y"),
            stay._replace(since="2020"),
            stay._replace(end="local:company-y"),
        ],
    )
    with store.write() as writer:
        record(writer.connection, [asked])
    before = store.fingerprint()
    (review,) = store.reviews()
    with store.write() as writer:
        accept(writer.connection, review, "local:company-y", NOW)
    assert [row.since for rows in store.stream_edges(EdgeType.WORKS_AT) for row in rows] == ["2020"]
    _undo(store)
    assert store.fingerprint() == before


@pytest.mark.slow
@settings(
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(said=st.lists(facts, max_size=12))
def test_any_decision_can_be_taken_back(new_store: NewStore, said: list[Fact]) -> None:
    store = new_store()
    local, standard = "local:skill-2", "skill-1"
    own_words = {local: "Gamma", standard: "beta"}
    facts: list[Fact] = [EdgeFact("p1", EdgeType.HAS_SKILL, local), person("p1")]
    for fact in said:
        if isinstance(fact, EdgeFact) and fact.mention and fact.end in own_words:
            fact = fact._replace(mention=own_words[fact.end])
        if not isinstance(fact, NodeFact):
            facts.append(fact)
    write(store, "a", [*facts, node(NodeType.SKILL, local, name="gamma")])
    write(store, "b", [node(NodeType.SKILL, standard, name="delta")])
    with store.write() as writer:
        record(writer.connection, [ASKED._replace(local_id=local, link_key="gamma")])
    before = store.fingerprint()
    (review,) = store.reviews()
    with store.write() as writer:
        accept(writer.connection, review, standard, NOW)
    _undo(store)
    assert store.fingerprint() == before
