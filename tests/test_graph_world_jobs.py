from typing import NamedTuple

import numpy as np
import pytest
from lived_world import live, title_weight

from graph.schema import Seniority
from graph.world.config import OBSERVED_DAYS, TODAY, WorldConfig
from graph.world.institutions.companies import Companies
from graph.world.institutions.economy import Economy
from graph.world.jobs.jobs import JobKind, Jobs
from graph.world.jobs.posting import CHUNK, FAR, post_jobs
from graph.world.segments import owners_of
from graph.world.tastes import Taste
from graph.world.vocabulary import LEVELS, Vocabulary


class Market(NamedTuple):
    config: WorldConfig
    vocabulary: Vocabulary
    economy: Economy
    companies: Companies
    title_weight: np.ndarray
    jobs: Jobs


def make_market(people: int, jobs: int, seed: int) -> Market:
    made = live(WorldConfig(people, jobs, seed))
    parts = (made.config, made.vocabulary, made.economy, made.companies)
    weight = title_weight(made.people, made.vocabulary)
    return Market(*parts, weight, post_jobs(*parts, weight))


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market(people=4_000, jobs=CHUNK + 50, seed=7)


def arrays(jobs: Jobs) -> list[np.ndarray]:
    columns = [value for value in vars(jobs).values() if isinstance(value, np.ndarray)]
    return columns + list(vars(jobs.requirements).values())


def test_the_same_seed_posts_the_same_jobs(market: Market) -> None:
    again = post_jobs(*market[:5])

    for one, other in zip(arrays(market.jobs), arrays(again), strict=True):
        assert np.array_equal(one, other)


def test_another_seed_posts_other_jobs(market: Market) -> None:
    config = WorldConfig(market.config.people, market.config.jobs, market.config.seed + 1)
    other = post_jobs(config, *market[1:5])

    assert np.mean(other.title == market.jobs.title) < 0.2


def test_every_job_is_posted_once(market: Market) -> None:
    assert all(len(column) == CHUNK + 50 for column in arrays(market.jobs)[:13])
    assert len(market.jobs.requirements.offsets) == CHUNK + 51


def test_a_job_is_where_its_company_is(market: Market) -> None:
    jobs, companies = market.jobs, market.companies
    sites = set(
        zip(owners_of(companies.site_offsets).tolist(), companies.site_city.tolist(), strict=True)
    )

    assert set(zip(jobs.company.tolist(), jobs.city.tolist(), strict=True)) <= sites


def test_a_company_looks_for_titles_of_its_families(market: Market) -> None:
    jobs = market.jobs
    share = market.companies.family_share[jobs.company, market.vocabulary.title_family[jobs.title]]

    assert share.min() > 0


def test_larger_companies_post_more_jobs(market: Market) -> None:
    posted = np.bincount(market.jobs.company, minlength=len(market.companies.names))
    ranks = np.argsort(-market.companies.size, kind="stable")
    tenth = len(ranks) // 10

    assert posted[ranks[:tenth]].sum() > 3 * posted[ranks[-tenth:]].sum()


def test_a_director_is_never_posted_as_a_junior(market: Market) -> None:
    jobs = market.jobs
    director = LEVELS.index(Seniority.DIRECTOR)
    leads = market.vocabulary.title_level[jobs.title] == director

    assert leads.any()
    assert set(jobs.level[leads].tolist()) == {director}


def test_kinds_come_in_their_shares(market: Market) -> None:
    shares = np.bincount(market.jobs.kind, minlength=4) / len(market.jobs.kind)

    assert shares == pytest.approx([0.88, 0.04, 0.06, 0.02], abs=0.01)


def test_only_mislabelled_jobs_bear_another_title_and_it_is_a_distant_one(market: Market) -> None:
    jobs = market.jobs
    is_wrong = jobs.kind == JobKind.MISLABELLED
    near = market.vocabulary.proximity[jobs.title, jobs.posted_title]

    assert (near[~is_wrong] == 1).all()
    assert near[is_wrong].max() < FAR


def test_postings_fall_into_the_observed_months_and_a_fifth_is_new(market: Market) -> None:
    posted = market.jobs.posted

    assert posted.min() >= TODAY - OBSERVED_DAYS
    assert posted.max() < TODAY
    assert np.mean(posted >= TODAY - 14) == pytest.approx(0.2, abs=0.015)
    assert np.mean(posted < TODAY - OBSERVED_DAYS // 2) < 0.4  # postings become more


def test_about_a_third_is_open_and_stale_jobs_all_are(market: Market) -> None:
    jobs = market.jobs
    is_open = jobs.closed >= TODAY

    assert np.mean(is_open) == pytest.approx(0.3, abs=0.03)
    assert is_open[jobs.kind == JobKind.STALE].all()
    shown = (jobs.closed - jobs.posted)[jobs.kind != JobKind.STALE]
    assert shown.min() >= 5
    assert shown.max() == 75


def test_pay_follows_the_going_rate_and_the_company(market: Market) -> None:
    jobs = market.jobs
    rate = market.economy.going_rate(jobs.title, jobs.level, jobs.city)
    factor = jobs.pay / (rate * market.companies.pay[jobs.company])
    is_spam = jobs.kind == JobKind.SPAM

    assert (jobs.pay % 500 == 0).all()
    assert np.median(factor[~is_spam]) == pytest.approx(1, abs=0.01)
    assert np.std(np.log(factor[~is_spam])) == pytest.approx(0.12, abs=0.01)
    assert 1.6 < np.median(factor[is_spam]) < 2.2


def test_free_companies_let_more_people_work_from_home(market: Market) -> None:
    jobs, companies = market.jobs, market.companies
    portable = market.economy.family_remote[market.vocabulary.title_family[jobs.title]] > 0.5
    freedom = companies.culture[jobs.company][:, [Taste.AUTONOMY, Taste.BALANCE]].sum(axis=1)
    middle = np.median(freedom)

    assert np.mean(jobs.remote[portable & (freedom > middle)]) > 1.1 * np.mean(
        jobs.remote[portable & (freedom <= middle)]
    )


def test_no_skill_is_asked_twice_and_the_most_important_comes_first(market: Market) -> None:
    asked = market.jobs.requirements
    owner = owners_of(asked.offsets)
    same_job = owner[1:] == owner[:-1]

    assert len(np.unique(owner * 100_000 + asked.skill)) == len(asked.skill)
    assert (np.diff(asked.importance)[same_job] <= 0).all()
    assert asked.importance.max() <= 1
    assert asked.importance[asked.offsets[:-1]].min() >= 0.5


def test_jobs_ask_for_five_to_fourteen_skills_but_spam_for_a_few(market: Market) -> None:
    counts = np.diff(market.jobs.requirements.offsets)
    is_spam = market.jobs.kind == JobKind.SPAM

    assert counts[~is_spam].min() == 5
    assert counts[~is_spam].max() <= 14
    assert set(counts[is_spam].tolist()) == {1, 2, 3}


def test_two_thirds_of_the_skills_are_listed_and_a_sixth_of_the_jobs_list_none(
    market: Market,
) -> None:
    asked = market.jobs.requirements
    listed = np.bincount(owners_of(asked.offsets), asked.is_listed, len(market.jobs.title))

    assert asked.is_listed.mean() == pytest.approx(0.65, abs=0.02)
    assert np.mean(listed == 0) == pytest.approx(0.15, abs=0.02)


def test_a_company_asks_for_the_same_few_skills_of_its_own_again_and_again(market: Market) -> None:
    jobs, vocabulary = market.jobs, market.vocabulary
    owner = owners_of(jobs.requirements.offsets)
    known = np.zeros((len(vocabulary.titles), len(vocabulary.skills)), np.bool_)
    known[owners_of(vocabulary.title_skills.offsets), vocabulary.title_skill_ids] = True
    own = ~known[jobs.title[owner], jobs.requirements.skill]
    company = jobs.company[owner][own]
    skills = [set(jobs.requirements.skill[own][company == one].tolist()) for one in range(20)]

    assert own.any()
    assert max(len(one) for one in skills) <= 8


def test_jobs_follow_the_titles_that_people_hold(market: Market) -> None:
    weight = np.zeros(len(market.vocabulary.titles))
    held = market.vocabulary.title_number["data-engineer"]
    weight[held] = 1.0
    jobs = post_jobs(market.config, market.vocabulary, market.economy, market.companies, weight)
    of_family = market.vocabulary.title_family[jobs.title] == market.vocabulary.title_family[held]

    assert np.mean(jobs.title[of_family] == held) > 0.9
