"""Puts the answer sheet of a world beside what models rank: pairs, true chances, outcomes."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from graph.world.behaviour.utility import PairParts, Part, Task
from graph.world.truth.format import DRAWN
from graph.world.truth.reader import Truth
from retrieval.baselines.market import Market
from retrieval.baselines.pairs import Pairs
from retrieval.metrics import ndcg_at

TASKS = (Task.VIEW, Task.SAVE, Task.APPLY)  # the ones that people do; the others are done to them
FIRST = 10  # how many of a list somebody looks at

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Exam:
    """Candidates of held-out people, one person's after the other's."""

    pairs: Pairs
    offsets: npt.NDArray[np.int64]  # (people + 1,)
    utility: PairParts
    drawn: dict[Task, npt.NDArray[np.bool_]]

    def chance(self, task: Task, without: Collection[Part] = ()) -> Floats:
        """Return the true chance of a task for each pair, with some parts of the utility gone."""
        return self.utility.probability(task, without)

    def ndcg(self, gains: Floats, scores: Floats) -> Floats:
        """Return NDCG@10 of each person, (people,)."""
        return ndcg_at(gains, scores, FIRST, self.offsets)

    @cached_property
    def is_even(self) -> npt.NDArray[np.bool_]:
        """Whether a pair belongs to every other person, (pairs,): two halves to fit across."""
        return np.repeat(np.arange(len(self.offsets) - 1) % 2 == 0, np.diff(self.offsets))


def read_exam(truth: Truth, market: Market) -> Exam:
    """Find the pairs of an answer sheet in the market.

    Raises:
        KeyError: The store does not hold a person or a job of the sheet.
    """
    people = {id: number for number, id in enumerate(market.people.ids)}
    jobs = {id: number for number, id in enumerate(market.jobs.ids)}
    columns = truth.job_pairs
    person = np.array([people[id] for id in columns["person_id"]], np.int64)
    job = np.array([jobs[id] for id in columns["job_id"]], np.int64)
    starts = np.flatnonzero(np.append(True, person[1:] != person[:-1]))
    return Exam(
        Pairs(person, job, columns["at"].astype(np.int64)),
        np.append(starts, len(person)),
        truth.utility(),
        {task: columns[f"{DRAWN}{task.value}"].astype(bool) for task in TASKS},
    )
