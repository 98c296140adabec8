"""The part of the graph around some nodes, and how hubs are kept from flooding it."""

import pytest
from conftest import NewStore
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_facts import NOW, EdgeFact, EventFact, Fact, person, write
from store_strategies import facts

from graph.schema import EdgeType, EventKind, NodeType
from graph.store import Store
from graph.store.neighbourhood import Limits, Subgraph

NOTES = '{"a": "b"}'
NO_LIMITS = Limits(per_relation=1000, most_nodes=1000)
#   ada -- works_at --> northwind <-- posted_by -- job -- requires --> python
#    |  \\                                          ^
#    |   has_skill --> python                      | view
#    connected_to --> bob -------------------------+
DRAWN = (
    EdgeFact("ada", EdgeType.WORKS_AT, "northwind"),
    EdgeFact("ada", EdgeType.HAS_SKILL, "python"),
    EdgeFact("ada", EdgeType.CONNECTED_TO, "bob"),
    EdgeFact("job", EdgeType.POSTED_BY, "northwind"),
    EdgeFact("job", EdgeType.REQUIRES, "python"),
    EventFact("bob", EventKind.VIEW, "job"),
)


def _around(
    store: Store, kind: NodeType, id: str, hops: int, limits: Limits = NO_LIMITS
) -> Subgraph:
    return store.neighbourhood([store.find(kind, [id])[id]], hops, limits)


def _ids(found: Subgraph) -> set[str]:
    return {node.id for node in found.nodes.values()}


@pytest.mark.parametrize(
    ("hops", "expected"),
    [
        (0, {"ada"}),
        (1, {"ada", "northwind", "python", "bob"}),
        (2, {"ada", "northwind", "python", "bob", "job"}),
    ],
)
def test_each_hop_reaches_one_step_further(store: Store, hops: int, expected: set[str]) -> None:
    write(store, "a", DRAWN)
    assert _ids(_around(store, NodeType.PERSON, "ada", hops)) == expected


def test_relations_are_walked_backwards_too(store: Store) -> None:
    write(store, "a", DRAWN)
    assert _ids(_around(store, NodeType.SKILL, "python", 1)) == {"python", "ada", "job"}
    assert _ids(_around(store, NodeType.COMPANY, "northwind", 1)) == {"northwind", "ada", "job"}
    assert _ids(_around(store, NodeType.PERSON, "bob", 1)) == {"bob", "ada", "job"}
    assert _ids(_around(store, NodeType.JOB, "job", 1)) == {"job", "bob", "northwind", "python"}


def test_relations_come_with_what_they_say_and_where_it_was_stated(store: Store) -> None:
    stay = EdgeFact("ada", EdgeType.WORKS_AT, "x", "2019", "2021", 0.5, False, "ex", NOTES, 7)
    view = EventFact("ada", EventKind.VIEW, "j", NOW, 0.5, row=9)
    number = write(store, "a", [stay, view]).source_id
    found = _around(store, NodeType.PERSON, "ada", 1)
    (edge,), (event,) = found.edges, found.events
    assert (edge.type, edge.since, edge.until, edge.weight) == ("works_at", "2019", "2021", 0.5)
    assert edge.observed is False
    assert (edge.mention, edge.notes) == ("ex", NOTES)
    assert (edge.source_id, edge.source_row) == (number, 7)
    assert (event.kind, event.at, event.value, event.context_key) == ("view", NOW, 0.5, 0)
    assert (event.source_id, event.source_row) == (number, 9)


def test_no_hops_read_the_nodes_alone(store: Store) -> None:
    write(store, "a", DRAWN)
    found = _around(store, NodeType.PERSON, "ada", 0)
    assert (found.edges, found.events) == ([], [])


@pytest.mark.parametrize("key", [-1, 0, 7, 8, 15, 8_000_000, 2**62])
def test_a_key_of_nothing_is_left_out(store: Store, key: int) -> None:
    write(store, "a", [person("ada")])
    ada = store.find(NodeType.PERSON, ["ada"])["ada"]
    wanted = [key, ada] if key != ada else [ada]
    assert list(store.neighbourhood(wanted, 2).nodes) == [ada]


def test_less_than_no_hops_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="hops must be at least 0, got -1"):
        store.neighbourhood([8], -1)


@pytest.mark.parametrize("limits", [(0, 5), (5, 0)])
def test_a_limit_below_one_is_refused(limits: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Limits(*limits)


def test_a_job_with_5000_viewers_shows_the_latest(store: Store) -> None:
    write(store, "a", [EventFact(f"p{i}", EventKind.VIEW, "j", NOW + i) for i in range(5000)])
    found = _around(store, NodeType.JOB, "j", 2, Limits(per_relation=3, most_nodes=50))
    assert _ids(found) == {"j", "p4999", "p4998", "p4997"}
    assert [event.at for event in found.events] == [NOW + 4999, NOW + 4998, NOW + 4997]


def test_events_of_one_moment_always_come_in_the_same_order(new_store: NewStore) -> None:
    views: list[Fact] = [EventFact(f"p{i}", EventKind.VIEW, "j") for i in range(9)]
    chosen = []
    for said in (views, views[::-1]):
        store = new_store()
        write(store, "names", [person(f"p{i}") for i in range(9)])
        write(store, "a", said)
        chosen.append(_ids(_around(store, NodeType.JOB, "j", 1, Limits(per_relation=4))))
    assert chosen[0] == chosen[1]
    assert len(chosen[0]) == 5


def _shows(people: int, jobs: int, first: int) -> list[Fact]:
    """State that lists showed jobs to people, later than anything else that happened."""
    shown = [(f"p{i}", f"shown{j}") for i in range(people) for j in range(jobs)]
    return [
        EventFact(person, EventKind.SHOW, job, NOW + first + place, 0.5)
        for place, (person, job) in enumerate(shown)
    ]


def test_what_a_list_showed_takes_no_place_from_what_a_person_did(store: Store) -> None:
    views = [EventFact("p0", EventKind.VIEW, f"j{i}", NOW + i) for i in range(5)]
    write(store, "a", [*views, *_shows(1, 40, 10)])
    found = _around(store, NodeType.PERSON, "p0", 1, Limits(per_relation=5))
    kinds = [event.kind for event in found.events]
    assert kinds == [EventKind.VIEW] * 5 + [EventKind.SHOW] * 5
    assert [event.at for event in found.events[5:]] == [NOW + 49 - i for i in range(5)]


def test_the_people_a_job_was_shown_to_take_no_place_from_those_who_applied(store: Store) -> None:
    shows = [EventFact(f"p{i}", EventKind.SHOW, "j", NOW + i) for i in range(1, 40)]
    write(store, "a", [EventFact("p0", EventKind.APPLY, "j"), *shows])
    found = _around(store, NodeType.JOB, "j", 1, Limits(per_relation=3))
    assert _ids(found) == {"j", "p0", "p39", "p38", "p37"}


@settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    said=st.lists(facts, min_size=4, max_size=20),
    hops=st.integers(0, 3),
    limits=st.builds(Limits, st.integers(1, 4), st.integers(1, 12)),
)
def test_a_neighbourhood_holds_with_shows_all_that_it_holds_without(
    new_store: NewStore, said: list[Fact], hops: int, limits: Limits
) -> None:
    met: list[set[str]] = []
    for shows in ([], _shows(3, 4, 10)):
        store = new_store()
        write(store, "a", [EventFact("p1", EventKind.VIEW, "j1"), *said])
        write(store, "shows", shows)
        met.append(_ids(_around(store, NodeType.PERSON, "p1", hops, limits)))
    assert met[0] <= met[1]


def test_nodes_that_a_list_showed_lead_no_further(store: Store) -> None:
    jobs = [EdgeFact(f"shown{i}", EdgeType.POSTED_BY, f"company{i}") for i in range(3)]
    write(store, "a", [*jobs, *_shows(1, 3, 0)])
    found = _around(store, NodeType.PERSON, "p0", 3)
    assert _ids(found) == {"p0", "shown0", "shown1", "shown2"}


def test_nearer_nodes_are_kept_before_farther(store: Store) -> None:
    chain = [EdgeFact(f"p{i}", EdgeType.CONNECTED_TO, f"p{i + 1}") for i in range(9)]
    write(store, "a", chain)
    found = _around(store, NodeType.PERSON, "p0", 9, Limits(most_nodes=4))
    assert _ids(found) == {"p0", "p1", "p2", "p3"}
    assert len(found.edges) == 3


def test_more_nodes_than_the_limit_cannot_be_asked_for(store: Store) -> None:
    write(store, "a", [person(f"p{i}") for i in range(9)])
    keys = list(store.find(NodeType.PERSON, [f"p{i}" for i in range(9)]).values())
    assert list(store.neighbourhood(keys, 1, Limits(most_nodes=4)).nodes) == keys[:4]


def _walk(store: Store, start: int, hops: int) -> tuple[set[int], set[tuple[object, ...]]]:
    """The slow obvious twin: look at every relation of the store at every step."""
    links: list[tuple[int, int, tuple[object, ...]]] = []
    for kind in EdgeType:
        for rows in store.stream_edges(kind):
            links += [(r.source_key, r.target_key, ("edge", *r[:4])) for r in rows]
    for rows in store.stream_events():
        links += [(r.person_key, r.object_key, ("event", *r[:5])) for r in rows]
    reached, seen, frontier = {start}, set(), {start}
    for _ in range(hops):
        met = [link for link in links if frontier & {link[0], link[1]}]
        seen |= {link[2] for link in met}
        frontier = {end for link in met for end in link[:2]} - reached
        reached |= frontier
    return reached, seen


@settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(said=st.lists(facts, min_size=4, max_size=20), hops=st.integers(0, 3))
def test_it_finds_what_looking_at_everything_finds(
    new_store: NewStore, said: list[Fact], hops: int
) -> None:
    store = new_store()
    write(store, "a", [person("p1"), *said])
    start = store.find(NodeType.PERSON, ["p1"])["p1"]
    found = store.neighbourhood([start], hops, NO_LIMITS)
    relations: set[tuple[object, ...]] = {
        ("edge", e.source_key, list(EdgeType).index(e.type), e.target_key, e.since or "")
        for e in found.edges
    }
    kinds = list(EventKind)
    relations |= {
        ("event", e.person_key, e.at, kinds.index(e.kind), e.object_key, e.context_key)
        for e in found.events
    }
    assert (set(found.nodes), relations) == _walk(store, start, hops)
