"""Columns say what rows say, however they are cut into batches."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import numpy as np
import pytest
from store_facts import NOW, EdgeFact, EventFact, node, person, write

from graph.schema import EdgeType, EventKind, NodeType
from graph.store import Store
from graph.store.column_streams import (
    UNDATED,
    EdgeColumns,
    EventColumns,
    Remembered,
    digest,
    read_edge_columns,
    read_event_columns,
    read_keys,
    read_node_columns,
    seconds_of,
)

DAY = 24 * 60 * 60


def rows_of(batches: Sequence[EdgeColumns | EventColumns]) -> list[tuple[Any, ...]]:
    columns = [zip(*(column.tolist() for column in batch[:5]), strict=True) for batch in batches]
    return sorted(chain.from_iterable(columns))


def only_edge(store: Store) -> EdgeColumns:
    (batch,) = read_edge_columns(store)
    assert len(batch.kinds) == 1
    return batch


@pytest.mark.parametrize("batch", [1, 4, 100])
def test_edge_columns_hold_the_same_as_edge_rows(store: Store, batch: int) -> None:
    stays = [
        EdgeFact(f"p{i}", kind, f"c{j}", since, weight=weight)
        for i, weight in ((0, 0.25), (1, 1.0))
        for j in range(3)
        for kind in (EdgeType.WORKS_AT, EdgeType.WORKED_AT)
        for since in ("2019", "2020-03", "2020-03-02")
    ]
    write(store, "a", stays)
    expected = sorted(
        (row.type, row.source_key, row.target_key, seconds_of(row.since), row.weight)
        for kind in (EdgeType.WORKS_AT, EdgeType.WORKED_AT)
        for row in chain.from_iterable(store.stream_edges(kind))
    )
    assert len(expected) == len(stays) == 36
    found = list(read_edge_columns(store, batch=batch))
    assert max(len(each.kinds) for each in found) <= batch
    assert rows_of(found) == expected
    some = list(read_edge_columns(store, [EdgeType.WORKED_AT], batch))
    assert rows_of(some) == [row for row in expected if row[0] == 1]


@pytest.mark.parametrize("batch", [1, 4, 100])
def test_event_columns_hold_the_same_as_event_rows(store: Store, batch: int) -> None:
    acts = [
        EventFact(f"p{i}", kind, f"j{i}", NOW + at, value=0.5)
        for i in range(3)
        for kind in (EventKind.VIEW, EventKind.APPLY)
        for at in range(2)
    ]
    write(store, "a", acts)
    expected = sorted(
        (row.kind, row.person_key, row.object_key, row.at, row.value)
        for row in chain.from_iterable(store.stream_events())
    )
    assert len(expected) == 12
    assert rows_of(list(read_event_columns(store, batch=batch))) == expected
    some = list(read_event_columns(store, [EventKind.VIEW], batch))
    assert rows_of(some) == [row for row in expected if row[0] == 0]


def test_a_weight_or_value_that_nobody_stated_is_no_number(store: Store) -> None:
    write(store, "a", [EdgeFact("p", EdgeType.HAS_SKILL, "s")])
    write(store, "b", [EventFact("p", EventKind.ENDORSE, "q", context="s")])
    assert math.isnan(only_edge(store).weights[0])
    (events,) = read_event_columns(store)
    assert math.isnan(events.weights[0])
    assert events.details.tolist() == list(store.find(NodeType.SKILL, ["s"]).values())


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("2024", datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024-03", datetime(2024, 3, 1, tzinfo=UTC)),
        ("2024-02-29", datetime(2024, 2, 29, tzinfo=UTC)),
        ("2024-02-29T23:59:59Z", datetime(2024, 2, 29, tzinfo=UTC)),
        ("1969-12-31", datetime(1969, 12, 31, tzinfo=UTC)),
    ],
)
def test_a_date_is_the_moment_its_day_month_or_year_begins(date: str, moment: datetime) -> None:
    assert seconds_of(date) == moment.timestamp()


@pytest.mark.parametrize("date", ["", None])
def test_no_date_is_older_than_any(date: str | None) -> None:
    assert seconds_of(date) == UNDATED < seconds_of("0001")


def test_a_date_that_is_none_is_quoted(store: Store) -> None:
    write(store, "a", [EdgeFact("p", EdgeType.WORKS_AT, "c", "spring")])
    with pytest.raises(ValueError, match="'spring' is no date"):
        list(read_edge_columns(store))


@pytest.mark.parametrize(
    "other",
    [
        EdgeFact("p", EdgeType.WORKS_AT, "c", "2019", until="2020"),
        EdgeFact("p", EdgeType.WORKS_AT, "c", "2019", observed=False),
        EdgeFact("p", EdgeType.WORKS_AT, "c", "2019", mention="2020"),
        EdgeFact("p", EdgeType.WORKS_AT, "c", "2019", notes="2020"),
        EdgeFact("p", EdgeType.WORKS_AT, "c", "2019", until="2020", notes="2020"),
        EdgeFact("p", EdgeType.WORKS_AT, "c", "2019", until="2020", observed=False),
    ],
)
def test_whatever_is_stated_of_an_edge_shows_in_its_details(
    sqlite_store: Store, other: EdgeFact
) -> None:
    alike = [EdgeFact("p", EdgeType.WORKS_AT, "d", "2019"), other._replace(end="e")]
    write(sqlite_store, "a", [EdgeFact("p", EdgeType.WORKS_AT, "c", "2019"), *alike])
    (batch,) = read_edge_columns(sqlite_store)
    by_target = dict(zip(batch.targets.tolist(), batch.details.tolist(), strict=True))
    keys = sqlite_store.find(NodeType.COMPANY, ["c", "d", "e"])
    plain, same, different = (by_target[keys[id]] for id in "cde")
    assert plain == same != different


def test_nodes_come_with_a_digest_of_all_that_is_stated_of_them(store: Store) -> None:
    write(store, "a", [person("p", name="Ann"), person("q", name="Bo"), node(NodeType.JOB, "j")])

    def digests() -> dict[str, int]:
        batches = list(read_node_columns(store, NodeType.PERSON, 1))
        return {batch.ids[0]: int(batch.digests[0]) for batch in batches}

    before = digests()
    write(store, "b", [person("q", headline="Weaver")])
    after = digests()
    assert before.keys() == after.keys() == {"p", "q"}
    assert before["p"] == after["p"]
    assert before["q"] != after["q"]


def test_keys_rise_and_ids_stand_beside_them(store: Store) -> None:
    write(store, "a", [person(id) for id in ("z", "b", "y", "a")])
    keys, ids = read_keys(store, NodeType.PERSON)
    assert keys.dtype == np.int64
    assert keys.tolist() == sorted(keys.tolist())
    assert dict(zip(ids, keys.tolist(), strict=True)) == store.find(NodeType.PERSON, "abyz")


def test_an_empty_store_gives_no_columns(store: Store) -> None:
    assert list(read_edge_columns(store)) == list(read_event_columns(store)) == []
    assert list(read_node_columns(store, NodeType.JOB)) == []
    assert read_keys(store, NodeType.JOB)[1] == []


def test_a_store_at_one_moment_does_not_see_what_is_written_meanwhile(store: Store) -> None:
    write(store, "a", [EdgeFact("p", EdgeType.HAS_SKILL, "s")])
    with store.at_one_moment() as held:
        write(store, "b", [EdgeFact("q", EdgeType.HAS_SKILL, "s")])
        assert read_keys(held, NodeType.PERSON)[1] == ["p"]
        assert len(only_edge(held).kinds) == 1
        assert held.find(NodeType.PERSON, ["p", "q"]).keys() == {"p"}
        before = held.fingerprint()
    assert len(rows_of(list(read_edge_columns(store)))) == 2
    assert store.fingerprint() != before


def test_two_columns_can_be_read_side_by_side_at_one_moment(store: Store) -> None:
    write(store, "a", [EdgeFact(f"p{i}", EdgeType.HAS_SKILL, "s") for i in range(4)])
    with store.at_one_moment() as held:
        pairs = zip(read_edge_columns(held, batch=1), read_edge_columns(held, batch=1), strict=True)
        found = [(one.sources[0], other.sources[0]) for one, other in pairs]
    assert len(found) == 4
    assert all(one == other for one, other in found)


def test_what_is_forgotten_is_worked_out_again() -> None:
    worked: list[str] = []

    def length(word: str) -> int:
        worked.append(word)
        return len(word)

    kept = Remembered(length, most_kept=2)
    assert [kept[word] for word in ("a", "bb", "a", "ccc", "a")] == [1, 2, 1, 3, 1]
    assert worked == ["a", "bb", "ccc", "a"]


def test_a_digest_is_the_same_in_every_process() -> None:
    assert digest(("a", 1, None)) == 9201129369081434887
