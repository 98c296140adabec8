"""What work pays where, who employs whom, and where a world lies."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lived_world import WORLD_DATA, built_in_economy

from graph.world.institutions.degrees import Degree
from graph.world.institutions.economy import FEWEST_CITIES, MOST_CITIES, MOST_COUNTRIES, Economy


def city_number(economy: Economy, id_: str) -> int:
    return next(n for n, city in enumerate(economy.vocabulary.cities) if city.id == id_)


def rate(economy: Economy, title: str, level: int, city: str) -> float:
    number = economy.vocabulary.title_number[title]
    return economy.going_rate(
        np.array([number]), np.array([level]), np.array([city_number(economy, city)])
    )[0]


def test_a_mid_level_software_engineer_in_an_ordinary_german_city_earns_the_family_pay() -> None:
    economy = built_in_economy()
    family = economy.vocabulary.family_number["software"]
    assert rate(economy, "software-engineer", 2, "leipzig") == economy.families[family].pay


def test_the_largest_city_pays_12_percent_more_and_switzerland_1_62_times_as_much() -> None:
    economy = built_in_economy()
    ordinary = rate(economy, "registered-nurse", 2, "leipzig")
    assert rate(economy, "registered-nurse", 2, "berlin") == pytest.approx(1.12 * ordinary)
    assert rate(economy, "registered-nurse", 2, "zurich") == pytest.approx(1.12 * 1.62 * ordinary)


def test_pay_rises_with_the_level_up_to_principal() -> None:
    economy = built_in_economy()
    rates = [rate(economy, "data-engineer", level, "lyon") for level in range(7)]
    assert rates == sorted(rates)
    assert len(set(rates)) == 7


def test_a_city_outside_the_known_countries_has_no_going_rate() -> None:
    economy = built_in_economy()
    assert np.isnan(rate(economy, "data-engineer", 2, "reykjavik"))


def test_every_industry_employs_some_family_as_its_core() -> None:
    assert built_in_economy().is_core.any(axis=1).all()


def test_every_family_has_a_field_of_study_and_physicians_need_a_master() -> None:
    economy = built_in_economy()
    assert all(family.fields for family in economy.families)
    physicians = economy.vocabulary.family_number["physicians"]
    assert economy.lowest_degree[physicians] == Degree.MASTER


@given(seed=st.integers(0, 2**40), people=st.integers(50, 20_000_000))
def test_a_world_lies_in_few_countries_that_the_economy_knows(seed: int, people: int) -> None:
    economy = built_in_economy()
    cities, shares = economy.settled_cities(seed, people)
    assert FEWEST_CITIES <= len(cities) <= MOST_CITIES
    assert (np.diff(cities) > 0).all()
    assert shares.sum() == pytest.approx(1)
    assert shares.min() > 0
    countries = np.unique(economy.city_country[cities])
    assert countries.min() >= 0
    assert len(countries) <= MOST_COUNTRIES


def test_larger_worlds_have_more_cities_and_different_seeds_different_ones() -> None:
    economy = built_in_economy()
    small, large = (economy.settled_cities(1, people)[0] for people in (500, 9_000))
    assert len(small) == 5
    assert len(large) == 60
    assert {tuple(economy.settled_cities(seed, 500)[0]) for seed in range(8)} != {tuple(small)}


@pytest.mark.parametrize(
    ("file", "spoil", "message"),
    [
        ("families.csv", lambda text: text.replace("data,data-and", "data,dada-and"), "dada-and"),
        ("families.csv", lambda text: text.replace("vocational", "apprentice"), "'apprentice'"),
        ("families.csv", lambda text: "\n".join(text.splitlines()[:-1]), "not those of the tax"),
        ("families.csv", lambda text: text.replace(",no,", ",maybe,"), "neither yes nor no"),
        ("countries.csv", lambda text: text.replace("berlin", "berlyn"), "'berlyn'"),
        ("sectors.csv", lambda text: text.replace(";robotics", ""), r"sector: \['robotics'\]"),
        ("sectors.csv", lambda text: text.replace("craft", "crafts"), "'crafts'"),
        ("school_kinds.csv", lambda text: text.replace("bachelor", "diploma"), "'diploma'"),
        ("school_kinds.csv", lambda text: text.replace("doctorate", "master"), "DOCTORATE"),
    ],
)
def test_a_fault_in_a_file_is_named(
    file: str, spoil: Callable[[str], str], message: str, tmp_path: Path
) -> None:
    folder = copytree(WORLD_DATA, tmp_path / "world")
    text = (folder / file).read_text(encoding="utf-8")
    (folder / file).write_text(spoil(text), encoding="utf-8")
    with pytest.raises(ValueError, match=message) as caught:
        Economy.load(folder, built_in_economy().vocabulary)
    assert file in str(caught.value)
