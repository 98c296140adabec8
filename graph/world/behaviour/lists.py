"""The logging policy: which jobs a person was shown, in which order, with which propensity."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.world.behaviour.job_pools import Drawn, JobPools, Mix, Viewer
from graph.world.behaviour.sessions import Sessions
from graph.world.careers.people import People
from graph.world.config import WorldConfig
from graph.world.jobs.jobs import Jobs
from graph.world.segments import offsets_of, owners_of
from graph.world.vocabulary import Vocabulary

_MIX = Mix(own_field=0.35, focus_field=0.3, popular=0.15, any=0.2)
_DECAY = 0.5  # of attention down a list; the first place is always looked at


@dataclass(frozen=True)
class Lists:
    """The entries of lists, one list after the other, each from its top."""

    session: npt.NDArray[np.int64]  # a place in the arrays of `Sessions`
    job: npt.NDArray[np.int64]
    position: npt.NDArray[np.int64]  # 1 = top
    shown: npt.NDArray[np.float64]  # chance that the policy put the job on this list


def examination(position: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    """Return the chance that a person looks as far down as a position (1 = top)."""
    return 1.0 / position.astype(np.float64) ** _DECAY


class ListPolicy:
    """Fills lists by a mixture of pools and orders them by what it takes for relevance."""

    def __init__(
        self,
        config: WorldConfig,
        vocabulary: Vocabulary,
        people: People,
        jobs: Jobs,
        pools: JobPools,
    ) -> None:
        self._config = config
        self._vocabulary = vocabulary
        self._people, self._jobs = people, jobs
        self._pools = pools

    def show(self, sessions: Sessions, random: np.random.Generator) -> Lists:
        """Fill one list for each session.

        Every place of a list is an independent draw; what was drawn before, is closed, or is
        withheld by the planted bias leaves its place empty: about half of the places stay so. The
        chance that a job is on a list of n places is 1 - (1 - p)^n with p the chance of one draw.
        """
        session = owners_of(offsets_of(sessions.length.astype(np.int64)))
        viewer = Viewer(sessions.person[session], sessions.day[session], sessions.focus[session])
        drawn = self._pools.draw(viewer, _MIX, random)
        kept, chance = self._withhold(viewer, drawn, random)
        shown = 1.0 - (1.0 - chance) ** sessions.length[session]
        order = self._rank(session, viewer, drawn.job, random)
        order = order[kept[order]]
        order = order[_first_of_each(session[order], drawn.job[order], len(self._jobs.title))]
        return Lists(session[order], drawn.job[order], _positions(session[order]), shown[order])

    def _withhold(
        self, viewer: Viewer, drawn: Drawn, random: np.random.Generator
    ) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
        """Leave out what was not found and, by the planted bias, better-paid jobs of group B."""
        lured = self._jobs.pay[drawn.job] > self._people.expected_pay[viewer.person]
        barred = lured & self._people.is_group_b[viewer.person]
        keep = np.where(barred, 1.0 - self._config.exposure_bias, 1.0)
        kept = random.random(len(keep)) < keep
        return kept & (drawn.job >= 0), drawn.chance * keep

    def _rank(
        self,
        session: npt.NDArray[np.int64],
        viewer: Viewer,
        job: npt.NDArray[np.int64],
        random: np.random.Generator,
    ) -> npt.NDArray[np.int64]:
        """Order the entries of each list by likeness of titles, appeal, freshness and chance."""
        jobs = self._jobs
        title = self._people.title[viewer.person]
        score = 2.0 * self._vocabulary.proximity[title, jobs.posted_title[job]]
        score += 0.4 * jobs.appeal[job] - (viewer.day - jobs.posted[job]) / 60.0
        # Thousandths, so that every machine sorts alike.
        score = np.round((score + random.normal(0, 1, len(job))) * 1_000).astype(np.int64)
        return np.lexsort((-score, session))


def _first_of_each(
    session: npt.NDArray[np.int64], job: npt.NDArray[np.int64], jobs: int
) -> npt.NDArray[np.int64]:
    """Return the places of entries that are not repeats within their list, in their order."""
    _, first = np.unique(session * jobs + job, return_index=True)
    return np.sort(first)


def _positions(session: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Number the entries of each list from 1."""
    starts = np.flatnonzero(np.append(True, session[1:] != session[:-1])[: len(session)])
    begin = np.repeat(starts, np.diff(np.append(starts, len(session))))
    return np.arange(len(session)) - begin + 1
