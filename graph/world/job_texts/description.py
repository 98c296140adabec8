"""Writes the description of a posting: its parts, in the layout its company likes."""

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from graph.world.institutions.companies import Companies
from graph.world.institutions.economy import Economy
from graph.world.job_texts.asks import JobAsks
from graph.world.job_texts.dice import Dice
from graph.world.job_texts.facts import CompanyFacts, JobFacts
from graph.world.job_texts.layouts import HEADED, LAYOUTS, LISTED, NAMING_SKILLS, Block, Layout
from graph.world.job_texts.parts import SIZES, JobParts, Posting
from graph.world.job_texts.phrase_book import PhraseBook, Section, Slots, listing, one, small
from graph.world.skill_names import in_sentence
from graph.world.slips import Slip, mistype

USUAL_LAYOUT, BULLETED_CULTURE, TYPO = 0.65, 0.5, 0.05
MOST_IN_TEAM = 14
_SLIPS = (Slip.SWAP, Slip.LOSE, Slip.DOUBLE)
_LONG_WORD = re.compile(r"\b[a-z]{6,}\b")  # without capitals, which names and skills have
_SPAM_JOINTS = (" ", "\n", "\n\n")

# Years of experience asked for, from and to, by level.
_YEARS = ((0, 0), (0, 0), (2, 4), (5, 8), (6, 9), (8, 11), (10, 14), (7, 10), (10, 14), (12, 18))
_MAY_BE_SPOILT = (Block.ABOUT, Block.CULTURE, Block.TERMS, Block.APPLY)
# Abbreviations that are read as words, not letter by letter.
_SPOKEN = frozenset({"SOC", "SEM", "NATO", "MIG", "LAMP", "MEAN", "MERN", "SCADA"})


class _Step(NamedTuple):
    """One part of a layout, and how it is set."""

    write: Callable[[Posting], list[str]]
    tell: Callable[[Posting, list[str]], str]  # as sentences
    headings: Section  # with their line end; empty: none
    is_list: bool
    is_culture: bool
    needs_capitals: bool
    may_be_spoilt: bool
    is_escaped: bool


class DescriptionWriter:
    """Writes descriptions, one at a time."""

    def __init__(
        self,
        book: PhraseBook,
        economy: Economy,
        companies: Companies,
        facts: CompanyFacts,
        asks: JobAsks,
    ) -> None:
        vocabulary = economy.vocabulary
        countries = {country.code: country.name for country in vocabulary.taxonomy.countries}
        self._facts = facts
        self._parts = JobParts(book, economy, companies, facts, asks)
        self._names = companies.names
        self._cities = tuple(city.name for city in vocabulary.cities)
        self._countries = tuple(countries[city.country] for city in vocabulary.cities)
        self._industries = tuple(in_sentence(industry.name) for industry in vocabulary.industries)
        self._industry = companies.industry.tolist()
        self._band = companies.band.tolist()
        self._home = companies.site_city[companies.site_offsets[:-1]].tolist()
        self._size_words = tuple(book.section(f"job.size_word.{size}") for size in SIZES)
        parts = self._parts
        self._tellers = {
            Block.WORK: parts.tell_work,
            Block.NEED: parts.tell_need,
            Block.NICE: parts.tell_nice,
            Block.OFFER: _offered,
        }
        self._plans = tuple(self._plan(book, layout) for layout in LAYOUTS)

    def write(self, job: JobFacts, dice: Dice) -> str:
        """Write the description of a job; equal numbers in the dice give equal words."""
        usual, other = self._facts.layout[job.company], dice.draw()
        number = (usual if dice.chance(USUAL_LAYOUT) else other) % len(LAYOUTS)
        posting = Posting(job, dice, self._slots(job, dice))
        if job.is_spam:
            return dice.one(_SPAM_JOINTS).join(self._parts.spam(posting))
        layout, is_spoilt = LAYOUTS[number], dice.chance(TYPO)
        posting.is_short, posting.has_bullets = layout.is_short, bool(layout.bullet)
        blocks: list[str] = []
        for step in self._plans[number]:
            lines = step.write(posting)
            if not lines:
                continue
            text = self._set(posting, layout, step, lines)
            if is_spoilt and step.may_be_spoilt:
                text = _with_typo(text, dice)
            blocks.append(text)
        return layout.between_blocks.join(blocks)

    def _plan(self, book: PhraseBook, layout: Layout) -> tuple[_Step, ...]:
        """Work out all that does not depend on the job."""
        return tuple(
            _Step(
                getattr(self._parts, block.name.lower()),
                self._tellers.get(block, _told),
                _headings(book, layout, block),
                is_list=block in LISTED and bool(layout.bullet),
                is_culture=block is Block.CULTURE and bool(layout.bullet) and not layout.is_short,
                needs_capitals=block in (Block.NEED, Block.NICE),
                may_be_spoilt=block in _MAY_BE_SPOILT,
                is_escaped=layout.is_html and block not in NAMING_SKILLS,
            )
            for block in layout.blocks
        )

    def _set(self, posting: Posting, layout: Layout, step: _Step, lines: list[str]) -> str:
        """Set the lines of a part as the layout wants them."""
        dice = posting.dice
        if step.is_escaped:
            lines = [line.replace("&", "&amp;").replace("'", "&#39;") for line in lines]
        if step.is_list or (step.is_culture and dice.chance(BULLETED_CULTURE)):
            if step.needs_capitals:
                lines = [line[:1].upper() + line[1:] for line in lines]
            text = _bulleted(lines, layout)
        else:
            text = step.tell(posting, lines)
        if step.headings:
            return one(dice, step.headings, posting.slots) + text
        return text

    def _slots(self, job: JobFacts, dice: Dice) -> Slots:
        company = job.company
        band, staff = self._band[company], self._facts.staff[company]
        low, high, currency = job.pay or ("", "", "")
        least, most = _YEARS[job.level]
        return {
            "company": self._names[company],
            "title": job.wording,
            "a_title": with_article(job.wording),
            "city": self._cities[job.city],
            "country": self._countries[job.city],
            "home": self._cities[self._home[company]],
            "industry": self._industries[self._industry[company]],
            "founded": str(self._facts.founded[company]),
            "staff": f"{staff:,}",
            "size": one(dice, self._size_words[band], {}),
            "team": str(2 + dice.below(min(staff - 1, MOST_IN_TEAM - 1))),
            "years": str(least + dice.below(most - least + 1)),
            "low": low,
            "high": high,
            "currency": currency,
            "reference": f"{company % 97:02d}-{job.number:05d}",
        }


@cache
def with_article(text: str) -> str:
    """Put "a" or "an" before a text, as it is read out: "an HR Director", "a UX Designer"."""
    first = text.split(maxsplit=1)[0]
    if first.isupper() and len(first) > 1:  # spelt out letter by letter, save for a few
        is_an = first[0] in "AEFHILMNORSX" and first not in _SPOKEN
    else:
        sounds_like_you = first.lower().startswith(("uni", "eu", "use", "one", "ux", "ui"))
        is_an = first[0] in "AEIOUaeiou" and not sounds_like_you
    return f"{'an' if is_an else 'a'} {text}"


def _told(_: Posting, lines: list[str]) -> str:
    return " ".join(lines)


def _offered(_: Posting, lines: list[str]) -> str:
    return f"We offer: {listing([small(line) for line in lines])}."


def _headings(book: PhraseBook, layout: Layout, block: Block) -> Section:
    """Set all headings of a part as the layout wants them, with their line ends."""
    if not layout.heading or block not in HEADED:
        return ()
    style = layout.heading.replace("%s", "{}")
    texts = [readings[0] for readings in book.section(f"job.head.{block.name.lower()}")]
    if layout.shouts:
        texts = [text.upper() for text in texts if "%(" not in text]
    return tuple((f"{style.format(text)}\n".replace("?:", "?"),) for text in texts)


def _bulleted(lines: list[str], layout: Layout) -> str:
    if layout.bullet == "1":
        return "\n".join([f"{number}. {line}" for number, line in enumerate(lines, 1)])
    return layout.bullet + (layout.between_items + layout.bullet).join(lines)


def _with_typo(text: str, dice: Dice) -> str:
    """Spoil one longer word, if there is one."""
    words = list(_LONG_WORD.finditer(text))
    if not words:
        return text
    word = dice.one(words)
    place = word.start() + 1 + dice.below(len(word[0]) - 3)
    return mistype(text, place, _SLIPS[dice.below(len(_SLIPS))])
