"""Candidates hold the answers, and say how likely each was to be among them."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_training import generator, small

from graph.training.candidates import CandidateSource

SOURCES = np.zeros(10, np.int64)


@given(st.integers(0, 10_000), st.integers(2, 200), st.floats(0, 1), st.integers(0, 20))
def test_the_answers_are_among_the_candidates_and_each_is_there_once(
    seed: int, alive: int, progress: float, asked: int
) -> None:
    random = generator(seed)
    numbers = np.sort(random.choice(500, alive, replace=False))
    source = CandidateSource(numbers, random.random(alive), small(candidates=20))
    source.hard = random.choice(numbers, (10, 6))
    answers = random.choice(numbers, asked)
    sources = random.integers(0, 10, asked)
    found = source.draw(sources, answers, progress, random)
    assert (np.diff(found.numbers) > 0).all()
    assert set(answers) <= set(found.numbers) <= set(numbers)
    assert found.log_expected.shape == found.numbers.shape
    assert (found.log_expected <= 0).all()
    assert np.isfinite(found.log_expected).all()


def test_few_are_all_there_and_uncorrected() -> None:
    source = CandidateSource(np.array([2, 5, 9]), np.ones(3), small(candidates=20))
    found = source.draw(SOURCES[:1], np.array([4]), 0.5, generator())
    assert not source.is_drawn
    assert found.numbers.tolist() == [2, 4, 5, 9]  # the answer too, whether or not it was alive
    assert found.log_expected.tolist() == [0, 0, 0, 0]


def test_each_is_drawn_as_often_as_it_says() -> None:
    """Over many draws; answers come as often as they are linked, as in training."""
    count, draws, asked = 60, 4000, 10
    popularity = (np.arange(count) % 7).astype(float) ** 2
    share = popularity / popularity.sum()
    config = small(candidates=30, popular_share=0.4, hard_share=0.0)
    source = CandidateSource(np.arange(count), popularity, config)
    random, times, said = generator(1), np.zeros(count), np.full(count, np.nan)
    for _ in range(draws):
        answers = random.choice(count, asked, p=share)
        found = source.draw(SOURCES, answers, 0.0, random)
        times[found.numbers] += 1
        said[found.numbers] = np.exp(found.log_expected)
    seen = ~np.isnan(said)
    assert seen.sum() > 50
    deviation = np.sqrt(said * (1 - said) / draws)
    # The formula takes the number of times that one is drawn for a Poisson's: 2 % at most.
    assert (np.abs(times / draws - said)[seen] < 5 * deviation[seen] + 0.02 * said[seen]).all()


def test_the_popular_are_drawn_more_often_and_say_so() -> None:
    popularity = np.ones(200)
    popularity[:5] = 100
    source = CandidateSource(np.arange(200), popularity, small(candidates=50, popular_share=0.5))
    random, times, said = generator(2), Counter[int](), dict[int, float]()
    for _ in range(200):
        found = source.draw(SOURCES, np.array([150]), 0.0, random)
        times.update(found.numbers.tolist())
        said.update(zip(found.numbers.tolist(), found.log_expected.tolist(), strict=True))
    assert min(times[n] for n in range(5)) > 2 * max(times[n] for n in range(5, 150))
    assert min(said[n] for n in range(5)) > said[150]


@pytest.mark.parametrize(("progress", "wanted"), [(0.0, 0), (0.5, 25), (1.0, 50)])
def test_the_share_of_hard_ones_grows(progress: float, wanted: int) -> None:
    config = small(candidates=100, hard_share=0.5, popular_share=0.0)
    popularity = np.zeros(10_000)
    source = CandidateSource(np.arange(10_000), popularity, config)
    source.hard = 9_000 + np.arange(1_000).reshape(10, 100)
    sources = np.arange(10)
    drawn = [source.draw(sources, np.array([0]), progress, generator(n)) for n in range(20)]
    hard = np.mean([(each.numbers >= 9_000).sum() for each in drawn])
    uniform = (100 - wanted) / 10
    assert hard == pytest.approx(wanted + uniform, abs=3)


def test_hard_ones_are_near_those_who_ask_and_gaps_are_passed_over() -> None:
    config = small(candidates=100, hard_share=0.5, popular_share=0.0)
    source = CandidateSource(np.arange(100_000), np.ones(100_000), config)
    source.hard = np.full((3, 4), -1)
    source.hard[1] = [70_000, -1, 70_001, -1]
    near = {70_000, 70_001}
    found = source.draw(np.array([1, 2]), np.array([5]), 1.0, generator())
    assert near <= set(found.numbers.tolist())
    assert found.numbers[0] >= 0
    assert not near & set(
        source.draw(np.array([0]), np.array([5]), 1.0, generator()).numbers.tolist()
    )
