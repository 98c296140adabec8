"""The models in closed form find what was withheld, and are what their formulas say."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from scipy.sparse import csr_array

from retrieval.baselines.ease import MOST_ITEMS, Ease, EaseByPeople, fit_ease
from retrieval.baselines.graph_filter import GraphFilter, normalise
from retrieval.baselines.nearest_rows import NearestRows
from retrieval.baselines.random_walk import RandomWalk

SIZE = 20
Scores = Callable[[csr_array], npt.NDArray[np.float32]]


def checkerboard() -> csr_array:
    """Return people who do every second item, but never the item of their own number."""
    places = np.arange(SIZE)
    board = (places[:, None] + places) % 2 == 0
    np.fill_diagonal(board, False)
    return csr_array(board.astype(float))


def fitted(name: str, deeds: csr_array) -> Scores:
    if name == "ease":
        return Ease.fit(deeds, penalty=1.0).scores
    if name == "walk":
        return RandomWalk.fit(deeds).scores
    return GraphFilter.fit(deeds, rank=4).scores


@pytest.mark.parametrize("name", ["ease", "walk", "filter"])
def test_what_was_withheld_is_ranked_first(name: str) -> None:
    deeds = checkerboard()
    scores = fitted(name, deeds)(deeds)
    scores[deeds.nonzero()] = -np.inf
    assert scores.argmax(axis=1).tolist() == list(range(SIZE))


@pytest.mark.parametrize("name", ["ease", "walk", "filter"])
def test_someone_new_gets_what_those_seen_with_the_same_deeds_get(name: str) -> None:
    deeds = checkerboard()
    scores = fitted(name, deeds)
    new = csr_array(deeds[np.array([3])])
    np.testing.assert_allclose(scores(new)[0], scores(deeds)[3], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["ease", "walk", "filter"])
def test_people_and_items_without_deeds_have_finite_scores(name: str) -> None:
    deeds = checkerboard().toarray()
    deeds[2], deeds[:, 5] = 0, 0
    scores = fitted(name, csr_array(deeds))(csr_array(deeds))
    assert np.isfinite(scores).all()
    assert not scores[2].any()


def test_ease_is_the_map_that_minimises_its_loss() -> None:
    generator = np.random.default_rng(0)
    deeds = (generator.random((30, 6)) < 0.4).astype(float)
    weights = Ease.fit(csr_array(deeds), penalty=2.0).weights.astype(float)
    gradient = deeds.T @ (deeds @ weights - deeds) + 2.0 * weights
    off = ~np.eye(6, dtype=bool)
    assert np.abs(gradient[off]).max() < 1e-4
    assert not np.diag(weights).any()


def test_ease_by_people_gives_the_scores_of_ease() -> None:
    generator = np.random.default_rng(0)
    deeds = csr_array((generator.random((8, 30)) < 0.3).astype(float))
    by_items, by_people = Ease.fit(deeds, penalty=3.0), EaseByPeople.fit(deeds, penalty=3.0)
    new = csr_array((generator.random((5, 30)) < 0.3).astype(float))
    np.testing.assert_allclose(by_people.scores(new), by_items.scores(new), atol=1e-5)
    assert isinstance(fit_ease(deeds), EaseByPeople)
    assert isinstance(fit_ease(csr_array(deeds.T)), Ease)


def test_the_filter_is_what_its_formula_says() -> None:
    generator = np.random.default_rng(0)
    deeds = (generator.random((12, 9)) < 0.5).astype(float)
    found = GraphFilter.fit(csr_array(deeds), rank=3, share_of_ideal=0.5).scores(csr_array(deeds))
    narrow = normalise(csr_array(deeds)).toarray().astype(float)
    _, _, right = np.linalg.svd(narrow)
    root = np.sqrt(np.maximum(deeds.sum(axis=0), 1))
    ideal = (deeds / root) @ right[:3].T @ right[:3] * root
    np.testing.assert_allclose(found, deeds @ narrow.T @ narrow + 0.5 * ideal, atol=1e-4)


def test_a_walk_arrives_by_the_chances_of_its_steps() -> None:
    deeds = csr_array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]])
    scores = RandomWalk.fit(deeds, power_of_popularity=0.0).scores(csr_array([[1.0, 0.0, 0.0]]))
    np.testing.assert_allclose(scores, [[0.5, 0.5, 0.0]])


def test_only_the_nearest_are_followed_and_none_that_is_unlike() -> None:
    deeds = csr_array(np.eye(4))
    likeness = np.array([[0.9, 0.5, 0.7, -1.0], [-1.0, -1.0, -1.0, 0.2]])
    scores = NearestRows(deeds, neighbours=2).scores(likeness)
    np.testing.assert_allclose(scores, [[0.9, 0, 0.7, 0], [0, 0, 0, 0.2]], rtol=1e-6)


def test_what_cannot_be_is_refused_with_the_values() -> None:
    with pytest.raises(ValueError, match=f"{MOST_ITEMS + 1} items are too many"):
        Ease.fit(csr_array((2, MOST_ITEMS + 1)))
    with pytest.raises(ValueError, match="penalty must be positive, got 0"):
        Ease.fit(csr_array((2, 2)), penalty=0)
    with pytest.raises(ValueError, match="rank 0 of"):
        GraphFilter.fit(checkerboard(), rank=0)
    with pytest.raises(ValueError, match="1 neighbour or more, got 0"):
        NearestRows(checkerboard(), neighbours=0)
    with pytest.raises(ValueError, match=r"likeness is \(1, 3\), and 20 people"):
        NearestRows(checkerboard()).scores(np.zeros((1, 3)))
