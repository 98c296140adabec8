"""What people can do: from what they did, less what they forgot, and only partly listed."""

import numpy as np
import pytest
from lived_world import LivedWorld, lived_world

from graph.world.careers.chain import CareerChain
from graph.world.careers.people import (
    NO_END,
    THIS_MONTH_SHORT,
    PersonSkills,
    Positions,
    Studies,
)
from graph.world.careers.skills import SkillGains, gain_skills
from graph.world.segments import owners_of


@pytest.fixture(scope="module")
def world() -> LivedWorld:
    return lived_world()


@pytest.fixture(scope="module")
def gains(world: LivedWorld) -> SkillGains:
    chain = CareerChain.of(world.config, world.economy, world.companies)
    return SkillGains.of(world.config, chain, world.companies)


def one_job_each(
    world: LivedWorld, gains: SkillGains, months: int, idle: int, people: int = 400
) -> PersonSkills:
    """Let people who never studied do one job each, data engineering, and then nothing."""
    end = THIS_MONTH_SHORT - idle
    positions = Positions(
        offsets=np.arange(people + 1),
        title=np.full(people, world.vocabulary.title_number["data-engineer"], np.int16),
        level=np.full(people, 2, np.int8),
        company=np.zeros(people, np.int32),
        city=np.full(people, world.people.city[0], np.int16),
        start=np.full(people, end - months, np.int16),
        end=np.full(people, end if idle else NO_END, np.int16),
    )
    nothing = np.zeros(0, np.int16)
    studies = Studies(
        np.zeros(people + 1, np.int64),
        np.zeros(0, np.int32),
        np.zeros(0, np.int8),
        nothing,
        nothing,
        nothing,
    )
    return gain_skills(gains, 0, positions.city, positions, studies)


def mean_level(world: LivedWorld, skills: PersonSkills, skill: str) -> float:
    """Return the mean mastery of a skill over everybody, 0 for those without it."""
    is_it = skills.skill == world.vocabulary.skill_number[skill]
    return float(skills.level[is_it].sum() / (len(skills.offsets) - 1))


def test_skills_of_a_person_rise_in_number_and_stand_once(world: LivedWorld) -> None:
    skills = world.people.skills
    owner = owners_of(skills.offsets)
    same = owner[1:] == owner[:-1]
    assert (np.diff(skills.skill)[same] > 0).all()
    assert len(owner) == len(skills.skill) == len(skills.level) == len(skills.is_listed)


def test_levels_are_1_to_100(world: LivedWorld) -> None:
    level = world.people.skills.level
    assert level.min() >= 1
    assert 95 <= level.max() <= 100


def test_a_person_has_some_twenty_skills(world: LivedWorld) -> None:
    counts = np.diff(world.people.skills.offsets)
    assert 15 < counts.mean() < 25
    assert np.percentile(counts, 5) >= 5
    assert np.percentile(counts, 95) < 45


def test_two_thirds_are_listed_and_one_in_eight_lists_none() -> None:
    people = lived_world(6_000, 2).people
    skills = people.skills
    listed = np.bincount(owners_of(skills.offsets), skills.is_listed, len(people.title))
    assert 0.61 < skills.is_listed.mean() < 0.69
    assert 0.10 < (listed == 0).mean() < 0.15


def test_strong_skills_are_listed_more_often(world: LivedWorld) -> None:
    skills = world.people.skills
    strong = skills.is_listed[skills.level > 70].mean()
    weak = skills.is_listed[skills.level < 15].mean()
    assert strong > weak + 0.2


def test_few_skills_are_common_and_most_are_rare() -> None:
    people = lived_world(6_000, 2).people
    uses = np.sort(np.bincount(people.skills.skill))[::-1]
    assert uses[0] > 0.25 * len(people.title)
    assert uses[:100].sum() > 0.3 * uses.sum()
    assert uses[1_000] < uses[0] / 40


def test_a_skill_grows_with_the_months_and_saturates(world: LivedWorld, gains: SkillGains) -> None:
    levels = [
        mean_level(world, one_job_each(world, gains, months, 0), "sql") for months in (6, 24, 96)
    ]
    assert levels == sorted(levels)
    early, late = (levels[1] - levels[0]) / 18, (levels[2] - levels[1]) / 72
    assert early > 2 * late


def test_an_unused_skill_halves_in_four_years(world: LivedWorld, gains: SkillGains) -> None:
    fresh, old = (one_job_each(world, gains, 60, idle, 2_000) for idle in (1, 49))
    ratio = mean_level(world, old, "sql") / mean_level(world, fresh, "sql")
    assert ratio == pytest.approx(0.5, abs=0.06)


def test_the_core_of_the_work_is_known_better_than_its_margin(
    world: LivedWorld, gains: SkillGains
) -> None:
    skills = one_job_each(world, gains, 48, 0)
    rows = [row for row in world.vocabulary.taxonomy.title_skills if row.title == "data-engineer"]
    core = max(rows, key=lambda row: row.importance).skill
    margin = min(rows, key=lambda row: row.importance).skill
    assert mean_level(world, skills, core) > 2 * mean_level(world, skills, margin)


def test_what_somebody_works_with_stays_the_same_in_the_same_work(
    world: LivedWorld, gains: SkillGains
) -> None:
    """Nobody loses a skill of the work by doing it longer."""
    offsets = world.vocabulary.title_skills.offsets
    title = world.vocabulary.title_number["data-engineer"]
    own = set(world.vocabulary.title_skill_ids[offsets[title] : offsets[title + 1]].tolist())
    short, long = (one_job_each(world, gains, months, 0) for months in (24, 60))
    lost = common = 0
    for person in range(400):
        before, after = (
            set(skills.skill[skills.offsets[person] : skills.offsets[person + 1]].tolist()) & own
            for skills in (short, long)
        )
        lost += len(before - after)
        common += len(before)
    assert common > 1_000
    assert lost < 0.02 * common


def test_studies_alone_teach_something() -> None:
    people = lived_world(6_000, 2).people
    has_no_position = np.diff(people.positions.offsets) == 0
    studies = np.diff(people.studies.offsets)[has_no_position]
    counts = np.diff(people.skills.offsets)[has_no_position]
    assert studies.min() >= 1
    assert counts.mean() > 3


def test_people_speak_what_is_spoken_where_they_come_from(
    world: LivedWorld, gains: SkillGains
) -> None:
    """Nearly all who name the language of the country speak it well."""
    city = int(world.people.city[0])
    country = world.economy.countries[world.economy.city_country[city]]
    native = world.vocabulary.skills[country.languages[0]].id
    skills = one_job_each(world, gains, 12, 0)
    is_it = skills.skill == world.vocabulary.skill_number[native]
    assert 0.25 < is_it.sum() / 400 < 0.5
    assert np.median(skills.level[is_it]) > 85
