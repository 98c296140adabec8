"""LightGCN finds what is missing, on both sides of a matrix and among one set of nodes."""

import numpy as np
import pytest
import torch
from checker_board import SIZE, best_unknown, checker_board
from scipy.sparse import csr_array

from retrieval.baselines.light_gcn import LightGcnConfig, fit_light_gcn

SMALL = LightGcnConfig(width=8, steps=60, batch=64)


@pytest.mark.parametrize("is_one_set", [False, True])
def test_a_withheld_column_is_ranked_first(is_one_set: bool) -> None:
    factors = fit_light_gcn(checker_board(), SMALL, is_one_set=is_one_set)
    # Among one set everybody is nearest to themselves, and that is what is withheld.
    assert best_unknown(factors).tolist() == list(range(SIZE))


def test_rows_and_columns_of_one_set_have_the_same_vectors() -> None:
    factors = fit_light_gcn(checker_board(), SMALL, is_one_set=True)
    assert np.array_equal(factors.rows, factors.columns)


def test_the_same_seed_gives_the_same_factors_and_leaves_other_chance_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    one, other = fit_light_gcn(checker_board(), SMALL), fit_light_gcn(checker_board(), SMALL)
    assert np.array_equal(one.rows, other.rows)
    assert torch.equal(torch.rand(1), expected)


def test_one_set_needs_a_square_matrix() -> None:
    with pytest.raises(ValueError, match="20 x 3"):
        fit_light_gcn(csr_array(np.ones((20, 3))), SMALL, is_one_set=True)


def test_a_matrix_without_entries_is_refused() -> None:
    with pytest.raises(ValueError, match="4 x 3 without entries"):
        fit_light_gcn(csr_array((4, 3)), SMALL)
