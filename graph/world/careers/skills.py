"""Gives people their skills: what their work, studies and leisure taught, less what they forgot."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.taxonomy_rows import SkillKind
from graph.world.careers.chain import CareerChain
from graph.world.careers.people import (
    MONTH_ZERO,
    THIS_MONTH_SHORT,
    PersonSkills,
    Positions,
    Studies,
)
from graph.world.config import WorldConfig
from graph.world.institutions.companies import Companies
from graph.world.segments import WeightedSegments, elements_of, offsets_of, owners_of
from graph.world.streams import stream
from graph.world.vocabulary import Vocabulary

HALF_LIFE_MONTHS = 48.0  # of a skill that is not used
FORGOTTEN = 2  # the level below which a skill counts no more
MONTHS_TO_LEARN = 34.0  # of full use, until mastery stands at two thirds
MONTHS_TO_MEET = 9.0  # in a position, until two thirds of its skills have come up
MEETS_AT_MOST = 0.92  # of what a position has to teach in the end
SPREAD_OF_TALENT = 0.3  # of its logarithm, between people
BESIDES = 0.75  # skills of other fields, a full position of four years teaches
PER_STUDY = 4  # skills that a study leaves
STUDY_USE = 0.3  # of a study's months that go into each of them
HOBBIES, SOFT_SKILLS = 0.9, 1.4  # on average
NATIVE_NAMED, ENGLISH_KNOWN, THIRD_LANGUAGE = 0.35, 0.4, 0.18  # shares of people
LIST_NONE = 0.12  # of people
LISTING, LISTING_BY_LEVEL, THOROUGHNESS = 1.75, 0.035, 0.9  # log odds to list a skill

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Lessons(NamedTuple):
    """Times at which a person learnt something of a skill; every array (lessons,)."""

    person: Ints
    skill: Ints
    use: Floats  # months of full use
    idle: Floats  # months since


@dataclass(frozen=True)
class SkillGains:
    """What there is to learn where, in one world."""

    seed: int
    vocabulary: Vocabulary
    chain: CareerChain
    company_families: WeightedSegments  # one segment a company, over all families
    popular: WeightedSegments  # one segment: all skills, by how much the world uses them
    soft: WeightedSegments  # one segment: the soft ones among them
    studied: WeightedSegments  # one segment a title, its skills with knowledge first
    native: Ints  # (cities,): the commonest first language
    languages: WeightedSegments  # one segment: human languages

    @classmethod
    def of(cls, config: WorldConfig, chain: CareerChain, companies: Companies) -> "SkillGains":
        """Prepare the lessons of a world."""
        vocabulary = chain.vocabulary
        kinds = [skill.kind for skill in vocabulary.skills]
        importance = vocabulary.title_skill_importance.astype(np.float64)
        owner = owners_of(vocabulary.title_skills.offsets)
        weights = importance * chain.title_shares[owner]
        use = np.bincount(vocabulary.title_skill_ids, weights, len(kinds)).astype(np.float64)
        fashion = np.exp(stream(config.seed, "skill fashion").normal(0.0, 0.5, len(kinds)))
        is_soft = np.array([kind is SkillKind.SOFT for kind in kinds])
        is_language = np.array([kind is SkillKind.HUMAN_LANGUAGE for kind in kinds])
        is_known = np.array([kind is SkillKind.KNOWLEDGE for kind in kinds])
        rank = np.cumsum(is_language, dtype=np.float64)
        families = companies.family_share.astype(np.float64)
        return cls(
            config.seed,
            vocabulary,
            chain,
            WeightedSegments.of(np.arange(len(families) + 1) * families.shape[1], families.ravel()),
            _one_segment(np.where(is_language | is_soft, 0.0, use * fashion)),
            _one_segment(np.where(is_soft, (use + use.max() / 400) * fashion, 0.0)),
            WeightedSegments.of(
                vocabulary.title_skills.offsets,
                importance * np.where(is_known[vocabulary.title_skill_ids], 3.0, 1.0),
            ),
            _native_languages(chain),
            _one_segment(np.where(is_language, (rank + 0.5) ** -1.3, 0.0)),
        )


def gain_skills(
    gains: SkillGains,
    chunk: int,
    home: npt.NDArray[np.integer],
    positions: Positions,
    studies: Studies,
) -> PersonSkills:
    """Tell what a chunk of people can do, and which of it they list.

    Args:
        gains: What there is to learn in the world.
        chunk: Which people.
        home: The city they come from, (people,).
        positions: What they did.
        studies: What they studied.
    """
    random = stream(gains.seed, "skills", chunk)
    talent = np.exp(SPREAD_OF_TALENT * random.standard_normal(len(home)))
    lessons = [
        _work(gains, chunk, positions),
        _besides(gains, positions, random),
        _study(gains, studies, random),
        _leisure(gains.popular, HOBBIES, len(home), random),
        _leisure(gains.soft, SOFT_SKILLS, len(home), random),
        _languages(gains, home, random),
    ]
    joined = Lessons(*map(np.concatenate, zip(*lessons, strict=True)))
    learnt = 1 - np.exp(-joined.use * talent[joined.person] / MONTHS_TO_LEARN)
    kept = learnt * 0.5 ** (joined.idle / HALF_LIFE_MONTHS)
    return _summed(gains, joined, kept, len(home), random)


def _work(gains: SkillGains, chunk: int, positions: Positions) -> Lessons:
    """Let every position exercise skills of its title, the important and longer ones first."""
    vocabulary = gains.vocabulary
    element, position = elements_of(vocabulary.title_skills.offsets, positions.title)
    end = np.minimum(positions.end, THIS_MONTH_SHORT)
    months = (end - positions.start).astype(np.float64)
    person = owners_of(positions.offsets)[position]
    skill = vocabulary.title_skill_ids[element].astype(np.int64)
    importance = vocabulary.title_skill_importance[element].astype(np.float64)
    met = MEETS_AT_MOST * (1 - np.exp(-months / MONTHS_TO_MEET))
    # What somebody works with stays the same from one position to the next.
    bent = _bent(gains.seed, chunk, person, skill)
    rows = np.flatnonzero(bent < importance * met[position])
    use = months[position[rows]] * (0.2 + 0.8 * importance[rows])
    idle = (THIS_MONTH_SHORT - end[position[rows]]).astype(np.float64)
    return Lessons(person[rows], skill[rows], use, idle)


def _besides(gains: SkillGains, positions: Positions, random: np.random.Generator) -> Lessons:
    """Let positions rub off some of what else is done in the company."""
    end = np.minimum(positions.end, THIS_MONTH_SHORT)
    months = (end - positions.start).astype(np.float64)
    count = random.poisson(BESIDES * np.minimum(months / 48, 2))
    position = np.repeat(np.arange(len(count)), count)
    company = positions.company[position].astype(np.int64)
    families = len(gains.vocabulary.families)
    drawn = gains.company_families.draw(company, random.random(len(company)))
    title = gains.chain.entry_of(drawn - company * families, random.random(len(company)))
    found = gains.vocabulary.title_skills.draw(title.astype(np.int64), random.random(len(company)))
    skill = gains.vocabulary.title_skill_ids[found].astype(np.int64)
    use = months[position] * random.uniform(0.1, 0.5, len(position))
    idle = (THIS_MONTH_SHORT - end[position]).astype(np.float64)
    return Lessons(owners_of(positions.offsets)[position], skill, use, idle)


def _study(gains: SkillGains, studies: Studies, random: np.random.Generator) -> Lessons:
    """Let studies teach some skills of a title they prepare for."""
    title = gains.chain.entry_or_any(studies.family, random.random(len(studies.family)))
    study = np.repeat(np.arange(len(title)), PER_STUDY)
    found = gains.studied.draw(title[study].astype(np.int64), random.random(len(study)))
    months = (studies.end - studies.start).astype(np.float64) * 12
    ended = studies.end.astype(np.int64) * 12 + 6 - MONTH_ZERO
    return Lessons(
        owners_of(studies.offsets)[study],
        gains.vocabulary.title_skill_ids[found].astype(np.int64),
        STUDY_USE * months[study] * random.uniform(0.5, 1.5, len(study)),
        np.maximum(THIS_MONTH_SHORT - ended, 0).astype(np.float64)[study],
    )


def _leisure(
    skills: WeightedSegments, mean: float, people: int, random: np.random.Generator
) -> Lessons:
    """Let people take up skills of one segment on their own."""
    person = np.repeat(np.arange(people), random.poisson(mean, people))
    skill = skills.draw(np.zeros(len(person), np.int64), random.random(len(person)))
    use = random.gamma(1.6, 12.0, len(person)) + 2
    return Lessons(person, skill, use, np.zeros(len(person)))


def _languages(
    gains: SkillGains, home: npt.NDArray[np.integer], random: np.random.Generator
) -> Lessons:
    """Let people speak; few name the language that everybody around them speaks."""
    uniforms = random.random((5, len(home)))
    native = gains.native[home]
    english = np.full(len(home), gains.vocabulary.skill_number["english"])
    third = gains.languages.draw(np.zeros(len(home), np.int64), uniforms[4])
    parts: list[Lessons] = []
    for skill, chosen, most in (
        (native, uniforms[0] < NATIVE_NAMED, 250.0),
        (english, (uniforms[1] < ENGLISH_KNOWN) & (native != english), 110.0),
        (third, (uniforms[2] < THIRD_LANGUAGE) & (third != native), 40.0),
    ):
        person = np.flatnonzero(chosen)
        use = most * (0.3 + 0.7 * uniforms[3][person])
        parts.append(Lessons(person, skill[person], use, np.zeros(len(person))))
    return Lessons(*map(np.concatenate, zip(*parts, strict=True)))


def _summed(
    gains: SkillGains, lessons: Lessons, kept: Floats, people: int, random: np.random.Generator
) -> PersonSkills:
    """Put lessons of one skill together, and say what is listed."""
    skills = len(gains.vocabulary.skills)
    key = lessons.person * skills + lessons.skill
    order = np.argsort(key, kind="stable")
    key = key[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    # What one lesson leaves unlearnt, the next one halves again.
    unlearnt = np.exp(np.add.reduceat(np.log1p(-np.minimum(kept[order], 0.995)), first))
    level = np.round(100 * (1 - unlearnt)).astype(np.uint8)
    known = level >= FORGOTTEN
    key, level = key[first][known], level[known]
    person = key // skills
    lists = random.random(people) >= LIST_NONE
    thorough = THOROUGHNESS * random.standard_normal(people)
    odds = LISTING + thorough[person] + LISTING_BY_LEVEL * (level - 45.0)
    is_listed = lists[person] & (random.random(len(level)) < 1 / (1 + np.exp(-odds)))
    return PersonSkills(
        offsets=offsets_of(np.bincount(person, minlength=people)),
        skill=(key % skills).astype(np.int16),
        level=level,
        is_listed=is_listed,
    )


def _bent(seed: int, chunk: int, person: Ints, skill: Ints) -> Floats:
    """Return a uniform number that is always the same for a person and a skill, (pairs,)."""
    salt = stream(seed, "bent", chunk).integers(0, 2**63, dtype=np.uint64)
    mixed = (person.astype(np.uint64) << np.uint64(20)) + skill.astype(np.uint64) + salt
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(11)).astype(np.float64) / 2.0**53


def _one_segment(weights: npt.NDArray[np.floating]) -> WeightedSegments:
    return WeightedSegments.of(np.array([0, len(weights)]), weights)


def _native_languages(chain: CareerChain) -> Ints:
    country = chain.economy.city_country
    first = np.array([country.languages[0] for country in chain.economy.countries] + [-1])
    return first[country]
