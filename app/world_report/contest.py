"""Lets simple models rank what held-out people might want, and holds them against the truth."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.world_report.chance_fit import fit_chances
from app.world_report.exam import TASKS, Exam
from graph.schema import EventKind
from graph.store import Store
from graph.world.behaviour.utility import Task
from retrieval.baselines.gradient_boosting import fit_gradient_boosting
from retrieval.baselines.item_based import ItemBased
from retrieval.baselines.learned import Fit
from retrieval.baselines.logistic_regression import fit_logistic_regression
from retrieval.baselines.pair_features import Kind, PairFeatures, columns_without
from retrieval.baselines.popularity import popularity_scores
from retrieval.baselines.text_similarity import (
    job_texts,
    load_encoder,
    person_texts,
    text_scores,
)
from retrieval.metrics import Estimate, estimate

RANDOM, POPULARITY, TEXT, ITEM_BASED = (
    "random order",
    "popularity",
    "text similarity",
    "item-based filtering",
)
LOGISTIC, BOOSTING = "logistic regression", "gradient boosting"
TOGETHER, ORACLE = "all of these, stacked", "oracle"
LEARNED: dict[str, Fit] = {LOGISTIC: fit_logistic_regression, BOOSTING: fit_gradient_boosting}
MOST_EXAMPLES = 150_000
SEED = 0  # of samples and intervals

Floats = npt.NDArray[np.float64]
Step = Callable[[str, int], None]
Scores = Mapping[str, Mapping[Task, Floats]]  # model -> task -> score of each pair


@dataclass(frozen=True)
class Row:
    """How one model ranks for one task."""

    model: str
    task: Task
    by_chance: Estimate  # NDCG@10 where the gain of a job is its true chance
    by_outcome: Estimate  # NDCG@10 where the gain is whether it happened


@dataclass(frozen=True)
class Lessons:
    """What learned models learn from: features of what was shown, and what came of it."""

    features: Floats
    came: dict[Task, npt.NDArray[np.bool_]]
    asked: Floats  # features of the exam's pairs

    def scores(self, fit: Fit, task: Task, without: Kind | None = None) -> Floats:
        """Fit a model, all features of a kind left out, and score the exam with it."""
        columns = columns_without(without)
        return fit(self.features[:, columns], self.came[task])(self.asked[:, columns])


def prepare_lessons(features: PairFeatures, exam: Exam) -> Lessons:
    """Make the features that learned models learn from, of a sample where there is too much."""
    shown = features.history.shown
    count = len(shown.place)
    chosen = np.arange(count)
    if count > MOST_EXAMPLES:
        random = np.random.default_rng(SEED)
        chosen = np.sort(random.choice(count, MOST_EXAMPLES, replace=False))
    return Lessons(
        features.of(shown.pairs.rows(chosen), shown.place[chosen]),
        {task: shown.came[EventKind(task.value)][chosen] for task in TASKS},
        features.of(exam.pairs),
    )


def score_everything(
    exam: Exam, lessons: Lessons, features: PairFeatures, text: Floats, step: Step
) -> Scores:
    """Score the exam's pairs with every model.

    Args:
        exam: The pairs.
        lessons: What learned models learn from.
        features: What made the lessons.
        text: Similarity of the texts of each pair, (pairs,).
        step: Told which model is at work.
    """
    pairs, history, market = exam.pairs, features.history, features.market
    shape = len(market.people.ids), len(market.jobs.ids)
    popular = popularity_scores(history, pairs)
    near = ItemBased.fit(history.acts, *shape).scores(pairs, history)
    scores: dict[str, Mapping[Task, Floats]] = {
        RANDOM: dict.fromkeys(TASKS, np.zeros(len(pairs.at))),
        POPULARITY: dict.fromkeys(TASKS, popular),
        TEXT: dict.fromkeys(TASKS, text),
        ITEM_BASED: dict.fromkeys(TASKS, near),
    }
    for name, fit in LEARNED.items():
        step(name, len(lessons.features))
        scores[name] = {task: lessons.scores(fit, task) for task in TASKS}
    scores[TOGETHER] = {
        task: across_halves(
            exam,
            np.column_stack([popular, text, near, *(scores[name][task] for name in LEARNED)]),
            exam.drawn[task].astype(float),
        )
        for task in TASKS
    }
    scores[ORACLE] = {task: exam.chance(task) for task in TASKS}
    return scores


def text_similarity(exam: Exam, store: Store, encoder: Path, step: Step) -> Floats:
    """Return how alike the texts of each pair are, (pairs,)."""
    encode = load_encoder(encoder, lambda done: step("texts encoded", done))
    return text_scores(encode, person_texts(store), job_texts(store), exam.pairs)


def across_halves(exam: Exam, features: Floats, chance: Floats) -> Floats:
    """Fit log-odds on one half of the people and score the other half, and the other way round.

    Args:
        exam: Whose people are halved.
        features: (pairs, features).
        chance: What to foretell: outcomes, or the true chances, (pairs,).

    Returns:
        Scores, (pairs,); they compare within a person alone.
    """
    scores = np.empty(len(chance))
    for half in (exam.is_even, ~exam.is_even):
        scores[half] = fit_chances(features[~half], chance[~half])(features[half])
    return scores


def judge(exam: Exam, scores: Scores) -> list[Row]:
    """Measure every model on every task; of each task the best first."""
    rows = [
        Row(
            model,
            task,
            estimate(exam.ndcg(exam.chance(task), ranked), SEED),
            estimate(exam.ndcg(exam.drawn[task].astype(float), ranked), SEED),
        )
        for model, by_task in scores.items()
        for task, ranked in by_task.items()
    ]
    return sorted(rows, key=lambda row: (TASKS.index(row.task), -row.by_chance.mean))


def best_learned(rows: list[Row], task: Task) -> str:
    """Return the name of the model that learned to rank a task best."""
    own = [row for row in rows if row.task is task and row.model in LEARNED]
    return max(own, key=lambda row: row.by_chance.mean).model
