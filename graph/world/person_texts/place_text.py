"""Words places the way profiles do: a city, and often what lies around it."""

import numpy as np

from graph.world.segments import Floats, Ints
from graph.world.vocabulary import Vocabulary

REGION_COUNTRIES = frozenset({"US", "CA", "AU", "GB", "DE", "IN", "BR"})  # whose regions are named


class PlaceTexts:
    """The wordings of every city."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        countries = {country.code: country.name for country in vocabulary.taxonomy.countries}
        self.bare = tuple(city.name.partition(",")[0] for city in vocabulary.cities)
        self._wordings: list[tuple[str, ...]] = []
        for city, bare in zip(vocabulary.cities, self.bare, strict=True):
            country = countries.get(city.country, "")
            with_country = f"{bare}, {country}" if country and country != bare else city.name
            whole = with_country
            if city.region and city.country in REGION_COUNTRIES and city.region != bare:
                whole = f"{bare}, {city.region}, {country}"
            # A city that needs its region to be told apart is never named without.
            plain = bare if city.name == bare else city.name
            self._wordings.append((plain, whole if plain != bare else with_country, whole))

    def of(self, cities: Ints, uniforms: Floats) -> list[str]:
        """Word the places of many cities; uniforms in [0, 1), (cities,)."""
        chosen = np.searchsorted([0.45, 0.75], uniforms, side="right")
        return [
            self._wordings[city][form]
            for city, form in zip(cities.tolist(), chosen.tolist(), strict=True)
        ]
