"""Memory: nobody applies twice for a job, and who has a new one is not interviewed again."""

import numpy as np

from graph.world.behaviour.acts import Acts, Moments
from graph.world.behaviour.memory import Memory
from graph.world.behaviour.utility import Task

HOUR = 3_600


def acts(entries: int, *done: Task) -> Acts:
    everything = np.ones(entries, np.bool_)
    return Acts(everything, {task: everything & (task in done) for task in Task}, ~everything)


def moments(opened: list[int]) -> Moments:
    start = np.array(opened, np.int64)
    delays = {task: (place + 1) * HOUR for place, task in enumerate(Task)}
    return Moments(start, start, start, {task: start + delay for task, delay in delays.items()})


def recall(
    memory: Memory, person: list[int], job: list[int], made: Acts, opened: list[int]
) -> Acts:
    return memory.recall(np.array(person), np.array(job), made, moments(opened))


def test_the_second_application_for_a_job_is_not_made() -> None:
    memory = Memory(people=3, jobs=10)
    first = recall(memory, [0, 0, 1], [4, 4, 4], acts(3, Task.VIEW, Task.APPLY), [0, 50, 60])
    assert first.done[Task.APPLY].tolist() == [True, False, True]
    later = recall(memory, [0, 0], [4, 5], acts(2, Task.VIEW, Task.APPLY), [900, 950])
    assert later.done[Task.APPLY].tolist() == [False, True]
    assert later.done[Task.VIEW].tolist() == [True, True]


def test_nothing_follows_from_an_application_that_was_not_made() -> None:
    memory = Memory(people=1, jobs=10)
    made = acts(2, Task.VIEW, Task.APPLY, Task.INTERVIEW)
    assert recall(memory, [0, 0], [4, 4], made, [0, 50]).done[Task.INTERVIEW].tolist() == [
        True,
        False,
    ]


def test_the_first_hire_is_the_last_and_ends_all_interviews() -> None:
    memory = Memory(people=2, jobs=10)
    done = recall(memory, [0, 0, 1], [1, 2, 1], acts(3, *Task), [500, 0, 400]).done
    assert done[Task.HIRE].tolist() == [False, True, True]
    late = recall(memory, [0], [3], acts(1, *Task), [10 * HOUR])
    assert not late.done[Task.INTERVIEW].any()
    assert not late.done[Task.HIRE].any()


def test_who_was_hired_looks_no_further() -> None:
    memory = Memory(people=2, jobs=10)
    recall(memory, [0], [1], acts(1, *Task), [0])
    looking = memory.is_looking(np.array([0, 0, 1]), np.array([HOUR, 6 * HOUR, 6 * HOUR]))
    assert looking.tolist() == [True, False, True]
