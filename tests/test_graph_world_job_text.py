import json
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from lived_world import WORLD_DATA, live, title_weight

from graph.linking.skills import SkillLinker
from graph.world.config import WorldConfig
from graph.world.job_texts.description import with_article
from graph.world.job_texts.dice import Dice
from graph.world.job_texts.drafts import JobSources
from graph.world.job_texts.job_text import CHUNK, JobTexts, JobWriter
from graph.world.job_texts.phrase_book import PhraseBook, one
from graph.world.jobs.jobs import JobKind
from graph.world.jobs.posting import post_jobs
from graph.world.phrases import Phrases
from graph.world.segments import owners_of
from graph.world.skill_names import SkillNames, in_sentence
from graph.world.tastes import Taste
from graph.world.vocabulary import LEVELS

DATA = Path(__file__).parent.parent / "data" / "world"
JOBS = CHUNK + 152  # so that there is a second chunk
REQUIRED = 0.495


class Postings(NamedTuple):
    sources: JobSources
    writer: JobWriter
    texts: JobTexts


def make_sources(seed: int) -> JobSources:
    made = live(WorldConfig(1_000, JOBS, seed))
    parts = (made.config, made.vocabulary, made.economy, made.companies)
    jobs = post_jobs(*parts, title_weight(made.people, made.vocabulary))
    return JobSources(*parts, jobs, Phrases.load(WORLD_DATA / "phrases"))


@pytest.fixture(scope="module")
def postings() -> Postings:
    sources = make_sources(seed=5)
    writer = JobWriter(sources)
    return Postings(sources, writer, writer.write(0, JOBS))


def is_said(name: str, text: str) -> bool:
    name = name.lower()
    at = text.find(name)
    while at >= 0:
        around = text[at - 1 : at] + text[at + len(name) : at + len(name) + 1]
        if not any(sign.isalnum() for sign in around):
            return True
        at = text.find(name, at + 1)
    return False


def test_every_required_or_unlisted_skill_stands_in_the_text_under_some_name(
    postings: Postings,
) -> None:
    asked = postings.sources.jobs.requirements
    names = SkillNames(postings.sources.vocabulary).said
    lower = [text.lower() for text in postings.texts.description]
    must = (asked.importance >= REQUIRED) | ~asked.is_listed
    missing = [
        (job, names[skill][0])
        for job, skill in zip(
            owners_of(asked.offsets)[must].tolist(), asked.skill[must].tolist(), strict=True
        )
        if not any(is_said(name, lower[job]) for name in names[skill])
    ]

    assert missing == []


def test_the_skills_column_names_just_the_listed_skills(postings: Postings) -> None:
    asked = postings.sources.jobs.requirements
    names = SkillNames(postings.sources.vocabulary).listed
    for job, column in enumerate(postings.texts.skills[:300]):
        own = slice(asked.offsets[job], asked.offsets[job + 1])
        listed = asked.skill[own][asked.is_listed[own]].tolist()
        shown = column.split(";") if column else []

        assert len(shown) == len(listed)
        assert all(name in names[skill] for name, skill in zip(shown, listed, strict=True))


def test_the_english_names_of_skills_mean_the_skills_they_name(postings: Postings) -> None:
    vocabulary = postings.sources.vocabulary
    linker = SkillLinker(vocabulary.taxonomy)
    for skill, names in zip(vocabulary.skills, SkillNames(vocabulary).listed, strict=True):
        assert all(linker.resolve(name).id == skill.id for name in names)


def test_a_mislabelled_job_is_posted_under_another_title_but_tells_the_true_work(
    postings: Postings,
) -> None:
    jobs, vocabulary = postings.sources.jobs, postings.sources.vocabulary
    wrong = np.flatnonzero(jobs.kind == JobKind.MISLABELLED).tolist()
    linked = 0
    for job in wrong:
        posted = vocabulary.titles[jobs.posted_title[job]]
        names = (posted.name, *posted.aliases)
        linked += any(name.lower() in postings.texts.title[job].lower() for name in names)
        needs = postings.sources.jobs.requirements.offsets[job : job + 2]
        assert needs[1] - needs[0] >= 5

    assert len(wrong) > 50
    assert linked > 0.9 * len(wrong)


def test_any_range_of_jobs_is_written_alike(postings: Postings) -> None:
    first, last = CHUNK - 3, CHUNK + 4
    some = postings.writer.write(first, last)

    assert list(some) == [column[first:last] for column in postings.texts]
    assert not any(postings.writer.write(9, 9))


def test_a_job_that_does_not_exist_is_refused(postings: Postings) -> None:
    with pytest.raises(ValueError, match=f"jobs 0 to {JOBS}"):
        postings.writer.write(0, JOBS + 1)


def test_the_same_seed_writes_the_same_texts_and_another_seed_others(postings: Postings) -> None:
    again = JobWriter(make_sources(seed=5)).write(0, 60)
    other = JobWriter(make_sources(seed=6)).write(0, 60)

    assert list(again) == [column[:60] for column in postings.texts]
    assert not set(other.description) & set(again.description)


def test_no_two_descriptions_are_alike(postings: Postings) -> None:
    honest = postings.sources.jobs.kind != JobKind.SPAM
    texts = [text for text, keep in zip(postings.texts.description, honest, strict=True) if keep]

    assert len(set(texts)) == len(texts)


def test_texts_are_filled_in_and_clean(postings: Postings) -> None:
    doubled = re.compile(r"\b(\w{2,}) \1\b", re.IGNORECASE)
    for text in (*postings.texts.description, *postings.texts.title):
        assert not re.search(
            r"[{}<>]|%\(|%%| {2}|\n{3}| [,.;:](?: |$)|(?<!&)\b[Aa] [aei][a-z]", text
        )
        assert text == text.strip()
    repeats = [found[0] for text in postings.texts.description for found in doubled.finditer(text)]

    assert len(repeats) < 0.005 * JOBS


def test_descriptions_have_sixty_to_four_hundred_words(postings: Postings) -> None:
    words = [len(text.split()) for text in postings.texts.description]

    assert min(words) >= 50
    assert max(words) <= 400
    assert 150 < np.median(words) < 300


def test_layouts_differ(postings: Postings) -> None:
    signs = ("\n- ", "\n• ", "\n* ", "\n## ", "\n**", "\n1. ", "&bull; ", "\n=== ", "✓ ", "\n· ")
    counts = Counter(sign for text in postings.texts.description for sign in signs if sign in text)
    walls = sum("\n" not in text for text in postings.texts.description)

    assert min(counts[sign] for sign in signs) > 0.01 * JOBS
    assert walls > 0.02 * JOBS


def test_a_posting_says_how_its_company_is_in_both_its_strongest_tastes(
    postings: Postings,
) -> None:
    sources = postings.sources
    book = PhraseBook(sources.phrases)
    said = [
        [reading for phrase in book.section(f"job.culture.{taste.name.lower()}")
         for reading in phrase]
        for taste in Taste
    ]  # fmt: skip
    strongest = np.argsort(-sources.companies.culture, axis=1)[:, :2]
    silent = 0
    for job in range(0, JOBS, 3):
        if sources.jobs.kind[job] == JobKind.SPAM:
            continue
        text = postings.texts.description[job].replace("&#39;", "'")
        tastes = strongest[sources.jobs.company[job]].tolist()
        silent += not all(any(line in text for line in said[taste]) for taste in tastes)

    assert silent < 0.05 * JOBS / 3  # typos aside


def test_a_taste_has_many_phrasings_and_none_of_them_names_it() -> None:
    book = PhraseBook(Phrases.load(DATA / "phrases"))
    for taste in Taste:
        section = book.section(f"job.culture.{taste.name.lower()}")
        lines = [reading.lower() for phrase in section for reading in phrase]

        assert len(section) >= 15
        assert not any(taste.name.lower()[:6] in line for line in lines)


def test_spam_promises_much_and_names_no_culture(postings: Postings) -> None:
    spam = np.flatnonzero(postings.sources.jobs.kind == JobKind.SPAM).tolist()
    culture = [
        phrase
        for taste in Taste
        for phrase in postings.sources.phrases.of(f"job.culture.{taste.name.lower()}")
    ]

    assert spam
    for job in spam:
        assert not any(phrase in postings.texts.description[job] for phrase in culture)


def test_pay_is_stated_in_local_money_or_not_at_all(postings: Postings) -> None:
    texts, sources = postings.texts, postings.sources
    yearly = {"year": 1, "month": 12, "hour": 1_800}
    shown = 0
    for job, (low, high, currency, period) in enumerate(
        zip(*(texts.salary_min, texts.salary_max, texts.currency, texts.salary_period), strict=True)
    ):
        country = sources.economy.countries[sources.economy.city_country[sources.jobs.city[job]]]
        if low is None or high is None or period is None:
            assert (low, high, currency, period) == (None, None, None, None)
            continue
        shown += 1
        middle = (low + high) / 2 * yearly[period] * country.eur_per_unit
        assert currency == country.currency
        assert middle == pytest.approx(sources.jobs.pay[job], rel=0.06)

    assert shown == pytest.approx(0.45 * JOBS, rel=0.1)


def test_columns_keep_some_things_to_the_text(postings: Postings) -> None:
    jobs, texts = postings.sources.jobs, postings.texts
    words = ("onsite", "hybrid", "remote")
    remote = [
        (words[one], said) for one, said in zip(jobs.remote, texts.remote, strict=True) if said
    ]
    levels = [
        (str(LEVELS[one]), said)
        for one, said in zip(jobs.level, texts.seniority, strict=True)
        if said
    ]

    assert all(true == said for true, said in (*remote, *levels))
    assert len(remote) == pytest.approx(0.8 * JOBS, rel=0.05)
    assert None in texts.place
    assert len(set(texts.url)) == JOBS
    assert json.dumps(texts.expires_at).count("20") > 0.3 * JOBS


def test_names_within_a_sentence_are_small_but_proper_names_stay() -> None:
    assert in_sentence("Patient Care") == "patient care"
    assert in_sentence("Agile Coaching") == "Agile coaching"
    assert in_sentence("B2B Sales") == "B2B sales"
    assert in_sentence("Go-to-Market Strategy") == "go-to-market strategy"
    assert in_sentence("Internet of Things (IoT)") == "internet of things (IoT)"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Accountant", "an Accountant"),
        ("HR Director", "an HR Director"),
        ("UX Designer", "a UX Designer"),
        ("SOC Analyst", "a SOC Analyst"),
        ("University President", "a University President"),
        ("Urban Planner", "an Urban Planner"),
        (".NET Developer", "a .NET Developer"),
    ],
)
def test_articles_follow_the_sound(title: str, expected: str) -> None:
    assert with_article(title) == expected


def test_a_choice_within_a_phrase_takes_each_reading_in_turn() -> None:
    book = PhraseBook(Phrases({"job.x": ("<big|small> {thing}, 5% <off|more>",)}))
    section = book.section("job.x")
    said = {one(Dice([0, number]), section, {"thing": "house"}) for number in range(4)}

    assert said == {
        "big house, 5% off",
        "small house, 5% off",
        "big house, 5% more",
        "small house, 5% more",
    }


def test_dice_choose_different_things_and_never_too_many() -> None:
    assert Dice([0, 0, 0]).some("abc", 3) == ["a", "b", "c"]
    assert sorted(Dice([2, 2]).some("abc", 2)) == ["a", "c"]
    assert sorted(Dice([1]).some("ab", 5)) == ["a", "b"]
