"""Simple contestants rank what they should, and ask popularity where they know nothing."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from small_market import TODAY, small_store

from app.encoder_report.contestants import Factored, Popularity, TextSimilarity
from app.encoder_report.links import Links, read_links
from app.encoder_report.sheet import ExamTask, Question
from graph.store import Store
from retrieval.baselines.factors import Factors

JOBS = ("j1", "j2", "j3", "j4")
WORDS = ("python", "engineer", "nurse", "code")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder: Path = tmp_path_factory.mktemp("market")
    return small_store(folder)


@pytest.fixture(scope="module")
def links(store: Store) -> dict[ExamTask, Links]:
    return dict(read_links(store, TODAY))


def by_words(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    return np.array([[word in text.lower() for word in WORDS] for text in texts], np.float32)


def entry(links: Links, row: str, column: str) -> float:
    rows, columns = links.numbers([row], [column])
    return float(links.matrix[int(rows[0]), int(columns[0])])


def test_the_strongest_act_of_a_pair_counts(links: dict[ExamTask, Links]) -> None:
    acts = links[ExamTask.APPLY]
    assert entry(acts, "ann", "j2") == 3  # viewed, and applied to
    assert entry(acts, "bob", "j1") == 1
    assert entry(acts, "ann", "j3") == 0  # shown, and left


def test_ties_go_both_ways(links: dict[ExamTask, Links]) -> None:
    ties = links[ExamTask.ACCEPT]
    assert entry(ties, "ann", "bob") == entry(ties, "bob", "ann") == 1
    assert entry(ties, "ann", "cem") == 0


def test_popularity_ranks_alike_for_everybody(links: dict[ExamTask, Links]) -> None:
    scores = Popularity(links).scores(Question(ExamTask.APPLY, ("ann", "cem"), JOBS))
    assert np.array_equal(scores[0], scores[1])
    assert scores[0].argsort().tolist()[-2:] == [0, 1]
    assert scores[0, 2] == scores[0, 3] == 0


def test_whoever_has_no_link_is_answered_by_popularity(links: dict[ExamTask, Links]) -> None:
    acts = links[ExamTask.APPLY]
    random = np.random.default_rng(0)
    factors = Factors(
        random.random((len(acts.rows), 2), np.float32),
        random.random((len(acts.columns), 2), np.float32),
    )
    model = Factored("factors", links, {ExamTask.APPLY: factors})
    scores = model.scores(Question(ExamTask.APPLY, ("ann", "cem"), JOBS))
    popular = Popularity(links).scores(Question(ExamTask.APPLY, ("cem",), JOBS))
    assert scores[1] == pytest.approx(popular[0])
    rows, columns = acts.numbers(["ann"], ["j1", "j2"])
    assert scores[0, :2] == pytest.approx(factors.scores(rows, columns)[0])


def test_candidates_that_nobody_is_linked_to_come_last(links: dict[ExamTask, Links]) -> None:
    acts = links[ExamTask.APPLY]
    factors = Factors(
        -np.ones((len(acts.rows), 1), np.float32), np.ones((len(acts.columns), 1), np.float32)
    )
    model = Factored("factors", links, {ExamTask.APPLY: factors})
    scores = model.scores(Question(ExamTask.APPLY, ("ann",), JOBS))
    assert scores[0, 2:].max() < scores[0, :2].min()


def test_like_texts_rank_first_and_each_is_encoded_once(store: Store) -> None:
    seen: list[str] = []

    def encode(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        seen.extend(texts)
        return by_words(texts)

    model = TextSimilarity(store, encode)
    question = Question(ExamTask.APPLY, ("ann", "cem"), JOBS)
    scores = model.scores(question)
    assert scores.argmax(axis=1).tolist() == [0, 2]
    assert np.array_equal(model.scores(question), scores)
    assert len(seen) == len(set(seen)) == 6


def test_skills_are_found_by_their_names(store: Store) -> None:
    model = TextSimilarity(store, by_words)
    ids = [id for batch in store.stream_nodes("skill", ()) for _key, id in batch]  # pyright: ignore[reportArgumentType]
    scores = model.scores(Question(ExamTask.SKILL, ("j1",), ids))
    assert scores.shape == (1, len(ids))
