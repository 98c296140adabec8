"""What happened between people and jobs: who was shown what, and what they then did."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from graph.schema import EventKind, NodeType
from graph.store import Store
from graph.store.tables import EVENT_CODES, KEY_STEP, NODE_CODES
from retrieval.baselines.pairs import Pairs

ACTIONS = {EventKind.VIEW: 1.0, EventKind.SAVE: 2.0, EventKind.APPLY: 3.0}  # how much each says
HALF_LIFE_SECONDS = 21 * 86_400.0
_MOMENTS = 1 << 33  # more than any moment; a person's moments lie within a stretch of their own

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Acts:
    """Events of people with jobs."""

    pairs: Pairs
    weight: Floats


@dataclass(frozen=True)
class Shown:
    """Jobs that lists showed to people, and what came of each."""

    pairs: Pairs
    place: Floats  # in the list, 1 = top
    came: dict[EventKind, npt.NDArray[np.bool_]]


@dataclass(frozen=True)
class History:
    """All that happened, for questions about any moment in it."""

    acts: Acts
    shown: Shown

    @cached_property
    def _by_person(self) -> Numbers:
        return np.sort(self.acts.pairs.person * _MOMENTS + self.acts.pairs.at)

    @cached_property
    def _by_job(self) -> tuple[Numbers, Floats, int]:
        """Keys in order of job and moment, the running weight before each, and the last moment."""
        pairs, weight = self.acts.pairs, self.acts.weight
        order = np.lexsort((pairs.at, pairs.job))
        last = int(pairs.at.max(initial=0))
        worth = weight[order] * np.exp2((pairs.at[order] - last) / HALF_LIFE_SECONDS)
        keys = pairs.job[order] * _MOMENTS + pairs.at[order]
        return keys, np.concatenate([[0.0], np.cumsum(worth)]), last

    def activity(self, pairs: Pairs) -> Floats:
        """Count what each person had done before the moment of the pair."""
        start = np.searchsorted(self._by_person, pairs.person * _MOMENTS)
        end = np.searchsorted(self._by_person, pairs.person * _MOMENTS + pairs.at)
        return (end - start).astype(float)

    def popularity(self, pairs: Pairs) -> Floats:
        """Weigh what everybody had done to the job before the moment, the older the less."""
        keys, running, last = self._by_job
        start = np.searchsorted(keys, pairs.job * _MOMENTS)
        end = np.searchsorted(keys, pairs.job * _MOMENTS + pairs.at)
        return (running[end] - running[start]) * np.exp2((last - pairs.at) / HALF_LIFE_SECONDS)


def read_history(store: Store) -> History:
    """Read who was shown what, and what people did to jobs."""
    kinds = (*ACTIONS, EventKind.SHOW)
    people = _keys_of(store, NodeType.PERSON)
    jobs = _keys_of(store, NodeType.JOB)
    parts: dict[EventKind, list[Numbers]] = {kind: [] for kind in kinds}
    for batch in store.stream_events(kinds):
        rows = np.array([row[:4] for row in batch], np.int64)
        for kind in kinds:
            parts[kind].append(rows[rows[:, 2] == EVENT_CODES[kind]])
    pairs = {kind: _pairs(found, people, jobs) for kind, found in parts.items()}
    acts = [pairs[kind] for kind in ACTIONS]
    weights = [np.full(len(pairs[kind].at), weight) for kind, weight in ACTIONS.items()]
    together = Pairs(*(np.concatenate(columns) for columns in zip(*acts, strict=True)))
    shown = pairs[EventKind.SHOW]
    came = {kind: followed(shown, pairs[kind]) for kind in ACTIONS}
    return History(
        Acts(together, np.concatenate(weights)), Shown(shown, places_in_lists(shown), came)
    )


def places_in_lists(shown: Pairs) -> Floats:
    """Return the place of each show in its list, 1 = top, (shows,).

    The k-th job of a list is logged k seconds after the list was opened, so a list is a run of
    shows to one person one second apart.
    """
    order = np.lexsort((shown.at, shown.person))
    person, at = shown.person[order], shown.at[order]
    is_top = np.ones(len(order), bool)
    is_top[1:] = (person[1:] != person[:-1]) | (at[1:] != at[:-1] + 1)
    number = np.arange(len(order))
    top = np.maximum.accumulate(np.where(is_top, number, 0))
    place = np.empty(len(order))
    place[order] = number - top + 1
    return place


def followed(shown: Pairs, acts: Pairs) -> npt.NDArray[np.bool_]:
    """Tell which shows an act followed: each act is put down to the latest show before it."""
    jobs = int(max(shown.job.max(initial=0), acts.job.max(initial=0))) + 1
    pair, acted = shown.person * jobs + shown.job, acts.person * jobs + acts.job
    order = np.lexsort((shown.at, pair))
    # One row of both kinds, where an act comes after the show that led to it.
    all_pairs = np.concatenate([pair[order], acted])
    is_act = np.arange(len(all_pairs)) >= len(order)
    row = np.lexsort((is_act, np.concatenate([shown.at[order], acts.at]), all_pairs))
    latest = np.maximum.accumulate(np.where(is_act[row], -1, np.arange(len(row))))
    candidates = np.flatnonzero(is_act[row] & (latest >= 0))
    led, act = row[latest[candidates]], row[candidates]
    came = np.zeros(len(pair), bool)
    came[order[led[all_pairs[led] == all_pairs[act]]]] = True
    return came


def _keys_of(store: Store, kind: NodeType) -> Numbers:
    keys = [row[0] for batch in store.stream_nodes(kind, ()) for row in batch]
    return np.array(keys, np.int64)


def _pairs(parts: list[Numbers], people: Numbers, jobs: Numbers) -> Pairs:
    rows = np.concatenate([np.zeros((0, 4), np.int64), *parts])
    is_job = rows[:, 3] % KEY_STEP == NODE_CODES[NodeType.JOB]
    rows = rows[is_job]
    return Pairs(np.searchsorted(people, rows[:, 0]), np.searchsorted(jobs, rows[:, 3]), rows[:, 1])
