"""Bulk writing takes an index of a file off and always puts it back."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from sqlite3 import IntegrityError as SqliteIntegrityError

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError
from store_facts import NOW, EventFact, person, write

from graph.schema import EventKind, NodeType
from graph.store import Store
from graph.store.bulk import insert_new
from graph.store.event_columns import NUMBERS, EventColumns
from graph.store.store import Rollback
from graph.store.tables import event
from graph.store.writer import SourceFile, Writer

FEW = 10  # stands for the 100,000 from which on bulk writing pays


def _has_index(writer: Writer) -> bool:
    return "event_object" in {i["name"] for i in inspect(writer.connection).get_indexes("event")}


def _is_off(writer: Writer) -> bool:
    # A server's readers would have to wait until the index is back.
    return _has_index(writer) is (writer.connection.dialect.name == "postgresql")


def _columns(
    writer: Writer, count: int, start: int = 0, value: float | None = None
) -> EventColumns:
    ada = writer.keys.find(NodeType.PERSON, ["ada"])["ada"]
    numbers: list[int] = []
    for at in range(start, start + count):
        numbers += [ada, at, 0, ada, 0, at + 1]
    return EventColumns(numbers, None if value is None else [value] * count, 1)


@contextmanager
def _bulk(store: Store) -> Iterator[Writer]:
    with store.write() as first:
        writer = Writer(first.connection, bulk_events=FEW)
        yield writer
        writer.finish()


@pytest.fixture
def filled(store: Store) -> Store:
    write(store, "a", [person("ada")])
    return store


def _indexed(store: Store) -> bool:
    with store.read() as connection:
        return _has_index(Writer(connection))


def test_a_large_batch_takes_the_index_off_until_the_end(filled: Store) -> None:
    with _bulk(filled) as writer:
        writer.events(_columns(writer, FEW - 1))
        assert _has_index(writer)
        writer.events(_columns(writer, FEW, FEW))
        assert _is_off(writer)
        writer.events(_columns(writer, FEW, 2 * FEW))
    assert _indexed(filled)
    assert filled.stats().events["view"] == 3 * FEW - 1


def test_many_events_that_come_in_stop_no_reader(filled: Store) -> None:
    with _bulk(filled) as writer:
        writer.events(_columns(writer, FEW))
        with filled.read() as connection:
            if filled.dialect == "postgresql":
                connection.execute(text("SET LOCAL lock_timeout = '100ms'"))
            assert connection.execute(select(event)).all() == []


def test_a_large_table_keeps_its_index(filled: Store) -> None:
    with filled.write() as writer:
        writer.events(_columns(writer, 11 * FEW))
    with _bulk(filled) as writer:
        writer.events(_columns(writer, FEW, 20 * FEW))
        assert _has_index(writer)


def test_another_writer_of_the_same_transaction_puts_it_back(filled: Store) -> None:
    """An import makes a second writer, and the store finishes the first."""
    with filled.write() as first:
        second = Writer(first.connection, bulk_events=FEW)
        second.events(_columns(second, FEW))
        assert _is_off(first)
    assert _indexed(filled)


@pytest.mark.parametrize("fault", [RuntimeError, Rollback, KeyboardInterrupt])
def test_a_fault_leaves_the_index_where_it_was(filled: Store, fault: type[BaseException]) -> None:
    with suppress(fault), _bulk(filled) as writer:
        writer.events(_columns(writer, FEW))
        raise fault
    assert _indexed(filled)
    assert filled.stats().events["view"] == 0


def test_a_part_that_is_taken_back_leaves_it_whole(filled: Store) -> None:
    with _bulk(filled) as writer:
        with suppress(KeyError), writer.part():
            writer.events(_columns(writer, FEW))
            raise KeyError
        assert _has_index(writer)
        writer.events(_columns(writer, FEW, FEW))
        assert _is_off(writer)
    assert _indexed(filled)
    assert filled.stats().events["view"] == FEW


@pytest.mark.parametrize("value", [None, 0.5])
def test_many_events_arrive_with_their_values(filled: Store, value: float | None) -> None:
    with filled.write() as writer:
        writer.events(_columns(writer, 5000, value=value))
        writer.events(_columns(writer, 5000, start=2500, value=value))
    rows = [row for rows in filled.stream_events() for row in rows]
    assert [row.at for row in rows] == list(range(7500))
    assert {row.value for row in rows} == {value}


@pytest.mark.slow
def test_a_hundred_thousand_events_go_the_bulk_way(filled: Store) -> None:
    with filled.write() as writer:
        columns = _columns(writer, 120_000)
        assert len(columns) == len(columns.numbers) // NUMBERS == 120_000
        writer.events(columns)
        assert _is_off(writer)
    assert _indexed(filled)
    assert filled.stats().events["view"] == 120_000


def test_a_row_that_breaks_a_rule_is_an_error_and_not_skipped(filled: Store) -> None:
    with pytest.raises((IntegrityError, SqliteIntegrityError)), filled.write() as writer:
        insert_new(writer.connection, event, [(8, NOW, 0, 8, 0, None, None, 1)])
    with filled.read() as connection:
        assert connection.execute(select(event)).all() == []


def test_a_source_is_the_same_for_the_same_bytes(filled: Store) -> None:
    with filled.write() as writer:
        file = SourceFile("digest", "x.csv", "test", NOW)
        assert writer.source(file) == writer.source(file._replace(path="y.csv"))
        assert writer.source(file._replace(sha256="other")) != writer.source(file)


def test_events_of_two_files_dedupe_in_bulk_too(filled: Store) -> None:
    views = [EventFact("ada", EventKind.VIEW, f"j{i}") for i in range(300)]
    write(filled, "b", views)
    done = write(filled, "c", views)
    assert not done.added
    assert filled.stats().events["view"] == 300
