"""Walks a chunk of people through their careers, one position after the other."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.world.careers.backgrounds import Backgrounds, StudyRows, join_studies
from graph.world.careers.chain import CareerChain, Standing
from graph.world.careers.levels import INTERN, LOWEST_LEVEL, Climb, next_levels
from graph.world.careers.moves import Move
from graph.world.careers.people import MONTH_ZERO, NO_END, NONE, THIS_MONTH_SHORT
from graph.world.careers.temperaments import Temperaments
from graph.world.institutions.degrees import Degree
from graph.world.institutions.employers import Employers, Seekers
from graph.world.tastes import Taste

USUAL_MONTHS = np.array([5.0, 20, 29, 36, 40, 40, 46, 42, 48, 60])  # in a position, by level
SPREAD_OF_MONTHS = 0.55  # of their logarithm
LONGEST_INTERNSHIP = 9
FEWEST_MONTHS = 2
INTERNSHIPS = 0.38  # of those who study for a degree
# Chances to go on with the same employer, by move.
SAME_EMPLOYER = np.array([0.0, 0.74, 0.55, 0.3, 0.08])
GAPS = 0.125  # of changes that have months without work before them
USUAL_GAP, SPREAD_OF_GAP, LONGEST_GAP = 7.0, 0.8, 40
RETRAINING = 0.3  # of switches in the first half of a career
FURTHER_STUDY = 0.02  # of other changes
RELOCATION = 0.12  # of young people who change the employer

Ints = npt.NDArray[np.int64]


class PositionRows(NamedTuple):
    """Positions, one person's oldest first, people in any order."""

    person: Ints
    title: npt.NDArray[np.int16]
    level: npt.NDArray[np.int8]
    company: npt.NDArray[np.int32]
    city: npt.NDArray[np.int16]
    start: Ints
    end: Ints  # NO_END while held


@dataclass
class Walk:
    """Where the people of a chunk are by now; every array (people,)."""

    title: npt.NDArray[np.int16]  # NONE before the first position
    level: npt.NDArray[np.int8]
    company: npt.NDArray[np.int32]
    city: npt.NDArray[np.int16]
    degree: Ints
    month: Ints  # from which they are free for another position
    months: Ints  # in the last position
    worked: Ints  # months in all positions
    aim: npt.NDArray[np.int16]  # title that a study which runs today leads to; NONE: no such study

    @classmethod
    def begin(cls, backgrounds: Backgrounds) -> "Walk":
        """Stand at the start of all careers."""
        count = len(backgrounds.home)
        return cls(
            title=np.full(count, NONE, np.int16),
            level=np.zeros(count, np.int8),
            company=np.full(count, NONE, np.int32),
            city=backgrounds.home.astype(np.int16),
            degree=backgrounds.degree.copy(),
            month=backgrounds.begin.copy(),
            months=np.zeros(count, np.int64),
            worked=np.zeros(count, np.int64),
            aim=np.full(count, NONE, np.int16),
        )


class Change(NamedTuple):
    """A change of position that is under way; every array (people,)."""

    person: Ints
    move: npt.NDArray[np.int8]
    title: npt.NDArray[np.int16]
    level: npt.NDArray[np.int8]
    start: Ints


class CareerWalker:
    """Makes the positions and later studies of a chunk of people."""

    def __init__(
        self,
        chain: CareerChain,
        employers: Employers,
        backgrounds: Backgrounds,
        temperaments: Temperaments,
        random: np.random.Generator,
    ) -> None:
        self._chain = chain
        self._economy = chain.economy
        self._title_family = chain.vocabulary.title_family
        self._title_level = chain.vocabulary.title_level
        self._employers = employers
        self._backgrounds = backgrounds
        self._temper = temperaments
        self._random = random
        self._walk = Walk.begin(backgrounds)
        self._positions: list[PositionRows] = []
        self._studies: list[StudyRows] = []

    def walk(self) -> tuple[Walk, PositionRows, StudyRows]:
        """Walk everybody up to today."""
        self._serve_internships()
        while len(active := np.flatnonzero(self._walk.month < THIS_MONTH_SHORT)):
            self._take(self._decide(active))
        unstarted = np.flatnonzero(self._walk.title == NONE)
        family = self._backgrounds.family[unstarted]
        uniforms = self._random.random(len(unstarted))
        self._walk.title[unstarted] = self._chain.entry_of(family, uniforms)
        self._walk.aim[unstarted] = self._walk.title[unstarted]
        positions = PositionRows(*map(np.concatenate, zip(*self._positions, strict=True)))
        return self._walk, positions, join_studies(self._studies)

    def _serve_internships(self) -> None:
        """Let some students work for a few months before they are free for good."""
        random, walk = self._random, self._walk
        count = len(walk.title)
        wants = (random.random(count) < INTERNSHIPS) & (walk.degree >= Degree.BACHELOR)
        before = random.integers(LONGEST_INTERNSHIP + 1, 22, count)
        title = self._chain.entry_of(self._backgrounds.family, random.random(count))
        can = LOWEST_LEVEL[self._title_level[title]] == INTERN
        has_begun = walk.month < THIS_MONTH_SHORT
        person = np.flatnonzero(wants & can & has_begun)
        free = walk.month[person]
        level = np.full(len(person), INTERN, np.int8)
        move = np.full(len(person), Move.STAY, np.int8)
        self._take(Change(person, move, title[person], level, (free - before[person])))
        walk.month[person] = free
        walk.company[person] = NONE

    def _decide(self, person: Ints) -> Change:
        """Draw what comes next for people who are free; some are not back at work today."""
        random, walk = self._random, self._walk
        is_first = walk.title[person] == NONE
        move = np.zeros(len(person), np.int8)
        title = self._chain.entry_of(self._backgrounds.family[person], random.random(len(person)))
        later = np.flatnonzero(~is_first)
        standing = self._standing(person[later])
        move[later], title[later] = self._chain.draw(standing, random)
        level = next_levels(
            Climb(
                move,
                walk.level[person],
                walk.worked[person] / 12,
                is_first & (walk.degree[person] == Degree.DOCTORATE),
                self._title_level[title],
            ),
            random,
        )
        start = walk.month[person] + self._gaps(len(person))
        months_of_study = self._study(person, move, title, start)
        start = start + months_of_study
        # Who never worked starts at once, so that those without a position are the students.
        start = np.where(is_first, np.minimum(start, THIS_MONTH_SHORT - 1), start)
        is_out = start >= THIS_MONTH_SHORT
        walk.month[person[is_out]] = THIS_MONTH_SHORT
        walk.company[person[is_out]] = NONE
        is_studying = is_out & (months_of_study > 0)
        walk.aim[person[is_studying]] = title[is_studying]
        back = ~is_out
        return Change(person[back], move[back], title[back], level[back], start[back])

    def _standing(self, person: Ints) -> Standing:
        walk = self._walk
        return Standing(
            walk.title[person],
            walk.level[person],
            walk.months[person],
            walk.worked[person] / 12,
            self._temper.ambition[person],
            self._temper.loyalty[person],
        )

    def _gaps(self, count: int) -> Ints:
        random = self._random
        gap = np.exp(SPREAD_OF_GAP * random.standard_normal(count)) * USUAL_GAP
        gap = np.clip(gap, 2, LONGEST_GAP).astype(np.int64)
        short = (random.random(count) < 0.3).astype(np.int64)
        return np.where(random.random(count) < GAPS, gap, short)

    def _study(
        self,
        person: Ints,
        move: npt.NDArray[np.int8],
        title: npt.NDArray[np.int16],
        start: Ints,
    ) -> Ints:
        """Send some back to study before they go on, unless that would lie ahead of today.

        Args:
            person: Who is free, (people,).
            move: How they go on, (people,).
            title: To which title, (people,).
            start: When they can begin to study, (people,).

        Returns:
            For how many months each studies; 0: not at all, (people,).
        """
        random, walk = self._random, self._walk
        count = len(person)
        draw, length = random.random(count), random.integers(12, 25, count)
        is_young = walk.worked[person] < 18 * 12
        chance = np.where(move == Move.SWITCH, RETRAINING * is_young, FURTHER_STUDY * is_young)
        family = self._title_family[title].astype(np.int64)
        usual = np.maximum(self._economy.lowest_degree[family], Degree.VOCATIONAL)
        degree = np.maximum(usual, np.minimum(walk.degree[person] + 1, Degree.MASTER))
        degree = np.where(move == Move.SWITCH, np.where(draw < 0.15, degree, usual), degree)
        goes = (draw < chance) & (walk.title[person] != NONE) & (walk.level[person] != INTERN)
        goes &= (degree < Degree.DOCTORATE) & (start < THIS_MONTH_SHORT)
        goes &= (degree > walk.degree[person]) | (move == Move.SWITCH)
        rows = np.flatnonzero(goes)
        first, last = start[rows], start[rows] + length[rows]
        self._studies.append(
            StudyRows(
                person[rows],
                degree[rows].astype(np.int64),
                family[rows],
                (first + MONTH_ZERO) // 12,
                (last + MONTH_ZERO) // 12,
            )
        )
        walk.degree[person[rows]] = np.maximum(walk.degree[person[rows]], degree[rows])
        return np.where(goes, length, 0)

    def _take(self, change: Change) -> None:
        """Find the employer of each change, and let people work there."""
        walk = self._walk
        company, city = self._employ(change)
        months = self._durations(change, company)
        end = change.start + months
        held = end > THIS_MONTH_SHORT
        self._positions.append(
            PositionRows(
                change.person,
                change.title,
                change.level,
                company,
                city,
                change.start,
                np.where(held, NO_END, end),
            )
        )
        done = np.minimum(end, THIS_MONTH_SHORT)
        walk.title[change.person] = change.title
        walk.level[change.person] = change.level
        walk.company[change.person] = company
        walk.city[change.person] = city
        walk.month[change.person] = np.where(held, THIS_MONTH_SHORT, end)
        walk.months[change.person] = done - change.start
        walk.worked[change.person] += done - change.start
        # Whose position ends this very month is out of work from today on.
        walk.company[change.person[end == THIS_MONTH_SHORT]] = NONE

    def _employ(self, change: Change) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int16]]:
        random, walk, temper = self._random, self._walk, self._temper
        person = change.person
        family = self._title_family[change.title].astype(np.int64)
        company, city = walk.company[person].copy(), walk.city[person].copy()
        is_seamless = (company != NONE) & (change.start <= walk.month[person] + 1)
        chance = SAME_EMPLOYER[change.move] * (1 + 0.15 * temper.loyalty[person])
        stays = is_seamless & (random.random(len(person)) < chance)
        stays &= self._employers.employs(company, family)
        is_far = random.random(len(person)) < RELOCATION * np.exp(-walk.worked[person] / 240)
        works_at_home = random.random(len(person)) < (
            self._economy.family_remote[family] * np.maximum(temper.remote[person], 0) * 0.5
        )
        rows = np.flatnonzero(~stays)
        seekers = Seekers(
            family[rows],
            city[rows],
            company[rows],
            temper.taste[person[rows]],
            temper.wanted_size[person[rows]],
            temper.ambition[person[rows]],
            (is_far | works_at_home)[rows],
        )
        hires = self._employers.choose(seekers, random)
        company[rows] = hires.company
        city[rows] = np.where(works_at_home[rows], city[rows], hires.city)
        return company, city

    def _durations(self, change: Change, company: npt.NDArray[np.int32]) -> Ints:
        count = len(change.person)
        culture = self._employers.companies.culture[company]
        calm = 0.12 * culture[:, Taste.STABILITY] - 0.1 * culture[:, Taste.PACE]
        spread = SPREAD_OF_MONTHS * self._random.standard_normal(count)
        pull = 0.3 * self._temper.loyalty[change.person]
        months = USUAL_MONTHS[change.level] * np.exp(spread + pull + calm)
        most = np.where(change.level == INTERN, LONGEST_INTERNSHIP, 480)
        return np.clip(months, FEWEST_MONTHS, most).astype(np.int64)
