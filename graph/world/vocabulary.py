"""The taxonomy as arrays: what careers, jobs and tastes are made of."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from graph.schema import Seniority
from graph.taxonomy import Taxonomy
from graph.taxonomy_rows import Family, Industry, Place, PlaceKind, Skill, Title
from graph.world.segments import WeightedSegments, offsets_of

LEVELS = tuple(Seniority)  # a level is a place in this tuple
# How high a level stands; two steps of a ladder may stand equally high.
HEIGHTS = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 4.5, 5.0, 5.0, 6.0, 7.0], np.float32)
SAME_FAMILY = 0.35
STEP_APART = 0.6
NEAR_FAMILY = 0.2  # at most, between titles of families that people often move between
EARTH_KM = 6_371.0


@dataclass(frozen=True)
class Vocabulary:
    """Titles, skills, places and industries by their place in the taxonomy's files."""

    taxonomy: Taxonomy

    @property
    def titles(self) -> tuple[Title, ...]:
        """The titles; a title's number is its place here."""
        return self.taxonomy.titles

    @property
    def skills(self) -> tuple[Skill, ...]:
        """The skills; a skill's number is its place here."""
        return self.taxonomy.skills

    @property
    def families(self) -> tuple[Family, ...]:
        """The families of titles; a family's number is its place here."""
        return self.taxonomy.families

    @property
    def industries(self) -> tuple[Industry, ...]:
        """The industries; an industry's number is its place here."""
        return self.taxonomy.industries

    @cached_property
    def cities(self) -> tuple[Place, ...]:
        """The cities with known coordinates; a city's number is its place here."""
        return tuple(
            place
            for place in self.taxonomy.places
            if place.kind is PlaceKind.CITY and place.latitude is not None
        )

    @cached_property
    def family_number(self) -> dict[str, int]:
        """The number of each family by its id."""
        return {family.id: number for number, family in enumerate(self.families)}

    @cached_property
    def title_number(self) -> dict[str, int]:
        """The number of each title by its id."""
        return {title.id: number for number, title in enumerate(self.titles)}

    @cached_property
    def skill_number(self) -> dict[str, int]:
        """The number of each skill by its id."""
        return {skill.id: number for number, skill in enumerate(self.skills)}

    @cached_property
    def title_family(self) -> npt.NDArray[np.int16]:
        """The family of each title, (titles,)."""
        return np.array([self.family_number[title.family] for title in self.titles], np.int16)

    @cached_property
    def title_level(self) -> npt.NDArray[np.int8]:
        """The level a bare title implies, (titles,)."""
        return np.array([LEVELS.index(title.level) for title in self.titles], np.int8)

    @cached_property
    def _step_ends(self) -> npt.NDArray[np.int16]:
        number = self.title_number
        ends = [(number[step.source], number[step.target]) for step in self.taxonomy.steps]
        return np.array(ends, np.int16)

    @cached_property
    def proximity(self) -> npt.NDArray[np.float32]:
        """How near two titles are, 0 to 1, symmetric, (titles, titles)."""
        family = self.title_family
        near = self.family_proximity[family[:, None], family[None, :]]
        source, target = self._step_ends.T
        for a, b in ((source, target), (target, source)):
            near[a, b] = np.maximum(near[a, b], STEP_APART)
        for pair in self.taxonomy.similar:
            a, b = self.title_number[pair.a], self.title_number[pair.b]
            near[a, b] = near[b, a] = max(near[a, b], pair.weight)
        np.fill_diagonal(near, 1.0)
        return near

    @cached_property
    def family_proximity(self) -> npt.NDArray[np.float32]:
        """How near two families are by the steps that lead from one to the other."""
        family = self.title_family
        source, target = family[self._step_ends[:, 0]], family[self._step_ends[:, 1]]
        count = len(self.families)
        steps = np.bincount(source * np.int64(count) + target, minlength=count * count)
        steps = steps.reshape(count, count)
        steps = steps + steps.T
        np.fill_diagonal(steps, 0)
        near = NEAR_FAMILY * np.sqrt(steps / max(steps.max(), 1))
        np.fill_diagonal(near, SAME_FAMILY)
        return near.astype(np.float32)

    @cached_property
    def title_skill_ids(self) -> npt.NDArray[np.int16]:
        """The skills of titles, one title's after the other's; see `title_skills`."""
        number = self.skill_number
        ids = np.array([number[row.skill] for row in self.taxonomy.title_skills], np.int16)
        return ids[self._skills_by_title]

    @cached_property
    def title_skill_importance(self) -> npt.NDArray[np.float32]:
        """How much a title needs each of its skills, 0 to 1, beside `title_skill_ids`."""
        rows = self.taxonomy.title_skills
        return np.array([row.importance for row in rows], np.float32)[self._skills_by_title]

    @cached_property
    def title_skills(self) -> WeightedSegments:
        """The skills of each title, drawn by importance."""
        counts = np.bincount(self._skill_titles, minlength=len(self.titles))
        return WeightedSegments.of(offsets_of(counts), self.title_skill_importance)

    @cached_property
    def _skill_titles(self) -> npt.NDArray[np.int64]:
        number = self.title_number
        return np.array([number[row.title] for row in self.taxonomy.title_skills], np.int64)

    @cached_property
    def _skills_by_title(self) -> npt.NDArray[np.int64]:
        return np.argsort(self._skill_titles, kind="stable")

    @cached_property
    def city_country(self) -> npt.NDArray[np.int16]:
        """The country of each city, as a number of its own, (cities,)."""
        countries = sorted({city.country for city in self.cities})
        return np.array([countries.index(city.country) for city in self.cities], np.int16)

    @cached_property
    def distance_km(self) -> npt.NDArray[np.float32]:
        """Great-circle distances between cities, (cities, cities)."""
        places = [(city.latitude or 0.0, city.longitude or 0.0) for city in self.cities]
        latitude, longitude = np.radians(np.array(places)).T
        rise = np.sin((latitude[:, None] - latitude) / 2) ** 2
        turn = np.sin((longitude[:, None] - longitude) / 2) ** 2
        chord = rise + np.cos(latitude)[:, None] * np.cos(latitude) * turn
        return (2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))).astype(np.float32)
