"""Lets contestants sit an exam, each on what the store tells."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt

from app.encoder_report.exam import Exam
from app.encoder_report.marks import Mark, mark
from app.encoder_report.sheet import ExamTask, Question, Sheet
from graph.world.streams import stream

ORACLE, RANDOM = "oracle", "random order"

Step = Callable[[str, int], None]
Floats = npt.NDArray[np.floating]


class Contestant(Protocol):
    """Ranks candidates for askers; it has learned what it knows when it is asked."""

    @property
    def name(self) -> str:
        """What the report calls it."""
        ...

    def scores(self, question: Question) -> Floats:
        """Score every candidate for every asker, the better the higher, (askers, candidates)."""
        ...


def judge(exam: Exam, contestants: Iterable[Contestant], step: Step) -> list[Mark]:
    """Mark contestants in every task of an exam."""
    marks: list[Mark] = []
    for contestant in contestants:
        step(contestant.name, 0)
        for sheet in exam.sheets.values():
            marks += mark(contestant.name, sheet, contestant.scores)
    return marks


def judge_scores(exam: Exam, name: str, scores: Mapping[ExamTask, Floats]) -> list[Mark]:
    """Mark rankings that lie ready: of each task the scores of all askers and candidates."""
    marks: list[Mark] = []
    for task, table in scores.items():
        sheet = exam.sheets[task]
        place = {id: number for number, id in enumerate(sheet.askers)}

        def rows_of(
            question: Question, table: Floats = table, place: dict[str, int] = place
        ) -> Floats:
            return table[[place[id] for id in question.askers]]

        marks += mark(name, sheet, rows_of)
    return marks


def judge_bounds(exam: Exam) -> list[Mark]:
    """Mark what stands above and below all contestants: the truth itself, and chance."""
    best = {task: sheet.chance for task, sheet in exam.sheets.items()}
    worst = {task: _at_random(exam.seed, sheet) for task, sheet in exam.sheets.items()}
    return [*judge_scores(exam, ORACLE, best), *judge_scores(exam, RANDOM, worst)]


def _at_random(seed: int, sheet: Sheet) -> Floats:
    return stream(seed, f"exam random {sheet.task}").random(sheet.chance.shape, np.float32)
