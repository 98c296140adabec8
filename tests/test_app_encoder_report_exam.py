"""The store of an exam does not hold what is asked for, and every contestant can sit it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from app.encoder_report.acts import read_acts
from app.encoder_report.contestants import ALS, BPR, LIGHT_GCN, POPULARITY, TEXT
from app.encoder_report.evaluate import Evaluation, evaluate
from app.encoder_report.exam import Exam, ExamRequest, Split, make_exam
from app.encoder_report.figures import markdown, text_table
from app.encoder_report.judging import ORACLE, RANDOM, judge_scores
from app.encoder_report.marks import Mark, metric_names
from app.encoder_report.sheet import ExamTask, Question, Segment
from graph.schema import EdgeType, NodeType
from graph.store import Store
from graph.world.config import WorldConfig

pytestmark = pytest.mark.slow
CONFIG = WorldConfig(200, 120, 3)


def quietly(_what: str, _done: int) -> None:
    """Say nothing."""


@pytest.fixture(scope="module")
def unseen(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    folder: Path = tmp_path_factory.mktemp("unseen")
    return make_exam(ExamRequest(Split.UNSEEN, CONFIG, folder), quietly)


@pytest.fixture(scope="module")
def future(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    folder: Path = tmp_path_factory.mktemp("future")
    return make_exam(ExamRequest(Split.FUTURE, CONFIG, folder), quietly)


def ids_of(store: Store, kind: NodeType) -> dict[int, str]:
    return {key: id for batch in store.stream_nodes(kind, ()) for key, id in batch}


def asked_of(exam: Exam, task: ExamTask, segment: Segment) -> set[str]:
    sheet = exam.sheets[task]
    flags = sheet.parts[segment].askers
    return {id for id, chosen in zip(sheet.askers, flags, strict=True) if chosen}


def test_the_store_of_an_exam_knows_every_node_that_is_asked_about(
    unseen: Exam, future: Exam
) -> None:
    for exam in (unseen, future):
        people = set(ids_of(exam.store, NodeType.PERSON).values())
        jobs = set(ids_of(exam.store, NodeType.JOB).values())
        assert set(exam.sheets[ExamTask.APPLY].askers) <= people
        assert set(exam.sheets[ExamTask.APPLY].candidates) <= jobs
        assert set(exam.sheets[ExamTask.ACCEPT].candidates) == people
        skills = set(ids_of(exam.store, NodeType.SKILL).values())
        assert set(exam.sheets[ExamTask.SKILL].candidates) <= skills


def test_cold_people_have_neither_acts_nor_contacts_in_the_store(unseen: Exam) -> None:
    cold = asked_of(unseen, ExamTask.APPLY, Segment.COLD)
    names = ids_of(unseen.store, NodeType.PERSON)
    assert len(cold) == 10
    for batch in unseen.store.stream_edges(EdgeType.CONNECTED_TO):
        assert not cold & {names[key] for row in batch for key in (row.source_key, row.target_key)}
    for events in unseen.store.stream_events():
        met = {names.get(key, "") for row in events for key in (row.person_key, row.object_key)}
        assert not cold & met


def test_nobody_saw_a_cold_job(unseen: Exam) -> None:
    sheet = unseen.sheets[ExamTask.APPLY]
    people, jobs = (ids_of(unseen.store, kind) for kind in (NodeType.PERSON, NodeType.JOB))
    acts = read_acts(unseen.store, list(people.values()), list(sheet.candidates))
    cold = sheet.parts[Segment.COLD_JOBS].candidates
    assert not cold[acts.job].any()
    assert cold.sum() >= round(0.2 * len(sheet.candidates))
    assert jobs.keys().isdisjoint(people)


def test_the_skills_that_are_asked_for_are_not_told(unseen: Exam, future: Exam) -> None:
    for exam in (unseen, future):
        hidden = set(exam.sheets[ExamTask.SKILL].askers)
        names = ids_of(exam.store, NodeType.JOB)
        told = {
            names[row.source_key]
            for batch in exam.store.stream_edges(EdgeType.REQUIRES)
            for row in batch
        }
        assert hidden
        assert told
        assert not hidden & told


def test_the_past_holds_nothing_that_is_later(future: Exam) -> None:
    day = str(np.datetime64(future.as_of, "s").astype("datetime64[D]"))
    moments = [row.at for batch in future.store.stream_events() for row in batch]
    days = [
        row.since for batch in future.store.stream_edges(EdgeType.CONNECTED_TO) for row in batch
    ]
    assert max(moments) < future.as_of
    assert max(days) < day


def test_the_oracle_finds_most_of_what_is_likely(unseen: Exam) -> None:
    sheet = unseen.sheets[ExamTask.APPLY]
    random = np.random.default_rng(0)
    oracle = judge_scores(unseen, ORACLE, {ExamTask.APPLY: sheet.chance})
    other = random.random(sheet.chance.shape, np.float32)
    by_chance = judge_scores(unseen, RANDOM, {ExamTask.APPLY: other})
    assert mean(oracle) > 2 * mean(by_chance)


def mean(marks: list[Mark]) -> float:
    return float(np.nanmean(marks[0].values["chance_recall@10"]))


class Alphabetical:
    """Ranks by id."""

    name = "alphabetical"

    def scores(self, question: Question) -> npt.NDArray[np.float64]:
        return np.tile(-np.arange(len(question.candidates), dtype=float), (len(question.askers), 1))


def by_length(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    return np.array([[len(text), 1] for text in texts], np.float32)


def test_an_evaluation_tells_of_everybody_and_says_where_ours_stands() -> None:
    told = evaluate(
        Evaluation(Split.UNSEEN, 200, 120, (3,)),
        by_length,
        lambda _exam: [Alphabetical()],
        quietly,
    )
    assert (told["part"], told["split"], told["seeds"]) == ("encoder", "unseen", [3])
    names = {row["name"] for row in told["rows"]}
    assert names == {ORACLE, RANDOM, POPULARITY, TEXT, ALS, BPR, LIGHT_GCN, "alphabetical"}
    row = told["rows"][0]
    assert row["n"] == 50
    assert set(row["metrics"]) == set(metric_names())
    assert {"mean", "low", "high"} <= set(row["metrics"]["recall@50"])
    assert {standing["ours"] for standing in told["standings"]} == {"alphabetical"}
    for table in (text_table(told["rows"]), markdown(told["rows"])):
        assert "alphabetical" in table
