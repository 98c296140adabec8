"""Writes the parts of a posting, each as a list of lines."""

from graph.world.institutions.companies import Companies
from graph.world.institutions.economy import Degree, Economy
from graph.world.job_texts.asks import JobAsks
from graph.world.job_texts.dice import Dice
from graph.world.job_texts.facts import CompanyFacts, JobFacts
from graph.world.job_texts.phrase_book import PhraseBook, Section, Slots, listing, one, small, some
from graph.world.tastes import Taste

USUAL_ABOUT, HOUSE_SENTENCE, MORE_CULTURE = 0.6, 0.5, 0.5
SAYS_REMOTE, SAYS_REMOTE_ALONE = 0.65, 0.85  # where the column says it too, and where not
SAYS_PAY, SAYS_TYPE, SAYS_GROWTH, SAYS_TEAM, SAYS_STAFF = 0.4, 0.5, 0.4, 0.6, 0.5
SAYS_SIZE, SAYS_EQUAL, SAYS_DEGREE = 0.75, 0.45, 0.5
HIRING = 0.2  # growth from which on a company says that it grows
TOGETHER = 3  # things asked for in one sentence

SIZES = ("tiny", "small", "compact", "medium", "large", "major", "huge", "giant")
REMOTE_WORDS = ("onsite", "hybrid", "remote")


class Posting:
    """One description in the making."""

    __slots__ = ("dice", "has_bullets", "is_short", "job", "slots")

    def __init__(self, job: JobFacts, dice: Dice, slots: Slots) -> None:
        self.job = job
        self.dice = dice
        self.slots = slots
        self.is_short = False
        self.has_bullets = True


class JobParts:
    """Writes the parts of postings: some tell of the company, some of the job."""

    def __init__(
        self,
        book: PhraseBook,
        economy: Economy,
        companies: Companies,
        facts: CompanyFacts,
        asks: JobAsks,
    ) -> None:
        self._economy = economy
        self._facts = facts
        self._asks = asks
        self._family = economy.vocabulary.title_family.tolist()
        self._band = companies.band.tolist()
        self._grows = (companies.growth > HIRING).tolist()
        section = book.section
        self._sections: dict[str, Section] = {
            name: section(f"job.{name}")
            for name in ("intro", "about", "staff", "team", "benefits", "equal", "apply")
        }
        self._culture = tuple(section(f"job.culture.{taste.name.lower()}") for taste in Taste)
        self._size = tuple(section(f"job.size.{size}") for size in SIZES)
        self._growth = (section("job.growth.flat"), section("job.growth.up"))
        self._pay = (section("job.pay.one"), section("job.pay.range"))
        self._remote = tuple(section(f"job.remote.{word}") for word in REMOTE_WORDS)
        self._type = {
            name: section(f"job.type.{name}")
            for name in ("full", "part", "contract", "temporary", "internship")
        }
        self._years = tuple(section(f"job.years.{name}") for name in ("none", "some", "many"))
        self._degree = {
            degree: section(f"job.degree.{degree.name.lower()}")
            for degree in Degree
            if degree is not Degree.NONE
        }
        self._openings = {
            name: section(f"job.{name}")
            for name in ("task.first", "task.next", "need.open", "nice.open")
        }
        self._short = (section("job.short.need"), section("job.short.nice"))
        self._spam = tuple(
            section(f"job.spam.{name}") for name in ("open", "body", "need", "close")
        )

    def intro(self, posting: Posting) -> list[str]:
        """Say who is looked for."""
        return [one(posting.dice, self._sections["intro"], posting.slots)]

    def about(self, posting: Posting) -> list[str]:
        """Say who the company is and how large."""
        dice, slots, company = posting.dice, posting.slots, posting.job.company
        about = self._sections["about"]
        if dice.chance(USUAL_ABOUT):
            lines = [about[self._facts.about[company] % len(about)][0] % slots]
        else:
            lines = [one(dice, about, slots)]
        says_size = dice.chance(SAYS_SIZE)
        if not says_size or dice.chance(SAYS_STAFF):
            lines.append(one(dice, self._sections["staff"], slots))
        if says_size:
            lines.append(one(dice, self._size[self._band[company]], slots))
        return lines

    def culture(self, posting: Posting) -> list[str]:
        """Say how work feels there: at least a sentence on each of the two strongest tastes."""
        dice, slots, company = posting.dice, posting.slots, posting.job.company
        tastes, house = self._facts.strongest[company], self._facts.house[company]
        lines: list[str] = []
        for taste, usual in zip(tastes, house, strict=True):
            section = self._culture[taste]
            is_usual = dice.chance(HOUSE_SENTENCE)
            lines.append(
                section[usual % len(section)][0] % slots if is_usual else one(dice, section, slots)
            )
        if posting.is_short:
            return lines
        if dice.chance(MORE_CULTURE):
            more = one(dice, self._culture[tastes[0]], slots)
            if more not in lines:
                lines.append(more)
        if dice.chance(SAYS_TEAM):
            lines.insert(0, one(dice, self._sections["team"], slots))
        return lines

    def work(self, posting: Posting) -> list[str]:
        """Say what is to be done."""
        return self._asks.tasks(posting.job, posting.dice, posting.slots, is_short=posting.is_short)

    def need(self, posting: Posting) -> list[str]:
        """Say what is required."""
        dice, slots, job = posting.dice, posting.slots, posting.job
        years = one(dice, self._years[min(job.level, 2)], slots)
        if posting.is_short and not posting.has_bullets:
            skills = [skill for skill, is_required, _ in job.asked if is_required]
            return [*(self._asks.say(skill, dice) for skill in skills), years]
        return [years, *self._study(posting), *self._asks.needs(job, dice, slots)]

    def _study(self, posting: Posting) -> list[str]:
        family = self._economy.families[self._family[posting.job.title]]
        section = self._degree.get(family.lowest_degree)
        if not posting.dice.chance(SAYS_DEGREE) or posting.job.level == 0 or section is None:
            return []
        posting.slots["field"] = posting.dice.one(family.fields or ("this field",))
        return [one(posting.dice, section, posting.slots)]

    def nice(self, posting: Posting) -> list[str]:
        """Say what is nice to have."""
        if posting.is_short and not posting.has_bullets:
            skills = [skill for skill, is_required, _ in posting.job.asked if not is_required]
            return [self._asks.say(skill, posting.dice) for skill in skills]
        return self._asks.nice(posting.job, posting.dice, posting.slots)

    def offer(self, posting: Posting) -> list[str]:
        """Say what the company offers."""
        wanted = 3 + posting.dice.below(3)
        return some(posting.dice, self._sections["benefits"], wanted, posting.slots)

    def terms(self, posting: Posting) -> list[str]:
        """Say where the work is done, for how long, for what pay, and why there is any."""
        dice, slots, job = posting.dice, posting.slots, posting.job
        lines: list[str] = []
        if dice.chance(SAYS_REMOTE if job.says_remote else SAYS_REMOTE_ALONE):
            lines.append(one(dice, self._remote[job.remote], slots))
        if job.employment != "full" or dice.chance(SAYS_TYPE):
            lines.append(one(dice, self._type[job.employment], slots))
        if job.pay and dice.chance(SAYS_PAY):
            low, high, _ = job.pay
            lines.append(one(dice, self._pay[low != high], slots))
        if dice.chance(SAYS_GROWTH):
            lines.append(one(dice, self._growth[self._grows[job.company]], slots))
        return lines

    def equal(self, posting: Posting) -> list[str]:
        """Say, at times, that everybody is welcome."""
        if not posting.dice.chance(SAYS_EQUAL):
            return []
        return [one(posting.dice, self._sections["equal"], posting.slots)]

    def apply(self, posting: Posting) -> list[str]:
        """Say how to apply."""
        wanted = 1 if posting.is_short else 1 + posting.dice.below(2)
        return some(posting.dice, self._sections["apply"], wanted, posting.slots)

    def spam(self, posting: Posting) -> list[str]:
        """Write bait: big promises, little work, nothing to hold on to."""
        dice, slots = posting.dice, posting.slots
        opening, body, need, close = self._spam
        lines = some(dice, opening, 1 + dice.below(2), slots)
        if dice.chance(0.6):
            lines += self.intro(posting)
        promises = some(dice, body, 5 + dice.below(4), slots)
        slots["skill"] = listing([self._asks.say(asked.skill, dice) for asked in posting.job.asked])
        promises.insert(dice.below(len(promises)), one(dice, need, slots))
        return lines + promises + some(dice, close, 1 + dice.below(2), slots)

    def tell_work(self, posting: Posting, lines: list[str]) -> str:
        """Tell tasks as sentences."""
        dice, slots = posting.dice, posting.slots
        opens = [one(dice, self._openings["task.first"], slots)]
        opens += some(dice, self._openings["task.next"], len(lines) - 1, slots)
        return " ".join(
            [f"{start} {small(task)}." for start, task in zip(opens, lines, strict=True)]
        )

    def tell_need(self, posting: Posting, lines: list[str]) -> str:
        """Tell what is required as sentences, or in a line of names where it has to be short."""
        return self._tell_asked(posting, lines, is_needed=True)

    def tell_nice(self, posting: Posting, lines: list[str]) -> str:
        """Tell what is nice to have in the same way."""
        return self._tell_asked(posting, lines, is_needed=False)

    def _tell_asked(self, posting: Posting, lines: list[str], *, is_needed: bool) -> str:
        dice, slots = posting.dice, posting.slots
        if posting.is_short:
            slots["skill"] = "; ".join(lines)
            return one(dice, self._short[not is_needed], slots)
        groups = [lines[at : at + TOGETHER] for at in range(0, len(lines), TOGETHER)]
        section = self._openings["need.open" if is_needed else "nice.open"]
        opens = some(dice, section, len(groups), slots)
        return " ".join(
            [
                f"{start} {listing(group, ' as well as ')}."
                for start, group in zip(opens, groups, strict=True)
            ]
        )
