"""Bayesian personalised ranking finds what is missing."""

import numpy as np
import pytest
from checker_board import SIZE, best_unknown, checker_board

from retrieval.baselines.bpr import BprConfig, fit_bpr

SMALL = BprConfig(width=8, rounds=300)


def test_a_withheld_column_is_ranked_first() -> None:
    assert best_unknown(fit_bpr(checker_board(), SMALL)).tolist() == list(range(SIZE))


def test_the_same_seed_gives_the_same_factors() -> None:
    one, other = fit_bpr(checker_board(), SMALL), fit_bpr(checker_board(), SMALL)
    assert np.array_equal(one.rows, other.rows)
    assert np.array_equal(one.columns, other.columns)


def test_a_learning_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="learning rate"):
        BprConfig(learning_rate=0)
