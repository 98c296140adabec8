"""Lets the people of a world live their careers up to today."""

from collections.abc import Callable
from dataclasses import fields
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from graph.world.careers.backgrounds import (
    StudyRows,
    draw_backgrounds,
    family_shares,
    first_studies,
    join_studies,
)
from graph.world.careers.chain import CareerChain, Standing
from graph.world.careers.levels import JUNIOR
from graph.world.careers.people import NONE, People, PersonSkills, Positions, Studies
from graph.world.careers.skills import SkillGains, gain_skills
from graph.world.careers.steps import CareerWalker, PositionRows, Walk
from graph.world.careers.temperaments import Temperaments, draw_temperaments
from graph.world.config import WorldConfig
from graph.world.institutions.companies import Companies, Schools
from graph.world.institutions.economy import Economy
from graph.world.institutions.employers import Employers
from graph.world.institutions.school_choice import SchoolChoice
from graph.world.people_chunks import chunks_of
from graph.world.segments import group, offsets_of
from graph.world.streams import stream
from graph.world.vocabulary import Vocabulary

SPREAD_OF_EXPECTED_PAY = 0.12  # of its logarithm
PULL_OF_AMBITION = 0.06  # on it

Segments = TypeVar("Segments", Positions, Studies, PersonSkills)
Number = TypeVar("Number", bound=np.generic)


class _Life(NamedTuple):
    """A chunk of people, all but what follows from the whole."""

    walk: Walk
    temper: Temperaments
    years: npt.NDArray[np.float32]  # of work
    positions: Positions
    studies: Studies
    skills: PersonSkills
    expected_pay: npt.NDArray[np.float32]
    next_title: npt.NDArray[np.int16]
    has_open_path: npt.NDArray[np.bool_]


def live_careers(
    config: WorldConfig,
    vocabulary: Vocabulary,
    economy: Economy,
    companies: Companies,
    schools: Schools,
) -> People:
    """Make the people of a world.

    The true next title is what a study that still runs leads to, and else drawn as one more step
    of the chain.
    """
    maker = _LifeMaker(config, vocabulary, economy, companies, schools)
    lives = [
        maker.make(chunk, some.stop - some.start)
        for chunk, some in enumerate(chunks_of(config.people))
    ]
    return _people(vocabulary, lives)


class _LifeMaker:
    """Holds what all chunks are made with."""

    def __init__(
        self,
        config: WorldConfig,
        vocabulary: Vocabulary,
        economy: Economy,
        companies: Companies,
        schools: Schools,
    ) -> None:
        self._config = config
        self._economy = economy
        self._companies = companies
        self._chain = CareerChain.of(config, economy, companies)
        self._employers = Employers.of(companies, economy)
        cities, _ = economy.settled_cities(config.seed, config.people)
        self._choice = SchoolChoice.of(cities, schools, vocabulary, economy)
        self._shares = family_shares(config, economy, companies)
        self._gains = SkillGains.of(config, self._chain, companies)

    def make(self, chunk: int, count: int) -> _Life:
        """Make the people of one chunk."""
        seed = self._config.seed
        backgrounds = draw_backgrounds(self._config, self._economy, self._shares, chunk, count)
        temper = draw_temperaments(seed, chunk, backgrounds.field, self._economy)
        random = stream(seed, "careers", chunk)
        before = first_studies(backgrounds, random)
        walker = CareerWalker(self._chain, self._employers, backgrounds, temper, random)
        walk, rows, later = walker.walk()
        positions = _positions(rows, count)
        studies = _studies(join_studies([before, later]), backgrounds.home, self._choice, random)
        skills = gain_skills(self._gains, chunk, backgrounds.home, positions, studies)
        years = np.round(walk.worked / 12, 2).astype(np.float32)
        standing = Standing(
            walk.title, walk.level, walk.months, years, temper.ambition, temper.loyalty
        )
        _, drawn = self._chain.draw(standing, stream(seed, "next titles", chunk))
        has_open_path = walk.aim == NONE
        next_title = np.where(has_open_path, drawn, walk.aim)
        pay = self._expected_pay(walk, temper, stream(seed, "expected pay", chunk))
        return _Life(
            *(walk, temper, years, positions, studies, skills, pay, next_title, has_open_path)
        )

    def _expected_pay(
        self, walk: Walk, temper: Temperaments, random: np.random.Generator
    ) -> npt.NDArray[np.float32]:
        level = np.maximum(walk.level, JUNIOR)
        rate = self._economy.going_rate(walk.title, level, walk.city)
        rate *= np.where(walk.company == NONE, 1.0, self._companies.pay[walk.company])
        spread = SPREAD_OF_EXPECTED_PAY * random.standard_normal(len(rate))
        rate *= np.exp(spread + PULL_OF_AMBITION * temper.ambition)
        return (np.round(rate / 100) * 100).astype(np.float32)


def _positions(rows: PositionRows, count: int) -> Positions:
    order, offsets = group(rows.person, count)
    return Positions(
        offsets=offsets,
        title=rows.title[order],
        level=rows.level[order],
        company=rows.company[order],
        city=rows.city[order],
        start=rows.start[order].astype(np.int16),
        end=rows.end[order].astype(np.int16),
    )


def _studies(
    rows: StudyRows,
    home: npt.NDArray[np.int64],
    choice: SchoolChoice,
    random: np.random.Generator,
) -> Studies:
    order = np.lexsort((rows.start, rows.person))
    rows = StudyRows(*(column[order] for column in rows))
    return Studies(
        offsets=offsets_of(np.bincount(rows.person, minlength=len(home))),
        school=choice.choose(home[rows.person], rows.family, rows.degree, random),
        degree=rows.degree.astype(np.int8),
        family=rows.family.astype(np.int16),
        start=rows.start.astype(np.int16),
        end=rows.end.astype(np.int16),
    )


def _people(vocabulary: Vocabulary, lives: list[_Life]) -> People:
    """Join the chunks."""

    def joined(get: Callable[[_Life], npt.NDArray[Number]]) -> npt.NDArray[Number]:
        return np.concatenate([get(life) for life in lives])

    title = joined(lambda life: life.walk.title)
    return People(
        family=vocabulary.title_family[title],
        title=title,
        level=joined(lambda life: life.walk.level),
        company=joined(lambda life: life.walk.company),
        city=joined(lambda life: life.walk.city),
        experience=joined(lambda life: life.years),
        positions=_joined_segments(Positions, [life.positions for life in lives]),
        studies=_joined_segments(Studies, [life.studies for life in lives]),
        skills=_joined_segments(PersonSkills, [life.skills for life in lives]),
        taste=joined(lambda life: life.temper.taste),
        remote=joined(lambda life: life.temper.remote),
        expected_pay=joined(lambda life: life.expected_pay),
        wanted_size=joined(lambda life: life.temper.wanted_size),
        ambition=joined(lambda life: life.temper.ambition),
        loyalty=joined(lambda life: life.temper.loyalty),
        sociability=joined(lambda life: life.temper.sociability),
        activity=joined(lambda life: life.temper.activity),
        is_group_b=joined(lambda life: life.temper.is_group_b),
        next_title=joined(lambda life: life.next_title),
        has_open_path=joined(lambda life: life.has_open_path),
    )


def _joined_segments(kind: type[Segments], parts: list[Segments]) -> Segments:
    """Join segmented arrays, whose first field is the offsets."""
    columns = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(kind)[1:]
    }
    lengths = np.concatenate([np.diff(part.offsets) for part in parts])
    return kind(offsets=offsets_of(lengths), **columns)
