"""The utility: parts that add up, tasks that follow one another, a bias that can be planted."""

import numpy as np
import pytest

from graph.world.behaviour.utility import PairParts, Part, Task, weight


def parts_of(pairs: int, handicap: float = 0.0, **values: float) -> PairParts:
    chosen = {part: np.full(pairs, values.get(part.value, 0.0)) for part in Part}
    return PairParts(chosen, np.full(pairs, handicap))


def test_a_later_step_is_never_likelier_than_the_one_before() -> None:
    random = np.random.default_rng(0)
    values = {part: random.normal(0, 2, 500) for part in Part}
    parts = PairParts(values, np.zeros(500))
    for before, task in (
        (Task.VIEW, Task.SAVE),
        (Task.VIEW, Task.APPLY),
        (Task.APPLY, Task.INTERVIEW),
        (Task.INTERVIEW, Task.HIRE),
    ):
        assert (parts.probability(task) <= parts.probability(before)).all()


def test_leaving_a_part_out_is_as_if_it_were_nothing() -> None:
    full, bare = parts_of(1, taste=1.5, pay=0.4), parts_of(1, pay=0.4)
    assert full.probability(Task.APPLY, without=[Part.TASTE]) == bare.probability(Task.APPLY)
    assert full.probability(Task.APPLY) > bare.probability(Task.APPLY)


def test_a_part_adds_its_weight_to_the_logit() -> None:
    gain = parts_of(1, social=2.0).logits(Task.APPLY) - parts_of(1).logits(Task.APPLY)
    assert gain == pytest.approx(2.0 * weight(Part.SOCIAL, Task.APPLY))


def test_the_tasks_weigh_the_parts_differently() -> None:
    rows = np.array([[weight(part, task) for part in Part] for task in Task])
    likeness = np.corrcoef(rows)
    assert likeness[np.triu_indices(len(rows), 1)].max() < 0.97


def test_a_handicap_takes_interviews_and_hires_and_nothing_else() -> None:
    fair, biased = parts_of(1), parts_of(1, handicap=1.0)
    for task in (Task.VIEW, Task.SAVE, Task.APPLY):
        assert fair.probability(task) == biased.probability(task)
    for task in (Task.INTERVIEW, Task.HIRE):
        assert biased.logits(task) == fair.logits(task) - 1.0


def test_the_steps_become_rarer() -> None:
    usual = parts_of(1, title=0.4, coverage=0.3, level=-0.5, place=-0.6)
    chances = {task: float(usual.probability(task)[0]) for task in Task}
    assert chances[Task.VIEW] > chances[Task.SAVE] > chances[Task.APPLY] > chances[Task.INTERVIEW]
