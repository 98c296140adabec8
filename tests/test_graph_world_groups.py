"""A planted bias is found from the tables' facts where it is, and nowhere else."""

from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from lived_world import WORLD_DATA, lived_world
from small_world import silent, small_world

from app.workspace import built_in_taxonomy
from app.world_report.group_counts import JobEvents, is_better_paid, is_qualified
from app.world_report.groups import Audit, Bias, Expected, GroupAudits, Measure, audit_groups
from graph.importers.tables.layout import Table
from graph.schema import EventKind
from graph.world.behaviour.acts import KINDS
from graph.world.behaviour.behaviour import live_on
from graph.world.behaviour.lists import examination
from graph.world.config import WorldConfig
from graph.world.segments import owners_of
from graph.world.tables.job_rows import job_rows
from graph.world.tables.person_rows import person_rows
from graph.world.world import World, make_world
from retrieval.baselines.history import places_in_lists
from retrieval.baselines.pairs import Pairs
from retrieval.fairness import Verdict

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
SHOW = KINDS.index(EventKind.SHOW)
STANDING = ("companies", "schools", "people", "correspondence", "network", "jobs")


@lru_cache(maxsize=1)
def audits() -> GroupAudits:
    """Return the audits of the size that the report has."""
    return audit_groups(1, silent)


def audit(measure: Measure, bias: Bias) -> Audit:
    return next(each for each in audits().of(measure) if each.bias is bias)


def biased(exposure_bias: float = 0.0, hiring_bias: float = 0.0) -> World:
    config = WorldConfig(300, 150, 7, exposure_bias, hiring_bias)
    return make_world(config, built_in_taxonomy(), WORLD_DATA, silent)


def flat(value: object) -> list[Any]:
    """Return all that a part of a world holds, dataclass in dataclass."""
    if is_dataclass(value):
        return [leaf for field in fields(value) for leaf in flat(getattr(value, field.name))]
    return [value.tolist() if isinstance(value, np.ndarray) else value]


def person_tables(world: World) -> list[Any]:
    return [
        {name: list(column) for name, column in batch[table].items()}
        for batch in person_rows(world)
        for table in (Table.PEOPLE, Table.POSITIONS, Table.EDUCATION, Table.GROUPS)
    ]


def job_table(world: World) -> list[Any]:
    return [{name: list(column) for name, column in batch.items()} for batch in job_rows(world)]


@pytest.fixture(scope="module")
def fair() -> World:
    return biased()


@pytest.mark.parametrize(("exposure", "hiring"), [(0.5, 0.0), (0.0, 1.5)])
def test_a_bias_changes_neither_people_nor_network_nor_jobs_nor_any_text(
    fair: World, exposure: float, hiring: float
) -> None:
    unfair = biased(exposure, hiring)
    for part in STANDING:
        assert repr(flat(getattr(unfair, part))) == repr(flat(getattr(fair, part))), part
    assert repr(person_tables(unfair)) == repr(person_tables(fair))
    assert repr(job_table(unfair)) == repr(job_table(fair))


def test_a_hiring_bias_moves_nothing_that_happens_to_group_a(fair: World) -> None:
    unfair = replace(fair, config=replace(fair.config, hiring_bias=1.5))
    for one, other in zip(live_on(fair), live_on(unfair), strict=True):
        of_a = [~fair.people.is_group_b[each.person] for each in (one, other)]
        for mine, theirs in zip(one, other, strict=True):
            assert np.array_equal(mine[of_a[0]], theirs[of_a[1]], equal_nan=mine.dtype.kind == "f")


def test_the_lists_withhold_as_much_as_their_own_propensities_say() -> None:
    """Half of the draws of a lure are dropped, so of its places in lists it loses less.

    A job that one of n draws takes with chance p is on a list with 1 - (1 - p)^n, and with half
    the p, for long lists, with 1 - sqrt((1 - p)^n). What the unbiased world has logged thus says
    how much of it is left in the biased one. Nothing else may change in number.
    """
    world = small_world(800, 400)
    fair, unfair = (shows_of(world, bias) for bias in (0.0, 0.5))
    (lured, chance), (left, _) = fair, unfair
    expected = ((1 - np.sqrt(1 - chance)) / chance)[lured].mean()
    assert 0.5 < expected < 0.7
    assert left.sum() / lured.sum() == pytest.approx(expected, abs=0.04)
    assert (~left).sum() / (~lured).sum() == pytest.approx(1, abs=0.02)


def shows_of(world: World, bias: float) -> tuple[Flags, Floats]:
    """Return which shows to group B were lures, and how likely each job was on its list."""
    lived = replace(world, config=replace(world.config, exposure_bias=bias))
    chunks = list(live_on(lived))
    is_show = np.concatenate([chunk.kind for chunk in chunks]) == SHOW
    person, job, at, value = (
        np.concatenate([getattr(chunk, name) for chunk in chunks])[is_show]
        for name in ("person", "item", "at", "value")
    )
    place = places_in_lists(Pairs(person.astype(np.int64), job.astype(np.int64), at))
    chance = np.minimum(value / examination(place.astype(np.int64)), 1.0)
    of_b = world.people.is_group_b[person]
    lured = world.jobs.pay[job] > world.people.expected_pay[person]
    return lured[of_b], chance[of_b]


def test_groups_have_nothing_to_do_with_field_level_place_or_activity() -> None:
    people = lived_world(4_000, 11).people
    is_b = people.is_group_b
    for name in ("family", "level", "city"):
        values, place = np.unique(getattr(people, name), return_inverse=True)
        seen = np.bincount(place)
        of_b = np.bincount(place, is_b)
        expected = seen * is_b.mean()
        square = ((of_b - expected) ** 2 / (expected * (1 - is_b.mean()))).sum()
        freedom = len(values) - 1  # chi-squared: mean `freedom`, variance twice that
        assert abs(square - freedom) < 4 * np.sqrt(2 * freedom), name
    for name in ("experience", "expected_pay", "activity", "sociability", "ambition"):
        assert abs(np.corrcoef(is_b, getattr(people, name))[0, 1]) < 4 / np.sqrt(len(is_b)), name


def test_a_job_is_better_paid_above_the_median_of_what_its_title_is_shown() -> None:
    world = small_world()
    title = world.people.title
    person = np.flatnonzero(title == title[0])[:1].repeat(3)
    pay = world.jobs.pay.copy()
    pay[:3] = 30, 50, 40
    rich = replace(world, jobs=replace(world.jobs, pay=pay))
    assert is_better_paid(rich, JobEvents(person, np.arange(3))).tolist() == [False, True, False]


def test_who_lists_half_of_what_is_listed_is_qualified_and_counting_changes_no_world() -> None:
    world = small_world()
    before = repr(flat(world.people.skills) + flat(world.jobs.requirements))
    people, jobs = world.config.people, world.config.jobs
    pairs = JobEvents(np.arange(people).repeat(jobs), np.tile(np.arange(jobs), people))
    skills, asked = world.people.skills, world.jobs.requirements
    listed: list[list[set[int]]] = []
    for part in (skills, asked):
        owner = owners_of(part.offsets)[part.is_listed]
        listed.append([set(part.skill[part.is_listed][owner == o].tolist()) for o in range(60)])
    expected = [
        bool(listed[1][job]) and 2 * len(listed[0][person] & listed[1][job]) >= len(listed[1][job])
        for person, job in zip(*(each.tolist() for each in pairs), strict=True)
    ]
    assert is_qualified(world, pairs).tolist() == expected
    assert any(expected)
    assert repr(flat(world.people.skills) + flat(world.jobs.requirements)) == before


@pytest.mark.slow
@pytest.mark.parametrize("measure", Measure)
def test_without_bias_no_measure_finds_a_difference(measure: Measure) -> None:
    assert audit(measure, Bias.NONE).verdict is Verdict.SILENT


@pytest.mark.slow
def test_every_planted_bias_is_found_by_the_measures_it_is_about() -> None:
    planted = [each for each in audits().audits if each.expected is Expected.FOUND]
    assert len(planted) == 4
    for each in planted:
        assert each.verdict is Verdict.FOUND, each
        assert each.ratio.value < 1  # it is group B that fares worse


@pytest.mark.slow
def test_the_hiring_bias_is_seen_at_no_step_before_the_interview() -> None:
    for measure in (Measure.BETTER_PAID, Measure.APPLICATIONS):
        assert audit(measure, Bias.HIRING).expected is Expected.SILENT
        assert audit(measure, Bias.HIRING).verdict is Verdict.SILENT


@pytest.mark.slow
def test_the_planted_handicap_can_be_read_off_the_interviews() -> None:
    """The odds of group B are those of A times exp(-1.5), a little flattened by the mixing."""
    a, b = audit(Measure.INTERVIEWS, Bias.HIRING).rates
    logits = [np.log(rate.value / (1 - rate.value)) for rate in (a, b)]
    assert 0.7 < logits[0] - logits[1] < 1.8


@pytest.mark.slow
def test_groups_drawn_by_lot_raise_no_more_alarms_than_the_intervals_allow() -> None:
    assert audits().false_alarms <= 0.025
