"""Draws what is drawn for many postings at once, before each of them is written."""

import re
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.schema import Seniority
from graph.world.config import WorldConfig
from graph.world.institutions.companies import Companies
from graph.world.institutions.economy import Economy
from graph.world.job_texts.facts import Asked, JobFacts
from graph.world.job_texts.salary import Salaries, state_salaries
from graph.world.jobs.jobs import JobKind, Jobs
from graph.world.jobs.requirements import REQUIRED
from graph.world.phrases import Phrases
from graph.world.title_text import TitleTexts
from graph.world.vocabulary import LEVELS, Vocabulary

UNIFORMS = 12  # a posting
SAYS_REMOTE, SAYS_SENIORITY, SAYS_EMPLOYMENT = 0.8, 0.7, 0.94
SAME_WORDING = 0.85  # the description names the title as the posting does
_EMPLOYMENT_SHARES = {"full": 0.82, "part": 0.09, "contract": 0.06, "temporary": 0.03}
_EMPLOYMENT_WORDS = {"full": "full-time", "part": "part-time"}  # the others are words already
_ASIDE = re.compile(r"\s*[(,].*")


class JobSources(NamedTuple):
    """The parts of a world that its postings are written from."""

    config: WorldConfig
    vocabulary: Vocabulary
    economy: Economy
    companies: Companies
    jobs: Jobs
    phrases: Phrases


class JobDrafts(NamedTuple):
    """What is known of some postings before they are written, in columns."""

    number: list[int]
    company: list[int]
    title: list[int]
    level: list[int]
    city: list[int]
    remote: list[int]
    says_remote: list[bool]
    is_spam: list[bool]
    shows_pay: list[bool]
    wording: list[str]  # of the title as posted
    said: list[str]  # of the work, within the description
    employment: list[str]
    employment_word: list[str | None]
    seniority: list[str | None]
    closes: list[str | None]
    salary: Salaries
    asked: list[list[Asked]]

    @classmethod
    def of(
        cls,
        sources: JobSources,
        titles: TitleTexts,
        number: npt.NDArray[np.int64],
        uniforms: npt.NDArray[np.float64],
    ) -> "JobDrafts":
        """Draw what is drawn for many postings at once; uniforms are (jobs, UNIFORMS)."""
        jobs = sources.jobs
        title, posted, level = jobs.title[number], jobs.posted_title[number], jobs.level[number]
        again = np.where(uniforms[:, 2:3] < SAME_WORDING, uniforms[:, :2], uniforms[:, 3:5])
        salary = state_salaries(
            sources.economy, jobs.pay[number], jobs.city[number], uniforms[:, 5:8]
        )
        employment = _employment(level, uniforms[:, 8])
        says_type = (uniforms[:, 9] < SAYS_EMPLOYMENT).tolist()

        says_level = (uniforms[:, 10] < SAYS_SENIORITY).tolist()
        return cls(
            number.tolist(),
            jobs.company[number].tolist(),
            title.tolist(),
            level.tolist(),
            jobs.city[number].tolist(),
            jobs.remote[number].tolist(),
            (uniforms[:, 11] < SAYS_REMOTE).tolist(),
            (jobs.kind[number] == JobKind.SPAM).tolist(),
            jobs.shows_pay[number].tolist(),
            titles.of(posted, level, uniforms[:, :2]),
            [_ASIDE.sub("", said) for said in titles.of(title, level, again)],
            employment,
            [
                _EMPLOYMENT_WORDS.get(one, one) if says else None
                for one, says in zip(employment, says_type, strict=True)
            ],
            [
                str(LEVELS[one]) if says else None
                for one, says in zip(level.tolist(), says_level, strict=True)
            ],
            _closes(jobs, number),
            salary,
            _asked(jobs, number),
        )

    def facts(self, place: int) -> JobFacts:
        """Return one posting as the texts tell it."""
        pay = None
        if self.shows_pay[place] or self.is_spam[place]:
            low, high = self.salary.yearly_low[place], self.salary.yearly_high[place]
            pay = (f"{low:,.0f}", f"{high:,.0f}", self.salary.currency[place])
        return JobFacts(
            self.number[place],
            self.company[place],
            self.title[place],
            self.said[place],
            self.level[place],
            self.city[place],
            self.remote[place],
            self.says_remote[place],
            self.is_spam[place],
            self.employment[place],
            pay,
            self.asked[place],
        )

    def stated_pay(self, place: int) -> tuple[float | None, float | None, str | None, str | None]:
        """Return the four salary columns of a posting."""
        if not self.shows_pay[place]:
            return None, None, None, None
        pay = self.salary
        return pay.low[place], pay.high[place], pay.currency[place], pay.period[place]


def _employment(level: npt.NDArray[np.integer], uniforms: npt.NDArray[np.float64]) -> list[str]:
    edges = np.cumsum(list(_EMPLOYMENT_SHARES.values())[:-1])
    drawn = np.searchsorted(edges, uniforms, side="right")
    words = [*_EMPLOYMENT_SHARES, "internship"]
    interns = level == LEVELS.index(Seniority.INTERN)
    return [words[one] for one in np.where(interns, len(words) - 1, drawn).tolist()]


def _closes(jobs: Jobs, number: npt.NDArray[np.int64]) -> list[str | None]:
    days = np.datetime_as_string(jobs.closed[number].astype("datetime64[D]")).tolist()
    shown = jobs.shows_closing[number].tolist()
    return [day if shows else None for day, shows in zip(days, shown, strict=True)]


def _asked(jobs: Jobs, number: npt.NDArray[np.int64]) -> list[list[Asked]]:
    """Return the requirements of jobs that follow each other."""
    requirements = jobs.requirements
    if not len(number):
        return []
    bounds = requirements.offsets[number[0] : number[-1] + 2]
    own = slice(int(bounds[0]), int(bounds[-1]))
    columns = (
        requirements.skill[own].tolist(),
        # Importances are two digits in 32 bits, so half a digit aside is exact enough.
        (requirements.importance[own] >= REQUIRED - 0.005).tolist(),
        requirements.is_listed[own].tolist(),
    )
    asked = list(map(Asked._make, zip(*columns, strict=True)))
    starts = (bounds - bounds[0]).tolist()
    return [asked[a:b] for a, b in pairwise(starts)]
