"""Draws where people come from: home, field, degree, and when their careers began."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.world.careers.people import MONTH_ZERO, THIS_MONTH_SHORT
from graph.world.config import WorldConfig
from graph.world.institutions.companies import Companies
from graph.world.institutions.degrees import Degree
from graph.world.institutions.economy import Economy
from graph.world.segments import draw_columns
from graph.world.streams import stream
from graph.world.vocabulary import Vocabulary

LONGEST_CAREER = 42.0  # years
YOUTH = 2.2  # the higher, the younger the people
STUDENTS = 0.04  # of the people: no position yet
SAME_FIELD = 0.86  # of those who study, in the field they then work in
ONLY_LAST_DEGREE = 0.2  # of those with several degrees, who name the last alone
# Chances to have trained no, one or two degrees beyond what is usual in a field.
BEYOND_USUAL = (0.62, 0.32, 0.06)
YEARS_OF_STUDY = np.array([[2, 3], [3, 4], [2, 2], [3, 5]])  # least and most, by degree
# Fields that lead to the top of organisations; next to nobody starts there.
STARTS_AT_THE_TOP = 0.12

Ints = npt.NDArray[np.integer]


class Backgrounds(NamedTuple):
    """How a chunk of people began; every array (people,)."""

    family: npt.NDArray[np.int64]  # they start to work in
    field: npt.NDArray[np.int64]  # they trained for; a family
    home: npt.NDArray[np.int64]  # city
    degree: npt.NDArray[np.int64]  # the highest, a `Degree`
    begin: npt.NDArray[np.int64]  # month they are free to work; ahead of today for students


class StudyRows(NamedTuple):
    """Studies, in any order."""

    person: npt.NDArray[np.int64]
    degree: npt.NDArray[np.int64]
    family: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]  # year
    end: npt.NDArray[np.int64]


def family_shares(
    config: WorldConfig, economy: Economy, companies: Companies
) -> npt.NDArray[np.float64]:
    """Return which share of people starts in each family, (families,).

    It follows what companies ask for, with some of a seed's own chance.
    """
    random = stream(config.seed, "family shares of people")
    demand = (companies.size[:, None].astype(np.float64) * companies.family_share).sum(axis=0)
    shares = demand * np.exp(random.normal(0.0, 0.3, len(demand)))
    shares[economy.vocabulary.family_number["executive"]] *= STARTS_AT_THE_TOP
    return shares / shares.sum()


def draw_backgrounds(
    config: WorldConfig,
    economy: Economy,
    shares: npt.NDArray[np.float64],
    chunk: int,
    count: int,
) -> Backgrounds:
    """Draw how the people of a chunk began."""
    random = stream(config.seed, "backgrounds", chunk)
    family = random.choice(len(shares), size=count, p=shares)
    cities, weights = economy.settled_cities(config.seed, config.people)
    home = random.choice(cities, size=count, p=weights)
    field = _fields(economy.vocabulary, family, random)
    degree = _degrees(economy, family, random)
    months = random.beta(1.05, YOUTH, count) * LONGEST_CAREER * 12 + 1
    begin = THIS_MONTH_SHORT - months.astype(np.int64)
    is_student = (random.random(count) < STUDENTS) & (degree >= Degree.VOCATIONAL)
    ahead = random.integers(2, _most_months_ahead()[degree], count)
    begin = np.where(is_student, THIS_MONTH_SHORT + ahead, begin)
    return Backgrounds(family, field, home.astype(np.int64), degree, begin)


def first_studies(backgrounds: Backgrounds, random: np.random.Generator) -> StudyRows:
    """Draw the studies before the career; a later degree stands on the ones below it."""
    count = len(backgrounds.degree)
    names_last = random.random(count) < ONLY_LAST_DEGREE
    end = (backgrounds.begin + MONTH_ZERO) // 12
    rows: list[StudyRows] = []
    for degree in (Degree.DOCTORATE, Degree.MASTER, Degree.BACHELOR, Degree.VOCATIONAL):
        least, most = YEARS_OF_STUDY[degree]
        length = random.integers(least, most + 1, count)
        is_last = backgrounds.degree == degree
        is_below = (backgrounds.degree > degree) & (degree > Degree.VOCATIONAL)
        person = np.flatnonzero(is_last | (is_below & ~names_last))
        start = end - length
        rows.append(
            StudyRows(
                person,
                np.full(len(person), int(degree)),
                backgrounds.field[person],
                start[person],
                end[person],
            )
        )
        end = np.where(is_last | is_below, start, end)
    return join_studies(rows)


def _most_months_ahead() -> npt.NDArray[np.int64]:
    """Return when students are done at the latest, in months before which they are, (degrees,).

    Even the shortest study of a degree has then begun by last year.
    """
    last_year = (THIS_MONTH_SHORT + MONTH_ZERO) // 12 - 1
    year_after = last_year + YEARS_OF_STUDY[:, 0] + 1
    return year_after * 12 - MONTH_ZERO - THIS_MONTH_SHORT


def join_studies(rows: list[StudyRows]) -> StudyRows:
    """Put studies together."""
    return StudyRows(*(np.concatenate(columns) for columns in zip(*rows, strict=True)))


def _fields(
    vocabulary: Vocabulary, family: npt.NDArray[np.int64], random: np.random.Generator
) -> npt.NDArray[np.int64]:
    near = vocabulary.family_proximity.astype(np.float64) + 0.002
    np.fill_diagonal(near, 0.0)
    other = draw_columns(near[family], random.random(len(family)))
    return np.where(random.random(len(family)) < SAME_FIELD, family, other)


def _degrees(
    economy: Economy, family: npt.NDArray[np.int64], random: np.random.Generator
) -> npt.NDArray[np.int64]:
    usual = economy.lowest_degree[family].astype(np.int64)
    beyond = random.choice(len(BEYOND_USUAL), size=len(family), p=BEYOND_USUAL)
    return np.minimum(usual + beyond, int(Degree.DOCTORATE))
