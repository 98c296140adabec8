from itertools import permutations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from retrieval.metrics import auc, estimate, ndcg_at, recall_at, reciprocal_rank

Row = npt.NDArray[np.float64]
LENGTH = 5
gains_of_a_list = arrays(float, LENGTH, elements=st.sampled_from([0.0, 0.0, 0.5, 1.0, 3.0]))
scores_of_a_list = arrays(float, LENGTH, elements=st.sampled_from([-1.0, 0.0, 0.5, 2.0]))


def row(*values: float) -> Row:
    return np.array([values], float)


def discounted(gains: Row, k: int) -> float:
    return sum(gain / np.log2(place + 2) for place, gain in enumerate(gains[:k]))


def orders_of(gains: Row, scores: Row) -> list[Row]:
    """Return the gains in every order that sorts the scores: the slow twin of a random tie."""
    everyone = permutations(range(len(scores)))
    sorted_ones = [np.array(o) for o in everyone if (np.diff(scores[list(o)]) <= 0).all()]
    return [gains[order] for order in sorted_ones]


def test_ndcg_of_a_list_worked_out_by_hand() -> None:
    """Gains 3, 2, 0, 1 in the order ranked.

    DCG = 3 + 2/log2(3) + 0 + 1/log2(5) = 4.6925; the best order has 3 + 2/log2(3) + 1/2 = 4.7619.
    """
    value = ndcg_at(row(3, 2, 0, 1), row(4, 3, 2, 1), 10)
    assert value == pytest.approx([4.692536 / 4.761860], abs=1e-6)


def test_the_order_of_the_gains_is_perfect_and_the_reverse_is_the_worst() -> None:
    gains = row(0.1, 0.9, 0.5)
    worst = ndcg_at(gains, -gains, 3)
    assert ndcg_at(gains, gains, 3) == pytest.approx([1.0])
    for scores in permutations([1.0, 2.0, 3.0]):
        assert worst[0] <= ndcg_at(gains, row(*scores), 3)[0] <= 1.0


def test_what_stands_behind_the_cut_does_not_count() -> None:
    assert ndcg_at(row(0, 0, 1), row(3, 2, 1), 2) == pytest.approx([0.0])
    assert recall_at(row(0, 0, 1), row(3, 2, 1), 2) == pytest.approx([0.0])
    assert recall_at(row(1, 0, 1), row(3, 2, 1), 2) == pytest.approx([0.5])


def test_a_list_without_gain_has_no_value_and_does_not_enter_the_mean() -> None:
    gains = np.array([[0.0, 0.0], [1.0, 0.0]])
    values = ndcg_at(gains, np.array([[1.0, 0.0], [1.0, 0.0]]), 10)
    assert np.isnan(values[0])
    assert estimate(values)[0::3] == (1.0, 1)


def test_lists_of_different_lengths_are_measured_each_by_itself() -> None:
    gains, scores = np.array([1.0, 0.0, 0.0, 0.0, 1.0]), np.array([1.0, 2.0, 3.0, 2.0, 1.0])
    offsets = np.array([0, 2, 2, 5])
    values = ndcg_at(gains, scores, 10, offsets)
    assert values[0] == pytest.approx(1 / np.log2(3))
    assert np.isnan(values[1])
    assert values[2] == pytest.approx(1 / 2)
    assert reciprocal_rank(gains, scores, offsets)[[0, 2]] == pytest.approx([1 / 2, 1 / 3])


@given(gains_of_a_list, scores_of_a_list, st.integers(1, LENGTH))
def test_ties_are_the_mean_over_every_order_of_them(gains: Row, scores: Row, k: int) -> None:
    if not gains.any():
        assert np.isnan(ndcg_at(gains[None], scores[None], k)[0])
        return
    orders = orders_of(gains, scores)
    best = discounted(np.sort(gains)[::-1], k)
    slow = np.mean([discounted(order, k) / best for order in orders])
    assert ndcg_at(gains[None], scores[None], k)[0] == pytest.approx(slow)
    slow = np.mean([order[:k].sum() / gains.sum() for order in orders])
    assert recall_at(gains[None], scores[None], k)[0] == pytest.approx(slow)
    slow = np.mean([1 / (np.flatnonzero(order)[0] + 1) for order in orders])
    assert reciprocal_rank(gains[None], scores[None])[0] == pytest.approx(slow)


@given(gains_of_a_list, scores_of_a_list, st.permutations(range(LENGTH)))
def test_the_order_in_which_candidates_come_changes_nothing(
    gains: Row, scores: Row, order: list[int]
) -> None:
    expected = ndcg_at(gains[None], scores[None], 3)
    shuffled = ndcg_at(gains[order][None], scores[order][None], 3)
    assert shuffled == pytest.approx(expected, nan_ok=True)


@given(arrays(bool, 12), arrays(float, 12, elements=st.sampled_from([0.0, 1.0, 2.0, 3.0])))
def test_auc_is_the_share_of_pairs_in_the_right_order(
    labels: npt.NDArray[np.bool_], scores: Row
) -> None:
    pairs = np.sign(scores[labels][:, None] - scores[~labels])
    if pairs.size == 0:
        assert np.isnan(auc(labels, scores))
    else:
        assert auc(labels, scores) == pytest.approx((pairs.mean() + 1) / 2)


def test_the_interval_holds_the_mean_and_the_same_seed_gives_it_again() -> None:
    values = np.random.default_rng(3).normal(0.5, 0.1, 400)
    found = estimate(values, seed=5)
    assert found == estimate(values, seed=5)
    assert found != estimate(values, seed=6)
    # The standard error is 0.1 / sqrt(400) = 0.005, so the interval is about 0.02 wide.
    assert found.low < found.mean < found.high
    assert found.high - found.low == pytest.approx(0.0196, rel=0.15)


def test_an_estimate_of_nothing_is_not_a_number() -> None:
    assert np.isnan(estimate(np.array([np.nan])).mean)
    assert estimate(np.array([])).lists == 0


@pytest.mark.parametrize(
    ("gains", "scores", "k", "words"),
    [
        (row(1, 0), row(1), 1, "gains are"),
        (row(1, 0), row(1, 0), 0, "k must be"),
        (row(1, 0), row(np.nan, 0), 1, "scores must be numbers"),
        (row(-1, 0), row(1, 0), 1, "must not be negative"),
        (np.ones(2), np.ones(2), 1, "without offsets"),
    ],
)
def test_arrays_that_cannot_be_measured_are_refused(
    gains: Row, scores: Row, k: int, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        ndcg_at(gains, scores, k)


def test_offsets_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="offsets must lead from 0 to 3"):
        ndcg_at(np.ones(3), np.ones(3), 1, np.array([0, 2]))
