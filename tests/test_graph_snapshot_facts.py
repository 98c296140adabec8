"""Facts become numbers of nodes, and what was taken shows in digests, whatever the order."""

import tempfile
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.relation import EDGE_RELATIONS
from graph.schema import EdgeType, NodeType
from graph.snapshot.adjacency import ALWAYS, Adjacency
from graph.snapshot.facts import NodeList, Spool, keys_digest
from graph.snapshot.grouping import both_directions, group_backward, group_forward
from graph.snapshot.mixing import RECORD, Ends, Facts
from graph.store.column_streams import UNDATED

HAS_SKILL = EDGE_RELATIONS[EdgeType.HAS_SKILL]
PEOPLE = NodeList(NodeType.PERSON, np.array([8, 24, 32], np.int64), ["p1", "p3", "p4"])
SKILLS = NodeList(NodeType.SKILL, np.array([11, 19], np.int64), ["s1", "s2"])
Edge = tuple[int, int, int, float]  # source, target, time, weight
PAIRS = [(8, 11), (24, 19), (8, 19)]


def facts_of(pairs: Sequence[tuple[int, int]], details: Sequence[int] = ()) -> Facts:
    sources, targets = (np.array(column, np.int64) for column in zip(*pairs, strict=True))
    times = np.full(len(pairs), 7, np.int64)
    stated = np.array(details or [0] * len(pairs), np.uint64)
    return Facts(sources, targets, times, np.ones(len(pairs), np.float32), stated)


def taken(facts: Facts, rows: Sequence[int] = (1, 2, 3)) -> tuple[Spool, Ends, Ends]:
    people = PEOPLE.ends(np.array(rows, np.uint64))
    skills = SKILLS.ends(np.array([4, 5], np.uint64))
    with tempfile.TemporaryFile() as stream:
        spool = Spool(HAS_SKILL, 3, stream)
        spool.add(facts, people, skills)
        records = spool.records()
    assert len(records) == spool.count == len(facts.sources)
    return spool, people, skills


def test_undated_is_the_same_everywhere() -> None:
    assert UNDATED == ALWAYS


def test_keys_become_numbers() -> None:
    people, skills = PEOPLE.ends(np.zeros(3, np.uint64)), SKILLS.ends(np.zeros(2, np.uint64))
    with tempfile.TemporaryFile() as stream:
        spool = Spool(HAS_SKILL, 3, stream)
        spool.add(facts_of([(8, 11), (32, 19)]), people, skills)
        spool.add(facts_of([(24, 19)]), people, skills)
        records = spool.records()
    assert records["source"].tolist() == [0, 2, 1]
    assert records["target"].tolist() == [0, 1, 1]
    assert records["time"].tolist() == [7, 7, 7]


@pytest.mark.parametrize(
    "pair", [(8, 27), (16, 11), (8, 12), (11, 11), (40, 11), (-8, 11), (0, 11)]
)
def test_a_fact_about_no_node_is_refused_with_its_keys(pair: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=f"keys {pair[0]} to {pair[1]}, no such nodes"):
        taken(facts_of([(8, 11), pair]))


def test_digests_do_not_depend_on_order() -> None:
    one, other = taken(facts_of(PAIRS)), taken(facts_of(PAIRS[::-1]))
    assert one[0].digest == other[0].digest
    for here, there in zip(one[1:], other[1:], strict=True):
        assert here.digests.tolist() == there.digests.tolist()


def test_details_show_at_both_ends_and_nowhere_else() -> None:
    _, people, skills = taken(facts_of(PAIRS))
    spool, people_after, skills_after = taken(facts_of(PAIRS, details=[0, 1, 0]))
    assert (people.digests != people_after.digests).tolist() == [False, True, False]
    assert (skills.digests != skills_after.digests).tolist() == [False, True]
    assert spool.digest == taken(facts_of(PAIRS))[0].digest  # no array holds details


def test_what_is_stated_of_a_node_shows_at_its_neighbours() -> None:
    _, people, skills = taken(facts_of(PAIRS))
    _, people_after, skills_after = taken(facts_of(PAIRS), rows=(1, 9, 3))
    assert (people.digests != people_after.digests).tolist() == [False, True, False]
    assert (skills.digests != skills_after.digests).tolist() == [False, True]


def test_an_edge_twice_is_not_no_edge() -> None:
    once, twice = taken(facts_of(PAIRS)), taken(facts_of([*PAIRS, *PAIRS]))
    assert once[0].digest != twice[0].digest
    assert once[1].digests[0] != twice[1].digests[0]


def test_keys_and_ids_show_in_the_digest_of_a_store() -> None:
    def digest(keys: list[int], ids: list[str]) -> str:
        listed = NodeList(NodeType.PERSON, np.array(keys, np.int64), ids)
        return keys_digest({NodeType.PERSON: listed})

    digests = [
        digest([8, 16], ["a", "b"]),
        digest([8, 16], ["b", "a"]),
        digest([8, 24], ["a", "b"]),
        digest([8], ["a"]),
        digest([], []),
    ]
    assert len(set(digests)) == len(digests)
    assert digest([8, 16], ["a", "b"]) == digests[0]


def grouped(edges: Sequence[Edge], receivers: int, end: int) -> list[list[Edge]]:
    """Return the edges at each node that is at one end of them, the slow way."""
    rows = [[edge for edge in edges if edge[end] == number] for number in range(receivers)]
    return [sorted(row, key=lambda e: (-e[2], e[1 - end], e[3])) for row in rows]


def read(adjacency: Adjacency, end: int) -> list[list[Edge]]:
    rows: list[list[Edge]] = []
    for number in range(adjacency.num_targets):
        place = slice(adjacency.starts[number], adjacency.ends[number])
        columns = (adjacency.sources[place], adjacency.times[place], adjacency.weights[place])
        told = zip(*(each.tolist() for each in columns), strict=True)
        at = [(s, number, t, w) if end == 1 else (number, s, t, w) for s, t, w in told]
        rows.append(at)
    return rows


_edges = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.integers(0, 3),
        st.sampled_from([ALWAYS, -1, 0, 1, 2]),
        st.sampled_from([0.25, 0.5]),
    ),
    max_size=150,  # longer rows are sorted in another way
)


@settings(max_examples=60)
@given(edges=_edges)
def test_edges_are_grouped_as_the_slow_way_groups_them(edges: list[Edge]) -> None:
    records = np.array([(t, w, a, b) for a, b, t, w in edges], RECORD)
    assert read(group_forward(records, 6, 4), 1) == grouped(edges, 4, 1)
    assert read(group_backward(records, 6, 4), 0) == grouped(edges, 6, 0)


def test_undirected_edges_go_both_ways() -> None:
    records = np.array([(1, 0.5, 0, 1), (2, 0.25, 2, 2)], RECORD)
    both = sorted(both_directions(records).tolist())
    assert both == [(1, 0.5, 0, 1), (1, 0.5, 1, 0), (2, 0.25, 2, 2)]
