from math import inf, isnan

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.fairness import (
    Contrast,
    Counts,
    FourFifths,
    Rate,
    Rates,
    Verdict,
    difference_of,
    four_fifths,
    rates_of,
    ratio_of,
    wilson,
)

REPETITIONS = 1_000
Flags = npt.NDArray[np.bool_]

people = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6), st.booleans()), min_size=1, max_size=30
)


def counts_of(rows: list[tuple[int, int, bool]]) -> tuple[Counts, Flags]:
    some, more, is_b = (np.array(column) for column in zip(*rows, strict=True))
    return Counts(some, some + more), is_b.astype(bool)


def singles(a: tuple[int, int], b: tuple[int, int]) -> Rates:
    """Return rates of people with one trial each: in how many of how many it happened."""
    happened = np.concatenate([np.arange(all_of) < some for some, all_of in (a, b)])
    is_b = np.arange(len(happened)) >= a[1]
    return rates_of(Counts(happened.astype(int), np.ones(len(happened), int)), is_b)


def silent_share(random: np.random.Generator, size: int, alike: float, rate: float) -> float:
    """Return how often nothing is found between groups drawn by lot.

    Args:
        random: Where chance comes from.
        size: How many people.
        alike: How much one person's chance differs from another's, 0: not at all.
        rate: Mean chance.
    """
    silent = 0
    for _ in range(REPETITIONS):
        trials = random.poisson(5 * np.exp(1.2 * random.standard_normal(size)))
        spread = 1 / alike - 1 if alike else inf
        chance = random.beta(rate * spread, (1 - rate) * spread, size) if alike else rate
        counts = Counts(random.binomial(trials, chance), trials)
        rates = rates_of(counts, random.random(size) < 0.4)
        silent += ratio_of(rates).verdict is Verdict.SILENT
    return silent / REPETITIONS


def test_wilsons_interval_of_a_textbook_case() -> None:
    """Newcombe (1998), 81 of 263: 0.2553 to 0.3662; 0 of 20: 0 to 0.1611."""
    assert wilson(81 / 263, 263, 1.959964) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20, 1.959964) == pytest.approx((0, 0.1611), abs=5e-5)


def test_a_difference_of_a_textbook_case() -> None:
    """Newcombe (1998), 56/70 less 48/80, method 10: 0.2, from 0.0524 to 0.3339."""
    b, a = (
        Rate(some / of, *wilson(some / of, of, 1.959964), of) for some, of in ((56, 70), (48, 80))
    )
    assert difference_of(Rates(a, b)) == pytest.approx((0.2, 0.0524, 0.3339, 0), abs=5e-5)


def test_people_with_one_trial_each_give_nearly_wilsons_interval() -> None:
    rate = singles((81, 263), (10, 50)).a
    assert rate == pytest.approx((81 / 263, 0.2553, 0.3662, 263), abs=1e-3)


def test_trials_of_the_same_people_tell_no_more_than_the_people_do() -> None:
    """Ten trials a person that always end alike are worth one."""
    is_b = np.arange(200) % 2 == 0
    happened = (np.arange(200) // 2 % 4 == 0).astype(int)
    once = rates_of(Counts(happened, np.ones(200, int)), is_b)
    ten = rates_of(Counts(10 * happened, np.full(200, 10)), is_b)
    for one, other in zip(once, ten, strict=True):
        assert one[:3] == pytest.approx(other[:3], abs=0.01)
        assert other.trials == 10 * one.trials


def test_the_ratio_of_known_rates() -> None:
    ratio = ratio_of(singles((400, 1000), (100, 1000)))
    assert ratio.value == pytest.approx(0.25)
    assert ratio.verdict is Verdict.FOUND
    # The interval on the log scale is 0.25 * exp(+-1.96 * sqrt(1/100 - 1/1000 + 1/400 - 1/1000)).
    assert ratio[1:3] == pytest.approx((0.2047, 0.3053), abs=0.004)


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        ((0, 50), (0, 50), Verdict.SILENT),  # nothing happened to anybody
        ((3, 6), (0, 4), Verdict.SILENT),  # too few to say
        ((50, 100), (0, 100), Verdict.FOUND),
        ((0, 100), (50, 100), Verdict.FOUND),
        ((1, 1), (0, 1), Verdict.SILENT),
    ],
)
def test_where_nothing_happened_the_number_of_people_decides(
    a: tuple[int, int], b: tuple[int, int], verdict: Verdict
) -> None:
    rates = singles(a, b)
    assert ratio_of(rates).verdict is verdict
    assert difference_of(rates).verdict is verdict


def test_without_trials_nothing_is_said() -> None:
    rates = rates_of(Counts(np.array([1, 0]), np.array([2, 0])), np.array([False, True]))
    assert isnan(rates.b.value)
    assert ratio_of(rates)[1:] == (0, inf, 1)
    assert difference_of(rates)[1:] == (-1, 1, 0)
    assert ratio_of(rates).verdict is Verdict.SILENT


@pytest.mark.parametrize(
    ("low", "high", "rule"),
    [
        (0.8, 1.2, FourFifths.KEPT),
        (0.5, 0.79, FourFifths.BROKEN),
        (1.26, 2.0, FourFifths.BROKEN),
        (0.7, 0.9, FourFifths.OPEN),
        (0.9, 1.3, FourFifths.OPEN),
        (0.0, inf, FourFifths.OPEN),
    ],
)
def test_the_four_fifths_rule_protects_both_groups(
    low: float, high: float, rule: FourFifths
) -> None:
    assert four_fifths(Contrast(1.0, low, high, 1.0)) is rule


@given(people)
def test_intervals_hold_their_values_and_stay_in_range(rows: list[tuple[int, int, bool]]) -> None:
    rates = rates_of(*counts_of(rows))
    for rate in rates:
        assert 0 <= rate.low <= rate.high <= 1
        assert isnan(rate.value) or rate.low <= rate.value <= rate.high
    ratio, difference = ratio_of(rates), difference_of(rates)
    assert 0 <= ratio.low <= ratio.high
    assert isnan(ratio.value) or ratio.low - 1e-9 <= ratio.value <= ratio.high + 1e-9
    assert -1 <= difference.low <= difference.high <= 1


@given(people)
def test_ratio_and_difference_agree_on_what_is_found(rows: list[tuple[int, int, bool]]) -> None:
    """Both ask whether the intervals of the two rates reach each other."""
    rates = rates_of(*counts_of(rows))
    ratio, difference = ratio_of(rates), difference_of(rates)
    near = abs(difference.low) < 1e-9 or abs(difference.high) < 1e-9
    assert near or ratio.verdict is difference.verdict


@given(people)
def test_to_exchange_the_groups_turns_the_answer_round(rows: list[tuple[int, int, bool]]) -> None:
    counts, is_b = counts_of(rows)
    one, other = (difference_of(rates_of(counts, who)) for who in (is_b, ~is_b))
    assert one[:3] == pytest.approx((-other.value, -other.high, -other.low), nan_ok=True)


@given(people)
def test_the_order_of_people_does_not_matter(rows: list[tuple[int, int, bool]]) -> None:
    one = rates_of(*counts_of(rows))
    other = rates_of(*counts_of(rows[::-1]))
    assert one.a == pytest.approx(other.a, nan_ok=True)
    assert one.b == pytest.approx(other.b, nan_ok=True)


def test_the_higher_the_coverage_the_wider_the_interval() -> None:
    counts, is_b = Counts(np.arange(40) % 3, np.full(40, 4)), np.arange(40) % 2 == 0
    narrow, wide = (ratio_of(rates_of(counts, is_b, each)) for each in (0.9, 0.99))
    assert wide.low < narrow.low < narrow.high < wide.high


@pytest.mark.parametrize(
    ("size", "alike", "rate"),
    [(1500, 0.0, 0.1), (1500, 0.2, 0.1), (300, 0.3, 0.5), (300, 0.0, 0.02)],
)
def test_where_there_is_no_difference_none_is_found_about_nineteen_times_in_twenty(
    size: int, alike: float, rate: float
) -> None:
    assert 0.93 < silent_share(np.random.default_rng(7), size, alike, rate) < 0.985


def test_a_count_of_trials_that_takes_them_for_independent_would_find_too_much() -> None:
    """The twin that counts trials instead of people raises false alarms, ours does not."""
    random = np.random.default_rng(3)
    alarms = 0
    for _ in range(300):
        trials = np.full(200, 20)
        counts = Counts(random.binomial(trials, random.beta(1, 1, 200)), trials)
        is_b = random.random(200) < 0.5
        naive = Rates(
            *(
                Rate(share, *wilson(share, float(of), 1.96), int(of))
                for own in (~is_b, is_b)
                for share, of in [
                    (float(counts.happened[own].sum() / trials[own].sum()), trials[own].sum())
                ]
            )
        )
        alarms += ratio_of(naive).verdict is Verdict.FOUND
    assert alarms / 300 > 0.3


def test_trials_are_counted_by_the_person_whose_they_are() -> None:
    counts = Counts.of(np.array([True, False, True, True]), np.array([2, 0, 2, 0]), 4)
    assert counts.happened.tolist() == [1, 0, 2, 0]
    assert counts.trials.tolist() == [2, 0, 2, 0]


@pytest.mark.parametrize(
    ("happened", "trials", "message"),
    [([1, 3], [1, 2], "for person 1 it happened 3 times in 2 trials"), ([1], [1, 2], "trials are")],
)
def test_impossible_counts_are_refused(
    happened: list[int], trials: list[int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Counts(np.array(happened), np.array(trials))


def test_groups_of_other_people_and_an_impossible_coverage_are_refused() -> None:
    counts = Counts(np.array([1, 0]), np.array([1, 1]))
    with pytest.raises(ValueError, match=r"is_b is \(3,\)"):
        rates_of(counts, np.zeros(3, bool))
    with pytest.raises(ValueError, match="coverage"):
        rates_of(counts, np.zeros(2, bool), 1.0)
