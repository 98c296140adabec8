"""A world becomes seven tables that the importer reads whole, the same bytes for the same seed."""

import errno
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_world import hash_of_tables, silent, small_world
from table_files import Read, file_of, read_group, recognised

from graph.importers.tables.layout import Table
from graph.schema import EVENT_OBJECT, Event, EventKind, NodeType
from graph.world.behaviour.acts import DAY, EventChunk
from graph.world.careers.people import MONTH_ZERO, NO_END
from graph.world.config import TODAY, WorldConfig
from graph.world.tables.ids import job_ids, person_ids
from graph.world.tables.iso_dates import iso_days, iso_months, iso_years
from graph.world.tables.manifest import MANIFEST, TABLE_FILES, read_manifest
from graph.world.tables.relation_rows import event_batch, shortest_decimals
from graph.world.tables.tables import write_world
from graph.world.world import World

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def world() -> World:
    return small_world()


@pytest.fixture(scope="module")
def folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    write_world(world, folder, silent)
    return folder


@pytest.fixture(scope="module")
def found(folder: Path) -> dict[str, Read]:
    """What the importer makes of each table."""
    group = [
        recognised(file_of((folder / name).read_bytes(), name)) for name in sorted(TABLE_FILES)
    ]
    return {Path(name).stem: read for name, read in read_group(group, TODAY * DAY)}


def column(folder: Path, table: Table, name: str) -> list[Any]:
    return pq.read_table(folder / f"{table}.parquet", columns=[name])[name].to_pylist()


def test_every_row_is_read_without_a_remark(found: dict[str, Read], folder: Path) -> None:
    rows = {name: table["rows"] for name, table in read_manifest(folder)["tables"].items()}
    assert {name: len(read.facts) for name, read in found.items()} == rows
    assert min(rows.values()) > 0
    for name, read in found.items():
        tally = read.tally
        assert (tally.skipped, tally.warnings, tally.remarks) == (Counter(), Counter(), []), name


def test_every_reference_leads_somewhere(folder: Path) -> None:
    people = set(column(folder, Table.PEOPLE, "id"))
    jobs = set(column(folder, Table.JOBS, "id"))
    assert (len(people), len(jobs)) == (60, 50)
    for table in (Table.POSITIONS, Table.EDUCATION, Table.CONNECTIONS, Table.EVENTS, Table.GROUPS):
        assert set(column(folder, table, "person_id")) <= people
    assert set(column(folder, Table.CONNECTIONS, "other_id")) <= people
    kinds, items = (column(folder, Table.EVENTS, name) for name in ("kind", "item_id"))
    for kind, item in zip(kinds, items, strict=True):
        of_person = EVENT_OBJECT[EventKind(kind)] is NodeType.PERSON
        assert item in (people if of_person else jobs)


def test_the_tables_say_what_the_arrays_hold(world: World, folder: Path) -> None:
    people, network = world.people, world.network
    assert column(folder, Table.GROUPS, "person_id") == column(folder, Table.PEOPLE, "id")
    assert set(column(folder, Table.GROUPS, "attribute")) == {"group"}
    groups = column(folder, Table.GROUPS, "value")
    assert groups == ["b" if is_b else "a" for is_b in people.is_group_b.tolist()]
    years = column(folder, Table.PEOPLE, "years_experience")
    assert years == [round(year * 2) / 2 for year in people.experience.tolist()]
    assert column(folder, Table.CONNECTIONS, "person_id") == [f"p{a:02}" for a in network.a]
    strengths = column(folder, Table.CONNECTIONS, "strength")
    assert strengths == [strength / 100 for strength in network.strength.tolist()]
    companies = column(folder, Table.JOBS, "company")
    assert companies == [world.companies.names[company] for company in world.jobs.company]


def test_positions_end_with_the_last_month_they_were_held(world: World, folder: Path) -> None:
    positions = world.people.positions
    starts, ends = (column(folder, Table.POSITIONS, name) for name in ("start", "end"))
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        first, after = int(positions.start[place]), int(positions.end[place])
        assert start == month_text(first + MONTH_ZERO)
        assert end == (None if after == NO_END else month_text(after - 1 + MONTH_ZERO))
        assert end is None or start <= end


def month_text(months: int) -> str:
    return f"{months // 12}-{months % 12 + 1:02}"


def test_the_manifest_names_the_world_and_hashes_its_tables(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    assert {path.name for path in folder.iterdir()} == {*TABLE_FILES, MANIFEST}
    assert (manifest["format"], manifest["seed"], manifest["people"]) == (1, 7, 60)
    for name, table in manifest["tables"].items():
        content = (folder / f"{name}.parquet").read_bytes()
        assert table["sha256"] == sha256(content).hexdigest()


def test_the_same_seed_makes_the_same_bytes_and_another_one_others(
    folder: Path, tmp_path: Path
) -> None:
    known = read_manifest(folder)["hash"]
    assert hash_of_tables(small_world(), tmp_path / "same") == known
    for name in (*TABLE_FILES, MANIFEST):
        assert (tmp_path / "same" / name).read_bytes() == (folder / name).read_bytes()
    assert hash_of_tables(small_world(seed=8), tmp_path / "other") != known


@pytest.mark.parametrize("last", ["people", "jobs", "events"])
def test_a_break_leaves_no_table_and_nothing_to_clean_up(
    world: World, tmp_path: Path, last: str
) -> None:
    def break_off(what: str, _done: int) -> None:
        if what == last:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_world(world, tmp_path, break_off)
    assert list(tmp_path.iterdir()) == []


def old_files(folder: Path) -> dict[str, str]:
    """Write what a good run before may have left; return it."""
    held = {name: f"{name} of an older world" for name in (*TABLE_FILES, MANIFEST)}
    for name, words in held.items():
        (folder / name).write_text(words)
    return held


def test_a_break_while_tables_are_written_leaves_the_world_that_was_there(
    world: World, tmp_path: Path
) -> None:
    held = old_files(tmp_path)

    def break_off(_what: str, _done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_world(world, tmp_path, break_off)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == held


@pytest.mark.parametrize("last", [1, 4, 8])
def test_a_disk_that_fills_up_leaves_the_world_that_was_there(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    held = old_files(tmp_path)
    synced: list[int] = []

    def fill_up(handle: int) -> None:
        synced.append(handle)
        if len(synced) == last:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fill_up)
    with pytest.raises(OSError, match="No space left"):
        write_world(world, tmp_path, silent)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == held


def test_tables_of_two_worlds_are_never_described(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_files(tmp_path)
    replace = Path.replace

    def fail_at_jobs(path: Path, target: Path) -> Path:
        if target.name == "jobs.parquet":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", fail_at_jobs)
    with pytest.raises(OSError, match="Input/output error"):
        write_world(world, tmp_path, silent)
    assert {path.name for path in tmp_path.iterdir()} == set(TABLE_FILES)


@pytest.mark.parametrize(
    ("is_person", "items"), [(True, ["p005", "p006"]), (False, ["j05", "j06"])]
)
def test_the_objects_of_a_chunk_are_all_people_or_all_jobs(
    is_person: bool, items: list[str]
) -> None:
    config = WorldConfig(1_000, 100, 0)
    chunk = EventChunk(
        person=np.array([0, 999], np.int32),
        kind=np.array([6, 14], np.int8),
        item=np.array([5, 6], np.int32),
        is_person_item=np.full(2, is_person),
        at=np.array([10, 20], np.int64),
        value=np.array([np.nan, 0.1], np.float32),
    )
    batch = {name: list(np.asarray(values)) for name, values in event_batch(config, chunk).items()}
    assert batch["person_id"] == ["p000", "p999"]
    assert batch["item_id"] == items
    assert batch["kind"] == [EventKind.INVITE, EventKind.SHOW]
    assert batch["value"][1] == 0.1


def test_events_of_shows_hold_a_chance_and_are_older_than_today(found: dict[str, Read]) -> None:
    events = [fact for fact in found["events"].facts if isinstance(fact, Event)]
    shows = [event for event in events if event.kind is EventKind.SHOW]
    assert shows
    assert all(event.value is not None and 0 < event.value <= 1 for event in shows)
    assert max(event.at for event in events) < TODAY * DAY


def test_ids_are_as_wide_as_the_largest_of_the_world() -> None:
    config = WorldConfig(people=100, jobs=101, seed=0)
    assert person_ids(config, np.array([0, 99])).to_pylist() == ["p00", "p99"]
    assert job_ids(config, np.array([0, 100])).to_pylist() == ["j000", "j100"]


def test_dates_are_iso_8601() -> None:
    assert iso_days(np.array([0, 20_000, 0])).to_pylist() == [
        "1970-01-01",
        "2024-10-04",
        "1970-01-01",
    ]
    months = iso_months(np.array([2019 * 12, 99_999, 1950 * 12 + 11]), np.array([0, 1, 0], bool))
    assert months.to_pylist() == ["2019-01", None, "1950-12"]
    assert iso_years(np.array([1999, 2024], np.int16)).to_pylist() == ["1999", "2024"]
    assert iso_days(np.array([], np.int32)).to_pylist() == []


@given(digits=st.integers(1, 99_999), power=st.integers(-6, 1))
def test_a_decimal_of_few_digits_is_written_as_it_reads(digits: int, power: int) -> None:
    decimal = float(f"{digits}e{power}")
    written = shortest_decimals(np.array([decimal, -decimal], np.float32))
    assert written.tolist() == [decimal, -decimal]


def test_no_value_stays_no_value() -> None:
    assert np.isnan(shortest_decimals(np.array([np.nan], np.float32))).all()
    assert shortest_decimals(np.array([0, 3e9], np.float32)).tolist() == [0.0, 3e9]


def make_elsewhere(folder: Path, **environment: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "tests/small_world.py", "1500", "300", "7", str(folder)]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, text=True)


def dispatched_features() -> Iterator[str]:
    """Yield what this machine can do and numpy makes use of, beyond what it needs."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    return (name for name in __cpu_dispatch__ if __cpu_features__.get(name))


@pytest.mark.slow
def test_a_lesser_processor_makes_the_same_bytes(tmp_path: Path) -> None:
    without = {
        "NPY_DISABLE_CPU_FEATURES": " ".join(dispatched_features()),
        "ARROW_USER_SIMD_LEVEL": "NONE",
        "PYTHONHASHSEED": "1",
        "LC_ALL": "C",
        "TZ": "Pacific/Apia",
    }
    hashes = []
    for number, environment in enumerate(({"PYTHONHASHSEED": "2"}, without)):
        running = make_elsewhere(tmp_path / str(number), **environment)
        said, _ = running.communicate()
        assert running.returncode == 0
        hashes.append(said)
    assert hashes[0] == hashes[1]
    assert len(hashes[0]) == 64


@pytest.mark.slow
def test_a_killed_run_leaves_no_table_under_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    running = make_elsewhere(folder)
    while not (folder.is_dir() and any(folder.iterdir())):  # until the writing has begun
        assert running.poll() is None
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert running.returncode == -signal.SIGKILL
    assert all(path.name.endswith(".part") for path in folder.iterdir())
