"""What makes a person act on a job: named parts, weighed differently by each task.

The utility is a sum of parts, so that a part can be taken away to see what only it carries, and
an explanation can be scored against what really moved the person.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Task(StrEnum):
    """What may follow when a person sees a job, each step only after the one before.

    `save` and `apply` both follow a view; neither needs the other.
    """

    VIEW = "view"
    SAVE = "save"
    APPLY = "apply"
    INTERVIEW = "interview"
    HIRE = "hire"


class Part(StrEnum):
    """One reason among those that make up the utility of a job for a person."""

    TITLE = "title"  # nearness of the posted title to the person's
    SESSION = "session"  # what the field looked at this week adds or takes
    COVERAGE = "coverage"  # requirements met, as both skill lists show
    COVERAGE_TEXT = "coverage_text"  # requirements met that only the texts show
    LEVEL = "level"  # a stretch and a step down cost differently
    PLACE = "place"  # commute, country, wish to work from home
    PAY = "pay"  # against what the person expects
    TASTE = "taste"  # the company's culture against the person's taste; only texts tell
    SIZE = "size"  # of the company against the wish
    SOCIAL = "social"  # how well people who work there are known
    SECOND = "second"  # how well known they are to people one knows
    FRESHNESS = "freshness"
    APPEAL = "appeal"  # how well the posting is made
    MISLABELLED = "mislabelled"  # the work behind the title is not what it says
    BAIT = "bait"  # spam
    SILENCE = "silence"  # a stale posting: nobody answers
    OWN_COMPANY = "own_company"  # one's present employer


# Rows: what a unit of each part adds to the logit of each task, given the step before it.
_WEIGHTS: Mapping[Part, tuple[float, float, float, float, float]] = {
    #                  view  save  apply interview hire
    Part.TITLE: (2.4, 0.8, 1.2, 0.8, 0.3),
    Part.SESSION: (3.2, 1.2, 1.6, 0.0, 0.0),
    Part.COVERAGE: (1.4, 2.2, 5.5, 6.0, 3.0),
    Part.COVERAGE_TEXT: (0.8, 2.2, 5.5, 6.0, 3.0),
    Part.LEVEL: (1.0, 1.0, 1.6, 1.6, 1.0),
    Part.PLACE: (1.4, 1.8, 2.2, 0.3, 0.2),
    Part.PAY: (0.7, 1.4, 1.0, -0.3, -0.3),
    Part.TASTE: (0.8, 1.6, 1.5, 0.2, 1.2),
    Part.SIZE: (0.3, 0.4, 0.5, 0.0, 0.0),
    Part.SOCIAL: (0.5, 0.4, 1.6, 1.6, 1.0),
    Part.SECOND: (0.6, 0.6, 2.2, 1.4, 0.7),
    Part.FRESHNESS: (0.4, 0.2, 0.4, 0.6, 0.0),
    Part.APPEAL: (0.5, 0.1, 0.0, 0.0, 0.0),
    Part.MISLABELLED: (0.0, 1.5, 2.5, 0.5, 0.0),
    Part.BAIT: (0.7, -1.0, -2.5, -4.0, -1.0),
    Part.SILENCE: (0.0, 0.0, 0.0, -5.0, 0.0),
    Part.OWN_COMPANY: (-0.8, -1.2, -2.5, -1.0, -0.5),
}
_BIAS = (-2.2, -3.4, -6.7, -7.3, -6.0)
STEP_BEFORE: Mapping[Task, Task | None] = {
    Task.VIEW: None,
    Task.SAVE: Task.VIEW,
    Task.APPLY: Task.VIEW,
    Task.INTERVIEW: Task.APPLY,
    Task.HIRE: Task.INTERVIEW,
}
# Taken from a group the interviewers are biased against, where that is planted.
BIASED_TASKS = (Task.INTERVIEW, Task.HIRE)


@dataclass(frozen=True)
class PairParts:
    """The parts of the utility for pairs of a person and a job."""

    values: Mapping[Part, Floats]  # each (pairs,)
    handicap: Floats  # logits that a planted bias takes in `BIASED_TASKS`, (pairs,)

    def logits(self, task: Task, without: Collection[Part] = ()) -> npt.NDArray[np.float64]:
        """Return the logit of a task given the step before it, (pairs,)."""
        place = tuple(Task).index(task)
        logits = np.full(len(self.handicap), _BIAS[place])
        for part, weights in _WEIGHTS.items():
            if weights[place] and part not in without:
                logits += weights[place] * self.values[part]
        if task in BIASED_TASKS:
            logits -= self.handicap
        return logits

    def given_step_before(
        self, task: Task, without: Collection[Part] = ()
    ) -> npt.NDArray[np.float64]:
        """Return the chance of a task once the step before it has happened, (pairs,)."""
        return 1.0 / (1.0 + np.exp(-self.logits(task, without)))

    def probability(self, task: Task, without: Collection[Part] = ()) -> npt.NDArray[np.float64]:
        """Return the chance of a task when the job is seen, all steps before it included."""
        chance = self.given_step_before(task, without)
        before = STEP_BEFORE[task]
        return chance if before is None else chance * self.probability(before, without)


def weight(part: Part, task: Task) -> float:
    """Return what a unit of a part adds to the logit of a task."""
    return _WEIGHTS[part][tuple(Task).index(task)]
