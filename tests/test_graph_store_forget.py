"""A source that is taken out leaves the store that would be without it."""

import pytest
from conftest import NewStore
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from store_facts import EdgeFact, EventFact, Fact, forget, node, person, write
from store_strategies import facts, sources

from graph.schema import EdgeType, EventKind, NodeType
from graph.store import Store
from graph.store.tables import metadata

random_facts = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.slow
@random_facts
@given(sources=sources, which=st.integers(0, 2))
def test_forgetting_gives_the_store_that_never_had_the_source(
    new_store: NewStore, sources: list[list[Fact]], which: int
) -> None:
    which %= len(sources)
    full = new_store()
    numbers = [write(full, f"s{i}", said).source_id for i, said in enumerate(sources)]
    forget(full, numbers[which])
    after = full.fingerprint()
    without = new_store()
    for i, said in enumerate(sources):
        if i != which:
            write(without, f"s{i}", said)
    assert after == without.fingerprint()


@pytest.mark.slow
@random_facts
@given(sources=sources)
def test_forgetting_everything_leaves_nothing(
    new_store: NewStore, sources: list[list[Fact]]
) -> None:
    store = new_store()
    numbers = [write(store, f"s{i}", said).source_id for i, said in enumerate(sources)]
    for number in numbers:
        forget(store, number)
    with store.read() as connection:
        for table in metadata.sorted_tables:
            if table.name != "setting":
                held = connection.scalar(select(func.count()).select_from(table))
                assert held == 0, table.name


@pytest.mark.slow
@random_facts
@given(first=st.lists(facts, max_size=8), second=st.lists(facts, max_size=8))
def test_the_order_of_rows_does_not_matter(
    new_store: NewStore, first: list[Fact], second: list[Fact]
) -> None:
    one = new_store()
    for said in (first, second):
        write(one, str(said is second), said)
    expected = one.fingerprint()
    other = new_store()
    for said in (first, second):
        write(other, str(said is second), list(reversed(said)))
    assert other.fingerprint() == expected


@pytest.mark.slow
@random_facts
@given(sources=sources)
def test_the_same_rows_again_add_and_change_nothing(
    new_store: NewStore, sources: list[list[Fact]]
) -> None:
    store = new_store()
    for i, said in enumerate(sources):
        write(store, f"s{i}", said)
    before = store.fingerprint()
    for i, said in enumerate(sources):
        again = write(store, f"s{i}", said)
        assert not again.added
        assert not again.changed
    assert store.fingerprint() == before


def test_a_source_that_came_last_is_forgotten_as_well_as_one_that_came_first(
    new_store: NewStore,
) -> None:
    sources: list[list[Fact]] = [
        [person("p", name="Ada", headline="old"), EdgeFact("p", EdgeType.WORKS_AT, "local:c")],
        [
            person("p", name="Ada L."),
            EdgeFact("p", EdgeType.WORKS_AT, "local:c", "2020"),
            EventFact("p", EventKind.VIEW, "j", value=1.0),
        ],
        [
            node(NodeType.COMPANY, "local:c", name="C"),
            EdgeFact("p", EdgeType.WORKS_AT, "local:c", "2020", "2021", mention="See"),
            EventFact("p", EventKind.VIEW, "j"),
        ],
    ]
    for which in range(3):
        full = new_store()
        numbers = [write(full, f"s{i}", said).source_id for i, said in enumerate(sources)]
        forget(full, numbers[which])
        after = full.fingerprint()
        without = new_store()
        for i, said in enumerate(sources):
            if i != which:
                write(without, f"s{i}", said)
        assert after == without.fingerprint()


def test_a_standard_node_that_nobody_states_or_needs_any_more_goes(store: Store) -> None:
    number = write(store, "taxonomy", [node(NodeType.SKILL, "skill-old", name="Old")]).source_id
    forget(store, number)
    assert store.stats().nodes["skill"] == 0


def test_forgetting_a_source_that_is_not_there_changes_nothing(store: Store) -> None:
    write(store, "a", [person("p", name="Ada")])
    before = store.fingerprint()
    forget(store, 99)
    assert store.fingerprint() == before
