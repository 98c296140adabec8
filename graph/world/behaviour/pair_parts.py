"""Works out the parts of the utility for pairs of a person and a job at a moment."""

import numpy as np
import numpy.typing as npt

from graph.world.behaviour.job_pools import Viewer
from graph.world.behaviour.skill_coverage import SkillCoverage, lay_out
from graph.world.behaviour.social_proof import SocialProof
from graph.world.behaviour.utility import PairParts, Part
from graph.world.config import TODAY
from graph.world.jobs.jobs import JobKind
from graph.world.people_chunks import chunks_of
from graph.world.vocabulary import HEIGHTS
from graph.world.world import World

Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float32]
_DRIFT = 0.8  # how far the field of the week displaces one's own
_FAR_KM = 3_000.0
_ABROAD = 0.4  # on top of the distance
_NEEDS_COMMUTE = np.array([1.0, 0.75, 0.1], np.float32)  # onsite, hybrid, remote
_UNSAID_PAY = 0.3  # of the difference is guessed where the posting does not say
_STRETCH, _STEP_DOWN = 0.35, 0.6  # a step down costs more than a stretch
_TASTE_SCALE = 2.0
_DIRECT_SCALE, _SECOND_SCALE = 1.0, 20.0  # tenths of full ties; products of tenths
_DILUTION = 0.35
_BESIDE_DIRECT = 0.35
_FRESH_DAYS = 30.0
_MOST_PROOF = 3.0


class PartsOfPairs:
    """Answers for one state of the network."""

    def __init__(self, world: World, proof: SocialProof) -> None:
        self._world = world
        self._proof = proof
        self._asked = lay_out(world.jobs.requirements)

    def of(self, viewer: Viewer, job: Ints) -> PairParts:
        """Return the parts for pairs; memory grows with how far apart their people lie."""
        values = self._titles(viewer, job) | self._work(viewer, job)
        values |= self._company(viewer, job) | self._posting(viewer, job)
        biased = self._world.people.is_group_b[viewer.person]
        handicap = np.where(biased, np.float32(self._world.config.hiring_bias), np.float32(0))
        return PairParts(values, handicap)

    def _titles(self, viewer: Viewer, job: Ints) -> dict[Part, Floats]:
        vocabulary, jobs = self._world.vocabulary, self._world.jobs
        title = self._world.people.title[viewer.person]
        posted, true = jobs.posted_title[job], jobs.title[job]
        near = vocabulary.proximity[title, posted]
        own = self._world.people.family[viewer.person]
        field = vocabulary.title_family[posted]
        drawn = vocabulary.family_proximity[viewer.focus, field]
        wanted = np.where(viewer.focus == field, np.float32(0.85), drawn)
        drift = np.where(viewer.focus != own, np.float32(_DRIFT), np.float32(0))
        return {
            Part.TITLE: near,
            Part.SESSION: drift * (wanted - near),
            Part.MISLABELLED: np.minimum(vocabulary.proximity[title, true] - near, 0)
            * (true != posted),
        }

    def _work(self, viewer: Viewer, job: Ints) -> dict[Part, Floats]:
        people, jobs = self._world.people, self._world.jobs
        coverage = self._coverage(viewer.person).of(viewer.person, job)
        step = HEIGHTS[jobs.level[job]] - HEIGHTS[people.level[viewer.person]]
        # The ambitious look one step higher.
        off = step - np.clip(0.4 + 0.4 * people.ambition[viewer.person], -0.5, 1.2)
        cost = np.where(off > 0, _STRETCH * off, -_STEP_DOWN * off)
        return {
            Part.COVERAGE: coverage.listed,
            Part.COVERAGE_TEXT: coverage.all - coverage.listed,
            Part.LEVEL: -np.minimum(cost, 3.0).astype(np.float32),
        }

    def _coverage(self, person: Ints) -> SkillCoverage:
        bounds = slice(int(person.min()), int(person.max()) + 1) if len(person) else slice(0, 0)
        skills = len(self._world.vocabulary.skills)
        return SkillCoverage(self._asked, self._world.people.skills, skills, bounds)

    def _company(self, viewer: Viewer, job: Ints) -> dict[Part, Floats]:
        people, jobs, companies = self._world.people, self._world.jobs, self._world.companies
        company = jobs.company[job]
        direct, second = self._proof.of(viewer.person, company)
        # One word among many: in a large house it takes more of them.
        diluted = (1 + self._proof.staff[company]).astype(np.float32) ** np.float32(_DILUTION)
        taste = np.zeros(len(job), np.float32)
        for dimension in range(companies.culture.shape[1]):
            liked = people.taste[viewer.person, dimension]
            taste += liked * companies.culture[company, dimension]
        wish = people.wanted_size[viewer.person]
        return {
            Part.TASTE: taste / np.float32(_TASTE_SCALE),
            Part.SIZE: wish * ((companies.band[company] - np.float32(3.5)) / np.float32(3.5)),
            Part.SOCIAL: _proof_of(direct, _DIRECT_SCALE * diluted),
            # An introduction is worth most where one knows nobody.
            Part.SECOND: _proof_of(second, _SECOND_SCALE * diluted)
            * np.where(direct > 0, np.float32(_BESIDE_DIRECT), np.float32(1)),
            Part.OWN_COMPANY: (company == people.company[viewer.person]).astype(np.float32),
        }

    def _posting(self, viewer: Viewer, job: Ints) -> dict[Part, Floats]:
        people, jobs = self._world.people, self._world.jobs
        over = np.log(jobs.pay[job] / people.expected_pay[viewer.person])
        over = np.where(jobs.shows_pay[job], over, np.float32(_UNSAID_PAY) * over)
        age = (viewer.day - jobs.posted[job]).astype(np.float32)
        kind = jobs.kind[job]
        return {
            Part.PLACE: self._place(viewer.person, job),
            Part.PAY: np.tanh(np.float32(2.5) * over),
            Part.FRESHNESS: -np.minimum(age / np.float32(_FRESH_DAYS), 3),
            Part.APPEAL: jobs.appeal[job],
            Part.BAIT: (kind == JobKind.SPAM).astype(np.float32),
            Part.SILENCE: (kind == JobKind.STALE).astype(np.float32),
        }

    def _place(self, person: Ints, job: Ints) -> Floats:
        people, jobs, vocabulary = self._world.people, self._world.jobs, self._world.vocabulary
        here, there = people.city[person], jobs.city[job]
        distance = np.log1p(vocabulary.distance_km[here, there] / 30) / np.log1p(_FAR_KM / 30)
        country = vocabulary.city_country
        abroad = np.float32(_ABROAD) * (country[here] != country[there])
        remote = jobs.remote[job]
        wish = people.remote[person] * (remote - np.float32(1)) * np.float32(0.6)
        cost = _NEEDS_COMMUTE[remote] * (np.minimum(distance, 1.2) + abroad)
        return (wish - cost).astype(np.float32)


def parts_of_pairs(world: World, viewer: Viewer, job: Ints) -> PairParts:
    """Return the parts for pairs of anybody with any job, as they are today.

    Args:
        world: The world.
        viewer: People, days and fields, ordered by person, (pairs,).
        job: (pairs,).
    """
    parts = PartsOfPairs(world, proof_at(world, TODAY))
    pieces: list[PairParts] = []
    for bounds in chunks_of(world.config.people):
        first, last = np.searchsorted(viewer.person, [bounds.start, bounds.stop])
        piece = Viewer(*(each[first:last] for each in viewer))
        pieces.append(parts.of(piece, job[first:last]))
    return PairParts(
        {part: np.concatenate([piece.values[part] for piece in pieces]) for part in Part},
        np.concatenate([piece.handicap for piece in pieces]),
    )


def proof_at(world: World, day: int) -> SocialProof:
    """Return who knows whom where, as it was on a day."""
    companies = len(world.companies.names)
    return SocialProof.at(day, world.network, world.people.positions, companies)


def _proof_of(sums: npt.NDArray[np.integer], scale: Floats) -> Floats:
    grown = np.log1p(sums.astype(np.float32) / scale)
    return np.minimum(grown, np.float32(_MOST_PROOF))
