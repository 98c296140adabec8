"""Whole columns become the tables that the importer reads, or no file at all."""

import io
import math
import resource
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_files import read

from graph.importers.tables.layout import LAYOUTS, Table
from graph.schema import Connection, Event, EventKind, Fact, GroupMembership, Job, Person, Position
from graph.table_columns import ColumnTableWriter, Values, numbered_ids, words_of
from graph.table_export import TableFormat, WrittenTable, write_table

EVENT_COLUMNS = ("person_id", "kind", "item_id", "at", "value")
Batch = dict[str, Values]


def written(folder: Path, table: Table, *batches: Batch) -> WrittenTable:
    with ColumnTableWriter(folder, table, list(batches[0])) as writer:
        for batch in batches:
            writer.write(batch)
        return writer.commit()


def facts_of(path: Path) -> list[Fact]:
    found = read(path.read_bytes(), path.name)
    assert not found.tally.warnings
    assert not found.tally.skipped
    return found.facts


def test_events_are_read_back_unchanged(tmp_path: Path) -> None:
    batch: Batch = {
        "person_id": numbered_ids("p", np.array([1, 1, 12]), 3),
        "kind": words_of(np.array([14, 0, 6], np.int8), [kind.value for kind in EventKind]),
        "item_id": ["j7", "j7", "p001"],
        "at": np.array([1_700_000_000, 1_700_000_009, -1], np.int64),
        "value": np.array([0.25, np.nan, np.nan], np.float32),
    }
    table = written(tmp_path, Table.EVENTS, batch)
    assert table == WrittenTable(tmp_path / "events.parquet", 3, 0)
    assert facts_of(table.path) == [
        Event("p001", EventKind.SHOW, "j7", 1_700_000_000, 0.25, row=1),
        Event("p001", EventKind.VIEW, "j7", 1_700_000_009, row=2),
        Event("p012", EventKind.INVITE, "p001", -1, row=3),
    ]


def test_people_jobs_and_what_refers_to_them_are_read_back_unchanged(tmp_path: Path) -> None:
    people: Batch = {
        "id": ["p1", "p2"],
        "summary": ["One line\n\nand another", None],
        "years_experience": [2.5, None],
        "skills": ["SQL;C", ""],
        "is_member": np.array([True, False]),
    }
    jobs: Batch = {
        "id": ["j1"],
        "title": np.array(["Weaver"]),
        "salary_min": pa.array([math.nan]),
        "posted_at": ["2024-03-01"],
        "updated_at": [None],
    }
    positions: Batch = {"person_id": ["p1"], "title": ["Weaver"], "start": ["2020-01"], "end": [""]}
    ties: Batch = {"person_id": ["p1"], "other_id": ["p2"], "strength": np.array([0.5])}
    groups: Batch = {"person_id": ["p1"], "attribute": ["group"], "value": ["a"]}
    assert facts_of(written(tmp_path, Table.PEOPLE, people).path) == [
        Person(
            "p1",
            summary="One line\n\nand another",
            years_experience=2.5,
            skills=("SQL", "C"),
            is_member=True,
            row=1,
        ),
        Person("p2", is_member=False, row=2),
    ]
    assert facts_of(written(tmp_path, Table.JOBS, jobs).path) == [
        Job("j1", title="Weaver", posted_at="2024-03-01", row=1)
    ]
    assert facts_of(written(tmp_path, Table.POSITIONS, positions).path) == [
        Position("p1", "Weaver", start="2020-01", is_current=True, row=1)
    ]
    assert facts_of(written(tmp_path, Table.CONNECTIONS, ties).path) == [
        Connection("p1", "p2", strength=0.5, row=1)
    ]
    assert facts_of(written(tmp_path, Table.GROUPS, groups).path) == [
        GroupMembership("p1", "group", "a", 1)
    ]


@settings(deadline=None, max_examples=20)
@given(
    events=st.lists(
        st.builds(
            Event,
            st.sampled_from(["p1", "p2"]),
            st.sampled_from(EventKind),
            st.sampled_from(["x", "y"]),
            st.integers(-(10**9), 2 * 10**9),
            st.none() | st.floats(allow_nan=False, allow_infinity=False),
        ),
        max_size=6,
    ),
    cut=st.integers(0, 6),
)
def test_columns_give_the_same_table_as_rows(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event], cut: int
) -> None:
    folder = tmp_path_factory.mktemp("tables")
    by_row = write_table(folder / "rows", Table.EVENTS, events, TableFormat.PARQUET)
    table = written(folder, Table.EVENTS, columns_of(events[:cut]), columns_of(events[cut:]))
    assert table.rows == by_row.rows
    same = pq.read_table(by_row.path).select(EVENT_COLUMNS)
    assert pq.read_table(table.path).equals(same)


def columns_of(events: Sequence[Event]) -> Batch:
    return {
        "person_id": [event.person_id for event in events],
        "kind": [event.kind.value for event in events],
        "item_id": [event.item for event in events],
        "at": [event.at for event in events],
        "value": [event.value for event in events],
    }


def test_each_batch_is_a_row_group_and_an_empty_one_is_none(tmp_path: Path) -> None:
    some, none = {"person_id": ["p1"], "other_id": ["p2"]}, {"person_id": [], "other_id": []}
    table = written(tmp_path, Table.CONNECTIONS, some, none, some)
    assert pq.read_metadata(table.path).num_row_groups == 2
    nothing = written(tmp_path / "nothing", Table.CONNECTIONS, none)
    assert nothing.rows == 0
    assert pq.read_schema(nothing.path).names == ["person_id", "other_id"]


def test_a_column_that_is_not_named_is_not_in_the_file(tmp_path: Path) -> None:
    table = written(tmp_path, Table.PEOPLE, {"id": ["p1"], "headline": ["Weaver"]})
    assert pq.read_schema(table.path).names == ["id", "headline"]


def test_the_types_are_those_of_tables_written_row_by_row(tmp_path: Path) -> None:
    for table, layout in LAYOUTS.items():
        by_row = write_table(tmp_path / "rows", table, [], TableFormat.PARQUET)
        by_column = written(tmp_path, table, {name: [] for name in layout.column_names})
        assert pq.read_schema(by_column.path).equals(pq.read_schema(by_row.path))


def test_the_same_batches_give_the_same_bytes(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    batch: Batch = {
        "person_id": numbered_ids("p", rng.integers(0, 900, 5_000), 3),
        "attribute": ["group"] * 5_000,
        "value": words_of(rng.integers(0, 2, 5_000), "ab"),
    }
    first, second = (written(tmp_path / name, Table.GROUPS, batch, batch).path for name in "12")
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    "columns", [(), ("person_id",), ("person_id", "other_id", "colour"), ("person_id",) * 2]
)
def test_unknown_and_lacking_columns_are_refused(tmp_path: Path, columns: Sequence[str]) -> None:
    with pytest.raises(ValueError, match="connections has columns"):
        ColumnTableWriter(tmp_path / "out", Table.CONNECTIONS, columns)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("batch", "said"),
    [
        ({"person_id": ["p1"], "other_id": ["p2", "p3"]}, "different lengths"),
        ({"person_id": ["p1"]}, "has columns"),
        ({"person_id": ["p1"], "other_id": ["p2"], "since": ["2020"]}, "has columns"),
    ],
)
def test_a_batch_that_does_not_fit_is_refused_and_leaves_no_file(
    tmp_path: Path, batch: Batch, said: str
) -> None:
    fits: Batch = {"person_id": ["p1"], "other_id": ["p2"]}
    with pytest.raises(ValueError, match=said):
        written(tmp_path, Table.CONNECTIONS, fits, batch)
    assert list(tmp_path.iterdir()) == []


def test_a_moment_that_no_reader_takes_is_refused(tmp_path: Path) -> None:
    far = columns_of([Event("p1", EventKind.VIEW, "j1", 10**12)])
    with pytest.raises(ValueError, match="1000000000000 is no moment"):
        written(tmp_path, Table.EVENTS, far)


def test_a_table_that_is_not_committed_leaves_the_old_one(tmp_path: Path) -> None:
    path = written(tmp_path, Table.GROUPS, _group("old")).path
    before = path.read_bytes()
    with ColumnTableWriter(tmp_path, Table.GROUPS, list(_group("new"))) as writer:
        writer.write(_group("new"))
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (before, [path])


def test_a_finished_table_needs_no_more_room_and_waits_for_its_name(tmp_path: Path) -> None:
    with ColumnTableWriter(tmp_path, Table.GROUPS, list(_group("new"))) as writer:
        writer.write(_group("new"))
        finished = writer.finish()
        content = finished.path.read_bytes()
        assert not (tmp_path / "groups.parquet").exists()
        table = writer.commit()
    assert (table.rows, finished.rows) == (1, 1)
    assert table.path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [table.path]


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Let the system refuse to write more, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [0, 100, 10_000])
def test_a_disk_that_is_full_keeps_nothing_of_a_table(tmp_path: Path, size: int) -> None:
    words = np.random.default_rng(1).integers(0, 10**9, 5_000).astype(str).tolist()
    batch: Batch = {"person_id": words, "attribute": words, "value": words}
    with files_no_larger_than(size), pytest.raises(OSError, match="File too large"):
        written(tmp_path, Table.GROUPS, batch)
    assert list(tmp_path.iterdir()) == []


def _group(value: str) -> Batch:
    return {"person_id": ["p1"], "attribute": ["group"], "value": [value]}


def test_ids_are_the_prefix_and_the_number_filled_up_with_zeros() -> None:
    numbers = np.array([0, 7, 1234567], np.int32)
    assert numbered_ids("p", numbers, 7).to_pylist() == ["p0000000", "p0000007", "p1234567"]
    assert numbered_ids("", np.array([5]), 1).to_pylist() == ["5"]
    assert numbered_ids("job-", np.array([], np.int64), 2).to_pylist() == []


@given(numbers=st.lists(st.integers(0, 10**12 - 1), max_size=5))
def test_ids_are_what_python_would_write(numbers: list[int]) -> None:
    ids = numbered_ids("j", np.array(numbers, np.int64), 12)
    ids.validate(full=True)
    assert ids.to_pylist() == [f"j{number:012}" for number in numbers]


@pytest.mark.parametrize("number", [-1, 100])
def test_a_number_that_does_not_fit_its_digits_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="ids of 2 digits"):
        numbered_ids("p", np.array([1, number]), 2)


def test_what_is_written_can_be_read_while_it_lies_in_memory(tmp_path: Path) -> None:
    path = written(tmp_path, Table.GROUPS, _group("é中😀")).path
    held = pq.read_table(io.BytesIO(path.read_bytes()))
    assert held.column("value").to_pylist() == ["é中😀"]
