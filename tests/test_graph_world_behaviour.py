"""Behaviour as a whole: nothing before its cause, rates of real products, the same for a seed."""

from functools import lru_cache

import numpy as np
import pytest
from small_world import small_world

from graph.schema import EventKind
from graph.world.behaviour.acts import DAY, KINDS, EventChunk
from graph.world.behaviour.behaviour import live_on
from graph.world.config import OBSERVED_DAYS, TODAY
from graph.world.world import World

DONE_BEFORE = {
    EventKind.VIEW: EventKind.SHOW,
    EventKind.SAVE: EventKind.VIEW,
    EventKind.APPLY: EventKind.VIEW,
    EventKind.INTERVIEW: EventKind.APPLY,
    EventKind.HIRE: EventKind.INTERVIEW,
}


@lru_cache(maxsize=1)
def made() -> World:
    return small_world(people=2_000, jobs=900, seed=11)


@lru_cache(maxsize=1)
def lived() -> EventChunk:
    return joined(made())


def joined(world: World) -> EventChunk:
    chunks = list(live_on(world))
    return EventChunk(*(np.concatenate(columns) for columns in zip(*chunks, strict=True)))


def of_kind(kind: EventKind) -> np.ndarray:
    return lived().kind == KINDS.index(kind)


def test_the_same_seed_lives_the_same_life() -> None:
    again = joined(made())
    for before, after in zip(lived(), again, strict=True):
        np.testing.assert_array_equal(before, after)


def test_nothing_happens_without_its_cause_and_none_before_it() -> None:
    events = lived()
    pair = events.person.astype(np.int64) * len(made().jobs.title) + events.item
    for kind, cause in DONE_BEFORE.items():
        first: dict[int, int] = {}
        caused = of_kind(cause)
        for key, at in zip(pair[caused].tolist(), events.at[caused].tolist(), strict=True):
            first[key] = min(first.get(key, at), at)
        then = of_kind(kind)
        for key, at in zip(pair[then].tolist(), events.at[then].tolist(), strict=True):
            assert key in first, kind
            assert first[key] < at, kind


def test_only_open_jobs_are_shown() -> None:
    events, jobs = lived(), made().jobs
    shown = of_kind(EventKind.SHOW)
    day, job = events.at[shown] // DAY, events.item[shown]
    # A list opened late in the evening may be looked through after midnight.
    assert (jobs.posted[job] <= day).all()
    assert (jobs.closed[job] >= day - 1).all()


def test_everything_lies_in_the_observed_window() -> None:
    assert lived().at.min() >= (TODAY - OBSERVED_DAYS) * DAY
    assert lived().at.max() < TODAY * DAY


def test_the_steps_become_rarer_as_in_life() -> None:
    counts = {kind: int(of_kind(kind).sum()) for kind in DONE_BEFORE}
    shows = int(of_kind(EventKind.SHOW).sum())
    assert 0.05 < counts[EventKind.VIEW] / shows < 0.2
    assert counts[EventKind.VIEW] > 4 * counts[EventKind.SAVE]
    assert counts[EventKind.SAVE] > counts[EventKind.APPLY]
    assert counts[EventKind.APPLY] > 4 * counts[EventKind.INTERVIEW]
    assert counts[EventKind.INTERVIEW] > counts[EventKind.HIRE] > 0


def test_a_fifth_of_the_people_leave_no_trace() -> None:
    seen = np.bincount(lived().person, minlength=2_000)
    assert np.mean(seen == 0) == pytest.approx(0.22, abs=0.06)


def test_who_has_found_a_job_looks_no_further() -> None:
    events = lived()
    hired = of_kind(EventKind.HIRE)
    shown = of_kind(EventKind.SHOW)
    for person in np.unique(events.person[hired]).tolist():
        first = events.at[hired & (events.person == person)].min()
        later = events.at[shown & (events.person == person)]
        assert later.max(initial=0) < first + DAY


def test_no_two_events_have_the_same_key() -> None:
    events = lived()
    rows = np.stack([events.person, events.at, events.kind, events.item], axis=1)
    assert len(np.unique(rows, axis=0)) == len(rows)
