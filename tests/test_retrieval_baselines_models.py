"""Each simple model ranks first what it should, and none looks into the future."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_market import DAY, TODAY, moment, small_store

from graph.store import Store
from retrieval.baselines.gradient_boosting import fit_gradient_boosting
from retrieval.baselines.history import HALF_LIFE_SECONDS, Acts, History, Shown, read_history
from retrieval.baselines.item_based import ItemBased
from retrieval.baselines.learned import Fit
from retrieval.baselines.logistic_regression import fit_logistic_regression
from retrieval.baselines.market import read_market
from retrieval.baselines.pair_features import FEATURES, Kind, PairFeatures, columns_without
from retrieval.baselines.pairs import Pairs
from retrieval.baselines.popularity import popularity_scores
from retrieval.baselines.text_similarity import job_texts, person_texts, text_scores

PLACES = {name: place for place, (name, _) in enumerate(FEATURES)}


def pairs(*rows: tuple[int, int, int]) -> Pairs:
    person, job, at = np.array(rows, np.int64).reshape(-1, 3).T
    return Pairs(person, job, at)


def history_of(*deeds: tuple[int, int, int, float]) -> History:
    acts = Acts(pairs(*(deed[:3] for deed in deeds)), np.array([deed[3] for deed in deeds]))
    return History(acts, Shown(pairs(), np.zeros(0), {}))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder: Path = tmp_path_factory.mktemp("market")
    return small_store(folder)


@pytest.fixture(scope="module")
def features(store: Store) -> PairFeatures:
    return PairFeatures(read_market(store), read_history(store))


def feature(features: PairFeatures, name: str, *rows: tuple[int, int, int]) -> list[float]:
    return features.of(pairs(*rows))[:, PLACES[name]].tolist()


def test_the_most_applied_job_is_the_most_popular() -> None:
    history = history_of((0, 1, 10, 1.0), (0, 2, 10, 3.0), (1, 2, 10, 3.0))
    scores = popularity_scores(history, pairs((5, 0, 99), (5, 1, 99), (5, 2, 99)))
    assert np.argsort(-scores).tolist() == [2, 1, 0]
    assert scores[0] == 0


def test_popularity_halves_in_a_half_life() -> None:
    history = history_of((0, 0, 0, 4.0))
    later = pairs((9, 0, 1), (9, 0, int(HALF_LIFE_SECONDS)), (9, 0, int(2 * HALF_LIFE_SECONDS)))
    assert history.popularity(later) == pytest.approx([4, 2, 1], rel=1e-5)


deeds = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 3), st.integers(0, 300), st.sampled_from([1.0, 3.0])
    ),
    min_size=1,
    max_size=20,
)


@given(deeds, st.integers(0, 3), st.integers(0, 3), st.integers(0, 400))
def test_only_what_was_before_counts(
    done: list[tuple[int, int, int, float]], person: int, job: int, day: int
) -> None:
    history = history_of(*((p, j, at * DAY, weight) for p, j, at, weight in done))
    asked = pairs((person, job, day * DAY))
    slow = sum(
        weight * 0.5 ** ((day - at) * DAY / HALF_LIFE_SECONDS)
        for _, j, at, weight in done
        if j == job and at < day
    )
    assert history.popularity(asked)[0] == pytest.approx(slow, rel=1e-6, abs=1e-9)
    assert history.activity(asked)[0] == sum(p == person and at < day for p, _, at, _ in done)


def test_what_others_did_together_is_near() -> None:
    """Persons 0 to 2 acted on jobs 0 and 1; person 3 on job 0 alone: job 1 is the next for them.

    Job 2 is the most popular of all, but nobody who knows job 0 touched it.
    """
    together = [(person, job, 5, 3.0) for person in (0, 1, 2) for job in (0, 1)]
    alone = [(3, 0, 5, 3.0), *((person, 2, 5, 3.0) for person in range(4, 12))]
    history = history_of(*together, *alone)
    model = ItemBased.fit(history.acts, people=12, jobs=4)
    scores = model.scores(pairs((3, 1, 9), (3, 2, 9), (3, 3, 9)), history)
    assert np.argsort(-scores).tolist() == [0, 1, 2]
    assert model.similarity.diagonal().sum() == 0


def test_who_did_nothing_is_shown_what_is_popular() -> None:
    history = history_of((0, 1, 5, 3.0), (1, 1, 5, 3.0), (0, 2, 5, 1.0))
    model = ItemBased.fit(history.acts, people=3, jobs=3)
    scores = model.scores(pairs((2, 0, 9), (2, 1, 9), (2, 2, 9)), history)
    assert np.argsort(-scores).tolist() == [1, 2, 0]


def test_texts_hold_what_was_written_newest_position_first(store: Store) -> None:
    ann, bob, _ = person_texts(store)
    assert ann.startswith("Builds things\nI like Python.\n")
    assert ann.index("Runs the queues.") < ann.index("Wrote Java.")
    assert bob.startswith("Engineer")
    assert job_texts(store)[0] == "Backend Engineer\nWork."


def test_the_most_alike_text_is_ranked_first() -> None:
    words = ["nurse", "python"]
    seen: list[str] = []

    def encode(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        seen.extend(texts)
        return np.array([[word in text for word in words] for text in texts], np.float32)

    people, jobs = ["a python person", "a nurse"], ["nurse wanted", "python wanted", "unread"]
    asked = pairs((0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 0))
    assert text_scores(encode, people, jobs, asked).tolist() == [0, 1, 1, 0]
    assert "unread" not in seen


def test_every_feature_has_its_column(features: PairFeatures) -> None:
    found = features.of(pairs((0, 0, TODAY), (2, 3, TODAY)))
    assert found.shape == (2, len(FEATURES))
    assert np.isfinite(found).all()
    assert len(columns_without(None)) == len(FEATURES)
    assert PLACES["log of contacts at the company"] not in columns_without(Kind.NETWORK)


def test_titles_are_near_by_what_the_taxonomy_says(features: PairFeatures) -> None:
    rows = (0, 0, TODAY), (0, 1, TODAY), (0, 2, TODAY), (0, 3, TODAY)
    assert feature(features, "same title", *rows) == [1, 0, 0, 0]
    assert feature(features, "similarity of the titles", *rows) == pytest.approx([1, 0.9, 0, 0])
    assert feature(features, "same family of titles", *rows) == [1, 1, 0, 0]


def test_a_step_up_is_told_from_a_step_down(features: PairFeatures) -> None:
    """ann is a senior, bob stands in the middle; j1 wants a senior."""
    rows = (0, 0, TODAY), (1, 0, TODAY), (0, 1, TODAY)
    assert feature(features, "steps up", *rows) == [0, 1, -1]
    assert feature(features, "steps apart", *rows) == [0, 1, 1]


def test_skills_are_counted_against_what_is_wanted(features: PairFeatures) -> None:
    rows = (0, 0, TODAY), (1, 0, TODAY), (1, 1, TODAY), (0, 2, TODAY)
    assert feature(features, "share of wanted skills listed", *rows) == [0.5, 0.5, 0, 0]
    rare = feature(features, "the same, rare skills counting more", *rows)
    assert rare[0] < 0.5 < rare[1]  # j1 and j2 ask for Python, only j1 for Java
    usual = "share of wanted skills listed or usual for the title"
    assert feature(features, usual, *rows) == [0.5, 0.5, 0, 0]


def test_distance_counts_for_whoever_must_be_there(features: PairFeatures) -> None:
    rows = (0, 0, TODAY), (0, 1, TODAY), (0, 2, TODAY)
    kilometres = np.expm1(feature(features, "log of the distance", *rows))
    assert kilometres == pytest.approx([0, 504, 878], rel=0.02)  # Berlin, Munich, Paris
    must = np.expm1(feature(features, "log of the distance unless remote", *rows))
    assert must == pytest.approx([0, 0, 878], rel=0.02)
    assert feature(features, "same place", *rows) == [1, 0, 0]
    assert feature(features, "same country", *rows) == [1, 1, 0]


def test_contacts_inside_are_direct_contacts_alone(features: PairFeatures) -> None:
    """bob works at Contoso, which posted j1; cem knows bob, and ann knows cem through him only."""
    rows = (0, 0, TODAY), (1, 0, TODAY), (2, 0, TODAY), (0, 2, TODAY), (1, 2, TODAY)
    inside = np.expm1(feature(features, "log of contacts at the company", *rows))
    assert inside == pytest.approx([1, 0, 1, 0, 1])
    assert feature(features, "works there", *rows) == [0, 1, 0, 0, 0]
    assert feature(features, "worked there", *rows) == [1, 0, 0, 0, 0]


def test_a_feature_of_the_past_knows_no_future(features: PairFeatures) -> None:
    rows = (0, 1, moment(20)), (0, 1, moment(5)), (0, 1, TODAY)
    popular = feature(features, "log of the job's popularity", *rows)
    assert popular[0] == 0 < popular[1]
    done = np.expm1(feature(features, "log of what the person did before", *rows))
    assert done == pytest.approx([0, 2, 2])


@pytest.mark.parametrize("fit", [fit_logistic_regression, fit_gradient_boosting])
def test_a_learned_model_finds_the_feature_that_counts(fit: Fit) -> None:
    """Of three features only the second moves the outcome; the third never varies."""
    random = np.random.default_rng(1)
    examples = np.column_stack([random.normal(size=(4000, 2)), np.ones(4000)])
    happened = random.random(4000) < 1 / (1 + np.exp(-2 * examples[:, 1]))
    scorer = fit(examples, happened)
    scores = scorer(np.array([[0.0, -1.5, 1.0], [0.0, 0.0, 1.0], [0.0, 1.5, 1.0]]))
    assert (np.diff(scores) > 1).all()
    other = scorer(np.array([[-1.5, 0.0, 1.0], [1.5, 0.0, 1.0]]))
    assert abs(np.diff(other)[0]) < 1
