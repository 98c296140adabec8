"""Labels are given once, and rows keep their order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index.row_table import RowTable


def table_of(ids: str) -> RowTable:
    table = RowTable()
    table.append(list(ids))
    return table


def test_labels_count_up_and_are_not_given_again() -> None:
    table = table_of("abc")
    rows = table.rows_of(table.labels_of("c"))
    table.mark_dead(rows)
    table.drop(rows)
    assert table.append(["c"]).tolist() == [3]
    assert table.labels.tolist() == [0, 1, 3]
    assert table.labels_of("cxa").tolist() == [3, 0]


def test_a_dead_row_stays_without_a_name() -> None:
    table = table_of("abc")
    table.mark_dead(np.array([1]))
    assert (len(table), table.num_rows) == (2, 3)
    assert "b" not in table
    assert "b" not in table.ids
    usable = table.usable(None)
    assert usable is not None
    assert usable.tolist() == [True, False, True]


@given(st.sets(st.integers(0, 9)), st.lists(st.integers(-3, 14)))
def test_a_row_may_be_found_when_its_label_is_allowed_and_it_lives(
    dead: set[int], allowed: list[int]
) -> None:
    table = table_of("abcdefghij")
    table.mark_dead(np.array(sorted(dead), np.int64))
    mask = table.usable(np.array(allowed, np.int64))
    wanted = [row in allowed and row not in dead for row in range(10)]
    assert all(wanted) if mask is None else mask.tolist() == wanted


def test_labels_that_cannot_have_been_saved_are_refused() -> None:
    live = np.ones(2, bool)
    for labels in ([1, 1], [2, 1], [-1, 0], [0, 9]):
        with pytest.raises(ValueError, match="ascend"):
            RowTable.restored(["a", "b"], np.array(labels), live, 9)
    with pytest.raises(ValueError, match="3 ids"):
        RowTable.restored(["a", "b", "c"], np.array([0, 1]), live, 9)
