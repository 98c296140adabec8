"""Says which industries employ which families, what work pays where, and where a world lives."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.taxonomy_rows import Cells, read_rows
from graph.world.institutions.degrees import Degree, SchoolKindEconomy, degree_of, load_school_kinds
from graph.world.institutions.sectors import Sector, known, load_sectors
from graph.world.streams import stream
from graph.world.vocabulary import Vocabulary

# What a level earns beside a mid-level worker of the same family, in the order of `LEVELS`.
PAY_OF_LEVEL = np.array([0.42, 0.78, 1.0, 1.26, 1.42, 1.5, 1.68, 1.5, 2.0, 2.7])
DEAR_CITY = 1.12  # factor on pay in the largest city of a country; fades with rank
PEOPLE_PER_CITY = 150
FEWEST_CITIES, MOST_CITIES = 5, 200
MOST_COUNTRIES = 4
CITY_EXPONENT = 0.9  # of Zipf's law over the cities of a country

_FAMILY_COLUMNS = "family,industries,support,fields,lowest_degree,pay,remote,weight"
_COUNTRY_COLUMNS = "code,currency,eur_per_unit,pay,weight,forms,large_cities,languages"


class FamilyEconomy(NamedTuple):
    """What the economy knows of a family of titles."""

    industries: tuple[int, ...]  # that employ it as their core
    is_support: bool  # nearly every company employs it
    fields: tuple[str, ...]  # of study that lead to it
    lowest_degree: Degree  # usual at entry
    pay: float  # EUR a year at mid level in Germany
    remote: float  # share of its work that can be done from home
    weight: float  # how many people in professional networks belong to it, relative


class CountryEconomy(NamedTuple):
    """A country in which a world may lie."""

    code: str  # ISO 3166-1 alpha-2
    currency: str  # ISO 4217
    eur_per_unit: float
    pay: float  # factor on German pay
    weight: float  # how often worlds lie there, relative
    forms: tuple[str, ...]  # legal forms of its companies
    large_cities: tuple[int, ...]  # the largest first
    languages: tuple[int, ...]  # skills: what most people speak first, the commonest first


@dataclass(frozen=True)
class Economy:
    """Families by number, and the countries in which worlds lie."""

    vocabulary: Vocabulary
    families: tuple[FamilyEconomy, ...]
    countries: tuple[CountryEconomy, ...]
    sectors: tuple[Sector, ...]
    school_kinds: tuple[SchoolKindEconomy, ...]

    @classmethod
    def load(cls, folder: Path, vocabulary: Vocabulary) -> "Economy":
        """Read families.csv, countries.csv, sectors.csv and school_kinds.csv.

        Raises:
            ValueError: a row is not as it should be, or the families are not the taxonomy's.
        """
        families = _load_families(folder, vocabulary)
        countries = _load_countries(folder, vocabulary)
        sectors = load_sectors(folder, vocabulary)
        return cls(vocabulary, families, countries, sectors, load_school_kinds(folder, vocabulary))

    @cached_property
    def is_core(self) -> npt.NDArray[np.bool_]:
        """Whether an industry employs a family as its core, (industries, families)."""
        core = np.zeros((len(self.vocabulary.industries), len(self.families)), np.bool_)
        for number, family in enumerate(self.families):
            core[list(family.industries), number] = True
        return core

    @cached_property
    def is_support(self) -> npt.NDArray[np.bool_]:
        """Whether nearly every company employs a family, (families,)."""
        return np.array([family.is_support for family in self.families])

    @cached_property
    def family_pay(self) -> npt.NDArray[np.float64]:
        """EUR a year at mid level in Germany, (families,)."""
        return np.array([family.pay for family in self.families])

    @cached_property
    def family_remote(self) -> npt.NDArray[np.float32]:
        """Share of a family's work that can be done from home, (families,)."""
        return np.array([family.remote for family in self.families], np.float32)

    @cached_property
    def family_weight(self) -> npt.NDArray[np.float64]:
        """How many people belong to a family, relative, (families,)."""
        return np.array([family.weight for family in self.families])

    @cached_property
    def lowest_degree(self) -> npt.NDArray[np.int8]:
        """The degree usual at entry, a `Degree`, (families,)."""
        return np.array([family.lowest_degree for family in self.families], np.int8)

    @cached_property
    def city_country(self) -> npt.NDArray[np.int16]:
        """The place of each city's country in `countries`; -1: none of these, (cities,).

        Not the numbers of `Vocabulary.city_country`, which counts all countries that have a city.
        """
        number = {country.code: place for place, country in enumerate(self.countries)}
        codes = [city.country for city in self.vocabulary.cities]
        return np.array([number.get(code, -1) for code in codes], np.int16)

    @cached_property
    def city_pay(self) -> npt.NDArray[np.float64]:
        """Factor of each city on German pay; NaN outside `countries`, (cities,)."""
        country_pay = np.array([country.pay for country in self.countries] + [np.nan])
        pay = country_pay[self.city_country]
        for country in self.countries:
            for rank, city in enumerate(country.large_cities, 1):
                pay[city] *= 1 + (DEAR_CITY - 1) / np.sqrt(rank)
        return pay

    def going_rate(
        self,
        title: npt.NDArray[np.integer],
        level: npt.NDArray[np.integer],
        city: npt.NDArray[np.integer],
    ) -> npt.NDArray[np.float64]:
        """Return what a title usually earns at a level in a city, EUR a year.

        All of one length; a city outside `countries` gives NaN.
        """
        family = self.vocabulary.title_family[title]
        return self.family_pay[family] * PAY_OF_LEVEL[level] * self.city_pay[city]

    def settled_cities(
        self, seed: int, people: int
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Choose where a world lies.

        Returns:
            Cities, rising, (settled,), and their shares of the people, which sum to 1.
        """
        random = stream(seed, "settled cities")
        wanted = int(np.clip(people // PEOPLE_PER_CITY, FEWEST_CITIES, MOST_CITIES))
        chosen, shares = self._chosen_countries(random, wanted)
        noise = random.gumbel(size=len(self.vocabulary.cities))
        weight = np.zeros(len(noise))
        for country, share in zip(chosen, shares, strict=True):
            cities = self._ranked_cities(int(country), noise)
            zipf = (np.arange(len(cities)) + 1.5) ** -CITY_EXPONENT
            weight[cities] = share * zipf / zipf.sum()
        settled = np.sort(np.argsort(-weight, kind="stable")[:wanted])
        settled = settled[weight[settled] > 0]
        return settled, weight[settled] / weight[settled].sum()

    def _chosen_countries(
        self, random: np.random.Generator, wanted_cities: int
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        weights = np.array([country.weight for country in self.countries])
        order = np.argsort(-(np.log(weights) + random.gumbel(size=len(weights))), kind="stable")
        count = 1 + int(random.choice(MOST_COUNTRIES, p=(0.3, 0.35, 0.2, 0.15)))
        cities = np.bincount(self.city_country + 1, minlength=len(weights) + 1)[1:]
        # A large world needs room: it takes in more countries rather than crowd a small one.
        while count < MOST_COUNTRIES and cities[order[:count]].sum() < wanted_cities:
            count += 1
        shares = random.dirichlet(np.full(count, 4.0)) * (1 / (np.arange(count) + 1.0))
        return order[:count], shares / shares.sum()

    def _ranked_cities(self, country: int, noise: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        cities = np.flatnonzero(self.city_country == country)
        fame = np.zeros(len(noise))
        large = np.array(self.countries[country].large_cities)
        fame[large] = 4.0 - 2.0 * np.arange(len(large)) / len(large)
        return cities[np.argsort(-(fame + 0.8 * noise)[cities], kind="stable")]


def _load_families(folder: Path, vocabulary: Vocabulary) -> tuple[FamilyEconomy, ...]:
    industries = {industry.id: number for number, industry in enumerate(vocabulary.industries)}
    ids: list[str] = []

    def make(c: Cells) -> FamilyEconomy:
        ids.append(c.reference("family", vocabulary.family_number))
        return FamilyEconomy(
            tuple(known(c, industries, "industries")),
            _flag(c, "support"),
            c.list("fields"),
            degree_of(c, "lowest_degree"),
            c.number_in("pay", 10_000, 200_000),
            c.number_in("remote", 0, 1),
            c.number_in("weight", 0.01, 100),
        )

    families = read_rows(folder / "families.csv", tuple(_FAMILY_COLUMNS.split(",")), make)
    if ids != list(vocabulary.family_number):
        raise ValueError("families.csv: the families are not those of the taxonomy, in its order")
    return families


def _load_countries(folder: Path, vocabulary: Vocabulary) -> tuple[CountryEconomy, ...]:
    codes = {country.code for country in vocabulary.taxonomy.countries}
    cities = {city.id: number for number, city in enumerate(vocabulary.cities)}

    def make(c: Cells) -> CountryEconomy:
        return CountryEconomy(
            c.reference("code", codes),
            c.text("currency"),
            c.number_in("eur_per_unit", 1e-6, 100),
            c.number_in("pay", 0.05, 5),
            c.number_in("weight", 0.01, 100),
            c.list("forms"),
            tuple(known(c, cities, "large_cities")),
            tuple(known(c, vocabulary.skill_number, "languages")),
        )

    return read_rows(folder / "countries.csv", tuple(_COUNTRY_COLUMNS.split(",")), make)


def _flag(cells: Cells, column: str) -> bool:
    text = cells.text(column)
    if text not in ("yes", "no"):
        raise cells.fault(f"{column} {text!r} is neither yes nor no")
    return text == "yes"
