"""Holds the encoder against simple models on several worlds, and reports how all of them fared."""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.encoder_report.contestants import simple_contestants
from app.encoder_report.exam import Exam, ExamRequest, Split, make_exam
from app.encoder_report.figures import PART, rows_of
from app.encoder_report.judging import Contestant, judge, judge_bounds
from app.encoder_report.marks import Mark, joined
from app.encoder_report.standing import standings
from app.output import Step
from graph.world.config import WorldConfig
from retrieval.baselines.text_similarity import Encoder

# What there is to examine: made for an exam, as the past of its store is what may be learned from.
Ours = Callable[[Exam], Iterable[Contestant]]


@dataclass(frozen=True)
class Evaluation:
    """On which worlds to evaluate, and which part of what happens in them to ask about."""

    split: Split
    people: int
    jobs: int
    seeds: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.seeds or len(set(self.seeds)) < len(self.seeds):
            raise ValueError(f"seeds must be given, each once, got {self.seeds}")


def evaluate(evaluation: Evaluation, encode: Encoder, ours: Ours, step: Step) -> dict[str, Any]:
    """Let the encoder and the simple models sit the exam of each world.

    Args:
        evaluation: Which worlds.
        encode: Texts to unit vectors, for the text similarity.
        ours: Makes the contestants that stand for the encoder.
        step: Told what is being worked on.

    Returns:
        What the report says: figures over the askers of all worlds together, and where ours stand.
    """
    marks: list[Mark] = []
    own: set[str] = set()
    for seed in evaluation.seeds:
        with tempfile.TemporaryDirectory(prefix="careergraph-") as temporary:
            config = WorldConfig(evaluation.people, evaluation.jobs, seed)
            exam = make_exam(ExamRequest(evaluation.split, config, Path(temporary)), step)
            marks += judge_bounds(exam)
            marks += judge(exam, simple_contestants(exam.store, exam.as_of, encode, step), step)
            found = judge(exam, ours(exam), step)
            own |= {mark.name for mark in found}
            marks += found
    rows = rows_of(joined(marks))
    return {
        "part": PART,
        "split": evaluation.split.value,
        "seeds": list(evaluation.seeds),
        "people": evaluation.people,
        "jobs": evaluation.jobs,
        "rows": rows,
        "standings": standings(rows, own),
    }
