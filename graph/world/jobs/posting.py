"""Posts the jobs of a world: draws who looks for whom, where, for what pay, since when."""

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.world.config import OBSERVED_DAYS, TODAY, WorldConfig
from graph.world.institutions.companies import Companies
from graph.world.institutions.economy import Economy
from graph.world.jobs.jobs import JobKind, Jobs, Requirements
from graph.world.jobs.levels import level_shares
from graph.world.jobs.requirements import RequirementDraw
from graph.world.segments import WeightedSegments, offsets_of
from graph.world.streams import stream
from graph.world.tastes import Taste
from graph.world.vocabulary import LEVELS, Vocabulary

CHUNK = 16_384  # jobs drawn at a time

KIND_SHARES = {JobKind.MISLABELLED: 0.04, JobKind.STALE: 0.06, JobKind.SPAM: 0.02}
FAR = 0.3  # a mislabelled job is posted under a title less near than this
TRIES = 8  # titles drawn for a mislabelled job, of which the first far one is taken
SITE_DECAY = 0.7  # how fast later sites of a company hire less
REMOTE, HYBRID = 0.38, 0.75  # of the work that can be done from home
PAY_NOISE = 0.12
PAY_STEP = 500  # EUR
SPAM_PAY = (1.6, 2.2)
SHOWS_PAY, SHOWS_CLOSING = 0.45, 0.35
NEW_SHARE, NEW_DAYS = 0.2, 14
OPEN_DAYS = (20, 75)
FILLED_EARLY = 0.06  # share of the older jobs that close within three weeks
WEEKEND = 0.15  # postings on a day of the weekend, beside a working day
MONDAY = 4  # 5 January 1970 was one


def post_jobs(
    config: WorldConfig,
    vocabulary: Vocabulary,
    economy: Economy,
    companies: Companies,
    title_weight: npt.NDArray[np.floating],
) -> Jobs:
    """Post the jobs of a world.

    Args:
        config: Of the world.
        vocabulary: What jobs are made of.
        economy: What work is paid.
        companies: Who hires.
        title_weight: How common each title is, (titles,), such as how many people hold it.
    """
    market = _Market.of(vocabulary, economy, companies, title_weight + 1e-3 * title_weight.max())
    draw = RequirementDraw.of(config, vocabulary, companies, market.titles)
    parts = [
        _post(market, draw, stream(config.seed, "jobs", chunk), min(CHUNK, config.jobs - first))
        for chunk, first in enumerate(range(0, config.jobs, CHUNK))
    ]
    return _joined(parts)


@dataclass(frozen=True)
class _Market:
    """What jobs are drawn from."""

    vocabulary: Vocabulary
    economy: Economy
    companies: Companies
    hiring: WeightedSegments  # companies, in one segment
    sites: WeightedSegments  # of each company
    family_shares: WeightedSegments  # families of each company
    titles: WeightedSegments  # of each family, places in `by_family`
    by_family: npt.NDArray[np.int64]  # titles, one family's after the other's
    levels: WeightedSegments  # of each title

    @classmethod
    def of(
        cls,
        vocabulary: Vocabulary,
        economy: Economy,
        companies: Companies,
        title_weight: npt.NDArray[np.floating],
    ) -> "_Market":
        count = len(companies.names)
        places = np.arange(len(companies.site_city)) - np.repeat(
            companies.site_offsets[:-1], np.diff(companies.site_offsets)
        )
        families = len(vocabulary.families)
        by_family = np.argsort(vocabulary.title_family, kind="stable")
        per_family = offsets_of(np.bincount(vocabulary.title_family, minlength=families))
        levels = np.arange(len(vocabulary.titles) + 1) * len(LEVELS)
        return cls(
            vocabulary,
            economy,
            companies,
            WeightedSegments.of(
                np.array([0, count]), companies.size * np.exp(companies.growth.astype(np.float64))
            ),
            WeightedSegments.of(companies.site_offsets, (1.0 + places) ** -SITE_DECAY),
            WeightedSegments.of(np.arange(count + 1) * families, companies.family_share.ravel()),
            WeightedSegments.of(per_family, title_weight[by_family]),
            by_family,
            WeightedSegments.of(levels, level_shares(vocabulary).ravel()),
        )

    def draw_titles(
        self, random: np.random.Generator, company: npt.NDArray[np.integer]
    ) -> npt.NDArray[np.int64]:
        """Draw a title that each company looks for."""
        cell = self.family_shares.draw(company, random.random(len(company)))
        family = cell % len(self.vocabulary.families)
        return self.by_family[self.titles.draw(family, random.random(len(company)))]


class _Post(NamedTuple):
    """What the pay of jobs depends on."""

    title: npt.NDArray[np.int64]
    level: npt.NDArray[np.int64]
    city: npt.NDArray[np.int16]
    company: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int8]


def _post(market: _Market, draw: RequirementDraw, random: np.random.Generator, count: int) -> Jobs:
    companies = market.companies
    company = market.hiring.draw(np.zeros(count, np.int64), random.random(count))
    city = companies.site_city[market.sites.draw(company, random.random(count))]
    title = market.draw_titles(random, company)
    level = market.levels.draw(title, random.random(count)) % len(LEVELS)
    kind = _kinds(random, count)
    posted, closed = _days(random, kind)
    return Jobs(
        title=title.astype(np.int16),
        posted_title=_posted_titles(market, random, title, kind).astype(np.int16),
        level=level.astype(np.int8),
        company=company.astype(np.int32),
        city=city.astype(np.int16),
        remote=_remote(market, random, title, company),
        pay=_pay(market, random, _Post(title, level, city, company, kind)),
        shows_pay=random.random(count) < SHOWS_PAY,
        posted=posted,
        closed=closed,
        shows_closing=random.random(count) < SHOWS_CLOSING,
        kind=kind,
        appeal=np.round(random.standard_normal(count), 3).astype(np.float32),
        requirements=draw.draw(random, title, company, kind == JobKind.SPAM),
    )


def _remote(
    market: _Market,
    random: np.random.Generator,
    title: npt.NDArray[np.int64],
    company: npt.NDArray[np.int64],
) -> npt.NDArray[np.int8]:
    """Draw where the work is done: 0 onsite, 1 hybrid, 2 remote."""
    portable = market.economy.family_remote[market.vocabulary.title_family[title]]
    culture = market.companies.culture[company]
    freedom = 1 + 0.25 * culture[:, Taste.AUTONOMY] + 0.2 * culture[:, Taste.BALANCE]
    freedom = np.clip(freedom, 0.3, 1.7)
    remote = np.minimum(REMOTE * portable * freedom, 0.85)
    hybrid = np.minimum(HYBRID * portable * (0.5 + 0.5 * freedom), 0.97 - remote)
    drawn = random.random(len(title))
    return np.where(drawn < remote, 2, np.where(drawn < remote + hybrid, 1, 0)).astype(np.int8)


def _pay(market: _Market, random: np.random.Generator, post: _Post) -> npt.NDArray[np.float32]:
    """Draw the pay, EUR a year; spam promises far too much."""
    rate = market.economy.going_rate(post.title, post.level, post.city)
    noise = np.exp(PAY_NOISE * random.standard_normal(len(rate)))
    bait = random.uniform(*SPAM_PAY, len(rate))
    pay = rate * market.companies.pay[post.company] * noise
    pay = np.where(post.kind == JobKind.SPAM, pay * bait, pay)
    return (np.maximum(np.round(pay / PAY_STEP), 1) * PAY_STEP).astype(np.float32)


def _kinds(random: np.random.Generator, count: int) -> npt.NDArray[np.int8]:
    edges = np.cumsum(list(KIND_SHARES.values()))
    which = np.searchsorted(edges, random.random(count), side="right")
    return np.array([*KIND_SHARES, JobKind.HONEST], np.int8)[which]


def _posted_titles(
    market: _Market,
    random: np.random.Generator,
    title: npt.NDArray[np.int64],
    kind: npt.NDArray[np.int8],
) -> npt.NDArray[np.int64]:
    """Return the titles as posted; a mislabelled job gets one that is far from its own."""
    wrong = np.flatnonzero(kind == JobKind.MISLABELLED)
    tries = np.zeros(len(wrong) * TRIES, np.int64)
    company = market.hiring.draw(tries, random.random(len(tries)))
    drawn = market.draw_titles(random, company).reshape(len(wrong), TRIES)
    near = market.vocabulary.proximity[title[wrong]]
    is_far = np.take_along_axis(near, drawn, axis=1) < FAR
    first = drawn[np.arange(len(wrong)), is_far.argmax(axis=1)]
    posted = title.copy()
    posted[wrong] = np.where(is_far.any(axis=1), first, near.argmin(axis=1))
    return posted


def _days(
    random: np.random.Generator, kind: npt.NDArray[np.int8]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Draw when jobs are posted and on which day they are last shown."""
    count = len(kind)
    day = np.arange(TODAY - OBSERVED_DAYS, TODAY)
    weight = np.where((day - MONDAY) % 7 >= 5, WEEKEND, 1.0)
    is_new = day >= TODAY - NEW_DAYS
    older = np.where(is_new, 0, weight * (1.0 + np.arange(len(day)) / len(day)))
    two = np.array([0, len(day), 2 * len(day)])
    ages = WeightedSegments.of(two, np.concatenate([older, np.where(is_new, weight, 0)]))
    recent = (random.random(count) < NEW_SHARE).astype(np.int64)
    posted = day[ages.draw(recent, random.random(count)) % len(day)]
    shown = random.integers(OPEN_DAYS[0], OPEN_DAYS[1] + 1, count)
    early = (recent == 0) & (random.random(count) < FILLED_EARLY)
    closed = posted + np.where(early, random.integers(5, 21, count), shown)
    left = random.integers(3, 45, count)
    closed = np.where((kind == JobKind.STALE) & (closed < TODAY), TODAY + left, closed)
    return posted.astype(np.int32), closed.astype(np.int32)


def _joined(parts: list[Jobs]) -> Jobs:
    """Put chunks of jobs together."""
    asked = [part.requirements for part in parts]
    requirements = Requirements(
        offsets_of(np.concatenate([np.diff(one.offsets) for one in asked])),
        np.concatenate([one.skill for one in asked]),
        np.concatenate([one.importance for one in asked]),
        np.concatenate([one.is_listed for one in asked]),
    )
    columns = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(Jobs)
        if field.name != "requirements"
    }
    return Jobs(**columns, requirements=requirements)
