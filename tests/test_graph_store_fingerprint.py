"""The fingerprint is the same for the same facts, in any order and in any database."""

from dataclasses import dataclass
from random import Random

import pytest
from conftest import NewStore
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from postgres_server import PostgresServer
from store_facts import NOW, EdgeFact, EventFact, Fact, GroupFact, node, person, write
from store_strategies import sources

from graph.schema import EdgeType, EventKind, NodeType
from graph.store import Store

FACTS: tuple[Fact, ...] = (
    person("p", name="Zoë", years_experience=1.5, is_member=True),
    person("q", name="Bea"),
    node(NodeType.PLACE, "place-1", name="Bergen", latitude=60.39, longitude=5.32),
    node(NodeType.JOB, "j", title="Baker", salary_min=1000.0),
    EdgeFact("p", EdgeType.CONNECTED_TO, "q", "2019-04", weight=0.1, notes='{"ü": "1"}'),
    EdgeFact("p", EdgeType.HAS_SKILL, "s", mention="ess", observed=False),
    EventFact("p", EventKind.VIEW, "j", value=0.25),
    EventFact("p", EventKind.ENDORSE, "q", context="s"),
    GroupFact("p", "age", "20s"),
)
# Each says something else than FACTS in one place.
CHANGES: tuple[tuple[int, Fact], ...] = (
    (0, person("p", name="Zoe", years_experience=1.5, is_member=True)),
    (0, person("p", name="Zoë", years_experience=1.25, is_member=True)),
    (0, person("p", name="Zoë", years_experience=1.5)),
    (1, person("q", headline="Bea")),
    (4, EdgeFact("p", EdgeType.CONNECTED_TO, "q", "2019-05", weight=0.1, notes='{"ü": "1"}')),
    (4, EdgeFact("q", EdgeType.CONNECTED_TO, "p", "2019-04", weight=0.1, notes='{"ü": "1"}')),
    (4, EdgeFact("p", EdgeType.CONNECTED_TO, "q", "2019-04", weight=0.1)),
    (5, EdgeFact("p", EdgeType.HAS_SKILL, "s", mention="ess")),
    (5, EdgeFact("p", EdgeType.HAS_SKILL, "s", observed=False)),
    (5, EdgeFact("q", EdgeType.HAS_SKILL, "s", mention="ess", observed=False)),
    (6, EventFact("p", EventKind.SAVE, "j", value=0.25)),
    (6, EventFact("p", EventKind.VIEW, "j", NOW + 1, value=0.25)),
    (6, EventFact("p", EventKind.VIEW, "j")),
    (7, EventFact("p", EventKind.ENDORSE, "q")),
    (8, GroupFact("p", "age", "30s")),
)


@dataclass(frozen=True)
class Settled:
    """An SQLite store and a PostgreSQL store."""

    sqlite: Store
    postgres: Store


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_facts_is_no_part_of_it(new_store: NewStore, seed: int) -> None:
    first = new_store()
    write(first, "a", FACTS)
    expected = first.fingerprint()
    shuffled = list(FACTS)
    Random(seed).shuffle(shuffled)
    second = new_store()
    write(second, "another name", shuffled)
    assert second.fingerprint() == expected


def test_any_change_of_a_fact_changes_it(new_store: NewStore) -> None:
    variants = [list(FACTS), list(FACTS[:-1])]
    variants += [[*FACTS[:at], fact, *FACTS[at + 1 :]] for at, fact in CHANGES]
    seen = []
    for facts in variants:
        store = new_store()
        write(store, "a", facts)
        seen.append(store.fingerprint())
    assert len(set(seen)) == len(variants)


def test_it_is_computed_anew_after_a_write_and_kept_until_then(store: Store) -> None:
    empty = store.fingerprint()
    assert store.fingerprint() == empty
    write(store, "a", FACTS)
    assert store.fingerprint() != empty


def test_an_empty_store_has_the_fingerprint_of_nothing(store: Store) -> None:
    assert store.fingerprint() == "0" * 32


@pytest.fixture
def both(sqlite_store: Store, postgres: PostgresServer, _postgres_template: str) -> Settled:
    name = "fingerprint_twin"
    postgres.drop(name)
    return Settled(sqlite_store, Store.open(postgres.create(name, _postgres_template)))


@pytest.mark.postgres
def test_sqlite_and_postgresql_agree(both: Settled) -> None:
    for store in (both.sqlite, both.postgres):
        write(store, "a", FACTS)
        write(store, "b", [fact for _, fact in CHANGES])
    assert both.sqlite.fingerprint() == both.postgres.fingerprint()


@pytest.mark.postgres
@settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sources=sources, run=st.uuids())
def test_they_agree_on_random_sources(
    both: Settled, sources: list[list[Fact]], run: object
) -> None:
    """What one example writes stays for the next: they must agree on all of it."""
    for store in (both.sqlite, both.postgres):
        for number, facts in enumerate(sources):
            write(store, f"{run} {number}", facts)
    assert both.sqlite.fingerprint() == both.postgres.fingerprint()
