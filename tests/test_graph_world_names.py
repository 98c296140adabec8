from pathlib import Path

import numpy as np
import pytest

from app.workspace import built_in_taxonomy
from graph.world.person_texts.names import Names, slug
from graph.world.vocabulary import Vocabulary

FOLDER = Path(__file__).parents[1] / "data" / "world" / "names"


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load(FOLDER)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(built_in_taxonomy())


def test_there_are_hundreds_of_names_from_many_regions(names: Names) -> None:
    assert len(names.regions) >= 15
    assert len(names.first) >= 350
    assert len(names.last) >= 600


def test_most_people_have_names_of_their_region(names: Names, vocabulary: Vocabulary) -> None:
    tokyo = next(n for n, city in enumerate(vocabulary.cities) if city.country == "JP")
    drawn = names.draw(vocabulary, np.full(2_000, tokyo), np.random.default_rng(0))
    region = names.regions.index("japanese")
    local = names.first[names.first_offsets[region] : names.first_offsets[region + 1]]
    share = np.mean([name.first in local for name in drawn])
    assert 0.75 < share < 0.95


def test_the_full_name_holds_both_names(names: Names, vocabulary: Vocabulary) -> None:
    cities = np.arange(len(vocabulary.cities))
    for name in names.draw(vocabulary, cities, np.random.default_rng(1)):
        assert name.full.startswith(name.first)
        assert name.full.endswith(name.last)


def test_the_same_generator_draws_the_same_names(names: Names, vocabulary: Vocabulary) -> None:
    once, again = (
        names.draw(vocabulary, np.zeros(30, np.int64), np.random.default_rng(5)) for _ in range(2)
    )
    assert once == again


def test_no_country_belongs_to_two_regions(names: Names) -> None:
    lines = (FOLDER / "places_of_names.txt").read_text(encoding="utf-8").split()
    codes = [line for line in lines if len(line) == 2 and line.isupper()]
    assert len(codes) == len(set(codes)) == len(names.region_of_country)


@pytest.mark.parametrize(
    ("name", "address"),
    [("José Ñandú", "jose-nandu"), ("Łukasz Strauß", "lukasz-strauss"), ("O'Brien", "o-brien")],
)
def test_addresses_are_plain_latin(name: str, address: str) -> None:
    assert slug(name) == address
