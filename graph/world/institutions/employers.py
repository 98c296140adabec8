"""Chooses employers: who hires a family in a city, and whom a person likes best among them."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.world.institutions.companies import Companies
from graph.world.institutions.economy import Economy
from graph.world.segments import WeightedSegments, elements_of, group, owners_of

OFFERS = 5  # companies among which a person chooses
HEADQUARTERS_WEIGHT = 2.0  # beside the other sites
PULL_OF_TASTE = 0.8
PULL_OF_SIZE = 0.7
PULL_OF_PAY = 2.5
PULL_OF_GROWTH = 0.4
AVERSION = 6.0  # to the employer one leaves

Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.floating]


class Seekers(NamedTuple):
    """People who look for an employer; every array (people,) but the taste."""

    family: Ints
    city: Ints
    leaves: Ints  # the company they come from; NONE: no matter
    taste: Floats  # (people, tastes)
    wanted_size: Floats
    ambition: Floats
    far: npt.NDArray[np.bool_]  # whether they would move within the country


class Hires(NamedTuple):
    """What seekers found; both (people,)."""

    company: npt.NDArray[np.int32]
    city: npt.NDArray[np.int16]


@dataclass(frozen=True)
class Employers:
    """Every (site, family) that offers work, drawn by city, by country or from anywhere."""

    companies: Companies
    families: int
    city_country: npt.NDArray[np.int16]
    company: npt.NDArray[np.int32]  # of each entry
    city: npt.NDArray[np.int16]
    by_city: tuple[npt.NDArray[np.int64], WeightedSegments]  # order of entries; segments in it
    by_country: tuple[npt.NDArray[np.int64], WeightedSegments]
    by_family: tuple[npt.NDArray[np.int64], WeightedSegments]

    @classmethod
    def of(cls, companies: Companies, economy: Economy) -> "Employers":
        """Lay out who hires whom where."""
        families = companies.family_share.shape[1]
        owner, family = np.nonzero(companies.family_share)
        offsets = np.searchsorted(owner, np.arange(len(companies.names) + 1))
        site_company = owners_of(companies.site_offsets)
        pair, site = elements_of(offsets, site_company)
        weight = companies.family_share[owner, family].astype(np.float64)[pair]
        weight *= (companies.size[site_company] * _site_shares(companies))[site]
        city = companies.site_city[site].astype(np.int64)
        country = economy.city_country[city].astype(np.int64)
        kind = family[pair]

        def lay_out(
            place: npt.NDArray[np.int64], places: int
        ) -> tuple[npt.NDArray[np.int64], WeightedSegments]:
            order, segments = group(place * families + kind, places * families)
            return order, WeightedSegments.of(segments, weight[order])

        return cls(
            companies,
            families,
            economy.city_country,
            site_company[site].astype(np.int32),
            city.astype(np.int16),
            lay_out(city, len(economy.city_country)),
            lay_out(country, len(economy.countries)),
            lay_out(np.zeros_like(city), 1),
        )

    def choose(self, seekers: Seekers, random: np.random.Generator) -> Hires:
        """Let seekers choose among a few offers, each by their own mind.

        Every family that is sought must have work somewhere.
        """
        count = len(seekers.family)
        uniforms = random.random((count, OFFERS))
        entry = self._offers(self.by_city, seekers.city, seekers.family, uniforms)
        country = self.city_country[seekers.city]
        stuck = (entry[:, 0] < 0) | seekers.far | self._no_other(entry, seekers.leaves)
        for table, place in ((self.by_country, country), (self.by_family, country * 0)):
            rows = np.flatnonzero(stuck)
            found = self._offers(table, place[rows], seekers.family[rows], uniforms[rows])
            entry[rows] = np.where(found >= 0, found, entry[rows])
            stuck = entry[:, 0] < 0
        liking = self._liking(self.company[entry], seekers)
        best = (liking + random.gumbel(size=liking.shape)).argmax(axis=1)
        chosen = entry[np.arange(count), best]
        return Hires(self.company[chosen], self.city[chosen])

    def employs(self, company: Ints, family: Ints) -> npt.NDArray[np.bool_]:
        """Tell whether companies employ families, (pairs,)."""
        return self.companies.family_share[company, family] > 0

    def _offers(
        self,
        table: tuple[npt.NDArray[np.int64], WeightedSegments],
        place: Ints,
        family: Ints,
        uniforms: Floats,
    ) -> npt.NDArray[np.int64]:
        order, segments = table
        key = place.astype(np.int64) * self.families + family
        drawn = segments.draw(np.repeat(key, OFFERS), uniforms.ravel())
        return np.where(drawn >= 0, order[drawn], -1).reshape(-1, OFFERS)

    def _no_other(self, entry: npt.NDArray[np.int64], leaves: Ints) -> npt.NDArray[np.bool_]:
        return (self.company[entry] == leaves[:, None]).all(axis=1)

    def _liking(self, company: npt.NDArray[np.int32], seekers: Seekers) -> Floats:
        companies = self.companies
        liking = np.zeros(company.shape)
        for taste in range(companies.culture.shape[1]):
            liking += seekers.taste[:, taste, None] * companies.culture[company, taste]
        liking *= PULL_OF_TASTE
        largeness = (companies.band[company] - 2.5) / 2.5
        liking += PULL_OF_SIZE * seekers.wanted_size[:, None] * largeness
        greed = 1 + 0.4 * seekers.ambition[:, None]
        liking += PULL_OF_PAY * greed * (companies.pay[company] - 1)
        liking += PULL_OF_GROWTH * companies.growth[company]
        return liking - AVERSION * (company == seekers.leaves[:, None])


def _site_shares(companies: Companies) -> npt.NDArray[np.float64]:
    """Split each company over its sites, the headquarters first, (sites,)."""
    weight = np.ones(len(companies.site_city))
    weight[companies.site_offsets[:-1]] = HEADQUARTERS_WEIGHT
    owner = owners_of(companies.site_offsets)
    return weight / np.bincount(owner, weight)[owner]
