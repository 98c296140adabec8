"""Writes the postings of a world's jobs: titles, descriptions, and what stands in the columns."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from graph.world.job_texts.asks import JobAsks
from graph.world.job_texts.description import DescriptionWriter
from graph.world.job_texts.dice import SIDES, Dice
from graph.world.job_texts.drafts import UNIFORMS, JobDrafts, JobSources
from graph.world.job_texts.facts import JobFacts, company_facts
from graph.world.job_texts.lines import REMOTE_WORDS, JobLines
from graph.world.job_texts.phrase_book import PhraseBook
from graph.world.skill_names import SkillNames
from graph.world.streams import stream
from graph.world.title_text import TitleTexts

CHUNK = 2_048
DICE_NUMBERS = 112  # about as many as a long description uses up
STANDARD_IN_COLUMN = 0.85  # of the names in the skills column


class JobTexts(NamedTuple):
    """What the jobs table shows of some jobs, one entry a job."""

    title: list[str]
    description: list[str]
    skills: list[str | None]  # joined by ;
    employment_type: list[str | None]
    salary_min: list[float | None]
    salary_max: list[float | None]
    currency: list[str | None]
    salary_period: list[str | None]
    url: list[str]
    remote: list[str | None]
    seniority: list[str | None]
    place: list[str | None]
    expires_at: list[str | None]


class JobWriter:
    """Writes postings; any range of them can be written on its own, with the same result."""

    def __init__(self, sources: JobSources) -> None:
        self._sources = sources
        vocabulary, companies = sources.vocabulary, sources.companies
        book = PhraseBook(sources.phrases)
        facts = company_facts(sources.config, companies)
        self._titles = TitleTexts(vocabulary)
        self._names = SkillNames(vocabulary)
        asks = JobAsks(book, vocabulary, self._names)
        self._descriptions = DescriptionWriter(book, sources.economy, companies, facts, asks)
        self._lines = JobLines(book, vocabulary, companies)

    def write(self, first: int, last: int) -> JobTexts:
        """Write the postings of the jobs from `first` to before `last`.

        Raises:
            ValueError: there are no such jobs.
        """
        count = len(self._sources.jobs.title)
        if not 0 <= first <= last <= count:
            raise ValueError(f"there are jobs 0 to {count}, asked for {first} to {last}")
        texts = JobTexts(*([] for _ in JobTexts._fields))
        for chunk in range(first // CHUNK, -(-last // CHUNK)):
            start = chunk * CHUNK
            for row in self._chunk(chunk, max(first - start, 0), min(last - start, CHUNK)):
                for column, value in zip(texts, row, strict=True):
                    column.append(value)
        return texts

    def _chunk(self, chunk: int, first: int, last: int) -> Iterator[tuple[Any, ...]]:
        """Write some postings of a chunk, each as a row of the columns of `JobTexts`."""
        random = stream(self._sources.config.seed, "job texts", chunk)
        # All is drawn for the whole chunk, so that a part of it does not change the rest.
        uniforms = random.random((CHUNK, UNIFORMS))[first:last]
        numbers = random.integers(0, SIDES, (CHUNK, DICE_NUMBERS), np.uint32)[first:last]
        jobs = np.arange(chunk * CHUNK + first, chunk * CHUNK + last)
        drafts = JobDrafts.of(self._sources, self._titles, jobs, uniforms)
        for place, row in enumerate(numbers.tolist()):
            dice = Dice(row)
            job = drafts.facts(place)
            pay = drafts.stated_pay(place)
            yield (
                self._lines.title(job, drafts.wording[place], dice),
                self._descriptions.write(job, dice),
                self._skills(job, dice),
                drafts.employment_word[place],
                *pay,
                self._lines.address(job),
                REMOTE_WORDS[job.remote] if job.says_remote else None,
                drafts.seniority[place],
                self._lines.place(job, dice),
                drafts.closes[place],
            )

    def _skills(self, job: JobFacts, dice: Dice) -> str | None:
        """Name the skills that are listed, not always by their standard names."""
        listed = self._names.listed
        names = [
            listed[asked.skill][0]
            if dice.chance(STANDARD_IN_COLUMN)
            else dice.one(listed[asked.skill])
            for asked in job.asked
            if asked.is_listed
        ]
        return ";".join(names) or None
