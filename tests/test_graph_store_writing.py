"""One writes at a time, everybody reads, and no write is lost."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import store_process
from conftest import Address
from sqlalchemy import event, text
from store_facts import NOW, EdgeFact, EventFact, forget, person, write

from graph.schema import EdgeType, EventKind, NodeType
from graph.store import Store, StoreBusy, StoreError
from graph.store.engine import has_wal_reset_bug, open_engine, store_url
from graph.store.lock import writer_lock
from graph.store.store import Rollback
from graph.store.writer import SourceFile

PROGRAM = Path(store_process.__file__)


def _start(address: Address, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(PROGRAM), str(address), *words]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@contextmanager
def _holder(address: Address) -> Iterator[subprocess.Popen[str]]:
    """Another process that is writing."""
    process = _start(address, "hold")
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "holding\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def _count_in_threads(store: Store, threads: int, times: int) -> int:
    running = [
        threading.Thread(target=store_process.count_up, args=(store, times)) for _ in range(threads)
    ]
    for each in running:
        each.start()
    for each in running:
        each.join()
    return store_process.count(store)


def test_no_write_of_several_threads_is_lost(store: Store) -> None:
    assert _count_in_threads(store, 4, 5) == 20


# A refused writer of a server has made a connection in vain, which takes a while.
def _times(store: Store, on_sqlite: int) -> int:
    return on_sqlite if store.dialect == "sqlite" else on_sqlite // 20


@pytest.mark.slow
def test_no_write_of_8_threads_by_200_is_lost(store: Store) -> None:
    times = _times(store, 200)
    assert _count_in_threads(store, 8, times) == 8 * times


@pytest.mark.slow
def test_no_write_of_two_processes_by_500_is_lost(store: Store, address: Address) -> None:
    times = _times(store, 500)
    running = [_start(address, "count", str(times)) for _ in range(2)]
    for each in running:
        each.communicate()
    assert [each.returncode for each in running] == [0, 0]
    assert store_process.count(store) == 2 * times


def test_a_second_writer_is_refused_and_told_who_holds_the_place(
    store: Store, address: Address
) -> None:
    with _holder(address) as holder:
        said = rf"\D{holder.pid}\D.*is writing to"
        for wait in (0, 0.01):
            with pytest.raises(StoreBusy, match=said), store.write(wait_seconds=wait):
                pass


def test_a_writer_waits_for_another_process_that_is_about_to_finish(
    store: Store, address: Address
) -> None:
    with _holder(address) as holder:
        assert holder.stdin is not None
        killing = threading.Timer(0.05, holder.kill)
        killing.start()
        write(store, "a", [person("p")])
        killing.join()
    assert store.stats().nodes["person"] == 1


def test_two_threads_that_write_events_at_once_both_succeed(store: Store) -> None:
    failed: list[Exception] = []

    def events(who: str) -> None:
        for at in range(5):
            try:
                write(store, f"{who}{at}", [EventFact(who, EventKind.VIEW, "j", NOW + at)])
            except StoreError as error:
                failed.append(error)

    running = [threading.Thread(target=events, args=(who,)) for who in ("ada", "bob")]
    for each in running:
        each.start()
    for each in running:
        each.join()
    assert failed == []
    assert store.stats().events["view"] == 10


def test_a_thread_that_waits_in_vain_is_not_told_its_own_process(store: Store) -> None:
    said: list[str] = []

    def try_to_write() -> None:
        try:
            with store.write(wait_seconds=0):
                pass
        except StoreBusy as error:
            said.append(str(error))

    with store.write():
        thread = threading.Thread(target=try_to_write)
        thread.start()
        thread.join()
    assert len(said) == 1
    assert "this process is writing to" in said[0]
    assert str(os.getpid()) not in said[0]


def test_a_writer_inside_a_writer_is_refused_without_waiting_for_itself(store: Store) -> None:
    with (
        store.write(),
        pytest.raises(StoreBusy, match="this process is writing to"),
        store.write(wait_seconds=1e6),
    ):
        pass
    write(store, "a", [person("p")])


def test_a_write_counts_no_relations_unless_asked(store: Store) -> None:
    statements: list[str] = []

    def listen(*said: object) -> None:
        statements.append(str(said[2]))

    event.listen(store._engine, "before_cursor_execute", listen)
    with store.write() as writer:
        writer.source(SourceFile("a", "a", "test", NOW))
        with pytest.raises(RuntimeError, match="start_counting"):
            writer.added()
    assert statements
    assert not [s for s in statements if "GROUP BY" in s]


def test_readers_are_not_refused(store: Store, address: Address) -> None:
    write(store, "a", [person("p", name="Ada")])
    with _holder(address):
        again = Store.open(address)
        assert [hit.id for hit in again.search("ada")] == ["p"]
        assert again.stats().nodes["person"] == 1


def test_the_place_of_a_killed_writer_is_taken_over(store: Store, address: Address) -> None:
    with _holder(address) as holder:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        # A server notices that a client is gone a moment later.
        for _ in range(1000):
            with suppress(StoreBusy):
                write(store, "a", [person("p")])
                break
    assert store.stats().nodes["person"] == 1


def test_what_is_being_written_is_seen_by_nobody_until_the_end(store: Store) -> None:
    with store.write() as writer:
        writer.connection.execute(text("INSERT INTO setting VALUES ('x', 'y')"))
        with store.read() as connection:
            assert connection.scalar(text("SELECT count(*) FROM setting")) == 0
    with store.read() as connection:
        assert connection.scalar(text("SELECT value FROM setting WHERE name = 'x'")) == "y"


@pytest.mark.parametrize("fault", [Rollback, RuntimeError, KeyboardInterrupt])
def test_a_write_that_ends_early_leaves_nothing(store: Store, fault: type[BaseException]) -> None:
    before = store.fingerprint()
    with suppress(fault), store.write() as writer:
        writer.connection.execute(text("INSERT INTO setting VALUES ('x', 'y')"))
        raise fault
    assert store.fingerprint() == before
    write(store, "a", [person("p")])
    with store.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM setting WHERE name = 'x'")) == 0


def test_every_write_begins_immediate_and_every_read_plain(tmp_path: Path) -> None:
    """A plain BEGIN that reads and then writes is what loses under contention."""
    Store.open(tmp_path / "store.db")
    engine = open_engine(tmp_path / "store.db")
    transactions: list[list[str]] = []

    def trace(statement: str) -> None:
        if statement.upper().startswith("BEGIN"):
            transactions.append([])
        if transactions:
            transactions[-1].append(statement.upper())

    @event.listens_for(engine, "connect")
    def _listen(connection: sqlite3.Connection, _record: object) -> None:
        connection.set_trace_callback(trace)

    store = Store(engine)
    tie = EdgeFact("ada", EdgeType.CONNECTED_TO, "bob")
    number = write(store, "a", [tie, EventFact("ada", EventKind.VIEW, "j")]).source_id
    write(store, "b", [tie])
    store.fingerprint()
    forget(store, number)
    store.erase("ada", NOW)
    store.stats()
    store.search("x")
    writing = ("INSERT INTO", "UPDATE ", "DELETE FROM", "DROP ", "CREATE ")
    for statements in transactions:
        writes = [s for s in statements if s.startswith(writing)]
        assert statements[0] == ("BEGIN IMMEDIATE" if writes else statements[0])
        assert writes or statements[0] in ("BEGIN", "BEGIN IMMEDIATE")
    assert sum(statements[0] == "BEGIN IMMEDIATE" for statements in transactions) >= 4
    assert sum(statements[0] == "BEGIN" for statements in transactions) >= 4


def test_a_store_that_was_written_and_erased_from_is_whole(sqlite_store: Store) -> None:
    skills = [EdgeFact(f"p{i}", EdgeType.HAS_SKILL, f"s{i % 7}") for i in range(99)]
    write(sqlite_store, "a", skills)
    for i in range(0, 99, 9):
        sqlite_store.erase(f"p{i}", NOW)
    with sqlite_store.read() as connection:
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    with sqlite_store.write() as writer:
        check = "INSERT INTO search(search, rank) VALUES ('integrity-check', 1)"
        writer.connection.execute(text(check))


@pytest.mark.parametrize(
    ("version", "expected"),
    [((3, 40, 1), True), ((3, 51, 2), True), ((3, 51, 3), False), ((3, 52, 0), False)],
)
def test_an_sqlite_that_can_corrupt_a_shared_journal_is_known(
    version: tuple[int, ...], expected: bool
) -> None:
    assert has_wal_reset_bug(version) is expected


def test_one_writer_at_a_time_is_enforced_whatever_the_version(sqlite_store: Store) -> None:
    with writer_lock(sqlite_store._engine), pytest.raises(StoreBusy), sqlite_store.write():
        pass


@pytest.mark.parametrize(
    "address", ["mysql://u@h/db", "sqlite://", "sqlite:///:memory:", "postgresql://u@h:x/db"]
)
def test_an_address_of_nothing_we_keep_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="store"):
        store_url(address)


def test_a_file_that_is_no_database_is_refused_in_plain_words(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(b"not a database " * 500)
    with pytest.raises(StoreError, match="cannot be used: file is not a database"):
        Store.open(path)


@pytest.mark.postgres
def test_a_server_that_does_not_answer_is_told_in_plain_words() -> None:
    with pytest.raises(StoreError, match="cannot be used"):
        Store.open("postgresql://nobody@127.0.0.1:1/none")


def test_ids_are_found_and_missing_ones_left_out(store: Store) -> None:
    write(store, "a", [person(f"p'{i}\"") for i in range(3)])
    found = store.find(NodeType.PERSON, ["p'0\"", "p'2\"", "nobody", "%", ""])
    assert set(found) == {"p'0\"", "p'2\""}
