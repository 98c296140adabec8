"""Edges and events of several sources: which stands, and what is kept of the others."""

from contextlib import suppress

import pytest
from sqlalchemy import select
from sqlalchemy.event import listen as event_of
from store_facts import NOW, EdgeFact, EventFact, GroupFact, forget, write, write_facts

from graph.schema import EdgeType, EventKind, NodeType
from graph.store import Store
from graph.store.event_columns import from_rows
from graph.store.rows import EdgeRow, EventRow
from graph.store.tables import claim, event, group_membership


def _edges(store: Store, kind: EdgeType) -> list[EdgeRow]:
    return [row for rows in store.stream_edges(kind) for row in rows]


def _events(store: Store) -> list[EventRow]:
    return [row for rows in store.stream_events() for row in rows]


def _claims(store: Store) -> int:
    with store.read() as connection:
        return len(connection.execute(select(claim)).all())


def test_of_two_sources_the_newer_stands_and_gaps_are_filled(store: Store) -> None:
    skill = EdgeFact("p", EdgeType.HAS_SKILL, "s")
    first = write(store, "a", [skill._replace(weight=0.2, notes='{"a": "1"}', mention="ess")])
    second = write(store, "b", [skill._replace(weight=0.7, observed=False)])
    (row,) = _edges(store, EdgeType.HAS_SKILL)
    assert (row.weight, row.notes, row.mention) == (0.7, '{"a": "1"}', "ess")
    assert row.observed is True or row.observed == 1
    assert row.source_id == second.source_id
    assert second.changed == {"has_skill": 1}
    assert not second.added["has_skill"]
    forget(store, first.source_id)
    (row,) = _edges(store, EdgeType.HAS_SKILL)
    assert (row.weight, row.notes, row.mention, bool(row.observed)) == (0.7, None, None, False)


def test_the_older_file_read_again_does_not_overrule_the_newer(store: Store) -> None:
    skill = EdgeFact("p", EdgeType.HAS_SKILL, "s")
    write(store, "a", [skill._replace(weight=0.2)])
    write(store, "b", [skill._replace(weight=0.7)])
    again = write(store, "a", [skill._replace(weight=0.2)])
    assert not again.changed
    assert _edges(store, EdgeType.HAS_SKILL)[0].weight == 0.7


def test_of_doubles_within_a_file_the_last_row_stands(store: Store) -> None:
    skill = EdgeFact("p", EdgeType.HAS_SKILL, "s")
    done = write(store, "a", [skill._replace(weight=0.9, row=5), skill._replace(weight=0.1)])
    assert done.added["has_skill"] == 1
    assert not done.changed
    assert _edges(store, EdgeType.HAS_SKILL)[0].weight == 0.9
    assert _claims(store) == 0


def test_the_last_row_stands_across_batches_too(store: Store) -> None:
    skill = EdgeFact("p", EdgeType.HAS_SKILL, "s")
    write(store, "a", [skill._replace(weight=0.1, row=1)])
    write(store, "a", [skill._replace(weight=0.9, row=2)])
    assert _edges(store, EdgeType.HAS_SKILL)[0].weight == 0.9


def test_two_wordings_of_one_source_are_one_edge_and_both_are_kept(store: Store) -> None:
    skill = EdgeFact("p", EdgeType.HAS_SKILL, "s")
    done = write(store, "a", [skill, skill._replace(mention="ess")])
    assert done.added["has_skill"] == 1
    assert _claims(store) == 2


def test_an_undated_stay_gives_way_to_a_dated_one_and_comes_back(store: Store) -> None:
    stay = EdgeFact("p", EdgeType.WORKS_AT, "c")
    write(store, "a", [stay])
    dated = write(store, "b", [stay._replace(since="2020-03")])
    assert [row.since for row in _edges(store, EdgeType.WORKS_AT)] == ["2020-03"]
    again = write(store, "a", [stay])
    assert not again.added
    forget(store, dated.source_id)
    assert [row.since for row in _edges(store, EdgeType.WORKS_AT)] == [""]


def test_two_dated_stays_are_two(store: Store) -> None:
    stay = EdgeFact("p", EdgeType.WORKED_AT, "c")
    write(store, "a", [stay, *(stay._replace(since=year) for year in ("2011", "2019"))])
    assert [row.since for row in _edges(store, EdgeType.WORKED_AT)] == ["2011", "2019"]


def test_of_ties_the_earliest_date_stands(store: Store) -> None:
    tie = EdgeFact("p", EdgeType.CONNECTED_TO, "q")
    numbers = [
        write(store, since or "undated", [tie._replace(since=since)]).source_id
        for since in ("2020-12", "2009", "", "2020-03")
    ]
    assert [row.since for row in _edges(store, EdgeType.CONNECTED_TO)] == ["2009"]
    forget(store, numbers[1])
    assert [row.since for row in _edges(store, EdgeType.CONNECTED_TO)] == ["2020-03"]


def test_an_event_told_twice_is_one_and_its_first_source_stands(store: Store) -> None:
    view = EventFact("p", EventKind.VIEW, "j", value=1.0)
    first = write(store, "a", [view, view])
    second = write(store, "b", [view._replace(value=2.0), view._replace(at=NOW + 1, value=None)])
    assert (first.added["view"], second.added["view"]) == (1, 1)
    assert [(row.at, row.value) for row in _events(store)] == [(NOW, 1.0), (NOW + 1, None)]
    assert _claims(store) == 1
    forget(store, first.source_id)
    assert [(row.at, row.value) for row in _events(store)] == [(NOW, 2.0), (NOW + 1, None)]


def test_an_event_of_an_older_source_read_later_takes_its_place(store: Store) -> None:
    view = EventFact("p", EventKind.VIEW, "j")
    write(store, "a", [view._replace(at=NOW + 5)])
    write(store, "b", [view._replace(value=2.0)])
    write(store, "a", [view._replace(value=1.0)])
    assert [row.value for row in _events(store)] == [1.0, None]


def test_rows_of_two_sources_are_no_batch() -> None:
    rows = [EventRow(8, 1, 0, 9, 0, None, number, 1) for number in (1, 2)]
    with pytest.raises(ValueError, match=r"one source.*\[1, 2\]"):
        from_rows(rows)


def test_every_value_of_a_batch_arrives_or_none(store: Store) -> None:
    views = [
        EventFact("p", EventKind.VIEW, "j", NOW + i, value=i / 2 if i % 3 else None)
        for i in range(20)
    ]
    write(store, "a", views)
    assert [row.value for row in _events(store)] == [view.value for view in views]


def test_of_declared_groups_the_newest_source_stands_until_it_is_gone(store: Store) -> None:
    write(store, "a", [GroupFact("p", "age", "20s"), GroupFact("p", "age", "30s", row=2)])
    alone = store.fingerprint()
    second = write(store, "b", [GroupFact("p", "age", "40s")])
    assert store.fingerprint() != alone
    forget(store, second.source_id)
    assert store.fingerprint() == alone
    with store.read() as connection:
        assert connection.scalars(select(group_membership.c.value)).all() == ["30s"]


def test_many_declared_groups_go_in_with_few_statements(store: Store) -> None:
    write(store, "a", [GroupFact(f"p{i}", "age", "30s") for i in range(50)])
    statements: list[str] = []

    def listen(*said: object) -> None:
        statements.append(str(said[2]))

    event_of(store._engine, "before_cursor_execute", listen)
    with store.write() as writer:
        keys = list(store.find(NodeType.PERSON, [f"p{i}" for i in range(50)]).values())
        again = [(key, "age", value, 1, row) for key in keys for row, value in ((2, "b"), (1, "a"))]
        writer.groups([*again, (keys[0], "age", "other", 2, 1)])
        writer.groups([])
    with store.read() as connection:
        chosen = select(group_membership.c.source_id, group_membership.c.value)
        rows = sorted(tuple(row) for row in connection.execute(chosen))
    assert rows == [(1, "b")] * 50 + [(2, "other")]
    assert len([s for s in statements if "group_membership" in s]) < 20


def test_a_taken_back_part_leaves_no_count_and_no_fact(store: Store) -> None:
    with store.write() as writer:
        writer.start_counting()
        with suppress(KeyError), writer.part():
            write_facts(writer, "a", [EventFact("p", EventKind.VIEW, "j")])
            raise KeyError
        assert not writer.added()
        assert not writer.changed()
        write_facts(writer, "b", [EventFact("q", EventKind.VIEW, "j")])
    with store.read() as connection:
        assert len(connection.execute(select(event)).all()) == 1
    assert store.stats().nodes["person"] == 1
