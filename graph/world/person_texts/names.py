"""Names the people of a world: by the region their city lies in, mostly."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.world.phrases import Phrases
from graph.world.segments import Ints, offsets_of
from graph.world.vocabulary import Vocabulary

LOCAL_SHARE = 0.8  # of the people of a city have names of its region
INITIAL_SHARE, HYPHEN_SHARE = 0.16, 0.05
TWO_LAST_NAMES = {"spanish": 0.3, "portuguese": 0.25}
ELSEWHERE = "english"  # where no region claims a country
_INITIALS = "ABCDEFGHJKLMNPRSTVW"
_NO_SLUG = re.compile(r"[^a-z0-9]+")


class FullName(NamedTuple):
    """A person's name and its two main parts."""

    first: str
    last: str
    full: str


@dataclass(frozen=True)
class Names:
    """First and last names by region."""

    regions: tuple[str, ...]
    first: tuple[str, ...]  # one region's after the other's
    last: tuple[str, ...]
    first_offsets: npt.NDArray[np.int64]
    last_offsets: npt.NDArray[np.int64]
    region_of_country: dict[str, int]

    @classmethod
    def load(cls, folder: Path) -> "Names":
        """Read the sections [first.x], [last.x] and [countries.x] of a folder, x a region.

        Raises:
            ValueError: A region lacks a section.
        """
        lists = Phrases.load(folder)
        regions = tuple(name[6:] for name in lists.sections if name.startswith("first."))
        first = [lists.of(f"first.{region}") for region in regions]
        last = [lists.of(f"last.{region}") for region in regions]
        return cls(
            regions,
            tuple(name for names in first for name in names),
            tuple(name for names in last for name in names),
            offsets_of(np.array([len(names) for names in first])),
            offsets_of(np.array([len(names) for names in last])),
            {
                code: number
                for number, region in enumerate(regions)
                for code in lists.of(f"countries.{region}")
            },
        )

    def draw(
        self, vocabulary: Vocabulary, cities: Ints, generator: np.random.Generator
    ) -> list[FullName]:
        """Name people who live in some cities, (people,)."""
        elsewhere = self.regions.index(ELSEWHERE)
        local = np.array(
            [self.region_of_country.get(city.country, elsewhere) for city in vocabulary.cities]
        )
        drawn = generator.random((8, len(cities)))
        foreign = (drawn[1] * len(self.regions)).astype(np.int64)
        region = np.where(drawn[0] < LOCAL_SHARE, local[cities], foreign)
        first = self._places(self.first_offsets, region, drawn[2])
        last = self._places(self.last_offsets, region, drawn[3])
        second = self._places(self.last_offsets, region, drawn[4])
        twice = np.array([TWO_LAST_NAMES.get(name, 0.0) for name in self.regions])[region]
        joint = np.select([drawn[5] < twice, drawn[6] < HYPHEN_SHARE], [1, 2], 0)
        joint[second == last] = 0
        initial = np.where(drawn[7] < INITIAL_SHARE, drawn[7] / INITIAL_SHARE, -1.0)
        columns = (first, last, second, joint, initial)
        return [self._name(*row) for row in zip(*(c.tolist() for c in columns), strict=True)]

    def _places(
        self, offsets: Ints, region: Ints, uniforms: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.int64]:
        lengths = offsets[region + 1] - offsets[region]
        return offsets[region] + (uniforms * lengths).astype(np.int64)

    def _name(self, first: int, last: int, second: int, joint: int, initial: float) -> FullName:
        surname = self.last[last]
        if joint:
            surname += (" ", "-")[joint - 1] + self.last[second]
        given = self.first[first]
        middle = f" {_INITIALS[int(initial * len(_INITIALS))]}." if initial >= 0 else ""
        return FullName(given, surname, f"{given}{middle} {surname}")


def slug(text: str) -> str:
    """Write a text with small Latin letters, digits and hyphens alone."""
    spelt = text.lower().replace("ß", "ss").replace("ø", "o").replace("ı", "i").replace("ł", "l")
    plain = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()
    return _NO_SLUG.sub("-", plain).strip("-")
