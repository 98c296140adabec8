"""Holds the sheets of an exam: who asks, who or what may be the answer, and what is true of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.schema import NodeType

Flags = npt.NDArray[np.bool_]
ASKERS_AT_ONCE = 512  # bounds the memory that scores take


class ExamTask(StrEnum):
    """What is to be ranked for whom."""

    APPLY = "apply"  # jobs for a person: applications
    ACT = "act"  # jobs for a person: views, saves or applications; of the future alone
    ACCEPT = "accept"  # people for a person: ties that come of an invitation
    SKILL = "skill"  # skills for a job: those it asks for


ENDS: Mapping[ExamTask, tuple[NodeType, NodeType]] = {
    ExamTask.APPLY: (NodeType.PERSON, NodeType.JOB),
    ExamTask.ACT: (NodeType.PERSON, NodeType.JOB),
    ExamTask.ACCEPT: (NodeType.PERSON, NodeType.PERSON),
    ExamTask.SKILL: (NodeType.JOB, NodeType.SKILL),
}


class Segment(StrEnum):
    """Which askers and candidates a figure is about."""

    ALL = "all"
    WARM = "warm people"  # who acted on jobs before
    QUIET = "people without acts"  # who never acted on a job, but know people
    COLD = "cold people"  # who have just arrived: no acts, no contacts
    COLD_JOBS = "cold jobs"  # only jobs that nobody acted on so far are candidates


class Question(NamedTuple):
    """What a contestant is asked: to score every candidate for every asker; ids of nodes."""

    task: ExamTask
    askers: Sequence[str]
    candidates: Sequence[str]


class Part(NamedTuple):
    """The askers and candidates of a segment."""

    askers: Flags  # (askers,)
    candidates: Flags  # (candidates,)


@dataclass(frozen=True)
class Sheet:
    """The questions of a task, and the answers, which no contestant sees."""

    task: ExamTask
    askers: Sequence[str]  # ids
    candidates: Sequence[str]  # ids
    chance: npt.NDArray[np.float32]  # how likely or how important, (askers, candidates)
    came: Flags  # what happened, (askers, candidates)
    allowed: Flags  # who may be ranked at all, (askers, candidates)
    parts: Mapping[Segment, Part]

    def __post_init__(self) -> None:
        shape = len(self.askers), len(self.candidates)
        for name in ("chance", "came", "allowed"):
            found = getattr(self, name).shape
            if found != shape:
                raise ValueError(f"{name} of {self.task} is {found}, and should be {shape}")

    def questions(self, at_once: int = ASKERS_AT_ONCE) -> Iterator[tuple[slice, Question]]:
        """Yield the questions, some askers at a time, with the rows that they are of."""
        for start in range(0, len(self.askers), at_once):
            rows = slice(start, start + at_once)
            yield rows, Question(self.task, self.askers[rows], self.candidates)


def everybody(askers: int, candidates: int) -> Part:
    """Return the part that leaves nobody out."""
    return Part(np.ones(askers, np.bool_), np.ones(candidates, np.bool_))
