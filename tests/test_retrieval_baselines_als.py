"""Alternating least squares finds what is missing, and nothing where nothing is known."""

import numpy as np
import pytest
from checker_board import SIZE, best_unknown, checker_board
from scipy.sparse import csr_array

from retrieval.baselines.als import AlsConfig, fit_als

SMALL = AlsConfig(width=4)


def test_a_withheld_column_is_ranked_first() -> None:
    assert best_unknown(fit_als(checker_board(), SMALL)).tolist() == list(range(SIZE))


def test_the_same_seed_gives_the_same_factors() -> None:
    one, other = fit_als(checker_board(), SMALL), fit_als(checker_board(), SMALL)
    assert np.array_equal(one.rows, other.rows)
    assert np.array_equal(one.columns, other.columns)


def test_an_empty_row_or_column_scores_nothing() -> None:
    board = checker_board().toarray()
    board[3], board[:, 5] = 0, 0
    factors = fit_als(csr_array(board), SMALL)
    assert factors.scores(np.array([3]), np.arange(SIZE)) == pytest.approx(0)
    assert factors.scores(np.arange(SIZE), np.array([5])) == pytest.approx(0)


def test_a_width_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        AlsConfig(width=0)
