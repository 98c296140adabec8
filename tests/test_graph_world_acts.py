"""Acts: outcomes that follow the true chances, steps in order, times in order."""

import numpy as np
import pytest

from graph.schema import EventKind
from graph.world.behaviour.acts import DAY, KINDS, act, events_of, moments
from graph.world.behaviour.lists import Lists, examination
from graph.world.behaviour.utility import PairParts, Part, Task
from graph.world.config import TODAY

ENTRIES = 40_000


def lists_of(entries: int, length: int = 10) -> Lists:
    return Lists(
        session=np.arange(entries) // length,
        job=np.arange(entries) % 97,
        position=np.arange(entries) % length + 1,
        shown=np.full(entries, 0.125),
    )


def random_parts(entries: int) -> PairParts:
    random = np.random.default_rng(1)
    values = {part: random.normal(0, 0.7, entries) for part in Part}
    return PairParts(values, np.zeros(entries))


def test_sampled_outcomes_are_calibrated() -> None:
    parts, lists = random_parts(ENTRIES), lists_of(ENTRIES)
    acts = act(lists, parts, np.random.default_rng(2))
    chance = parts.probability(Task.VIEW)
    for low, high in ((0.0, 0.1), (0.1, 0.3), (0.3, 0.6), (0.6, 1.0)):
        seen = acts.seen & (chance >= low) & (chance < high)
        spread = np.sqrt((chance[seen] * (1 - chance[seen])).sum()) / seen.sum()
        observed = acts.done[Task.VIEW][seen].mean()
        assert observed == pytest.approx(chance[seen].mean(), abs=4 * spread)


def test_attention_falls_down_the_list() -> None:
    acts = act(lists_of(ENTRIES), random_parts(ENTRIES), np.random.default_rng(3))
    by_position = acts.seen.reshape(-1, 10).mean(axis=0)
    expected = examination(np.arange(1, 11))
    assert by_position.tolist() == pytest.approx(expected.tolist(), abs=0.03)
    assert by_position[0] == 1.0


def test_nothing_happens_without_the_step_before() -> None:
    acts = act(lists_of(ENTRIES), random_parts(ENTRIES), np.random.default_rng(4))
    done = acts.done
    assert not (done[Task.VIEW] & ~acts.seen).any()
    assert not ((done[Task.SAVE] | done[Task.APPLY]) & ~done[Task.VIEW]).any()
    assert not (done[Task.INTERVIEW] & ~done[Task.APPLY]).any()
    assert not (done[Task.HIRE] & ~done[Task.INTERVIEW]).any()
    assert not (acts.dismissed & done[Task.VIEW]).any()


def test_nothing_happens_before_what_it_follows() -> None:
    lists = lists_of(1_000)
    when = moments(np.full(1_000, 1_000), lists, np.random.default_rng(5))
    assert (when.show == 1_000 + lists.position).all()
    assert (when.tasks[Task.VIEW] > when.show).all()
    assert (when.tasks[Task.SAVE] > when.tasks[Task.VIEW]).all()
    assert (when.tasks[Task.APPLY] > when.tasks[Task.VIEW] + when.dwell).all()
    assert (when.tasks[Task.INTERVIEW] > when.tasks[Task.APPLY]).all()
    assert (when.tasks[Task.HIRE] > when.tasks[Task.INTERVIEW]).all()


def test_shows_carry_the_chance_of_having_been_seen() -> None:
    lists, parts = lists_of(20), random_parts(20)
    random = np.random.default_rng(6)
    acts, when = act(lists, parts, random), moments(np.full(20, DAY), lists, random)
    people = np.repeat(np.arange(2, dtype=np.int32), 10)
    events = events_of(people, lists, acts, when, np.ones(20, bool))
    shows = events.kind == KINDS.index(EventKind.SHOW)
    assert shows.sum() == 20
    expected = 0.125 * examination(events.at[shows] - DAY)
    assert events.value[shows].tolist() == pytest.approx(expected.tolist(), rel=1e-3)


def test_what_would_happen_after_today_is_not_known() -> None:
    lists, parts = lists_of(5_000), random_parts(5_000)
    random = np.random.default_rng(7)
    acts = act(lists, parts, random)
    when = moments(np.full(5_000, (TODAY - 1) * DAY), lists, random)
    events = events_of(np.zeros(5_000, np.int32), lists, acts, when, np.ones(5_000, bool))
    assert acts.done[Task.INTERVIEW].any()
    assert KINDS.index(EventKind.INTERVIEW) not in events.kind
    assert events.at.max() < TODAY * DAY


def test_events_are_ordered_by_person_and_time() -> None:
    lists, parts = lists_of(2_000), random_parts(2_000)
    random = np.random.default_rng(8)
    people = random.integers(0, 50, 2_000).astype(np.int32)
    acts, when = act(lists, parts, random), moments(people * np.int64(1_000), lists, random)
    events = events_of(people, lists, acts, when, np.ones(2_000, bool))
    order = np.lexsort((events.at, events.person))
    assert (order == np.arange(len(order))).all()
