"""What people remember of what they did: nobody applies twice, or looks on with a new job."""

import numpy as np
import numpy.typing as npt

from graph.world.behaviour.acts import Acts, Moments
from graph.world.behaviour.utility import Task

Ints = npt.NDArray[np.integer]
Flags = npt.NDArray[np.bool_]
_NEVER = np.iinfo(np.int64).max
_ONCE = (Task.SAVE, Task.APPLY)  # steps that one takes once for a job


class Memory:
    """Follows people through time; what it is told must come in order of time for each person."""

    def __init__(self, people: int, jobs: int) -> None:
        self._jobs = jobs
        self._hired_at = np.full(people, _NEVER, np.int64)  # seconds since 1970
        self._done = {task: np.zeros(0, np.int64) for task in _ONCE}

    def recall(self, person: Ints, job: Ints, acts: Acts, when: Moments) -> Acts:
        """Take out what was done before, and what would come after somebody was hired.

        Args:
            person: Of each entry, (entries,).
            job: Of each entry, (entries,).
            acts: What would be done with each entry by somebody without a past.
            when: When it would be done.
        """
        pair = person.astype(np.int64) * self._jobs + job
        done = dict(acts.done)
        for task in _ONCE:
            done[task] = self._first_times(task, pair, done[task])
        done[Task.INTERVIEW] = done[Task.INTERVIEW] & done[Task.APPLY]
        done[Task.HIRE] = done[Task.HIRE] & done[Task.INTERVIEW]
        hired = np.flatnonzero(done[Task.HIRE])
        np.minimum.at(self._hired_at, person[hired], when.tasks[Task.HIRE][hired])
        for task in (Task.INTERVIEW, Task.HIRE):
            done[task] = done[task] & (when.tasks[task] <= self._hired_at[person])
        return Acts(acts.seen, done, acts.dismissed & ~_repeats(pair, acts.dismissed))

    def is_looking(self, person: Ints, opened: Ints) -> Flags:
        """Tell whether people still had no new job when they opened a list, (entries,)."""
        return opened < self._hired_at[person]

    def _first_times(self, task: Task, pair: npt.NDArray[np.int64], done: Flags) -> Flags:
        known = self._done[task]
        first = done & ~np.isin(pair, known) & ~_repeats(pair, done)
        self._done[task] = np.concatenate([known, pair[first]])
        return first


def _repeats(pair: npt.NDArray[np.int64], done: Flags) -> Flags:
    """Mark what was done to the same pair in an earlier entry."""
    where = np.flatnonzero(done)
    _, first = np.unique(pair[where], return_index=True)
    repeats = np.zeros(len(pair), np.bool_)
    repeats[where] = True
    repeats[where[first]] = False
    return repeats
