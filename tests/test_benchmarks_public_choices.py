"""The encoder measured on public data learns who chooses what, also for people new to it."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from tests.benchmarks.public.choices import ChoicesConfig, train_choices

SIZE = 16


def checkerboard() -> csr_array:
    places = np.arange(SIZE)
    board = (places[:, None] + places) % 2 == 0
    np.fill_diagonal(board, False)
    return csr_array(board.astype(np.float32))


def test_what_was_withheld_from_each_person_is_ranked_first() -> None:
    choices = checkerboard()
    people, items = train_choices(choices, ChoicesConfig(width=4, layers=2, steps=3)).vectors()
    scores = people @ items.T
    scores[choices.nonzero()] = -np.inf
    assert scores.argmax(axis=1).tolist() == list(range(SIZE))


def test_a_new_person_is_known_by_what_it_chose() -> None:
    config = ChoicesConfig(width=4, layers=2, steps=3, withheld=0.2, knows_people=False)
    model = train_choices(checkerboard(), config)
    new = np.zeros((1, SIZE), np.float32)
    new[0, [0, 4]] = 1
    people, items = model.vectors(csr_array(new))
    even = (people[SIZE] @ items.T).argsort()[SIZE // 2 :] % 2 == 0
    assert even.all()


def test_a_sample_of_items_that_is_corrected_learns_the_same() -> None:
    config = ChoicesConfig(width=4, layers=2, steps=3, most_candidates=4, choices_a_step=8)
    people, items = train_choices(checkerboard(), config).vectors()
    scores = people @ items.T
    assert scores[0, ::2].min() > scores[0, 1::2].max()


def test_the_same_seed_gives_the_same_vectors() -> None:
    config = ChoicesConfig(width=4, steps=2, withheld=0.3)
    one, other = (train_choices(checkerboard(), config, seed=5).vectors()[0] for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_settings_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match=r"withheld must be 0 or more and below 1, got 1\.0"):
        ChoicesConfig(withheld=1.0)
    with pytest.raises(ValueError, match="must be positive"):
        ChoicesConfig(temperature=0)
