"""Streams give everything once, in order, a batch at a time."""

from itertools import chain
from random import Random

import pytest
from store_facts import NOW, EdgeFact, EventFact, person, write

from graph.schema import EdgeType, EventKind, NodeType
from graph.store import Store
from graph.store.rows import VALUE_COLUMNS
from graph.store.tables import EVENT_CODES


@pytest.mark.parametrize("batch", [1, 3, 10, 11])
def test_nodes_come_whole_in_order_of_key_in_batches(store: Store, batch: int) -> None:
    write(store, "a", [person(f"p{i}", name=f"n{i}") for i in Random(1).sample(range(10), 10)])
    batches = list(store.stream_nodes(NodeType.PERSON, ["name"], batch))
    rows = list(chain.from_iterable(batches))
    assert [len(some) for some in batches[:-1]] == [batch] * (len(batches) - 1)
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert {row[1:] for row in rows} == {(f"p{i}", f"n{i}") for i in range(10)}


def test_nodes_come_with_every_column_unless_told_otherwise(store: Store) -> None:
    write(store, "a", [person("p", name="Ada", is_member=True)])
    ((row,),) = store.stream_nodes(NodeType.PERSON)
    said = dict(zip(VALUE_COLUMNS[NodeType.PERSON], row[2:], strict=True))
    assert (said["name"], said["is_member"], said["email"]) == ("Ada", True, None)


def test_edges_of_a_type_come_in_order_of_their_key(store: Store) -> None:
    years = ("", "2019", "2019-03", "2020-12-01", "2021")
    stays = [
        EdgeFact(f"p{i}", EdgeType.WORKED_AT, f"c{j}", year)
        for i in range(3)
        for j in range(2)
        for year in years[1:]
    ]
    Random(2).shuffle(stays)
    write(store, "a", [*stays, EdgeFact("p1", EdgeType.WORKS_AT, "c1")])
    rows = list(chain.from_iterable(store.stream_edges(EdgeType.WORKED_AT, 5)))
    assert len(rows) == len(stays)
    assert [row[:4] for row in rows] == sorted(row[:4] for row in rows)


def test_events_come_in_order_of_their_key_and_of_the_kinds_asked_for(store: Store) -> None:
    kinds = (EventKind.VIEW, EventKind.SAVE, EventKind.APPLY)
    events = [
        EventFact(f"p{i}", kind, f"j{j}", NOW - j)
        for i in range(3)
        for j in range(4)
        for kind in kinds
    ]
    Random(3).shuffle(events)
    write(store, "a", events)
    rows = list(chain.from_iterable(store.stream_events(batch=7)))
    assert len(rows) == len(events)
    assert [row[:5] for row in rows] == sorted(row[:5] for row in rows)
    some = list(chain.from_iterable(store.stream_events([EventKind.SAVE], 7)))
    assert some == [row for row in rows if row.kind == EVENT_CODES[EventKind.SAVE]]


def test_a_store_without_facts_streams_nothing(store: Store) -> None:
    assert list(store.stream_nodes(NodeType.JOB)) == []
    assert list(store.stream_edges(EdgeType.HOLDS)) == []
    assert list(store.stream_events()) == []


def test_a_stream_reads_the_store_as_it_was_when_it_began(store: Store) -> None:
    write(store, "a", [person(f"p{i}") for i in range(6)])
    stream = store.stream_nodes(NodeType.PERSON, [], 2)
    first = next(stream)
    write(store, "b", [person(f"q{i}") for i in range(6)])
    rest = list(chain.from_iterable(stream))
    assert {row[1] for row in (*first, *rest)} == {f"p{i}" for i in range(6)}
