"""What people do with the jobs they are shown, and when: sampled from the true probabilities."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.schema import EventKind
from graph.world.behaviour.lists import Lists, examination
from graph.world.behaviour.utility import STEP_BEFORE, PairParts, Task
from graph.world.config import TODAY

Floats = npt.NDArray[np.float64]
DAY = 86_400
KINDS = tuple(EventKind)
_DISMISS = 0.06  # of what was seen and left
_TASK_KINDS = {task: EventKind(task.value) for task in Task}


class EventChunk(NamedTuple):
    """Events as arrays, ordered by person and time."""

    person: npt.NDArray[np.int32]
    kind: npt.NDArray[np.int8]  # a place in `KINDS`
    item: npt.NDArray[np.int32]
    is_person_item: npt.NDArray[np.bool_]
    at: npt.NDArray[np.int64]  # seconds since 1970
    value: npt.NDArray[np.float32]  # NaN: none


class Acts(NamedTuple):
    """What was done with each entry of the lists, each (entries,)."""

    seen: npt.NDArray[np.bool_]
    done: dict[Task, npt.NDArray[np.bool_]]
    dismissed: npt.NDArray[np.bool_]


def act(lists: Lists, parts: PairParts, random: np.random.Generator) -> Acts:
    """Draw what happens, each step only after the one before it."""
    seen = random.random(len(lists.job)) < examination(lists.position)
    done = draw_steps(parts, seen, random)
    bored = random.random(len(seen)) < _DISMISS
    return Acts(seen, done, seen & ~done[Task.VIEW] & bored)


def draw_steps(
    parts: PairParts, seen: npt.NDArray[np.bool_], random: np.random.Generator
) -> dict[Task, npt.NDArray[np.bool_]]:
    """Draw which steps are taken with what is seen, each only after the one before, (pairs,)."""
    done: dict[Task, npt.NDArray[np.bool_]] = {}
    for task, before in STEP_BEFORE.items():
        happens = random.random(len(seen)) < parts.given_step_before(task)
        done[task] = happens & (seen if before is None else done[before])
    return done


class Moments(NamedTuple):
    """When things happen, seconds since 1970, each (entries,)."""

    show: npt.NDArray[np.int64]
    dismiss: npt.NDArray[np.int64]
    dwell: npt.NDArray[np.int64]  # seconds of viewing
    tasks: dict[Task, npt.NDArray[np.int64]]


def moments(opened: npt.NDArray[np.int64], lists: Lists, random: np.random.Generator) -> Moments:
    """Draw when things happen; nothing happens before what it follows.

    The k-th job of a list is logged k seconds after the list was opened.

    Args:
        opened: When the list of each entry was opened, (entries,).
        lists: The entries.
        random: Where chance comes from.
    """
    entries = len(opened)
    looked = opened + 30 + 25 * lists.position + random.integers(0, 20, entries)
    dwell = np.exp(random.normal(3.2, 0.8, entries)).astype(np.int64) + 2
    apply = looked + dwell + random.integers(120, 2_400, entries)
    interview = apply + random.integers(3 * DAY, 24 * DAY, entries)
    return Moments(
        show=opened + lists.position,
        dismiss=looked,
        dwell=dwell,
        tasks={
            Task.VIEW: looked,
            Task.SAVE: looked + dwell + random.integers(1, 100, entries),
            Task.APPLY: apply,
            Task.INTERVIEW: interview,
            Task.HIRE: interview + random.integers(4 * DAY, 30 * DAY, entries),
        },
    )


def events_of(
    person: npt.NDArray[np.int32],
    lists: Lists,
    acts: Acts,
    when: Moments,
    is_told: npt.NDArray[np.bool_],
) -> EventChunk:
    """Write down what happened before today, ordered by person and time.

    Args:
        person: Of each entry, (entries,).
        lists: The entries.
        acts: What was done with them.
        when: When it was done.
        is_told: Entries that leave a trace, (entries,).
    """
    nan = np.full(len(person), np.nan)
    seen_chance = lists.shown * examination(lists.position)
    rows = [(EventKind.SHOW, is_told, when.show, seen_chance)]
    rows.append((EventKind.DISMISS, acts.dismissed, when.dismiss, nan))
    for task in Task:
        value = when.dwell.astype(np.float64) if task is Task.VIEW else nan
        rows.append((_TASK_KINDS[task], acts.done[task], when.tasks[task], value))
    picked = [
        (kind, np.flatnonzero(did & is_told & (at < TODAY * DAY)), at, value)
        for kind, did, at, value in rows
    ]
    who = np.concatenate([person[where] for _, where, _, _ in picked])
    kind = np.concatenate(
        [np.full(len(where), KINDS.index(k), np.int8) for k, where, _, _ in picked]
    )
    at = np.concatenate([moment[where] for _, where, moment, _ in picked])
    item = np.concatenate([lists.job[where] for _, where, _, _ in picked]).astype(np.int32)
    value = np.concatenate([number[where] for _, where, _, number in picked])
    order = np.lexsort((item, kind, at, who))
    return EventChunk(
        who[order].astype(np.int32),
        kind[order],
        item[order],
        np.zeros(len(order), bool),
        at[order],
        _rounded(value[order]),
    )


def _rounded(values: Floats) -> npt.NDArray[np.float32]:
    """Keep four significant digits, which every machine rounds alike."""
    # Where a value falls between two digits the last bits of a logarithm do not decide.
    size = np.floor(np.log10(np.where(values > 0, values, 1.0)))
    scale = np.power(10.0, 3 - size)
    return (np.round(values * scale) / scale).astype(np.float32)
