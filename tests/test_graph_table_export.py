import csv
import gc
import io
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph.formula_guard import guard, unguard
from graph.importers.tables.layout import LAYOUTS, Table
from graph.schema import (
    Company,
    Connection,
    Education,
    Event,
    EventKind,
    Fact,
    GroupMembership,
    Job,
    Person,
    Position,
    Remote,
    Seniority,
)
from graph.table_export import TableFormat, TableWriter, WrittenTable, write_table, write_tables
from graph.table_sinks import LONGEST_CSV_CELL, MOST_CSV_CELL_LINES, moment_text, number_text

MIXED: list[Fact] = [
    Event("p1", EventKind.VIEW, "j1", 1_700_000_000, 2.5),
    Person("p1", name="Ann", skills=("SQL", "C"), is_member=True, updated_at=-1),
    Position("p1", "Engineer", "Acme", "2020", None, True),
    Education("p1", "TU Wien"),
    Job("j1", title="Dev", remote=Remote.HYBRID, seniority=Seniority.SENIOR, salary_min=50_000.0),
    Connection("p1", "p2", "2020-01", 0.25, observed=False),
    GroupMembership("p1", "gender", "f"),
    Event("p1", EventKind.FOLLOW, "Acme", 0),
]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_each_fact_goes_to_its_table_in_reading_order(tmp_path: Path) -> None:
    written = write_tables(tmp_path / "out", MIXED)

    assert [(table.path.name, table.rows) for table in written] == [
        ("people.csv", 1),
        ("jobs.csv", 1),
        ("positions.csv", 1),
        ("education.csv", 1),
        ("connections.csv", 1),
        ("events.csv", 2),
        ("groups.csv", 1),
    ]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        table.path.name for table in written
    }


def test_csv_holds_what_the_layout_declares(tmp_path: Path) -> None:
    write_tables(tmp_path, MIXED)

    assert (tmp_path / "events.csv").read_text(encoding="utf-8") == (
        "person_id,kind,item_id,at,value,context\n"
        "p1,view,j1,2023-11-14T22:13:20Z,2.5,\n"
        "p1,follow,Acme,1970-01-01T00:00:00Z,,\n"
    )
    assert (tmp_path / "connections.csv").read_text(encoding="utf-8") == (
        "person_id,other_id,since,strength,observed\np1,p2,2020-01,0.25,false\n"
    )
    [person] = rows_of(tmp_path / "people.csv")
    assert (person["skills"], person["updated_at"]) == ("SQL;C", "1969-12-31T23:59:59Z")
    [job] = rows_of(tmp_path / "jobs.csv")
    assert (job["remote"], job["seniority"], job["salary_min"]) == ("hybrid", "senior", "50000")


def test_parquet_is_typed(tmp_path: Path) -> None:
    write_tables(tmp_path, MIXED, TableFormat.PARQUET)
    table = pq.read_table(tmp_path / "events.parquet")

    assert table.schema.field("at").type == pa.timestamp("ms", "UTC")
    assert table.schema.field("value").type == pa.float64()
    assert table.column("kind").to_pylist() == ["view", "follow"]
    assert table.column("value").to_pylist() == [2.5, None]
    observed = pq.read_table(tmp_path / "connections.parquet").column("observed")
    assert observed.to_pylist() == [False]


@pytest.mark.parametrize("table", Table)
@pytest.mark.parametrize("file_format", TableFormat)
def test_a_table_without_rows_is_a_header(
    tmp_path: Path, table: Table, file_format: TableFormat
) -> None:
    written = write_table(tmp_path, table, [], file_format)

    assert written == WrittenTable(tmp_path / f"{table}.{file_format}", 0, 0)
    names = LAYOUTS[table].column_names
    if file_format is TableFormat.CSV:
        assert written.path.read_text(encoding="utf-8") == ",".join(names) + "\n"
    else:
        assert tuple(pq.read_schema(written.path).names) == names


@pytest.mark.parametrize("file_format", TableFormat)
def test_a_table_that_fails_midway_leaves_the_old_one_and_nothing_else(
    tmp_path: Path, file_format: TableFormat
) -> None:
    def failing() -> Iterator[Fact]:
        yield Person("new")
        raise RuntimeError("no more people")

    written = write_table(tmp_path, Table.PEOPLE, [Person("old")], file_format)
    before = written.path.read_bytes()

    with pytest.raises(RuntimeError, match="no more people"):
        write_table(tmp_path, Table.PEOPLE, failing(), file_format)
    gc.collect()

    assert written.path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [written.path]


@pytest.mark.parametrize("file_format", TableFormat)
def test_of_several_tables_none_is_written_when_one_fails(
    tmp_path: Path, file_format: TableFormat
) -> None:
    with pytest.raises(ValueError, match="there is no table for a Company"):
        write_tables(tmp_path, [*MIXED, Company("Acme")], file_format)
    gc.collect()

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("file_format", TableFormat)
def test_a_table_is_not_there_before_it_is_committed(
    tmp_path: Path, file_format: TableFormat
) -> None:
    with TableWriter(tmp_path, Table.PEOPLE, file_format) as writer:
        writer.write(Person("p1"))
        assert not (tmp_path / f"people.{file_format}").exists()
        assert writer.commit().rows == 1
    assert [path.name for path in tmp_path.iterdir()] == [f"people.{file_format}"]


def test_others_may_read_the_table(tmp_path: Path) -> None:
    path = write_table(tmp_path, Table.PEOPLE, []).path

    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_fact_of_another_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"people\.csv: holds no Job"):
        write_table(tmp_path, Table.PEOPLE, [Job("j1")])


def test_notes_get_columns_of_their_own(tmp_path: Path) -> None:
    people = [Person("p1", notes={"Team": "blue"}), Person("p2", notes={"=x": "1"})]
    path = write_table(tmp_path, Table.PEOPLE, people, note_columns=("Team", "=x")).path

    assert [(row["id"], row["Team"], row["'=x"]) for row in rows_of(path)] == [
        ("p1", "blue", ""),
        ("p2", "", "1"),
    ]


def test_a_note_without_a_column_is_refused_rather_than_lost(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"p1 has notes \['Team'\], the columns .* are \['City'\]"):
        write_table(
            tmp_path, Table.PEOPLE, [Person("p1", notes={"Team": "b"})], note_columns=("City",)
        )


@pytest.mark.parametrize(
    ("table", "names"),
    [
        (Table.PEOPLE, ["Years Experience"]),
        (Table.JOBS, [" "]),
        (Table.JOBS, ["a", "a"]),
        (Table.EVENTS, ["a"]),
    ],
)
def test_impossible_note_columns_are_refused_before_any_work(
    tmp_path: Path, table: Table, names: Sequence[str]
) -> None:
    with pytest.raises(ValueError, match="note"):
        TableWriter(tmp_path, table, note_columns=names)
    assert list(tmp_path.iterdir()) == []


def test_a_semicolon_inside_a_skill_does_not_make_two(tmp_path: Path) -> None:
    path = write_table(tmp_path, Table.PEOPLE, [Person("p1", skills=("a;b", "c"))]).path

    assert rows_of(path)[0]["skills"] == "a,b;c"


def test_text_too_long_for_csv_is_cut_and_counted_but_whole_in_parquet(tmp_path: Path) -> None:
    jobs = [Job("j1", description="x" * 200_000), Job("j2", description="a\n" * 5_000), Job("j3")]
    as_csv = write_table(tmp_path, Table.JOBS, jobs)
    as_parquet = write_table(tmp_path, Table.JOBS, jobs, TableFormat.PARQUET)

    long, many_lines, _ = rows_of(as_csv.path)
    assert (as_csv.shortened, as_parquet.shortened) == (2, 0)
    assert len(long["description"]) == LONGEST_CSV_CELL
    assert many_lines["description"].count("\n") == MOST_CSV_CELL_LINES - 1
    descriptions = pq.read_table(as_parquet.path).column("description").to_pylist()
    assert descriptions == [job.description for job in jobs]


@pytest.mark.parametrize("at", [-30_610_224_001, 32_503_680_000])
def test_a_moment_that_could_not_be_read_back_is_refused(tmp_path: Path, at: int) -> None:
    with pytest.raises(ValueError, match=rf"events\.csv: {at} is no moment"):
        write_table(tmp_path, Table.EVENTS, [Event("p", EventKind.VIEW, "j", at)])


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (-4_323_000_000, "1833-01-04T06:40:00Z"),
    ],
)
def test_moments_are_written_as_utc(moment: int, text: str) -> None:
    assert moment_text(moment) == text


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_back_exactly(value: float) -> None:
    assert float(number_text(value)) == value


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+cmd",
        "-cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\t=1",
        "\rx",
        "  =1",
        "\n=1",
        "\u00a0=1",
        "\uff1d1",
        "\uff0bx",
        "\uff0dx",
        "\uff20x",
        "'=1",
        "-1-2",
        "+49 170 1234567",
    ],
)
def test_text_that_looks_like_a_formula_gets_an_apostrophe(cell: str) -> None:
    assert guard(cell) == "'" + cell
    assert unguard(guard(cell)) == cell


@pytest.mark.parametrize(
    "cell", ["", "a=b", "-1", "+1.5", "-1e-7", "-.5", "'quoted'", "it's", "1-2", " x"]
)
def test_numbers_and_plain_text_get_no_apostrophe(cell: str) -> None:
    assert guard(cell) == cell
    assert unguard(cell) == cell


@settings(deadline=None)
@given(st.text(st.sampled_from("'=+-@\t\r\n 1a\uff1d") | st.characters()))
@example("''=")
@example("'-1")
def test_what_guard_does_unguard_undoes(cell: str) -> None:
    assert unguard(guard(cell)) == cell


def test_every_guarded_cell_of_a_csv_is_harmless_to_a_spreadsheet(tmp_path: Path) -> None:
    person = Person("=id", name="@name", headline=" -x", skills=("=a",), notes={"n": "\uff1dx"})
    path = write_table(tmp_path, Table.PEOPLE, [person], note_columns=("n",)).path

    [row] = csv.reader(io.StringIO(path.read_text(encoding="utf-8").partition("\n")[2]))
    assert [cell for cell in row if cell] == ["'=id", "'@name", "' -x", "'=a", "false", "'\uff1dx"]
