"""Marks of dense rankings are those of the slow measures, whatever the ties."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.encoder_report.marks import joined, mark, metric_names, recall, reciprocal_rank
from app.encoder_report.sheet import ExamTask, Part, Question, Segment, Sheet, everybody
from retrieval import metrics

SHAPE = (3, 7)
few_scores = arrays(np.float32, SHAPE, elements=st.sampled_from([0.0, 0.5, 1.0, -np.inf]))
flags = arrays(np.bool_, SHAPE)
gains = arrays(np.float32, SHAPE, elements=st.sampled_from([0.0, 0.25, 1.0]))


def sheet(
    came: npt.NDArray[np.bool_],
    allowed: npt.NDArray[np.bool_] | None = None,
    parts: dict[Segment, Part] | None = None,
) -> Sheet:
    return Sheet(
        ExamTask.APPLY,
        [f"p{number}" for number in range(came.shape[0])],
        [f"j{number}" for number in range(came.shape[1])],
        came.astype(np.float32),
        came,
        np.ones(came.shape, np.bool_) if allowed is None else allowed,
        parts or {Segment.ALL: everybody(*came.shape)},
    )


@given(gains, few_scores, st.integers(1, 9))
def test_recall_is_that_of_the_slow_measure(
    gains: npt.NDArray[np.float32], scores: npt.NDArray[np.float32], first: int
) -> None:
    expected = metrics.recall_at(gains, scores, first)
    assert recall(gains, scores, first) == pytest.approx(expected, nan_ok=True)


@given(flags, few_scores)
def test_reciprocal_rank_is_that_of_the_slow_measure(
    good: npt.NDArray[np.bool_], scores: npt.NDArray[np.float32]
) -> None:
    expected = metrics.reciprocal_rank(good.astype(float), scores)
    assert reciprocal_rank(good, scores) == pytest.approx(expected, nan_ok=True)


def test_who_may_not_be_ranked_comes_after_all_others() -> None:
    came = np.zeros((1, 20), np.bool_)
    came[0, 3] = True
    allowed = np.ones((1, 20), np.bool_)
    allowed[0, 10:] = False

    def forbidden_first(question: Question) -> npt.NDArray[np.float32]:
        return np.arange(len(question.candidates), dtype=np.float32)[None]

    (found,) = mark("model", sheet(came, allowed), forbidden_first)
    assert found.values["mrr"].tolist() == [1 / 7]  # 9 down to 4 stand before 3


def test_a_segment_ranks_only_its_own_candidates_for_its_own_askers() -> None:
    came = np.eye(4, 12, dtype=np.bool_)
    few = np.zeros(12, np.bool_)
    few[:4] = True
    parts = {Segment.COLD_JOBS: Part(np.array([True, False, False, True]), few)}

    def last_first(question: Question) -> npt.NDArray[np.float32]:
        return np.tile(np.arange(12, dtype=np.float32), (len(question.askers), 1))

    (found,) = mark("model", sheet(came, parts=parts), last_first)
    assert found.values["mrr"].tolist() == [1 / 4, 1]


def test_marks_do_not_depend_on_how_many_askers_are_asked_at_once() -> None:
    random = np.random.default_rng(0)
    came, scores = random.random((9, 80)) < 0.1, random.random((9, 80), np.float32)
    own = sheet(came)
    for at_once in (1, 4, 512):
        seen = [rows for rows, _ in own.questions(at_once)]
        assert sum(len(range(*rows.indices(9))) for rows in seen) == 9
    place = {id: number for number, id in enumerate(own.askers)}
    (found,) = mark("model", own, lambda asked: scores[[place[id] for id in asked.askers]])
    expected = metrics.recall_at(came.astype(float), scores, 10)
    assert found.values["recall@10"] == pytest.approx(expected, nan_ok=True)


def test_marks_of_two_exams_are_put_together() -> None:
    came = np.eye(2, 3, dtype=np.bool_)
    one = mark("model", sheet(came), lambda asked: np.zeros((len(asked.askers), 3)))
    (both,) = joined([*one, *one])
    assert [len(both.values[name]) for name in metric_names()] == [4] * len(metric_names())


@pytest.mark.parametrize(
    ("scores", "why"), [(np.zeros((2, 2)), "scores of"), (np.full((2, 3), np.nan), "no numbers")]
)
def test_scores_that_are_none_are_refused(scores: npt.NDArray[np.float64], why: str) -> None:
    with pytest.raises(ValueError, match=f"model gave apply .*{why}"):
        mark("model", sheet(np.eye(2, 3, dtype=np.bool_)), lambda _question: scores)


def test_a_sheet_whose_parts_do_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"allowed of apply is \(1, 3\)"):
        sheet(np.eye(2, 3, dtype=np.bool_), np.ones((1, 3), np.bool_))
