import datetime
import subprocess
import sys

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from table_files import NOW, json_lines, parquet, read

from graph.importers.dates import parse_moment
from graph.importers.tables.cells import EARLIEST, LATEST
from graph.importers.tables.events import MOST_UNKNOWN_KINDS
from graph.importers.tables.remembered import LONGEST_TEXT, MOST_TEXTS, Remembered
from graph.schema import Connection, Event, EventKind

EVENT = Event("p1", EventKind.VIEW, "j1", 1_700_000_000, 2.5, None, 1)


def moment_of(text: str) -> int | None:
    """Return the moment of an event at `text`, None if it is rejected for its date."""
    found = read(json_lines({"person_id": "p", "kind": "view", "item_id": "j", "at": text}), now=0)
    if not found.facts:
        assert found.tally.rejects == [(1, "no readable date")]
        return None
    [event] = found.facts
    assert isinstance(event, Event)
    return event.at


def test_an_event_reads_the_same_from_every_format() -> None:
    cells = {"person_id": "p1", "kind": "view", "item_id": "j1", "value": "2.5"}
    at = "2023-11-14T22:13:20Z"
    stamp = pa.array([1_700_000_000_000], pa.timestamp("ms", "UTC"))
    columns: dict[str, object] = {name: [cell] for name, cell in cells.items()}

    for found in (
        read(f"person_id,kind,item_id,value,at\np1,view,j1,2.5,{at}\n"),
        read(f"kind\tPerson ID\titem_id\tat\tvalue\nview\tp1\tj1\t{at}\t2.5\n"),
        read(json_lines({**cells, "value": 2.5, "at": at})),
        read(json_lines({**cells, "at": 1_700_000_000})),
        read(parquet({**columns, "at": [at]})),
        read(parquet({**columns, "at": stamp, "value": [2.5]})),
        read(parquet({**columns, "at": [1_700_000_000]})),
    ):
        assert found.facts == [EVENT]
        assert not found.tally.warnings


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (",view,j1,2024-01-01", "no person_id"),
        ("p1,view,,2024-01-01", "no item_id"),
        (f"p1,view,{'x' * 201},2024-01-01", "item_id is longer than 200 characters"),
        ("p1,,j1,2024-01-01", "no kind"),
        ("p1,clicked,j1,2024-01-01", 'unknown kind "clicked"'),
        (f"p1,{'x' * 50},j1,2024-01-01", f'unknown kind "{"x" * 40}"'),
        ("p1,view,j1,", "no readable date"),
        ("p1,view,j1,2024-13-45", "no readable date"),
        ("p1,view,j1,2024-02-30T10:00:00Z", "no readable date"),
        ("p1,view,j1,2024-02-03T25:00:00Z", "no readable date"),
        ("p1,view,j1,2024-02-03T10:60", "no readable date"),
        ("p1,view,j1,31/12/99", "no readable date"),
        ("p1,view,j1,99999999999999999999", "no readable date"),
        ("p1,message,p1,2024-01-01", "a person and the object are the same"),
    ],
)
def test_a_row_that_states_no_event_is_rejected_with_its_number_and_the_rest_is_read(
    cells: str, reason: str
) -> None:
    sound = "p1,view,j1,2023-11-14T22:13:20Z"
    found = read(f"person_id,kind,item_id,at\n{sound}\n{cells}\n{sound}\n")

    assert [fact.row for fact in found.facts] == [1, 3]
    assert found.tally.rejects == [(2, reason)]


def test_without_a_column_for_the_date_every_event_is_rejected() -> None:
    found = read("person_id,kind,item_id\np1,view,j1\np2,view,j1\n")

    assert found.tally.skipped == {"no readable date": 2}


def test_a_file_of_nonsense_kinds_fills_no_report() -> None:
    lines = "".join(f"p,kind{number},j,2024\n" for number in range(500))
    skipped = read(f"person_id,kind,item_id,at\n{lines}").tally.skipped

    assert len(skipped) == MOST_UNKNOWN_KINDS + 1
    assert skipped["another unknown kind"] == 500 - MOST_UNKNOWN_KINDS


def test_every_kind_is_read_in_any_case() -> None:
    lines = "".join(f"p, {kind.value.upper()} ,j,2024\n" for kind in EventKind)
    found = read(f"person_id,kind,item_id,at\n{lines}")

    assert [fact.kind for fact in found.facts if isinstance(fact, Event)] == list(EventKind)


def test_the_object_of_a_follow_is_a_name() -> None:
    [event] = read("person_id,kind,item_id,at,context\np,follow, Acme  Corp ,2024,'=x\n").facts

    assert event == Event("p", EventKind.FOLLOW, "Acme Corp", 1_704_067_200, None, "=x", 1)


def test_an_event_from_the_future_is_kept_with_a_warning() -> None:
    found = read(f"person_id,kind,item_id,at\np,view,j,{NOW}\np,view,j,{NOW + 1}\n")

    assert [fact.at for fact in found.facts if isinstance(fact, Event)] == [NOW, NOW + 1]
    assert found.tally.warnings == {"date in the future": 1}


def test_events_keep_the_order_of_the_file_and_not_of_the_clock() -> None:
    found = read("person_id,kind,item_id,at\np,view,b,2024-03-02\np,view,a,2024-03-01\n")

    assert [fact.item for fact in found.facts if isinstance(fact, Event)] == ["b", "a"]


def test_a_value_that_is_no_finite_number_is_null_with_a_warning() -> None:
    found = read(
        "person_id,kind,item_id,at,value\np,view,j,2024,nan\np,view,j,2024,1e999\np,view,j,2024, \n"
    )

    assert [fact.value for fact in found.facts if isinstance(fact, Event)] == [None] * 3
    assert found.tally.warnings == {"value is not a number": 2}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-31T01:30:00+01:00", 1_711_845_000),  # the hour that Berlin skips follows
        ("2024-03-31T03:30:00+02:00", 1_711_848_600),
        ("1711845000", 1_711_845_000),
        ("1711845000123", 1_711_845_000),
        ("2024", 1_704_067_200),
        ("2024-01", 1_704_067_200),
        ("2024-01-01", 1_704_067_200),
        (" 2024-01-01T00:00 ", 1_704_067_200),
        ("2024-01-01 00:00:00.999", 1_704_067_200),
        ("2023-12-31T19:00:00-0500", 1_704_067_200),
        ("2024-01-01 00:00:00 UTC", 1_704_067_200),
        ("1 Jan 2024", 1_704_067_200),
        ("1833-01-04T06:40:00Z", -4_323_000_000),
    ],
)
def test_known_moments(text: str, moment: int) -> None:
    assert moment_of(text) == moment


dates = st.dates(datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)).map(str)
clocks = st.from_regex(r"([T ][0-2]\d:[0-6]\d(:[0-6]\d(\.\d{1,6})?)?)?(Z|[+-][0-2]\d:?[0-6]\d)?\Z")


@settings(deadline=None)
@given(dates, clocks)
@example("1000-01-01", "T00:00+01:00")
@example("2999-12-31", "T23:59-01:00")
@example("2024-01-01", "Z")
def test_a_moment_read_in_pieces_is_the_moment_read_at_once(date: str, clock: str) -> None:
    """The bulk reader adds day, minute and rest; `parse_moment` is the slow, obvious twin."""
    at_once = parse_moment(date + clock)
    if at_once is not None and not EARLIEST <= at_once <= LATEST:
        at_once = None
    assert moment_of(date + clock) == at_once


def test_connections_keep_the_direction_in_which_they_are_stated() -> None:
    found = read(
        "person_id,other_id,since,strength,observed\nb,a,2020-05,0.25,\na,b,,,no\n"
        + "b,a,,1,yes\n" * 3
    )

    assert found.facts == [
        Connection("b", "a", "2020-05", 0.25, True, 1),
        Connection("a", "b", None, None, False, 2),
        *(Connection("b", "a", None, 1.0, True, row) for row in (3, 4, 5)),
    ]
    assert not found.tally.warnings


def test_connections_that_are_none_are_rejected_and_odd_ones_are_kept() -> None:
    found = read(
        "person_id,other_id,since,strength,observed\n"
        "a,a,2020,1,\na,,2020,1,\n,b,2020,1,\n"
        "a,b,2024-13-45,1.5,perhaps\na,c,2027,nan,\n"
    )

    assert found.tally.rejects == [
        (1, "a person connected to themselves"),
        (2, "no other_id"),
        (3, "no person_id"),
    ]
    assert found.facts == [
        Connection("a", "b", None, None, True, 4),
        Connection("a", "c", "2027", None, True, 5),
    ]
    assert found.tally.warnings == {
        "since is not a date": 1,
        "since is in the future": 1,
        "strength is not a number from 0 to 1": 2,
        "observed is an unknown word": 1,
    }


def test_two_people_are_the_same_only_after_cleaning() -> None:
    found = read("person_id,other_id\na,a\u200b\n a,b\n")

    assert found.facts == [Connection("a", "b", row=2)]


def test_what_is_remembered_is_bounded() -> None:
    asked: list[str] = []
    remembered = Remembered(lambda text: len(asked.append(text) or text))

    assert [remembered["ab"], remembered["ab"], remembered["x" * 400]] == [2, 2, 400]
    assert asked == ["ab", "x" * 400]
    for number in range(MOST_TEXTS):
        remembered[str(number)]
    assert len(remembered) <= MOST_TEXTS
    assert all(len(text) <= LONGEST_TEXT for text in remembered)


@pytest.mark.slow
def test_ten_million_events_stream_through_a_process_of_one_and_a_half_gibibytes() -> None:
    program = """
import io, resource
from graph.importers.frame import ReadOptions
from graph.importers.input_file import InputFile
from graph.importers.tables.importer import TableImporter
ROWS, BLOCK = 10_000_000, 10_000
class Endless(io.RawIOBase):
    written, rest = 0, b"person_id,kind,item_id,at\\n"
    def readable(self):
        return True
    def readinto(self, buffer):
        if not self.rest and self.written < ROWS:
            rows = range(self.written, self.written + BLOCK)
            line = b"p%d,view,j%d,2024-03-01T12:00:%02dZ\\n"
            self.rest = b"".join(line % (row, row, row % 60) for row in rows)
            self.written += BLOCK
        size = min(len(buffer), len(self.rest))
        buffer[:size], self.rest = self.rest[:size], self.rest[size:]
        return size
resource.setrlimit(resource.RLIMIT_AS, (3 << 29, 3 << 29))
file = InputFile("x", "x", "", 0, lambda: io.BufferedReader(Endless()))
importer = TableImporter()
[reading] = importer.read([importer.recognise(file)], ReadOptions())
assert sum(1 for _ in reading.facts) == reading.tally.rows_used == ROWS
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
