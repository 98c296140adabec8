"""Says how careers go on: an explicit distribution of the next title, and draws from it."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.world.careers.levels import HIGHEST_LEVEL, INTERN
from graph.world.careers.moves import Move
from graph.world.careers.people import THIS_MONTH_SHORT, People
from graph.world.config import WorldConfig
from graph.world.institutions.companies import Companies
from graph.world.institutions.degrees import Degree
from graph.world.institutions.economy import Economy
from graph.world.segments import WeightedSegments, draw_columns
from graph.world.streams import stream
from graph.world.vocabulary import HEIGHTS as SHORT_HEIGHTS
from graph.world.vocabulary import Vocabulary

RIPE_MONTHS = 26.0  # in a position, after which a rise is due
# How many places there are for those who are called to them, by level.
ROOM = np.array([1, 1, 1, 1, 1, 1, 0.8, 0.75, 0.4, 0.3])
TOO_HIGH = 1.3  # how fast chances fall when a title stands more than a step above
TOO_LOW = 0.6  # how fast they fall when it stands below
ENTRY_DECLINE = 1.8  # of a title's chance to be a first one, with its height above mid level
# How often people trained for less change into a family that wants a degree.
OPEN_TO_NEWCOMERS = {
    Degree.NONE: 1.0,
    Degree.VOCATIONAL: 0.7,
    Degree.BACHELOR: 0.6,
    Degree.MASTER: 0.04,
    Degree.DOCTORATE: 0.02,
}
# Chances must not hang on how a machine rounds: functions such as `exp` take long numbers alone, as
# those of short ones differ visibly between processors, and what is told has few digits.
HEIGHTS = SHORT_HEIGHTS.astype(np.float64)
DIGITS = 6

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.integer]


class Standing(NamedTuple):
    """What decides how somebody goes on; every array (people,)."""

    title: Ints
    level: Ints
    months: Ints  # in the last position
    years: npt.NDArray[np.floating]  # of work
    ambition: npt.NDArray[np.floating]
    loyalty: npt.NDArray[np.floating]

    @classmethod
    def of(cls, people: People, numbers: Ints) -> "Standing":
        """Say where some people stand today."""
        positions = people.positions
        last = positions.offsets[numbers + 1] - 1
        has_one = positions.offsets[numbers] <= last
        end = np.minimum(positions.end[last * has_one], THIS_MONTH_SHORT)
        months = np.where(has_one, end - positions.start[last * has_one], 0)
        return cls(
            people.title[numbers],
            people.level[numbers],
            months,
            people.experience[numbers],
            people.ambition[numbers],
            people.loyalty[numbers],
        )

    def some(self, rows: Ints) -> "Standing":
        """Return the standing of some of these people."""
        return Standing(
            self.title[rows],
            self.level[rows],
            self.months[rows],
            self.years[rows],
            self.ambition[rows],
            self.loyalty[rows],
        )


@dataclass(frozen=True)
class CareerChain:
    """The Markov chain that careers of one world follow, from title to title."""

    vocabulary: Vocabulary
    economy: Economy
    has_work: npt.NDArray[np.bool_]  # (families,): some company of this world employs it
    popularity: Floats  # (titles,): of titles within their family, in this world

    @classmethod
    def of(cls, config: WorldConfig, economy: Economy, companies: Companies) -> "CareerChain":
        """Build the chain of a world."""
        vocabulary = economy.vocabulary
        random = stream(config.seed, "title popularity")
        rank = np.zeros(len(vocabulary.titles))
        for family in range(len(vocabulary.families)):
            titles = np.flatnonzero(vocabulary.title_family == family)
            rank[titles] = np.arange(len(titles))
        # The taxonomy names the general titles of a family first.
        popularity = (rank + 2) ** -0.6 * np.exp(random.normal(0.0, 0.6, len(rank)))
        return cls(vocabulary, economy, companies.family_share.max(axis=0) > 0, popularity)

    def move_probabilities(self, standing: Standing) -> Floats:
        """Return how likely each `Move` is, (people, moves); rows sum to 1."""
        level, years = standing.level, standing.years.astype(np.float64)
        ambition, loyalty = (
            trait.astype(np.float64) for trait in (standing.ambition, standing.loyalty)
        )
        ripe = np.clip(standing.months / RIPE_MONTHS, 0.15, 1.6)
        drive = np.exp(0.3 * ambition)
        can_rise = level < HIGHEST_LEVEL[self.vocabulary.title_level[standing.title]]
        restless = np.exp(-years / 14 - 0.2 * loyalty)
        weights = np.empty((len(level), len(Move)))
        weights[:, Move.STAY] = 0.30
        weights[:, Move.RISE] = 0.34 * can_rise * ripe * drive
        weights[:, Move.STEP] = 0.32 * (0.4 + 0.6 * ripe) * np.sqrt(drive)
        weights[:, Move.SIMILAR] = 0.17 * (0.4 + restless)
        weights[:, Move.SWITCH] = 0.012 + 0.07 * restless
        is_intern = level == INTERN
        weights[is_intern, Move.STAY] = 0.0
        weights[is_intern, Move.RISE] = 0.9
        weights[is_intern, Move.STEP] = 0.0
        # Where there is nothing to move to, people stay what they are.
        for move in (Move.STEP, Move.SIMILAR, Move.SWITCH):
            dead = self._totals(move, standing) <= 0
            weights[dead, Move.STAY] += weights[dead, move]
            weights[dead, move] = 0.0
        return weights / weights.sum(axis=1, keepdims=True)

    def draw(
        self, standing: Standing, random: np.random.Generator
    ) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int16]]:
        """Draw one step of the chain.

        Returns:
            The move, (people,), and the next title, (people,).
        """
        moves = draw_columns(self.move_probabilities(standing), random.random(len(standing.title)))
        uniforms = random.random(len(moves))
        title = np.array(standing.title, np.int16)
        for move in (Move.STEP, Move.SIMILAR):
            rows = np.flatnonzero(moves == move)
            if len(rows):
                table, weights = self._near(move, standing.some(rows))
                choice = draw_columns(weights, uniforms[rows])
                title[rows] = table[standing.title[rows], choice]
        rows = np.flatnonzero(moves == Move.SWITCH)
        family = self.vocabulary.title_family[standing.title[rows]].astype(np.int64)
        drawn = self._switches.draw(family, uniforms[rows])
        title[rows] = drawn - family * len(self.vocabulary.titles)
        return moves.astype(np.int8), title

    def next_title_probabilities(self, people: People, numbers: Ints) -> npt.NDArray[np.float32]:
        """Return how likely each title is the next one of some people.

        Args:
            people: The people of the world.
            numbers: Which of them, (n,).

        Returns:
            Probabilities to six digits, (n, titles); rows sum to 1 within a thousandth. They say
            nothing of the next title of those without an open path; see `People.has_open_path`.
        """
        standing = Standing.of(people, numbers)
        moves = self.move_probabilities(standing)
        count = len(numbers)
        rows = np.arange(count)
        chances = np.zeros((count, len(self.vocabulary.titles)))
        chances[rows, standing.title] = moves[:, Move.STAY] + moves[:, Move.RISE]
        for move in (Move.STEP, Move.SIMILAR):
            table, weights = self._near(move, standing)
            share = moves[:, move] / np.where(weights.sum(axis=1) > 0, weights.sum(axis=1), 1)
            for column in range(table.shape[1]):
                to = table[standing.title, column]
                np.add.at(chances, (rows, to), share * weights[:, column])
        family = self.vocabulary.title_family[standing.title]
        totals = self._switch_weights.sum(axis=1)
        shares = self._switch_weights / np.where(totals > 0, totals, 1)[:, None]
        chances += moves[:, Move.SWITCH, None] * shares[family]
        return np.round(chances, DIGITS).astype(np.float32)

    @cached_property
    def entry_weights(self) -> Floats:
        """How often each title is the first in its family, (titles,), not normalised."""
        return self._entry_pull * self._available

    @cached_property
    def entries(self) -> WeightedSegments:
        """First titles, drawn by family: `entries.draw(families, uniforms)`, see `entry_of`."""
        return self._by_family(self.entry_weights)

    def entry_of(self, family: Ints, uniforms: Floats) -> npt.NDArray[np.int16]:
        """Draw the first titles of people who start in some families, all of which have work."""
        family = np.asarray(family, np.int64)
        drawn = self.entries.draw(family, uniforms)
        return (drawn - family * len(self.vocabulary.titles)).astype(np.int16)

    def entry_or_any(self, family: Ints, uniforms: Floats) -> npt.NDArray[np.int16]:
        """Draw first titles, also in families that have no work in this world."""
        family = np.asarray(family, np.int64)
        drawn = self._all_entries.draw(family, uniforms)
        return (drawn - family * len(self.vocabulary.titles)).astype(np.int16)

    @cached_property
    def title_shares(self) -> Floats:
        """How common each title is, roughly, (titles,); sums to 1."""
        family = self.vocabulary.title_family
        within = np.bincount(family, self._entry_pull, len(self.vocabulary.families))
        weights = self.economy.family_weight * self.has_work
        shares = (weights / within)[family] * self._entry_pull
        return shares / shares.sum()

    @cached_property
    def _entry_pull(self) -> Floats:
        height = HEIGHTS[self.vocabulary.title_level]
        return self.popularity * np.exp(-ENTRY_DECLINE * np.maximum(0.0, height - 2))

    @cached_property
    def _all_entries(self) -> WeightedSegments:
        return self._by_family(self._entry_pull)

    def _by_family(self, weights: Floats) -> WeightedSegments:
        family = self.vocabulary.title_family
        dense = np.zeros((len(self.vocabulary.families), len(family)))
        dense[family, np.arange(len(family))] = weights
        return _dense_segments(dense)

    @cached_property
    def _available(self) -> npt.NDArray[np.bool_]:
        return self.has_work[self.vocabulary.title_family]

    @cached_property
    def _steps(self) -> tuple[npt.NDArray[np.int16], Floats]:
        number = self.vocabulary.title_number
        ends = [(number[s.source], number[s.target]) for s in self.vocabulary.taxonomy.steps]
        return self._table(ends, [step.weight for step in self.vocabulary.taxonomy.steps])

    @cached_property
    def _similar(self) -> tuple[npt.NDArray[np.int16], Floats]:
        number = self.vocabulary.title_number
        pairs = [(number[p.a], number[p.b]) for p in self.vocabulary.taxonomy.similar]
        weights = [pair.weight**2 for pair in self.vocabulary.taxonomy.similar]
        return self._table([*pairs, *((b, a) for a, b in pairs)], weights * 2)

    def _table(
        self, ends: list[tuple[int, int]], weights: list[float]
    ) -> tuple[npt.NDArray[np.int16], Floats]:
        """Lay targets and weights out in one row a title, filled up with weightless ones."""
        source = np.array([end[0] for end in ends])
        counts = np.bincount(source, minlength=len(self.vocabulary.titles))
        table = np.zeros((len(counts), counts.max()), np.int16)
        filled = np.zeros(table.shape)
        place = np.zeros(len(counts), np.int64)
        for (title, target), weight in zip(ends, weights, strict=True):
            table[title, place[title]] = target
            filled[title, place[title]] = weight * self._available[target]
            place[title] += 1
        return table, filled

    def _near(self, move: Move, standing: Standing) -> tuple[npt.NDArray[np.int16], Floats]:
        """Return targets by title, and for each person the weights of theirs, by level."""
        table, weights = self._steps if move is Move.STEP else self._similar
        native = self.vocabulary.title_level[table[standing.title]]
        height = HEIGHTS[standing.level][:, None]
        above = HEIGHTS[native] - np.maximum(height, 1)
        below = height - HEIGHTS[HIGHEST_LEVEL[native]]
        gate = np.exp(-TOO_HIGH * np.maximum(0, above - 1) - TOO_LOW * np.maximum(0, below))
        gate = np.where(above > 3, 0, gate) * ROOM[native]
        return table, weights[standing.title] * gate

    def _totals(self, move: Move, standing: Standing) -> Floats:
        if move is Move.SWITCH:
            return self._switch_weights.sum(axis=1)[self.vocabulary.title_family[standing.title]]
        return self._near(move, standing)[1].sum(axis=1)

    @cached_property
    def _switch_weights(self) -> Floats:
        """How often each title is what people of a family switch to, (families, titles)."""
        near = self.vocabulary.family_proximity.astype(np.float64) + 0.004
        np.fill_diagonal(near, 0.0)
        openness = np.array([OPEN_TO_NEWCOMERS[f.lowest_degree] for f in self.economy.families])
        pull = near * openness * np.sqrt(self.economy.family_weight)
        family = self.vocabulary.title_family
        within = np.bincount(family, self.entry_weights, len(openness))[family]
        return pull[:, family] * self.entry_weights / np.where(within > 0, within, 1)

    @cached_property
    def _switches(self) -> WeightedSegments:
        return _dense_segments(self._switch_weights)


def _dense_segments(weights: Floats) -> WeightedSegments:
    rows, columns = weights.shape
    return WeightedSegments.of(np.arange(rows + 1) * columns, weights.ravel())
