"""Draws open jobs from pools, and knows the chance of each draw."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.world.careers.people import People
from graph.world.config import OBSERVED_DAYS, TODAY
from graph.world.institutions.companies import Companies
from graph.world.jobs.jobs import Jobs
from graph.world.vocabulary import Vocabulary

Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float64]
_FIRST_DAY = TODAY - OBSERVED_DAYS
_SPAN = 2 * OBSERVED_DAYS  # more days than the window has, so that groups do not touch
_APPEAL = 0.6  # how strongly the appeal of a posting makes it popular


class Window(NamedTuple):
    """Ranges of a pool, one a draw."""

    start: npt.NDArray[np.int64]
    stop: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pool:
    """All jobs in groups, each group by date, drawn by weight from those of the last days."""

    group: npt.NDArray[np.int64]  # of each job
    days: int  # how old a posting may be
    order: npt.NDArray[np.int64]  # the jobs by group and date
    place: npt.NDArray[np.int64]  # of each job in that order
    keys: npt.NDArray[np.int64]  # group and date, in that order
    running: Floats  # sum of weights before each place

    @classmethod
    def of(cls, group: Ints, posted: Ints, weights: Floats, days: int) -> "Pool":
        """Sort jobs into a pool; group, posted and weights are (jobs,)."""
        keys = group.astype(np.int64) * _SPAN + (posted - _FIRST_DAY)
        order = np.argsort(keys, kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        running = np.zeros(len(order) + 1)
        np.cumsum(weights[order], out=running[1:])
        return cls(group.astype(np.int64), days, order, place, keys[order], running)

    def window(self, groups: Ints, day: Ints) -> Window:
        """Return the ranges of jobs of groups that were posted lately, as seen on days."""
        base = groups.astype(np.int64) * _SPAN
        age = day.astype(np.int64) - _FIRST_DAY
        start = np.searchsorted(self.keys, base + np.maximum(age - self.days, 0), side="left")
        return Window(start, np.searchsorted(self.keys, base + age, side="right"))

    def draw(self, window: Window, uniforms: Floats) -> npt.NDArray[np.int64]:
        """Draw one job from each range; -1 where it is empty."""
        low, high = self.running[window.start], self.running[window.stop]
        found = np.searchsorted(self.running, low + uniforms * (high - low), side="right") - 1
        found = np.clip(found, window.start, np.maximum(window.stop - 1, window.start))
        is_empty = window.stop <= window.start
        return np.where(is_empty, -1, self.order[np.minimum(found, len(self.order) - 1)])

    def chance(self, window: Window, jobs: Ints) -> Floats:
        """Return the chance with which `draw` returns the given job for each range."""
        place = self.place[jobs]
        inside = (place >= window.start) & (place < window.stop)
        total = self.running[window.stop] - self.running[window.start]
        weight = self.running[place + 1] - self.running[place]
        return np.where(inside, weight / np.where(total > 0, total, 1.0), 0.0)


class Viewer(NamedTuple):
    """Who looks, when, at which field; each (draws,)."""

    person: Ints
    day: Ints
    focus: Ints


class Drawn(NamedTuple):
    """Jobs that were drawn; each (draws,)."""

    job: npt.NDArray[np.int64]  # -1: nothing open was found
    chance: Floats  # of drawing just this one


class Mix(NamedTuple):
    """How often each pool is drawn from; sums to 1."""

    own_field: float
    focus_field: float
    popular: float
    any: float


class JobPools:
    """A mixture of pools: one's own field, the field looked at, what is popular, anything."""

    def __init__(
        self, vocabulary: Vocabulary, companies: Companies, people: People, jobs: Jobs
    ) -> None:
        code = vocabulary.city_country.astype(np.int64)
        self._countries = int(code.max()) + 1
        self._people, self._jobs = people, jobs
        self._country = code[people.city]
        field = vocabulary.title_family[jobs.posted_title].astype(np.int64)
        posted = jobs.posted
        alike = np.ones(len(posted))
        nothing = np.zeros(len(posted), np.int64)
        wanted = np.exp(_APPEAL * jobs.appeal.astype(np.float64)) * (
            1.0 + companies.band[jobs.company].astype(np.float64)
        )
        self._field = Pool.of(field * self._countries + code[jobs.city], posted, alike, days=50)
        self._popular = Pool.of(nothing, posted, wanted, days=45)
        self._any = Pool.of(nothing, posted, alike, days=OBSERVED_DAYS)

    def draw(self, viewer: Viewer, mix: Mix, random: np.random.Generator) -> Drawn:
        """Draw one job for each viewer; those that have closed are not found."""
        draws = len(viewer.person)
        source = np.searchsorted(np.cumsum(mix), random.random(draws), side="right")
        uniforms = random.random(draws)
        job = np.full(draws, -1, np.int64)
        windows = self._windows(viewer)
        for number, (pool, window) in enumerate(windows):
            at = np.flatnonzero(np.minimum(source, len(windows) - 1) == number)
            job[at] = pool.draw(Window(window.start[at], window.stop[at]), uniforms[at])
        job[(job >= 0) & (self._jobs.closed[job] < viewer.day)] = -1
        chance = np.zeros(draws)
        for share, (pool, window) in zip(mix, windows, strict=True):
            chance += share * pool.chance(window, np.maximum(job, 0))
        return Drawn(job, np.where(job >= 0, chance, 0.0))

    def _windows(self, viewer: Viewer) -> list[tuple[Pool, Window]]:
        country = self._country[viewer.person]
        own = self._people.family[viewer.person].astype(np.int64) * self._countries + country
        focus = viewer.focus.astype(np.int64) * self._countries + country
        nothing = np.zeros(len(country), np.int64)
        return [
            (self._field, self._field.window(own, viewer.day)),
            (self._field, self._field.window(focus, viewer.day)),
            (self._popular, self._popular.window(nothing, viewer.day)),
            (self._any, self._any.window(nothing, viewer.day)),
        ]
