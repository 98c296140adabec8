"""Gathers what can be told of people and their positions: titles, years, employers."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from graph.schema import Seniority
from graph.taxonomy_rows import TECHNICAL
from graph.world.careers.people import MONTH_ZERO, NO_END, NONE, THIS_MONTH_SHORT
from graph.world.institutions.companies import Companies
from graph.world.person_texts.english import SMALL_NUMBERS, in_prose, with_article
from graph.world.person_texts.names import FullName
from graph.world.phrases import Phrases
from graph.world.vocabulary import HEIGHTS, LEVELS, Vocabulary

LEADS_FROM = 4.0  # height of a level
SKILLED_FROM = LEVELS.index(Seniority.MID)
LEADING_SHARE = 0.75  # of those that high lead people
NEWCOMER_YEARS = 2.0
MONTHS_OF_YEAR = 12

Facts = dict[str, str]  # by their names in `scribe.FACTS`; what is not known is not there


class Post(NamedTuple):
    """A position somebody holds or held."""

    wording: str  # of its title
    family: int
    level: int
    company: int
    city: int
    start: int  # months since `MONTH_ZERO`
    end: int  # exclusive; NO_END while held

    @property
    def is_held(self) -> bool:
        """Whether it is held today."""
        return self.end == NO_END

    @property
    def months(self) -> int:
        """How long it has lasted."""
        return min(self.end, THIS_MONTH_SHORT) - self.start


class Life(NamedTuple):
    """What a profile shows of a person."""

    name: FullName
    wording: str  # of the current or last title
    family: int
    level: int
    company: int  # NONE: out of work
    city: int
    years: float  # of work
    wished_family: int  # they would like to work in
    posts: Sequence[Post]  # the oldest first
    study: str | None  # the field of the last one
    is_graduate: bool


class TitleProse:
    """Titles as they stand in a sentence, with and without an article."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._proper = frozenset(
            skill.name for skill in vocabulary.skills if skill.kind in TECHNICAL
        ) - {"Access", "Assembly", "Word", "Metal"}
        self._known: dict[str, tuple[str, str]] = {}

    def of(self, wording: str) -> tuple[str, str]:
        """Return "data engineer" and "a data engineer"."""
        known = self._known.get(wording)
        if known is None:
            spelt = _SENIOR.sub("Senior", _JUNIOR.sub("Junior", _NUMERAL.sub("", wording)))
            prose = in_prose(spelt, self._proper)
            known = self._known[wording] = (prose, with_article(prose))
        return known


def years_in_words(years: int, roll: float) -> str:
    """Say how long; two years or more, so that it always takes the plural."""
    if years < 10:
        spelt = SMALL_NUMBERS[years - 2] if roll < 0.4 else str(years)
        return f"{spelt} years"
    if years in range(11, 14) and roll < 0.2:
        return "over ten years"
    return f"over {years // 5 * 5} years" if roll < 0.15 and years % 5 else f"{years} years"


def months_in_words(months: int) -> str:
    """Say how long a position lasted that lasted a year or longer."""
    years = months // MONTHS_OF_YEAR
    return "a year" if years == 1 else f"{years} years"


class FactGatherer:
    """Turns lives into the facts that phrases tell."""

    def __init__(
        self, vocabulary: Vocabulary, companies: Companies, phrases: Phrases, cities: Sequence[str]
    ) -> None:
        self._companies = companies.names
        self._cities = cities
        self._prose = TitleProse(vocabulary)
        self._fields = [
            phrases.of(f"person.field.{family.id.replace('-', '_')}")
            for family in vocabulary.families
        ]
        self._leads = [HEIGHTS[level] >= LEADS_FROM for level in range(len(LEVELS))]

    def of_life(self, life: Life, roll: Callable[[], float]) -> Facts:
        """Gather what a person can tell of life and work so far."""
        title, a_title = self._prose.of(life.wording)
        role, a_role = self._prose.of(_without_rank(life.wording))
        facts: Facts = {
            "heading": life.wording,
            "title": title,
            "a_title": a_title,
            "role": role,
            "a_role": a_role,
            "first": life.name.first,
            "name": life.name.full,
            "city": self._cities[life.city],
            "field": self._field(life.family, roll),
            "next_field": self._field(life.wished_family, roll),
        }
        if life.company != NONE:
            facts["company"] = self._companies[life.company]
        if life.study is not None:
            facts["study"] = life.study
            if life.is_graduate:
                facts["graduate"] = ""
        if life.years >= NEWCOMER_YEARS:
            facts["span"] = years_in_words(int(life.years), roll())
        else:
            facts["newcomer"] = ""
        facts.update(self._rank(life.level, roll))
        if life.posts:
            facts.update(self._past(life, roll))
        return facts

    def of_post(self, life: Life, place: int, roll: Callable[[], float]) -> Facts:
        """Gather what a person can tell of one position."""
        post = life.posts[place]
        title, a_title = self._prose.of(post.wording)
        facts: Facts = {
            "heading": post.wording,
            "title": title,
            "a_title": a_title,
            "company": self._companies[post.company],
            "city": self._cities[post.city],
            "field": self._field(post.family, roll),
        }
        if not post.is_held and post.months >= MONTHS_OF_YEAR:
            facts["job_span"] = months_in_words(post.months)
        facts.update(self._rank(post.level, roll))
        return facts

    def _past(self, life: Life, roll: Callable[[], float]) -> Facts:
        first, last = life.posts[0], life.posts[-1]
        since = year_of(first.start)
        facts: Facts = {}
        if life.years >= NEWCOMER_YEARS:
            facts["since"] = str(since)
            facts["mid_year"] = str(
                since + 1 + int(roll() * max(year_of(THIS_MONTH_SHORT) - since - 1, 1))
            )
        employers = len({post.company for post in life.posts})
        if 1 < employers < 10:
            facts["jobs"] = SMALL_NUMBERS[employers - 2]
        if last.is_held:
            facts["job_since"] = str(year_of(last.start))
        before = next((p for p in reversed(life.posts) if p.company != life.company), None)
        if before is not None:
            facts["past_company"] = self._companies[before.company]
            if before.wording != life.wording:
                facts["past_title"], facts["a_past_title"] = self._prose.of(before.wording)
        return facts

    def _rank(self, level: int, roll: Callable[[], float]) -> Facts:
        facts: Facts = {}
        if level >= SKILLED_FROM:
            facts["skilled"] = ""
        if self._leads[level] and roll() < LEADING_SHARE:
            team = 3 + int(roll() * roll() * 30)
            facts |= {"leads": "", "team": str(team), "team_plus": str(team + 7)}
        return facts

    def _field(self, family: int, roll: Callable[[], float]) -> str:
        fields = self._fields[family]
        return fields[int(roll() * len(fields))]


def year_of(month: int) -> int:
    """Return the year of a month since `MONTH_ZERO`."""
    return (month + MONTH_ZERO) // 12


_SENIOR, _JUNIOR = re.compile(r"^Sn?r\b\.?"), re.compile(r"^Jn?r\b\.?")
_NUMERAL = re.compile(r" (?:I{1,3}|IV)$")
_RANK = re.compile(
    r"^(?:(?:Senior|Sr\.?|Snr|Junior|Jr\.?|Lead|Staff|Principal|Distinguished|Graduate|Intern"
    r"|Experienced|Entry Level|Team Lead,) )+|(?: I{1,3}| IV|,? \(?(?:Team Lead|Senior|Intern)\)?"
    r"| Trainee| Apprentice| Lead)$"
)


def _without_rank(wording: str) -> str:
    return _RANK.sub("", wording) or wording
