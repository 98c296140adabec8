"""Chooses where people study: a kind of school that teaches it, mostly near home."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.world.institutions.companies import Schools
from graph.world.institutions.economy import Economy
from graph.world.segments import WeightedSegments, draw_columns, group
from graph.world.vocabulary import Vocabulary

NEAR_KM = 60.0  # how fast the pull of a school falls with distance
ABROAD = 0.02  # pull of a school far away, beside one at home
IN_COUNTRY = 0.1

Ints = npt.NDArray[np.integer]


@dataclass(frozen=True)
class SchoolChoice:
    """Schools drawn by home, family and degree."""

    city_place: npt.NDArray[np.int64]  # of each city among those with people
    fits: npt.NDArray[np.float64]  # (families, degrees, kinds): 1 where a kind teaches it
    kind_pull: npt.NDArray[np.float64]  # (settled cities, kinds)
    schools: WeightedSegments  # one segment a (settled city, kind), in the order below
    order: npt.NDArray[np.int64]  # of schools: by kind

    @classmethod
    def of(
        cls, cities: Ints, schools: Schools, vocabulary: Vocabulary, economy: Economy
    ) -> "SchoolChoice":
        """Prepare the choice for people who live in some cities."""
        order, kind_offsets = group(schools.kind, len(economy.school_kinds))
        pull = _pulls(cities, schools, vocabulary, economy)[:, order]
        starts = np.arange(len(cities))[:, None] * len(order) + kind_offsets[:-1]
        segments = WeightedSegments.of(np.append(starts.ravel(), pull.size), pull.ravel())
        place = np.zeros(len(vocabulary.cities), np.int64)
        place[cities] = np.arange(len(cities))
        totals = segments.totals(np.arange(starts.size)).reshape(starts.shape)
        return cls(place, _fits(economy), totals, segments, order)

    def choose(
        self, home: Ints, family: Ints, degree: Ints, random: np.random.Generator
    ) -> npt.NDArray[np.int32]:
        """Draw a school for each study, (studies,)."""
        place = self.city_place[home]
        weights = self.kind_pull[place] * self.fits[family, degree]
        kind = draw_columns(weights, random.random(len(place)))
        segment = place * weights.shape[1] + kind
        drawn = self.schools.draw(segment, random.random(len(place)))
        return self.order[drawn % len(self.order)].astype(np.int32)


def _pulls(
    cities: Ints, schools: Schools, vocabulary: Vocabulary, economy: Economy
) -> npt.NDArray[np.float64]:
    distance = vocabulary.distance_km[np.ix_(cities, schools.city)].astype(np.float64)
    country = economy.city_country
    is_home = country[cities][:, None] == country[schools.city]
    size = schools.size.astype(np.float64)
    return size * (np.exp(-distance / NEAR_KM) + np.where(is_home, IN_COUNTRY, ABROAD))


def _fits(economy: Economy) -> npt.NDArray[np.float64]:
    fits = np.zeros((len(economy.families), 4, len(economy.school_kinds)))
    for number, kind in enumerate(economy.school_kinds):
        families = list(kind.families) or list(range(len(economy.families)))
        # Schools made for a field draw more of its students than schools for everything.
        fits[families, kind.lowest : kind.highest + 1, number] = 2.5 if kind.families else 1.0
    return fits
