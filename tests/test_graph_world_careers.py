"""The careers of a world: consistent in themselves, and true to the chain that made them."""

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lived_world import LivedWorld, live, lived_world

from graph.world.careers.chain import CareerChain, Standing
from graph.world.careers.levels import (
    DIRECTOR,
    EXECUTIVE,
    HIGHEST_LEVEL,
    INTERN,
    JUNIOR,
    LEAD,
    LOWEST_LEVEL,
    MANAGER,
    MID,
    PRINCIPAL,
    SENIOR,
    STAFF,
    Climb,
    next_levels,
)
from graph.world.careers.moves import Move
from graph.world.careers.people import (
    MONTH_ZERO,
    NO_END,
    NONE,
    THIS_MONTH_SHORT,
    People,
    PersonSkills,
    Positions,
    Studies,
)
from graph.world.config import WorldConfig
from graph.world.segments import owners_of
from graph.world.streams import stream

ROOT = Path(__file__).parents[1]
THIS_YEAR = (THIS_MONTH_SHORT + MONTH_ZERO) // 12


@pytest.fixture(scope="module")
def world() -> LivedWorld:
    return lived_world()


@pytest.fixture(scope="module")
def chain(world: LivedWorld) -> CareerChain:
    return CareerChain.of(world.config, world.economy, world.companies)


def last_positions(people: People) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return who has a position, and where their last one stands."""
    offsets = people.positions.offsets
    worked = np.flatnonzero(np.diff(offsets))
    return worked, offsets[worked + 1] - 1


def standings(world: LivedWorld, count: int, title: str, level: int) -> Standing:
    number = world.vocabulary.title_number[title]
    ones = np.ones(count)
    return Standing(
        np.full(count, number), np.full(count, level), 30 * ones.astype(int), 6 * ones, ones, ones
    )


def test_positions_of_a_person_follow_each_other_without_overlap(world: LivedWorld) -> None:
    positions = world.people.positions
    end = np.minimum(positions.end, THIS_MONTH_SHORT)
    assert (positions.start < end).all()
    owner = owners_of(positions.offsets)
    same = owner[1:] == owner[:-1]
    assert (positions.start[1:] >= end[:-1])[same].all()
    assert (positions.end[:-1][same] != NO_END).all()


def test_who_holds_a_position_is_employed_and_nobody_else(world: LivedWorld) -> None:
    people = world.people
    worked, last = last_positions(people)
    held = np.full(len(people.title), fill_value=False)
    held[worked] = people.positions.end[last] == NO_END
    np.testing.assert_array_equal(people.company != NONE, held)
    np.testing.assert_array_equal(
        people.company[held], people.positions.company[last][held[worked]]
    )


def test_people_are_what_their_last_position_says(world: LivedWorld) -> None:
    people = world.people
    worked, last = last_positions(people)
    for name in ("title", "level", "city"):
        np.testing.assert_array_equal(
            getattr(people, name)[worked], getattr(people.positions, name)[last]
        )
    np.testing.assert_array_equal(people.family, world.vocabulary.title_family[people.title])


def test_experience_is_the_time_in_positions(world: LivedWorld) -> None:
    positions = world.people.positions
    months = np.minimum(positions.end, THIS_MONTH_SHORT) - positions.start
    worked = np.bincount(owners_of(positions.offsets), months, len(world.people.title))
    np.testing.assert_allclose(world.people.experience, worked / 12, atol=0.006)


def test_titles_are_held_at_levels_that_exist_for_them(world: LivedWorld) -> None:
    positions = world.people.positions
    native = world.vocabulary.title_level[positions.title]
    assert (positions.level >= LOWEST_LEVEL[native]).all()
    assert (positions.level <= HIGHEST_LEVEL[native]).all()
    for level in (MANAGER, DIRECTOR, EXECUTIVE):
        assert set(positions.level[native == level].tolist()) == {level}


def test_about_one_in_25_studies_still_and_one_in_16_is_out_of_work(world: LivedWorld) -> None:
    people = world.people
    has_position = np.diff(people.positions.offsets) > 0
    assert 0.025 < (~has_position).mean() < 0.055
    assert 0.045 < ((people.company == NONE) & has_position).mean() < 0.085
    studying = np.flatnonzero(~has_position)
    last_study = people.studies.offsets[studying + 1] - 1
    assert (people.studies.end[last_study] >= THIS_YEAR).all()


def test_no_study_lies_ahead_and_students_are_a_year_into_theirs() -> None:
    people = lived_world(6_000, 2).people
    studies = people.studies
    assert studies.start.max() <= THIS_YEAR
    assert (studies.start < studies.end).all()
    students = np.flatnonzero(np.diff(people.positions.offsets) == 0)
    assert (studies.start[studies.offsets[students + 1] - 1] < THIS_YEAR).all()


def test_experience_spreads_over_forty_years_with_more_young_than_old(world: LivedWorld) -> None:
    counts, _ = np.histogram(world.people.experience, bins=[0, 10, 20, 30, 45])
    assert counts.tolist() == sorted(counts.tolist(), reverse=True)
    assert counts[-1] > 0


def test_levels_rise_with_experience(world: LivedWorld) -> None:
    people = world.people
    new = people.experience < 2
    seasoned = people.experience > 15
    assert (people.level[new] <= JUNIOR).mean() > 0.85
    assert (people.level[seasoned] >= SENIOR).mean() > 0.75
    assert (people.level >= MANAGER).mean() < 0.25


def test_titles_moved_to_stay_mostly_in_the_family(world: LivedWorld) -> None:
    positions = world.people.positions
    owner = owners_of(positions.offsets)
    family = world.vocabulary.title_family[positions.title]
    same_person = owner[1:] == owner[:-1]
    stays = (family[1:] == family[:-1])[same_person].mean()
    assert 0.7 < stays < 0.92


def test_people_work_for_companies_that_employ_their_family(world: LivedWorld) -> None:
    positions = world.people.positions
    family = world.vocabulary.title_family[positions.title]
    assert (world.companies.family_share[positions.company, family] > 0).all()


def test_taste_shows_in_where_people_work(world: LivedWorld) -> None:
    people, companies = world.people, world.companies
    employed = np.flatnonzero(people.company != NONE)
    own = (people.taste[employed] * companies.culture[people.company[employed]]).sum(axis=1)
    elsewhere = np.roll(people.company[employed], 1)
    other = (people.taste[employed] * companies.culture[elsewhere]).sum(axis=1)
    assert own.mean() > other.mean() + 0.3


def test_who_wants_a_large_company_works_in_one(world: LivedWorld) -> None:
    people = world.people
    employed = people.company != NONE
    band = world.companies.band[people.company[employed]]
    wants = people.wanted_size[employed]
    assert band[wants > 0.4].mean() > band[wants < -0.4].mean() + 0.5


def test_studies_are_in_order_and_schools_teach_what_is_studied(world: LivedWorld) -> None:
    studies, economy = world.people.studies, world.economy
    assert (studies.start <= studies.end).all()
    owner = owners_of(studies.offsets)
    assert (np.diff(studies.start)[owner[1:] == owner[:-1]] >= 0).all()
    for school, degree, family in zip(
        studies.school.tolist(), studies.degree.tolist(), studies.family.tolist(), strict=True
    ):
        kind = economy.school_kinds[world.schools.kind[school]]
        assert kind.lowest <= degree <= kind.highest
        assert not kind.families or family in kind.families


def test_people_in_retraining_next_do_what_they_study_for() -> None:
    world = lived_world(6_000, 2)
    people, studies = world.people, world.people.studies
    has_worked = np.diff(people.positions.offsets) > 0
    retraining = np.flatnonzero(has_worked & ~people.has_open_path)
    studied = studies.family[studies.offsets[retraining + 1] - 1]
    assert (studied != people.family[retraining]).sum() > 10
    np.testing.assert_array_equal(
        world.vocabulary.title_family[people.next_title[retraining]], studied
    )


def test_the_path_is_open_but_for_students_and_people_back_at_study() -> None:
    people = lived_world(6_000, 2).people
    worked, last = last_positions(people)
    has_open_path = np.full(len(people.title), fill_value=False)
    has_open_path[worked] = True
    # Those who left a position that was no internship, and then began a study that still runs.
    rows = np.flatnonzero((people.company[worked] == NONE) & (people.level[worked] != INTERN))
    out, left = worked[rows], people.positions.end[last[rows]].astype(np.int64)
    began, ends = (
        years[people.studies.offsets[out + 1] - 1].astype(np.int64)
        for years in (people.studies.start, people.studies.end)
    )
    has_studied = np.diff(people.studies.offsets)[out] > 0
    is_back = has_studied & (began >= (left + MONTH_ZERO) // 12) & (ends >= THIS_YEAR)
    has_open_path[out[is_back]] = False
    np.testing.assert_array_equal(people.has_open_path, has_open_path)


def test_the_next_title_of_students_is_the_first_one_they_aim_at() -> None:
    people = lived_world(6_000, 2).people
    students = np.diff(people.positions.offsets) == 0
    assert students.any()
    np.testing.assert_array_equal(people.next_title[students], people.title[students])


def test_work_that_needs_a_masters_degree_is_mostly_done_by_those_who_have_one() -> None:
    world = lived_world(6_000, 2)
    economy = world.economy
    needs_master = np.flatnonzero(economy.lowest_degree == 2)
    people = np.flatnonzero(np.isin(world.people.family, needs_master))
    assert len(people) > 30
    degree = np.full(len(world.people.title), -1)
    np.maximum.at(degree, owners_of(world.people.studies.offsets), world.people.studies.degree)
    assert (degree[people] >= 2).mean() > 0.6


def test_expected_pay_is_near_the_going_rate(world: LivedWorld) -> None:
    people = world.people
    rate = world.economy.going_rate(people.title, people.level, people.city)
    senior = people.level >= SENIOR
    ratio = people.expected_pay[senior] / rate[senior]
    assert 0.9 < np.median(ratio) < 1.15
    assert 0.08 < np.log(ratio).std() < 0.3


def test_hidden_traits_have_the_promised_shapes() -> None:
    people = lived_world(6_000, 2).people
    assert 0.18 < (people.activity == 0).mean() < 0.22
    assert people.activity.mean() == pytest.approx(1, abs=0.12)
    assert people.sociability.mean() == pytest.approx(1, abs=0.06)
    assert people.sociability.min() > 0
    assert np.percentile(people.activity, 99) > 5
    assert set((people.taste > 0.5).sum(axis=1).tolist()) == {2, 3}
    assert np.abs(people.remote).max() <= 1


def test_group_b_is_two_fifths_and_says_nothing_of_anything_else() -> None:
    people = lived_world(6_000, 2).people
    assert 0.38 < people.is_group_b.mean() < 0.42
    for other in (people.experience, people.expected_pay, people.level, people.ambition):
        assert abs(np.corrcoef(people.is_group_b, other)[0, 1]) < 0.05


def test_the_planted_bias_changes_nobody() -> None:
    fair = lived_world(300, 8).people
    unfair = live(WorldConfig(300, 50, 8, exposure_bias=0.5, hiring_bias=2)).people
    assert_same_people(fair, unfair)


def test_the_same_seed_makes_the_same_people_and_another_seed_others() -> None:
    assert_same_people(lived_world(300, 8).people, live(WorldConfig(300, 50, 8)).people)
    other = live(WorldConfig(300, 50, 9)).people
    assert not np.array_equal(lived_world(300, 8).people.title, other.title)


def assert_same_people(one: object, other: object) -> None:
    assert dataclasses.is_dataclass(one)
    for field in dataclasses.fields(one):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        if isinstance(mine, Positions | Studies | PersonSkills):
            assert_same_people(mine, theirs)
        else:
            np.testing.assert_array_equal(mine, theirs)


def test_probabilities_of_the_next_title_sum_to_one(world: LivedWorld, chain: CareerChain) -> None:
    chances = chain.next_title_probabilities(world.people, np.arange(len(world.people.title)))
    assert chances.dtype == np.float32
    assert chances.min() >= 0
    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-3)
    np.testing.assert_array_equal(chances, np.round(chances.astype(np.float64), 6).astype("f4"))


def test_draws_of_the_next_title_follow_the_distribution(
    world: LivedWorld, chain: CareerChain
) -> None:
    """One person's next title, drawn many times, is as frequent as its probability says."""
    for number in (3, 11, 250):
        people = np.full(20_000, number)
        _, drawn = chain.draw(Standing.of(world.people, people), stream(1, f"draws {number}"))
        shares = np.bincount(drawn, minlength=len(world.vocabulary.titles)) / len(drawn)
        expected = chain.next_title_probabilities(world.people, np.array([number]))[0]
        spread = np.sqrt(expected * (1 - expected) / len(drawn))
        assert (np.abs(shares - expected) <= 5 * spread + 2 / len(drawn)).all()


def test_the_true_next_titles_are_as_likely_as_the_distribution_says(
    world: LivedWorld, chain: CareerChain
) -> None:
    """The mean probability of what came true is the mean of the squared probabilities."""
    numbers = np.flatnonzero(world.people.has_open_path)
    chances = chain.next_title_probabilities(world.people, numbers).astype(np.float64)
    came_true = chances[np.arange(len(numbers)), world.people.next_title[numbers]]
    assert came_true.min() > 0
    assert came_true.mean() == pytest.approx((chances**2).sum(axis=1).mean(), abs=0.03)


@pytest.mark.slow
def test_careers_chances_and_jobs_are_the_same_on_a_lesser_processor() -> None:
    """Its instructions round some functions otherwise, which must not show in what is drawn."""
    plain, lesser = (hash_elsewhere(**setting) for setting in ({}, LESSER_PROCESSOR))
    assert len(plain) == 64
    assert plain == lesser


LESSER_PROCESSOR = {"NPY_DISABLE_CPU_FEATURES": "X86_V3,X86_V4"}


def hash_elsewhere(**environment: str) -> str:
    """Hash a world in a process of its own."""
    command = [sys.executable, "tests/lived_world.py", "2000", "7"]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    done = subprocess.run(
        command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def test_nobody_moves_to_a_title_that_no_company_employs(
    world: LivedWorld, chain: CareerChain
) -> None:
    jobless = ~chain.has_work[world.vocabulary.title_family]
    assert jobless.any()
    chances = chain.next_title_probabilities(world.people, np.arange(500))
    assert not chances[:, jobless].any()


def test_ambition_and_time_make_a_rise_likelier(world: LivedWorld, chain: CareerChain) -> None:
    base = standings(world, 3, "software-engineer", MID)
    changed = base._replace(months=np.array([6, 30, 30]), ambition=np.array([0.0, 0.0, 2.0]))
    rise = chain.move_probabilities(changed)[:, Move.RISE]
    assert rise[0] < rise[1] < rise[2]


def test_a_principal_cannot_rise_and_an_intern_mostly_does(
    world: LivedWorld, chain: CareerChain
) -> None:
    principal = chain.move_probabilities(standings(world, 1, "software-engineer", PRINCIPAL))
    intern = chain.move_probabilities(standings(world, 1, "software-engineer", INTERN))
    assert principal[0, Move.RISE] == 0
    assert intern[0, Move.RISE] > 0.5


def test_a_senior_leads_sooner_than_a_junior(world: LivedWorld, chain: CareerChain) -> None:
    lead = world.vocabulary.title_number["engineering-manager"]
    shares = []
    for level in (JUNIOR, MID, SENIOR, LEAD):
        standing = standings(world, 20_000, "software-engineer", level)
        _, title = chain.draw(standing, stream(1, "leads"))
        shares.append((title == lead).mean())
    assert shares == sorted(shares)
    assert shares[0] < 0.01 < shares[3]


levels = st.integers(0, 9)


@given(move=st.sampled_from(Move), level=levels, native=levels, years=st.floats(0, 40))
def test_the_next_level_is_one_at_which_the_title_is_held(
    move: Move, level: int, native: int, years: float
) -> None:
    climb = Climb(
        np.array([move]),
        np.array([level]),
        np.array([years]),
        np.array([False]),
        np.array([native]),
    )
    found = int(next_levels(climb, stream(1, "levels"))[0])
    assert LOWEST_LEVEL[native] <= found <= HIGHEST_LEVEL[native]
    assert found != INTERN


def test_a_rise_from_senior_leads_to_lead_or_staff_and_then_to_principal() -> None:
    count = 200
    rise, none = np.full(count, Move.RISE), np.full(count, fill_value=False)
    years, native = np.full(count, 9.0), np.full(count, MID)

    def rise_from(level: int) -> set[int]:
        climb = Climb(rise, np.full(count, level), years, none, native)
        return set(next_levels(climb, stream(1, "rises")).tolist())

    assert rise_from(SENIOR) == {LEAD, STAFF}
    assert rise_from(LEAD) == rise_from(STAFF) == {PRINCIPAL}
