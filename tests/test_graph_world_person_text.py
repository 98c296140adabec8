import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from lived_world import lived_world

from app.workspace import built_in_taxonomy
from graph.linking import Linker
from graph.schema import NodeType
from graph.world.careers.careers import live_careers
from graph.world.careers.people import NONE, People
from graph.world.config import WorldConfig
from graph.world.institutions.companies import Companies
from graph.world.institutions.economy import Economy
from graph.world.institutions.founding import found_companies, found_schools
from graph.world.person_texts import person_text
from graph.world.person_texts.english import in_prose, with_article
from graph.world.person_texts.family_groups import FamilyGroups
from graph.world.person_texts.lives import WISH_ELSEWHERE, wished_families
from graph.world.person_texts.names import Names
from graph.world.person_texts.person_text import PersonTexts, PersonTextWriter
from graph.world.person_texts.scribe import BITS, Scribe
from graph.world.person_texts.skill_text import SkillClass, SkillTexts
from graph.world.person_texts.wording import compile_wording, template_of
from graph.world.phrases import Phrases
from graph.world.streams import stream
from graph.world.tastes import Taste
from graph.world.vocabulary import Vocabulary

DATA = Path(__file__).parents[1] / "data" / "world"
PEOPLE = 2_000
FEW = 300  # the first of them
SEED = 7
LEFT_OVER = re.compile(r"[{}<]|~(?=\w)|%s|\bNone\b|  |\b(?:1|one) (?:years|weeks|months)\b")
DOUBLED = re.compile(r"\b(\w+) \1\b(?!-)", re.IGNORECASE)
WRONG_ARTICLE = re.compile(r"\b(?:[Aa] [aeio]\w|[Aa]n [bcdfgjkpqtvwyz][a-z])")


class Made(NamedTuple):
    """A small world, and what is written about its people."""

    vocabulary: Vocabulary
    companies: Companies
    people: People
    phrases: Phrases
    texts: PersonTexts

    def writer(self, people: int = PEOPLE, seed: int = SEED) -> PersonTextWriter:
        """Know the wordings for the first people of the world."""
        return PersonTextWriter(
            WorldConfig(people=people, jobs=100, seed=seed),
            *(self.vocabulary, self.companies, self.people, self.phrases),
            Names.load(DATA / "names"),
        )

    def told(self) -> list[str]:
        """All texts that hold sentences."""
        parts = (self.texts.headlines, self.texts.summaries, self.texts.position_descriptions)
        return [text for part in parts for text in part if text]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(built_in_taxonomy())


@pytest.fixture(scope="module")
def made(vocabulary: Vocabulary) -> Made:
    config = WorldConfig(people=PEOPLE, jobs=100, seed=SEED)
    economy = Economy.load(DATA, vocabulary)
    companies = found_companies(config, vocabulary, economy, DATA)
    schools = found_schools(config, vocabulary, economy, DATA)
    people = live_careers(config, vocabulary, economy, companies, schools)
    phrases = Phrases.load(DATA / "phrases")
    bare = Made(vocabulary, companies, people, phrases, PersonTexts(*([],) * 14))
    return bare._replace(texts=bare.writer().chunk(0))


@pytest.fixture(scope="module")
def few(made: Made) -> PersonTextWriter:
    return made.writer(FEW)


def test_every_person_position_and_study_has_an_entry(made: Made) -> None:
    of_people, of_positions, of_studies = made.texts[:9], made.texts[9:12], made.texts[12:]
    assert {len(column) for column in of_people} == {PEOPLE}
    assert {len(column) for column in of_positions} == {len(made.people.positions.title)}
    assert {len(column) for column in of_studies} == {len(made.people.studies.degree)}


def test_the_same_world_is_told_in_the_same_words(few: PersonTextWriter) -> None:
    assert few.chunk(0) == few.chunk(0)


def test_another_seed_tells_it_otherwise(made: Made, few: PersonTextWriter) -> None:
    one, other = (writer.chunk(0).summaries for writer in (few, made.writer(FEW, 8)))
    assert not any(a == b for a, b in zip(one, other, strict=True) if a or b)


def test_chunks_are_told_in_any_order(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(person_text, "CHUNK", 128)
    one, other = made.writer(FEW), made.writer(FEW)
    forwards = [one.chunk(number) for number in (0, 1, 2)]
    backwards = [other.chunk(number) for number in (2, 1, 0)]
    assert forwards == backwards[::-1]
    assert [len(texts.names) for texts in forwards] == [128, 128, FEW - 256]


def test_no_two_people_have_the_same_summary(made: Made) -> None:
    summaries = [text for text in made.texts.summaries if text]
    assert len(set(summaries)) == len(summaries) > 0.5 * PEOPLE


def test_no_two_positions_of_a_person_are_described_alike(made: Made) -> None:
    for first, last in pairwise(made.people.positions.offsets.tolist()):
        told = [text for text in made.texts.position_descriptions[first:last] if text]
        assert len(set(told)) == len(told)


def test_people_leave_out_what_people_leave_out(made: Made) -> None:
    def missing(texts: list[str | None]) -> float:
        return float(np.mean([text is None for text in texts]))

    assert 0.03 < missing(made.texts.headlines) < 0.09
    assert 0.40 < missing(made.texts.summaries) < 0.50
    assert 0.36 < missing(made.texts.position_descriptions) < 0.44
    assert 0.65 < missing(made.texts.emails) < 0.75


def test_no_text_shows_how_it_was_made(made: Made) -> None:
    for text in made.told():
        assert not LEFT_OVER.search(text), text
        assert not DOUBLED.search(text), text
        assert not WRONG_ARTICLE.search(text), text


def test_the_current_employer_and_title_are_those_of_the_career(made: Made) -> None:
    for person, company in enumerate(made.people.company.tolist()):
        named = None if company == NONE else made.companies.names[company]
        assert made.texts.companies[person] == named
        last = int(made.people.positions.offsets[person + 1]) - 1
        has_held = last >= made.people.positions.offsets[person]
        if has_held and made.texts.titles[person] is not None:
            assert made.texts.titles[person] == made.texts.position_titles[last]


def test_skills_in_the_list_are_the_listed_ones(made: Made) -> None:
    linker = Linker(made.vocabulary.taxonomy)
    number = made.vocabulary.skill_number
    for person in range(0, 200):
        cut = slice(*made.people.skills.offsets[person : person + 2])
        listed = made.people.skills.skill[cut][made.people.skills.is_listed[cut]].tolist()
        texts = (made.texts.skills[person] or "").split(";")
        linked = [linker.link(NodeType.SKILL, text).id for text in texts if text]
        assert {number[id] for id in linked if id} <= set(listed)
        assert len([text for text in texts if text]) == len(listed)


def test_descriptions_tell_of_skills_that_are_not_listed(made: Made) -> None:
    prose = SkillTexts(made.vocabulary).prose
    people, skills = made.people, made.people.skills
    revealing = 0
    for person in range(PEOPLE):
        cut = slice(*skills.offsets[person : person + 2])
        hidden = skills.skill[cut][~skills.is_listed[cut]].tolist()
        posts = slice(*people.positions.offsets[person : person + 2])
        told = " ".join(text for text in made.texts.position_descriptions[posts] if text)
        told += made.texts.summaries[person] or ""
        revealing += any(prose[skill].lower() in told.lower() for skill in hidden)
    assert revealing > 0.3 * PEOPLE


def test_summaries_tell_the_two_strongest_tastes_and_no_other(made: Made) -> None:
    said = {taste: made.phrases.of(f"person.taste.{taste.name.lower()}") for taste in Taste}
    strongest = np.argsort(-made.people.taste, axis=1, kind="stable")[:, :2].tolist()
    telling = 0
    for person, text in enumerate(made.texts.summaries):
        if text:
            told = {taste for taste in Taste if any(phrase in text for phrase in said[taste])}
            assert told <= set(strongest[person])
            telling += bool(told)
    assert telling > 0.75 * sum(text is not None for text in made.texts.summaries)


def test_no_text_depends_on_what_comes_next(made: Made, few: PersonTextWriter) -> None:
    """The next title is what models are asked for; a text that knew it would give it away."""
    people = made.people
    other = replace(
        people, next_title=people.next_title[::-1].copy(), has_open_path=~people.has_open_path
    )
    assert made._replace(people=other).writer(FEW).chunk(0) == few.chunk(0)


def test_wished_fields_hit_the_next_one_as_often_as_strangers_of_the_field_do() -> None:
    world = lived_world(6_000, 2)
    people, vocabulary = world.people, world.vocabulary
    own, to = people.family, vocabulary.title_family[people.next_title]
    wished = np.concatenate(
        [
            wished_families(people, vocabulary, slice(0, len(own)), stream(seed, "wishes"))
            for seed in range(5)
        ]
    )
    own, to = np.tile(own, 5), np.tile(to, 5)
    names_one = wished != own
    assert names_one.mean() == pytest.approx(WISH_ELSEWHERE, abs=0.01)
    counts = np.zeros((len(vocabulary.families),) * 2)
    np.add.at(counts, (own[names_one], wished[names_one]), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    movers, stayers = (np.flatnonzero(names_one & moves) for moves in (to != own, to == own))
    assert len(movers) > 1_000
    assert names_one[to != own].mean() == pytest.approx(names_one[to == own].mean(), abs=0.02)
    expected = shares[own[movers], to[movers]]
    hits = (wished == to)[movers].mean()
    assert hits == pytest.approx(expected.mean(), abs=4 * np.sqrt(expected.mean() / len(movers)))
    # Stayers who are given a random mover of their field hit as seldom.
    random = np.random.default_rng(0)
    given = np.full(len(own), -1)
    for family in range(len(vocabulary.families)):
        others = movers[own[movers] == family]
        if len(others):
            mine = stayers[own[stayers] == family]
            given[mine] = to[random.choice(others, len(mine))]
    known = stayers[given[stayers] >= 0]
    assert hits == pytest.approx((wished == given)[known].mean(), abs=0.02)


def test_addresses_are_made_up_and_unique(made: Made) -> None:
    stated = [email for email in made.texts.emails if email]
    assert len(set(stated)) == len(stated)
    assert all(re.fullmatch(r"[a-z0-9.-]+@example\.org", email) for email in stated)
    assert all(url is None or ".example.org/" in url for url in made.texts.urls)


def test_places_are_linked_to_the_city_meant(made: Made) -> None:
    linker = Linker(made.vocabulary.taxonomy)
    cities = made.people.city.tolist()
    right = [
        linker.link(NodeType.PLACE, text).id == made.vocabulary.cities[city].id
        for text, city in zip(made.texts.places, cities, strict=True)
        if text
    ]
    assert np.mean(right) > 0.97


def test_there_are_several_hundred_phrasings(made: Made) -> None:
    def count(start: str) -> int:
        names = [name for name in made.phrases.sections if name.startswith(start)]
        return sum(len(set(made.phrases.of(name))) for name in names)

    assert count("person.headline") >= 60
    assert count("person.summary") + count("person.proud") + count("person.next") >= 250
    assert count("person.work") >= 250
    assert all(count(f"person.taste.{taste.name.lower()}") >= 15 for taste in Taste)


def test_no_taste_is_called_by_its_name(made: Made) -> None:
    for taste in Taste:
        for phrase in made.phrases.of(f"person.taste.{taste.name.lower()}"):
            assert taste.name.lower() not in phrase.lower()


def test_every_family_speaks_with_one_group(made: Made) -> None:
    groups = FamilyGroups(made.vocabulary, made.phrases)
    assert len(groups.names) >= 8
    assert len(groups.of_family) == len(made.vocabulary.families)


def test_a_family_without_a_group_is_named(made: Made) -> None:
    sections = dict(made.phrases.sections)
    sections["person.group.science"] = ("pharmacy-biotech",)
    with pytest.raises(ValueError, match="families in no group: science"):
        FamilyGroups(made.vocabulary, Phrases(sections))


@pytest.mark.parametrize(
    ("is_held", "with_subject", "text"),
    [
        (True, True, "I run the line and check it."),
        (True, False, "Run the line and check it."),
        (False, True, "I ran the line and checked it."),
        (False, False, "Ran the line and checked it."),
    ],
)
def test_verbs_follow_tense_and_subject(is_held: bool, with_subject: bool, text: str) -> None:
    phrase = "~<run|ran> the line and <check|checked> it."
    wording = compile_wording(phrase, 0, lambda name: lambda: name, {})
    assert wording.templates[template_of(is_held, with_subject)] == text


def test_a_phrase_is_told_only_where_its_facts_are_known(made: Made) -> None:
    sections = dict(made.phrases.sections) | {"person.test": ("{leads}At {company}.",)}
    scribe = Scribe(Phrases(sections), SkillTexts(made.vocabulary))
    scribe.draw_from(np.random.default_rng(0))
    section = scribe.section("person.test")
    scribe.know({"company": "Northwind"})
    assert scribe.tell(section) is None
    scribe.know({"company": "Northwind", "leads": ""})
    assert scribe.tell(section) == "At Northwind."
    assert scribe.tell(section) is None  # it has been told


def test_skills_run_out_instead_of_being_told_twice(made: Made) -> None:
    sections = dict(made.phrases.sections) | {"person.test": ("{Craft}.", "{craft}!")}
    skills = SkillTexts(made.vocabulary)
    scribe = Scribe(Phrases(sections), skills)
    scribe.draw_from(np.random.default_rng(0))
    section = scribe.section("person.test")
    craft = skills.classes.index(SkillClass.CRAFT)
    scribe.take(([], [craft], [], [], []))
    assert scribe.tell(section) is not None
    assert scribe.tell(section) is None


def test_an_unknown_slot_is_refused(made: Made) -> None:
    sections = dict(made.phrases.sections) | {"person.test": ("About {wombats}.",)}
    with pytest.raises(ValueError, match=r"no slot \{wombats\}"):
        Scribe(Phrases(sections), SkillTexts(made.vocabulary)).section("person.test")


@pytest.mark.parametrize(
    ("noun", "text"),
    [
        ("data engineer", "a data engineer"),
        ("electrician", "an electrician"),
        ("HR manager", "an HR manager"),
        ("UX designer", "a UX designer"),
        ("university president", "a university president"),
        ("underwriter", "an underwriter"),
        ("SOC analyst", "a SOC analyst"),
        ("ML engineer", "an ML engineer"),
        (".NET developer", "a .NET developer"),
        ("urban planner", "an urban planner"),
    ],
)
def test_the_article_follows_the_sound(noun: str, text: str) -> None:
    assert with_article(noun) == text


def test_names_keep_their_capitals_in_a_sentence() -> None:
    assert in_prose("Senior DevOps Engineer") == "senior DevOps engineer"
    assert in_prose("Kotlin Developer", frozenset({"Kotlin"})) == "Kotlin developer"
    assert in_prose("Gin (Go) Expert") == "gin expert"


def test_every_fact_has_a_bit_of_its_own() -> None:
    assert len(set(BITS.values())) == len(BITS)
