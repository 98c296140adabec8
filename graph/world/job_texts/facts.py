"""Gathers what the text of a posting says, of one job and of the company behind it."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.world.config import THIS_MONTH, WorldConfig
from graph.world.institutions.companies import Companies
from graph.world.streams import stream

# Employees by size band, from and to.
_STAFF = np.array(
    [
        *((4, 10), (11, 50), (51, 200), (201, 500)),
        *((501, 1_000), (1_001, 5_000), (5_001, 10_000), (10_001, 90_000)),
    ]
)
_AGES = np.array([4, 8, 15, 25, 35, 50, 60, 70])  # years, about, by size band
OLDEST = 150
NUMBERS = 1 << 16


class Asked(NamedTuple):
    """One skill that a job asks for."""

    skill: int
    is_required: bool
    is_listed: bool


class JobFacts(NamedTuple):
    """One job, as its text tells it."""

    number: int
    company: int
    title: int  # the work itself
    wording: str  # of the title, as a sentence names it
    level: int
    city: int
    remote: int
    says_remote: bool  # the remote column is filled
    is_spam: bool
    employment: str  # "full", "part", "contract", "temporary", "internship"
    pay: tuple[str, str, str] | None  # lowest, highest, currency; None: not told
    asked: list[Asked]


class CompanyFacts(NamedTuple):
    """What all postings of each company share, by company number."""

    founded: list[int]
    staff: list[int]
    layout: list[int]  # a number below `NUMBERS`: its usual layout
    about: list[int]  # likewise its usual sentence about itself
    strongest: list[list[int]]  # two tastes, the stronger first
    house: list[list[int]]  # a number for each of the two: the sentence it likes to say


def company_facts(config: WorldConfig, companies: Companies) -> CompanyFacts:
    """Draw what postings say of companies again and again."""
    random = stream(config.seed, "company facts")
    count = len(companies.names)
    low, high = _STAFF[companies.band].T
    staff = low + (random.random(count) ** 2 * (high - low)).astype(np.int64)
    age = 2 + _AGES[companies.band] * (0.3 + 1.4 * random.random(count))
    strongest = np.argsort(-companies.culture, axis=1, kind="stable")[:, :2]
    return CompanyFacts(
        (THIS_MONTH // 12 - np.minimum(age, OLDEST).astype(np.int64)).tolist(),
        _round(staff).tolist(),
        random.integers(0, NUMBERS, count).tolist(),
        random.integers(0, NUMBERS, count).tolist(),
        strongest.tolist(),
        random.integers(0, NUMBERS, (count, 2)).tolist(),
    )


def _round(staff: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Round headcounts the way people state them."""
    step = np.array([1, 5, 10, 50, 100, 500])[np.searchsorted([20, 100, 300, 1_000, 5_000], staff)]
    return np.maximum(staff // step * step, 3)
