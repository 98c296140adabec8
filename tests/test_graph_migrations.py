"""Migrations bring any older store to the schema of today, whole or not at all."""

import sqlite3
import stat
from pathlib import Path

import pytest
from conftest import Address
from fakes import PowerCut, power_cut_at
from sqlalchemy import Connection, Engine, inspect, text

from graph.schema import NodeType
from graph.store import NewerSchema, Store, StoreBusy
from graph.store.engine import open_engine
from graph.store.lock import writer_lock
from graph.store.migrate import migrate, schema_version
from graph.store.tables import SCHEMA_VERSION, metadata

OLDEST = "0001"


def _version(engine: Engine) -> str | None:
    with engine.connect().execution_options(reads=True) as connection:
        return schema_version(connection)


def _tables(engine: Engine) -> set[str]:
    with engine.connect().execution_options(reads=True) as connection:
        return set(inspect(connection).get_table_names())


def _old_store(address: Address) -> Engine:
    """Make a store of the oldest schema with somebody in it."""
    engine = open_engine(address)
    migrate(engine, OLDEST)
    with engine.begin() as connection:
        _add_somebody(connection)
    return engine


def _add_somebody(connection: Connection) -> None:
    connection.execute(
        text(
            "INSERT INTO person (key, id, name, headline, source_id, source_row) "
            "VALUES (8, 'ada', 'Ada Lovelace', 'Analyst', 1, 1)"
        )
    )


def test_a_blank_database_becomes_a_store_with_every_table(blank: Address) -> None:
    engine = open_engine(blank)
    migrate(engine)
    assert _version(engine) == SCHEMA_VERSION
    assert {table.name for table in metadata.sorted_tables} <= _tables(engine)


def test_the_tables_are_those_that_the_software_declares(blank: Address) -> None:
    engine = open_engine(blank)
    migrate(engine)
    with engine.connect().execution_options(reads=True) as connection:
        found = inspect(connection)
        for table in metadata.sorted_tables:
            there = [c["name"] for c in found.get_columns(table.name) if c["name"] != "search"]
            assert there == [column.name for column in table.columns]
            key = found.get_pk_constraint(table.name)["constrained_columns"]
            assert key == [column.name for column in table.primary_key]
            needed = {c["name"] for c in found.get_columns(table.name) if not c["nullable"]}
            assert needed == {column.name for column in table.columns if not column.nullable}
            indexes = {i["name"] for i in found.get_indexes(table.name)}
            assert {index.name for index in table.indexes} <= indexes


def test_what_an_old_store_holds_is_kept_and_found(blank: Address) -> None:
    _old_store(blank)
    store = Store.open(blank)
    assert store.find(NodeType.PERSON, ["ada"]) == {"ada": 8}
    assert [hit.id for hit in store.search("lovelace analyst")] == ["ada"]


def test_a_store_of_today_is_left_alone(blank: Address) -> None:
    Store.open(blank)
    engine = open_engine(blank)
    with power_cut_at(engine, 1, containing="CREATE") as begun:
        migrate(engine)
    assert begun


def _cut_everywhere(engine: Engine, before: str | None) -> int:
    """Stop the migration at its first statement, its second, ...; return how many it has."""
    states = [(before, _tables(engine))]
    while True:
        try:
            with power_cut_at(engine, len(states)):
                migrate(engine)
        except PowerCut:
            states.append((_version(engine), _tables(engine)))
        else:
            break
    assert _version(engine) == SCHEMA_VERSION
    after = (SCHEMA_VERSION, _tables(engine))
    assert all(state in (states[0], after) for state in states)
    assert states[-2] == states[0]  # it is one step, and near the end
    return len(states) - 1


@pytest.mark.slow
def test_a_first_migration_cut_at_any_statement_leaves_a_blank_database(blank: Address) -> None:
    assert _cut_everywhere(open_engine(blank), None) > 20
    assert Store.open(blank).stats().nodes["person"] == 0


def test_an_upgrade_cut_at_any_statement_leaves_the_old_store(blank: Address) -> None:
    assert _cut_everywhere(_old_store(blank), OLDEST) > 5
    assert [hit.id for hit in Store.open(blank).search("ada")] == ["ada"]


def test_a_newer_store_is_refused_and_left_as_it_is(blank: Address) -> None:
    Store.open(blank)
    engine = open_engine(blank)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9001'"))
    with pytest.raises(NewerSchema, match=r"9001.*install the newer"):
        Store.open(blank)
    assert _version(engine) == "9001"


def test_a_store_that_is_being_written_is_not_migrated(blank: Address) -> None:
    engine = _old_store(blank)
    with writer_lock(open_engine(blank)), pytest.raises(StoreBusy, match="is writing"):
        Store.open(blank)
    assert _version(engine) == OLDEST


def test_a_copy_of_the_old_store_is_made_first_and_is_as_private(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.touch(0o600)
    engine = _old_store(path)
    with pytest.raises(PowerCut), power_cut_at(engine, 1, containing="fts5"):
        migrate(engine)
    copy = tmp_path / "store.db.before-0001"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with sqlite3.connect(copy) as old:
        assert old.execute("SELECT name FROM person").fetchall() == [("Ada Lovelace",)]
        assert old.execute("SELECT version_num FROM alembic_version").fetchone() == (OLDEST,)
    old.close()


def test_a_blank_database_is_not_copied(tmp_path: Path) -> None:
    Store.open(tmp_path / "store.db")
    assert {path.name for path in tmp_path.iterdir()} <= {"store.db", "store.db.lock"}
