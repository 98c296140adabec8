"""Writes the short lines of a posting: its title, its place and its address on the web."""

import re

from graph.world.institutions.companies import Companies
from graph.world.job_texts.dice import Dice
from graph.world.job_texts.facts import JobFacts
from graph.world.job_texts.phrase_book import PhraseBook, one
from graph.world.vocabulary import Vocabulary

SAYS_GENDERS, SAYS_PLACE, SAYS_TIME = 0.6, 0.14, 0.04  # in titles
SHOUTED, WHISPERED = 0.015, 0.01  # titles in capitals, and in small letters
NO_PLACE, ONLY_COUNTRY = 0.35, 0.1  # of the remote jobs
REMOTE_WORDS = ("onsite", "hybrid", "remote")

GERMAN_SPEAKING = frozenset({"DE", "AT", "CH"})
_GENDERS = (" (m/f/d)", " (f/m/d)", " (m/w/d)", " (all genders)", " (m/f/x)")
_PLACE_FORMS = (
    *(("{city}, {country}",) * 10),
    *(("{city}",) * 6),
    *(("{city}, {region}, {country}",) * 3),
    *(("{city}, {region}",) * 2),
)
_NOT_IN_ADDRESSES = re.compile(r"[^a-z0-9]+")


class JobLines:
    """The short lines of postings."""

    def __init__(self, book: PhraseBook, vocabulary: Vocabulary, companies: Companies) -> None:
        countries = {country.code: country.name for country in vocabulary.taxonomy.countries}
        self._spam_titles = book.section("job.spam.title")
        self._cities = tuple(city.name for city in vocabulary.cities)
        self._countries = tuple(countries[city.country] for city in vocabulary.cities)
        self._regions = tuple(city.region for city in vocabulary.cities)
        self._says_genders = tuple(city.country in GERMAN_SPEAKING for city in vocabulary.cities)
        self._addresses = tuple(
            _NOT_IN_ADDRESSES.sub("-", name.lower()).strip("-") for name in companies.names
        )

    def title(self, job: JobFacts, wording: str, dice: Dice) -> str:
        """Write the title of a posting, with what people hang on to it."""
        if job.is_spam:
            return one(dice, self._spam_titles, {"title": wording})
        if self._says_genders[job.city] and dice.chance(SAYS_GENDERS):
            wording += dice.one(_GENDERS)
        if dice.chance(SAYS_PLACE):
            wording += self._place_in_title(job, dice)
        if dice.chance(SAYS_TIME):
            wording += (
                dice.one((" - Full-Time", ", full-time", " (Full-time)"))
                if (job.employment == "full")
                else ""
            )
        if dice.chance(SHOUTED):
            return wording.upper()
        return wording.lower() if dice.chance(WHISPERED) else wording

    def _place_in_title(self, job: JobFacts, dice: Dice) -> str:
        city, remote = self._cities[job.city], REMOTE_WORDS[job.remote]
        if job.remote and dice.chance(0.5):
            return dice.one((f" ({remote.title()})", f" - {remote}", f" - {city}, {remote}"))
        return dice.one((f" - {city}", f", {city}", f" | {city}", f" in {city}", f" ({city})"))

    def place(self, job: JobFacts, dice: Dice) -> str | None:
        """Write the place column; remote jobs often leave it empty."""
        country, region = self._countries[job.city], self._regions[job.city]
        if job.remote == len(REMOTE_WORDS) - 1:
            if dice.chance(NO_PLACE):
                return None
            if dice.chance(ONLY_COUNTRY):
                return country
        form = dice.one(_PLACE_FORMS)
        if not region or "," in self._cities[job.city]:  # "Jackson, MS" says it already
            form = form.replace(", {region}", "")
        return form.format(city=self._cities[job.city], region=region, country=country)

    def address(self, job: JobFacts) -> str:
        """Return a web address that cannot exist."""
        return f"https://jobs.example.org/{self._addresses[job.company]}/{job.number}"
