"""Writes all texts of people: names, headlines, summaries, what they did and what they studied."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.world.careers.people import NONE, People, Positions, Studies
from graph.world.config import WorldConfig
from graph.world.institutions.companies import Companies
from graph.world.people_chunks import CHUNK
from graph.world.person_texts.facts import FactGatherer, Life
from graph.world.person_texts.family_groups import FamilyGroups
from graph.world.person_texts.headline import HeadlineWriter
from graph.world.person_texts.lives import Wordings, read_lives, wished_families, wishes_of
from graph.world.person_texts.names import FullName, Names, slug
from graph.world.person_texts.place_text import PlaceTexts
from graph.world.person_texts.position_text import DescriptionWriter
from graph.world.person_texts.roughening import roughen
from graph.world.person_texts.scribe import Scribe, SkillQueues
from graph.world.person_texts.skill_queues import Queues, SkillOrders
from graph.world.person_texts.skill_text import SkillTexts
from graph.world.person_texts.study_text import UNNAMED_DEGREES, UNNAMED_FIELDS, StudyTexts, partly
from graph.world.person_texts.summary import Sitter, SummaryWriter
from graph.world.phrases import Phrases
from graph.world.segments import Ints
from graph.world.streams import stream
from graph.world.title_text import TitleTexts
from graph.world.vocabulary import Vocabulary

UNNAMED_TITLE, UNNAMED_LAST_TITLE = 0.05, 0.7  # of those in work, and out of work
UNPLACED_PERSON, UNPLACED_POSITION = 0.04, 0.4
EMPTY_SUMMARIES, EMPTY_DESCRIPTIONS = 0.45, 0.4
EMAIL_SHARE, URL_SHARE = 0.3, 0.2
# In what people of a country count money; euros elsewhere.
CURRENCIES = {
    **dict.fromkeys(("US", "CA", "AU", "NZ", "SG", "MX", "CL", "CO", "AR"), "$"),
    **{"GB": "£", "IN": "₹", "BR": "R$", "CH": "CHF ", "JP": "¥", "CN": "¥", "KR": "₩"},
}
EURO = "€"


class PersonTexts(NamedTuple):
    """The texts of some people in turn; None where somebody wrote nothing."""

    # Of each person.
    names: list[str]
    headlines: list[str | None]
    summaries: list[str | None]
    places: list[str | None]
    titles: list[str | None]  # current
    companies: list[str | None]  # current
    skills: list[str | None]  # joined by ;
    emails: list[str | None]
    urls: list[str | None]
    # Of each position, one person's after the other's.
    position_titles: list[str]
    position_descriptions: list[str | None]
    position_places: list[str | None]
    # Of each study, one person's after the other's.
    study_degrees: list[str | None]
    study_fields: list[str | None]


class PersonTextWriter:
    """Knows all wordings, and writes chunk after chunk in any order."""

    def __init__(
        self,
        config: WorldConfig,
        vocabulary: Vocabulary,
        companies: Companies,
        people: People,
        phrases: Phrases,
        names: Names,
    ) -> None:
        self._config = config
        self._vocabulary = vocabulary
        self._people = people
        self._company_names = companies.names
        self._names = names
        self._titles = TitleTexts(vocabulary)
        self._places = PlaceTexts(vocabulary)
        self._skills = SkillTexts(vocabulary)
        self._orders = SkillOrders(vocabulary, people.skills, self._skills.classes)
        self._groups = FamilyGroups(vocabulary, phrases)
        self._currencies = [CURRENCIES.get(city.country, EURO) for city in vocabulary.cities]
        self._studies = StudyTexts(vocabulary, phrases, self._groups.of_family)
        self._gatherer = FactGatherer(vocabulary, companies, phrases, self._places.bare)
        self._scribe = Scribe(phrases, self._skills)
        self._headlines = HeadlineWriter(self._scribe)
        self._summaries = SummaryWriter(self._scribe, self._groups.names)
        self._descriptions = DescriptionWriter(self._scribe, self._groups.names)

    def chunk(self, number: int) -> PersonTexts:
        """Write about the people of one chunk; chunk 0 starts with person 0."""
        first = number * CHUNK
        span = slice(first, min(first + CHUNK, self._config.people))
        generator = stream(self._config.seed, "person text", number)
        held, studied = (
            self._rows(self._people.positions, span),
            self._rows(self._people.studies, span),
        )
        texts = self._wordings(span, held, studied, generator)
        wished = wished_families(
            self._people, self._vocabulary, span, stream(self._config.seed, "wishes", number)
        )
        lives = read_lives(self._people, self._vocabulary, span, texts, wished)
        wishes = wishes_of(self._people, span, wished)
        headlines, summaries, descriptions = self._tell(span, held, lives, wishes, generator)
        degrees = self._studies.degrees(
            *(self._people.studies.degree[studied], self._people.studies.family[studied]),
            _uniforms(generator, studied),
        )
        return PersonTexts(
            [name.full for name in texts.names],
            roughen(headlines, generator),
            roughen(summaries, generator),
            self._located(self._people.city[span], UNPLACED_PERSON, generator),
            self._current_titles(lives, generator),
            [self._employer(life.company) for life in lives],
            self._listed_skills(span, generator),
            *_addresses(first, texts.names, generator),
            texts.positions,
            roughen(descriptions, generator),
            self._located(self._people.positions.city[held], UNPLACED_POSITION, generator),
            partly(degrees, _uniforms(generator, studied), UNNAMED_DEGREES),
            partly(texts.studies, _uniforms(generator, studied), UNNAMED_FIELDS),
        )

    @staticmethod
    def _rows(table: Positions | Studies, span: slice) -> slice:
        return slice(int(table.offsets[span.start]), int(table.offsets[span.stop]))

    def _wordings(
        self, span: slice, held: slice, studied: slice, generator: np.random.Generator
    ) -> Wordings:
        people, titles = self._people, self._titles
        return Wordings(
            self._names.draw(self._vocabulary, people.city[span], generator),
            titles.of(people.title[span], people.level[span], _uniforms(generator, span, 2)),
            titles.of(
                *(people.positions.title[held], people.positions.level[held]),
                _uniforms(generator, held, 2),
            ),
            self._studies.fields(people.studies.family[studied], _uniforms(generator, studied)),
        )

    def _tell(
        self,
        span: slice,
        held: slice,
        lives: list[Life],
        wishes: list[tuple[str, ...]],
        generator: np.random.Generator,
    ) -> tuple[list[str | None], list[str | None], list[str | None]]:
        """Write headlines, summaries and descriptions."""
        people, scribe = self._people, self._scribe
        shown, hidden = self._orders.of_people(span, generator)
        described = generator.random(held.stop - held.start) >= EMPTY_DESCRIPTIONS
        used = self._used(span, np.flatnonzero(described) + held.start, generator)
        tastes = np.argsort(-people.taste[span], axis=1, kind="stable")[:, :2].tolist()
        scribe.draw_from(generator)
        headlines: list[str | None] = []
        summaries: list[str | None] = []
        descriptions: list[str | None] = []
        is_told, told = described.tolist(), 0
        for place, life in enumerate(lives):
            group, has_job = self._groups.of_family[life.family], life.company != NONE
            scribe.meet(self._currencies[life.city])
            scribe.talk_of(self._groups.words(group))
            facts = self._gatherer.of_life(life, scribe.roll)
            scribe.know(facts)
            scribe.speak(is_held=True, with_subject=True)
            scribe.take(shown.at(place))
            headlines.append(self._headlines.write(has_job))
            summary: str | None = None
            if not scribe.chance(EMPTY_SUMMARIES):
                scribe.take(shown.at(place))
                signs = (tastes[place], wishes[place], hidden.at(place))
                sitter = Sitter(group, life.years, has_job, *signs)
                summary = self._summaries.write(sitter, facts)
            summaries.append(summary)
            for post in range(len(life.posts)):
                if is_told[len(descriptions)]:
                    descriptions.append(self._described(life, post, used.at(told)))
                    told += 1
                else:
                    descriptions.append(None)
        return headlines, summaries, descriptions

    def _used(self, span: slice, positions: Ints, generator: np.random.Generator) -> Queues:
        """Order the skills that people of a span used in some of their positions."""
        offsets = self._people.positions.offsets[span.start : span.stop + 1]
        owners = np.searchsorted(offsets, positions, side="right") - 1 + span.start
        return self._orders.of_positions(owners, self._people.positions.title[positions], generator)

    def _described(self, life: Life, place: int, used: SkillQueues) -> str | None:
        post, scribe = life.posts[place], self._scribe
        group = self._groups.of_family[post.family]
        scribe.talk_of(self._groups.words(group))
        scribe.know(self._gatherer.of_post(life, place, scribe.roll))
        scribe.take(used)
        return self._descriptions.write(group, post)

    def _located(
        self, cities: Ints, missing: float, generator: np.random.Generator
    ) -> list[str | None]:
        uniforms = generator.random((2, len(cities)))
        return partly(self._places.of(cities, uniforms[0]), uniforms[1], missing)

    def _employer(self, company: int) -> str | None:
        return None if company == NONE else self._company_names[company]

    def _current_titles(
        self, lives: list[Life], generator: np.random.Generator
    ) -> list[str | None]:
        uniforms = generator.random(len(lives)).tolist()
        return [
            None
            if uniform < (UNNAMED_LAST_TITLE if life.company == NONE else UNNAMED_TITLE)
            else life.wording
            for life, uniform in zip(lives, uniforms, strict=True)
        ]

    def _listed_skills(self, span: slice, generator: np.random.Generator) -> list[str | None]:
        skills, offsets = self._orders.listed(span, generator)
        texts = self._skills.listed(skills, generator.random(len(skills)))
        cuts = offsets.tolist()
        return [";".join(texts[a:b]) or None for a, b in pairwise(cuts)]


def _uniforms(
    generator: np.random.Generator, rows: slice, columns: int | None = None
) -> npt.NDArray[np.float64]:
    count = rows.stop - rows.start
    return generator.random(count if columns is None else (count, columns))


def _addresses(
    first: int, names: list[FullName], generator: np.random.Generator
) -> tuple[list[str | None], list[str | None]]:
    """Make up e-mail and profile addresses, no two alike, for those who state them."""
    uniforms = generator.random((2, len(names)))
    has_email, has_url = (uniforms < [[EMAIL_SHARE], [URL_SHARE]]).tolist()
    emails: list[str | None] = [None] * len(names)
    urls: list[str | None] = [None] * len(names)
    for place, name in enumerate(names):
        if has_email[place]:
            emails[place] = f"{slug(name.first)}.{slug(name.last)}{first + place}@example.org"
        if has_url[place]:
            urls[place] = f"https://people.example.org/{slug(name.full)}-{first + place}"
    return emails, urls
