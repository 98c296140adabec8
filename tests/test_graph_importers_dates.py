from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.importers.dates import iso_day, parse_date, parse_moment


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024", "2024"),
        ("2024-03", "2024-03"),
        ("2024-03-01", "2024-03-01"),
        ("20240301", "2024-03-01"),
        ("Jan 2024", "2024-01"),
        ("September 2024", "2024-09"),
        ("21 Feb 2026", "2026-02-21"),
        ("1 Mar 2026", "2026-03-01"),
        ("Feb 21, 2026", "2026-02-21"),
        ("3-May-21", "2021-05-03"),
        ("05.06.2023", "2023-06-05"),
        ("5. Jun 2023", "2023-06-05"),
        ("3-May-99", "1999-05-03"),
        ("2026/02/01 15:02:55 UTC", "2026-02-01"),
        ("2026-02-01T23:30:00-05:00", "2026-02-01"),
        ("1/29/26, 2:37 PM", "2026-01-29"),
        (" 2024-02-29 ", "2024-02-29"),
        ("01 Jan 1833", "1833-01-01"),
    ],
)
def test_a_date_is_as_precise_as_its_source(text: str, iso: str) -> None:
    assert parse_date(text) == iso


@pytest.mark.parametrize(
    "text",
    [
        "2024-13-45",
        "31/12/99",
        "01/02/2024",  # the first of February or the second of January
        "2023-02-29",
        "31 Apr 2024",
        "2024-00-10",
        "13/29/26, 2:37 PM",
        "1/29/26, 14:37 PM",
        "2024-01-01T25:00:00",
        "2024-01-01T10:00:00+99:00",
        "2024-01-01 10:00 Somewhere",
        "0024-01-01",
        "٢٠٢٤",  # digits, but not ASCII
        "Present",
        "NaN",
        "",
        "9" * 5000,
        "-",
    ],
)
def test_impossible_and_ambiguous_dates_are_none(text: str) -> None:
    assert parse_date(text) is None
    assert parse_moment(text) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-01", datetime(2024, 3, 1)),
        ("2024-03-01T10:00:00", datetime(2024, 3, 1, 10)),
        ("2024-03-01T10:00:00Z", datetime(2024, 3, 1, 10)),
        ("2024-03-01 10:00:00.987 UTC", datetime(2024, 3, 1, 10)),
        ("2024-03-01T10:00:00+02:00", datetime(2024, 3, 1, 8)),
        ("2024-03-01T10:00:00-0530", datetime(2024, 3, 1, 15, 30)),
        ("2024-03-31T02:30:00", datetime(2024, 3, 31, 2, 30)),  # skipped by clocks in Berlin
        ("2026/02/01 15:02:55 UTC", datetime(2026, 2, 1, 15, 2, 55)),
        ("1/29/26, 2:37 PM", datetime(2026, 1, 29, 14, 37)),
        ("1/29/26, 12:05 AM", datetime(2026, 1, 29, 0, 5)),
        ("1/29/26, 2:37\u202fPM", datetime(2026, 1, 29, 14, 37)),
        ("1700000000", datetime(2023, 11, 14, 22, 13, 20)),
        ("1700000000000", datetime(2023, 11, 14, 22, 13, 20)),
        ("1700000000000000", datetime(2023, 11, 14, 22, 13, 20)),
        ("1700000000.0", datetime(2023, 11, 14, 22, 13, 20)),
        ("2024", datetime(2024, 1, 1)),
        ("0", datetime(1970, 1, 1)),
        ("1833-05-06 07:08:09 UTC", datetime(1833, 5, 6, 7, 8, 9)),
    ],
)
def test_a_moment_is_counted_in_utc(text: str, moment: datetime) -> None:
    assert parse_moment(text) == int(moment.replace(tzinfo=UTC).timestamp())


def test_years_before_1970_are_negative() -> None:
    assert parse_moment("1969-12-31T23:59:59Z") == -1
    assert parse_moment("-1") == -1
    assert (parse_moment("1833-01-01") or 0) < -4_000_000_000


def test_counts_outside_the_calendar_are_none() -> None:
    assert parse_moment("9" * 19) is not None  # nanoseconds of the year 2286
    assert parse_moment("9" * 20) is None
    assert parse_moment("-99999999999") is None


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31)))
def test_every_day_is_read_back_in_each_of_its_forms(day: date) -> None:
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%d %b %Y", "%B %d, %Y", "%Y%m%d"):
        assert parse_date(day.strftime(form)) == day.isoformat()
    assert iso_day(parse_moment(day.isoformat()) or 0) == day.isoformat()


@given(st.text(max_size=40) | st.from_regex(r"[0-9]{1,4}[-/ :.,0-9A-Za-z+]{0,30}"))
def test_no_text_raises(text: str) -> None:
    assert parse_date(text) is None or parse_moment(text) is not None
