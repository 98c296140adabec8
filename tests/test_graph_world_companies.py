"""The companies and schools of a world: their sizes, names, cultures and whom they employ."""

import dataclasses

import numpy as np
import pytest
from lived_world import WORLD_DATA, built_in_economy, lived_world

from graph.world.config import WorldConfig
from graph.world.institutions.companies import Companies, Schools
from graph.world.institutions.degrees import Degree
from graph.world.institutions.founding import (
    CORE_SHARE,
    LARGEST_SHARE,
    found_companies,
    found_schools,
)
from graph.world.institutions.organisation_names import OrganisationNamer
from graph.world.phrases import Phrases
from graph.world.segments import owners_of
from graph.world.streams import stream
from graph.world.tastes import Taste


def companies_of(people: int, seed: int) -> Companies:
    economy = built_in_economy()
    config = WorldConfig(people, 50, seed)
    return found_companies(config, economy.vocabulary, economy, WORLD_DATA)


def schools_of(people: int, seed: int) -> Schools:
    economy = built_in_economy()
    return found_schools(WorldConfig(people, 50, seed), economy.vocabulary, economy, WORLD_DATA)


@pytest.fixture(scope="module")
def large() -> Companies:
    return companies_of(40_000, 3)


def test_there_is_a_company_for_every_twenty_people_but_never_fewer_than_thirty() -> None:
    assert len(companies_of(50, 1).names) == 30
    assert len(companies_of(10_000, 1).names) == 500


def test_sizes_follow_zipf_with_a_flattened_head(large: Companies) -> None:
    size = large.size.astype(np.float64)
    assert size.sum() == pytest.approx(1, abs=1e-5)
    assert size[0] == pytest.approx(LARGEST_SHARE, abs=0.001)
    # Far down the list, twice the rank is half the size.
    assert size[499] / size[999] == pytest.approx(2, rel=0.05)


def test_larger_companies_are_in_higher_bands_and_have_more_sites(large: Companies) -> None:
    sites = np.diff(large.site_offsets)
    assert sites.min() == 1
    assert set(large.band.tolist()) == set(range(8))
    assert large.band[:20].mean() > 5
    assert large.band[-1_000:].mean() < 1
    assert sites[:20].mean() > 3 * sites[-1_000:].mean()


def test_no_company_has_two_sites_in_one_city(large: Companies) -> None:
    owner = owners_of(large.site_offsets)
    pairs = set(zip(owner.tolist(), large.site_city.tolist(), strict=True))
    assert len(pairs) == len(owner)


def test_no_two_names_are_alike_nor_hold_a_known_brand(large: Companies) -> None:
    assert len({name.casefold() for name in large.names}) == len(large.names)
    avoided = set(Phrases.load(WORLD_DATA / "organisations").of("company.avoid"))
    words = {word.casefold() for name in large.names for word in name.split()}
    assert not words & avoided
    assert not any("{" in name or name != name.strip() for name in large.names)


def test_names_are_varied(large: Companies) -> None:
    first_words = [name.split()[0] for name in large.names]
    assert len(set(first_words)) > len(first_words) / 2


def test_a_namer_that_runs_out_of_words_tells_names_apart_by_number() -> None:
    sections = {"company.surname": ("Falk",), "company.avoid": ("acme",), "school.saint": ("",)}
    words = ("company.beginning", "company.middle", "company.ending", "company.first")
    sections |= {section: ("ab",) for section in (*words, "company.second")}
    namer = OrganisationNamer(Phrases(sections), stream(1, "names"))
    names = namer.names([["{surname} {word}"]] * 3, [{"word": ["Steel"]}] * 3)
    assert names[0] == "Falk Steel"
    assert len(set(names)) == 3
    assert all(name.startswith("Falk Steel ") for name in names[1:])


def test_a_name_that_holds_a_known_brand_is_not_given() -> None:
    sections = {"company.surname": ("Acme", "Falk"), "company.avoid": ("acme",)}
    namer = OrganisationNamer(Phrases(sections), stream(1, "names"))
    patterns = [["{surname}"]]
    with pytest.raises(ValueError, match="1 of 1 organisations found no name"):
        OrganisationNamer(
            Phrases({"company.surname": ("Acme",), "company.avoid": ("acme",)}), stream(1, "x")
        ).names(patterns, [{}])
    assert namer.names(patterns, [{}]) == ["Falk"]


def test_cultures_are_sparse(large: Companies) -> None:
    strong = (large.culture > 0.5).sum(axis=1)
    disliked = (large.culture < -0.5).sum(axis=1)
    assert set(strong.tolist()) == {2, 3}
    assert set(disliked.tolist()) <= {1, 2}
    assert np.abs(large.culture).max() <= 1.5


def test_hospitals_care_for_their_mission_more_than_banks_do(large: Companies) -> None:
    economy = built_in_economy()
    by_id = {sector.id: list(sector.industries) for sector in economy.sectors}
    mission = large.culture[:, Taste.MISSION]
    hospitals = mission[np.isin(large.industry, by_id["hospitals"])]
    banks = mission[np.isin(large.industry, by_id["banking"])]
    assert hospitals.mean() > banks.mean() + 0.4


def test_pay_and_growth_stay_in_range_and_the_large_pay_more(large: Companies) -> None:
    assert large.pay.min() >= 0.75
    assert large.pay.max() <= 1.35
    assert np.abs(large.growth).max() <= 1
    assert large.pay[:200].mean() > large.pay[-1_000:].mean() + 0.02


def test_most_employees_are_in_the_core_families_of_their_industry(large: Companies) -> None:
    economy = built_in_economy()
    share = large.family_share.astype(np.float64)
    np.testing.assert_allclose(share.sum(axis=1), 1, atol=1e-5)
    core = (share * economy.is_core[large.industry]).sum(axis=1)
    assert core.min() >= CORE_SHARE - 1e-5
    is_anybody = economy.is_core[large.industry] | economy.is_support
    assert not share[~is_anybody].any()


def test_schools_have_names_of_their_own_and_every_degree_can_be_had() -> None:
    schools = schools_of(20_000, 2)
    economy = built_in_economy()
    assert len(schools.names) == 50
    assert len(set(schools.names)) == 50
    assert schools.size.sum() == pytest.approx(1, abs=1e-5)
    for degree in (Degree.VOCATIONAL, Degree.BACHELOR, Degree.MASTER, Degree.DOCTORATE):
        kinds = [economy.school_kinds[kind] for kind in schools_of(50, 9).kind]
        assert any(kind.lowest <= degree <= kind.highest and not kind.families for kind in kinds)


def test_companies_and_schools_stand_where_people_live() -> None:
    world = lived_world()
    cities, _ = world.economy.settled_cities(world.config.seed, world.config.people)
    assert np.isin(world.companies.site_city, cities).all()
    assert np.isin(world.schools.city, cities).all()


def test_the_same_seed_founds_the_same_companies_and_another_seed_others() -> None:
    one, again, other = companies_of(2_000, 4), companies_of(2_000, 4), companies_of(2_000, 5)
    for field in dataclasses.fields(Companies):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(again, field.name))
    assert not set(one.names) & set(other.names)
    assert not np.array_equal(one.industry, other.industry)
