import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_files import file_of, json_lines, parquet, read_group, recognised

from graph.importers.frame import ReadOptions
from graph.importers.input_file import BadFile, InputFile
from graph.importers.tables.importer import TableImporter
from graph.importers.tables.layout import LAYOUTS, Table
from graph.importers.tables.recognition import table_of


@pytest.mark.parametrize("table", Table)
@pytest.mark.parametrize("name", ["x.csv", "people.csv", "jobs.csv", "events.csv"])
def test_the_columns_that_are_written_are_recognised_whatever_the_name(
    table: Table, name: str
) -> None:
    assert table_of(LAYOUTS[table].column_names, name) is table


@pytest.mark.parametrize(
    ("columns", "table"),
    [
        ("id,name", Table.PEOPLE),
        ("id,headline", Table.PEOPLE),
        ("ID,Years Experience", Table.PEOPLE),
        ("id,title", Table.JOBS),
        ("id,company", Table.JOBS),
        ("id,description,mood", Table.JOBS),
        ("id,name,title,company,skills", Table.PEOPLE),
        ("id,title,company,skills,salary_min", Table.JOBS),
        ("person_id,title", Table.POSITIONS),
        ("Person ID,Company", Table.POSITIONS),
        ("person_id,school", Table.EDUCATION),
        ("person_id,other_id", Table.CONNECTIONS),
        ("personId,kind,itemId,at", Table.EVENTS),
        ("person_id,attribute,value", Table.GROUPS),
        ("id", None),
        ("id,place,skills", None),
        ("person_id", None),
        ("person_id,start,end", None),
        ("person_id,kind,at", None),
        ("person_id,attribute", None),
        ("name,headline", None),
        ("title,company", None),
        ("", None),
    ],
)
def test_a_table_is_known_by_its_columns(columns: str, table: Table | None) -> None:
    assert table_of(columns.split(","), "x.csv") is table


@pytest.mark.parametrize(
    ("columns", "name", "table"),
    [
        ("id", "people.csv", Table.PEOPLE),
        ("id", "Jobs.CSV", Table.JOBS),
        ("id,place", "02_people-part1.parquet", Table.PEOPLE),
        ("id,title,company", "people.csv", Table.PEOPLE),
        ("id,title,company", "jobs.csv", Table.JOBS),
        ("id", "people-and-jobs.csv", None),
        ("id", "peoples.csv", None),
        ("person_id,school,title", "positions.csv", Table.POSITIONS),
        ("id,name,headline", "jobs.csv", Table.PEOPLE),
    ],
)
def test_the_name_decides_only_where_the_columns_do_not(
    columns: str, name: str, table: Table | None
) -> None:
    assert table_of(columns.split(","), name) is table


@pytest.mark.parametrize(
    "header",
    [
        "id,site,job_url,job_url_direct,title,company,location,date_posted,job_type,description",
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
        "Company Name,Title,Description,Location,Started On,Finished On",
        "School Name,Start Date,End Date,Notes,Degree Name,Activities",
        "Name",
        "Saved Date,Job Url,Job Title,Company Name",
        "Organization,Followed On",
    ],
)
@pytest.mark.parametrize("name", ["people.csv", "jobs.csv", "Connections.csv"])
def test_files_of_other_formats_are_left_alone(header: str, name: str) -> None:
    assert TableImporter().recognise(file_of(f"{header}\n", name)) is None


def test_every_format_is_recognised_by_content_whatever_the_suffix() -> None:
    contents = {
        "csv": b"id,name\np1,Ann\n",
        "tsv": b"id\tname\np1\tAnn\n",
        "semicolons": b"id;name\np1;Ann\n",
        "utf-16": "id,name\np1,Ann\n".encode("utf-16"),
        "jsonl": json_lines({"id": "p1"}, {"name": "Ann"}),
        "json after blanks": b'\xef\xbb\xbf\n {"id": 1, "name": 2}\n',
        "parquet": parquet({"id": ["p1"], "name": ["Ann"]}),
    }
    for what, content in contents.items():
        found = TableImporter().recognise(file_of(content, "data.bin", folder="bulk"))
        assert found is not None, what
        assert (found.part, found.unused_because) == ("people", None)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\x00" * 1_000,
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10,
        b"{",
        b'[{"id": 1, "name": 2}]',
        b'{"jobs": []}',
        b"PAR1",
        b"<html>id,name</html>",
        b'"' * 70_000,
    ],
)
def test_other_content_is_not_recognised_and_raises_nothing(content: bytes) -> None:
    assert TableImporter().recognise(file_of(content, "x.csv")) is None


@settings(deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"PAR1", b"{", b"id,name\n", b'{"id":', b"\xff\xfe", b"person_id,"]),
)
def test_recognising_any_bytes_raises_nothing(content: bytes, start: bytes) -> None:
    found = TableImporter().recognise(file_of(start + content, "people.csv"))

    assert found is None or found.part in set(Table)


def test_a_file_that_cannot_be_opened_is_not_recognised() -> None:
    def refuse() -> None:
        raise BadFile("broken member")

    file = InputFile("a", "people.csv", "", 1, refuse)  # pyright: ignore[reportArgumentType]

    assert TableImporter().recognise(file) is None


def test_a_damaged_parquet_file_is_recognised_by_name_so_that_it_is_reported() -> None:
    damaged = parquet({"id": ["p1"], "name": ["Ann"]})[:-10]

    assert TableImporter().recognise(file_of(damaged, "part-1.parquet")) is None
    found = recognised(file_of(damaged, "people.parquet"))
    with pytest.raises(BadFile, match=r"in/people\.parquet"):
        read_group([found])


def test_one_bad_file_leaves_the_others_of_the_group_readable() -> None:
    group = [
        recognised(file_of(parquet({"id": ["p1"]})[:-1], "people.parquet")),
        recognised(file_of("id,title\nj1,Dev\n", "jobs.csv")),
    ]
    readings = TableImporter().read(group, ReadOptions())

    with pytest.raises(BadFile):
        list(next(readings).facts)
    assert len(list(next(readings).facts)) == 1


def test_entities_come_before_what_refers_to_them_whatever_the_order_of_files() -> None:
    contents = {
        "b_people.csv": "id,name\np1,Ann\n",
        "a_people.csv": "id,name\np1,Anna\n",
        "jobs.jsonl": '{"id": "j1", "title": "Dev"}\n',
        "positions.csv": "person_id,title\np1,Dev\n",
        "education.csv": "person_id,school\np1,MIT\n",
        "connections.csv": "person_id,other_id\np1,p2\n",
        "events.csv": "person_id,kind,item_id,at\np1,view,j1,2024-01-01\n",
        "groups.csv": "person_id,attribute,value\np1,age,30-39\n",
    }
    group = [recognised(file_of(content, name)) for name, content in contents.items()]
    expected = [
        *("a_people.csv", "b_people.csv", "jobs.jsonl", "positions.csv", "education.csv"),
        *("connections.csv", "events.csv", "groups.csv"),
    ]

    for seed in range(10):
        random.Random(seed).shuffle(group)
        assert [name for name, _ in read_group(group)] == expected


def test_each_table_says_what_it_is_used_for() -> None:
    [(_, found)] = read_group([recognised(file_of("id,title\nj1,Dev\n"))])

    assert found.tally.used_for == ("jobs",)
