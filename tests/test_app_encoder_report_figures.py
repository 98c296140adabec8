"""Figures of an exam say what the marks say, and where the encoder stands."""

import numpy as np
import pytest

from app.encoder_report.figures import markdown, rows_of, text_table
from app.encoder_report.judging import ORACLE, RANDOM
from app.encoder_report.marks import Mark, metric_names
from app.encoder_report.sheet import ExamTask, Segment
from app.encoder_report.standing import standings

NAN = float("nan")


def mark(name: str, *values: float) -> Mark:
    told = {metric: np.array(values, float) for metric in metric_names()}
    return Mark(name, ExamTask.APPLY, Segment.WARM, told)


def test_a_row_tells_mean_and_interval_of_those_who_had_anything_to_find() -> None:
    (row,) = rows_of([mark("ours", 0.2, NAN, 0.4)])
    assert (row["name"], row["task"], row["segment"], row["n"]) == (
        "ours",
        "apply",
        "warm people",
        2,
    )
    found = row["metrics"]["recall@50"]
    assert found["mean"] == pytest.approx(0.3)
    assert (found["low"], found["high"]) == (0.2, 0.4)


def test_a_segment_without_anything_to_find_has_no_row() -> None:
    assert rows_of([mark("ours", NAN, NAN), mark("ours")]) == []


def test_tables_name_the_best_first() -> None:
    rows = rows_of([mark("worse", 0.1), mark("better", 0.9)])
    for table in (text_table(rows), markdown(rows)):
        assert table.index("better") < table.index("worse")
        assert "0.900 (0.900-0.900)" in table


def test_the_best_of_ours_is_held_against_the_best_other_the_texts_and_the_oracle() -> None:
    rows = rows_of(
        [
            mark("ours, small", 0.3),
            mark("ours, large", 0.6),
            mark("text similarity", 0.2),
            mark("popularity", 0.5),
            mark(ORACLE, 0.8),
            mark(RANDOM, 0.9),  # chance is nobody's rival
        ]
    )
    (found,) = standings(rows, {"ours, small", "ours, large"})
    assert (found["ours"], found["best_other"]) == ("ours, large", "popularity")
    assert (found["of_best_other"], found["of_text"], found["of_oracle"]) == (1.2, 3.0, 0.75)


def test_where_the_texts_find_nothing_there_is_no_share() -> None:
    rows = rows_of([mark("ours", 0.3), mark("text similarity", 0.0)])
    (found,) = standings(rows, {"ours"})
    assert found["of_text"] is None
    assert found["of_oracle"] is None
