"""Works out the parts of the utility for pairs of a person and a job at a moment."""

from typing import Any

import numpy as np
import numpy.typing as npt

from graph.world.behaviour.job_pools import Viewer
from graph.world.behaviour.skill_coverage import SkillCoverage, lay_out
from graph.world.behaviour.social_proof import SocialProof
from graph.world.behaviour.standing import standing_on
from graph.world.behaviour.utility import PairParts, Part
from graph.world.config import TODAY
from graph.world.jobs.jobs import JobKind
from graph.world.people_chunks import chunks_of
from graph.world.vocabulary import HEIGHTS
from graph.world.world import World

Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float64]
_DRIFT = 0.8  # how far the field of the week displaces one's own
_FAR_KM = 3_000.0
_ABROAD = 0.4  # on top of the distance
_NEEDS_COMMUTE = np.array([1.0, 0.75, 0.1])  # onsite, hybrid, remote
_UNSAID_PAY = 0.3  # of the difference is guessed where the posting does not say
_STRETCH, _STEP_DOWN = 0.35, 0.6  # a step down costs more than a stretch
_TASTE_SCALE = 2.0
_DIRECT_SCALE, _SECOND_SCALE = 1.0, 20.0  # tenths of full ties; products of tenths
_DILUTION = 0.35
_BESIDE_DIRECT = 0.35
_FRESH_DAYS = 30.0
_MOST_PROOF = 2.5
_DIGITS = 4  # every machine rounds alike; logarithms may differ in the last bit

_Values = dict[Part, npt.NDArray[Any]]


class PartsOfPairs:
    """Answers for one state of the network."""

    def __init__(self, world: World, day: int) -> None:
        """Look at a world as it was on a day since 1970."""
        self._world = world
        companies = len(world.companies.names)
        self._proof = SocialProof.at(day, world.network, world.people.positions, companies)
        self._standing = standing_on(day, world.people)
        self._asked = lay_out(world.jobs.requirements)

    def of(self, viewer: Viewer, job: Ints) -> PairParts:
        """Return the parts for pairs; memory grows with how far apart their people lie."""
        values = self._titles(viewer, job) | self._work(viewer, job)
        values |= self._company(viewer, job) | self._posting(viewer, job)
        biased = self._world.people.is_group_b[viewer.person]
        handicap = np.where(biased, self._world.config.hiring_bias, 0.0)
        rounded = {
            part: np.round(value.astype(np.float64), _DIGITS) for part, value in values.items()
        }
        return PairParts(rounded, handicap)

    def _titles(self, viewer: Viewer, job: Ints) -> _Values:
        vocabulary, jobs = self._world.vocabulary, self._world.jobs
        title = self._standing.title[viewer.person]
        posted, true = jobs.posted_title[job], jobs.title[job]
        near = vocabulary.proximity[title, posted]
        own = self._world.people.family[viewer.person]
        field = vocabulary.title_family[posted]
        drawn = vocabulary.family_proximity[viewer.focus, field]
        wanted = np.where(viewer.focus == field, 0.85, drawn)
        drift = np.where(viewer.focus != own, _DRIFT, 0.0)
        return {
            Part.TITLE: near,
            Part.SESSION: drift * (wanted - near),
            Part.MISLABELLED: np.minimum(vocabulary.proximity[title, true] - near, 0)
            * (true != posted),
        }

    def _work(self, viewer: Viewer, job: Ints) -> _Values:
        people, jobs = self._world.people, self._world.jobs
        coverage = self._coverage(viewer.person).of(viewer.person, job)
        step = HEIGHTS[jobs.level[job]] - HEIGHTS[self._standing.level[viewer.person]]
        # The ambitious look one step higher.
        off = step - np.clip(0.4 + 0.4 * people.ambition[viewer.person], -0.5, 1.2)
        cost = np.where(off > 0, _STRETCH * off, -_STEP_DOWN * off)
        return {
            Part.COVERAGE: coverage.listed,
            Part.COVERAGE_TEXT: coverage.all - coverage.listed,
            Part.LEVEL: -np.minimum(cost, 3.0),
        }

    def _coverage(self, person: Ints) -> SkillCoverage:
        bounds = slice(int(person.min()), int(person.max()) + 1) if len(person) else slice(0, 0)
        skills = len(self._world.vocabulary.skills)
        return SkillCoverage(self._asked, self._world.people.skills, skills, bounds)

    def _company(self, viewer: Viewer, job: Ints) -> _Values:
        people, jobs, companies = self._world.people, self._world.jobs, self._world.companies
        company = jobs.company[job]
        direct, second = self._proof.of(viewer.person, company)
        # One word among many: in a large house it takes more of them.
        diluted: Floats = np.power(1.0 + self._proof.staff[company].astype(np.float64), _DILUTION)
        taste = np.zeros(len(job))
        for dimension in range(companies.culture.shape[1]):
            liked = people.taste[viewer.person, dimension].astype(np.float64)
            taste += liked * companies.culture[company, dimension]
        wish = people.wanted_size[viewer.person].astype(np.float64)
        is_own = company == self._standing.company[viewer.person]
        # An introduction is worth most where one knows nobody, and nothing in one's own house.
        beside = np.where(is_own, 0.0, np.where(direct > 0, _BESIDE_DIRECT, 1.0))
        return {
            Part.TASTE: taste / _TASTE_SCALE,
            Part.SIZE: wish * (companies.band[company] - 3.5) / 3.5,
            Part.SOCIAL: _proof_of(direct, _DIRECT_SCALE * diluted) * ~is_own,
            Part.SECOND: _proof_of(second, _SECOND_SCALE * diluted) * beside,
            Part.OWN_COMPANY: is_own,
        }

    def _posting(self, viewer: Viewer, job: Ints) -> _Values:
        people, jobs = self._world.people, self._world.jobs
        expected = people.expected_pay[viewer.person].astype(np.float64)
        over = np.log(jobs.pay[job] / expected)
        over = np.where(jobs.shows_pay[job], over, _UNSAID_PAY * over)
        age = viewer.day - jobs.posted[job]
        kind = jobs.kind[job]
        return {
            Part.PLACE: self._place(viewer.person, job),
            Part.PAY: np.tanh(2.5 * over),
            Part.FRESHNESS: -np.minimum(age / _FRESH_DAYS, 3.0),
            Part.APPEAL: jobs.appeal[job],
            Part.BAIT: kind == JobKind.SPAM,
            Part.SILENCE: kind == JobKind.STALE,
        }

    def _place(self, person: Ints, job: Ints) -> Floats:
        people, jobs, vocabulary = self._world.people, self._world.jobs, self._world.vocabulary
        here, there = people.city[person], jobs.city[job]
        away = vocabulary.distance_km[here, there].astype(np.float64)
        distance = np.log1p(away / 30) / np.log1p(_FAR_KM / 30)
        country = vocabulary.city_country
        abroad = _ABROAD * (country[here] != country[there])
        remote = jobs.remote[job]
        wish = people.remote[person].astype(np.float64) * (remote - 1.0) * 0.6
        return wish - _NEEDS_COMMUTE[remote] * (np.minimum(distance, 1.2) + abroad)


def parts_of_pairs(world: World, viewer: Viewer, job: Ints) -> PairParts:
    """Return the parts for pairs of anybody with any job, as they are today.

    Args:
        world: The world.
        viewer: People, days and fields, ordered by person, (pairs,).
        job: (pairs,).
    """
    parts = PartsOfPairs(world, TODAY)
    pieces: list[PairParts] = []
    for bounds in chunks_of(world.config.people):
        first, last = np.searchsorted(viewer.person, [bounds.start, bounds.stop])
        piece = Viewer(*(each[first:last] for each in viewer))
        pieces.append(parts.of(piece, job[first:last]))
    return PairParts(
        {part: np.concatenate([piece.values[part] for piece in pieces]) for part in Part},
        np.concatenate([piece.handicap for piece in pieces]),
    )


def _proof_of(sums: npt.NDArray[np.integer], scale: Floats) -> Floats:
    return np.minimum(np.log1p(sums / scale), _MOST_PROOF)


def _rounded(values: npt.NDArray[Any]) -> Floats:
    return np.round(values.astype(np.float64), _DIGITS)
