"""Writes summaries: what people say of themselves, their work, their tastes and their plans."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graph.world.person_texts.lives import WISHES
from graph.world.person_texts.scribe import Scribe, SkillQueues
from graph.world.tastes import Taste

BULLET_SHARE, THIRD_PERSON_SHARE = 0.1, 0.08
SHORT_SHARE, MEDIUM_SHARE = 0.33, 0.42  # of those told in the first person; the rest is long
MARKERS = ("- ", "• ", "* ", "– ")
PROUD_FROM_YEARS = 4.0


class Sitter(NamedTuple):
    """Of whom a summary is written, as far as the scribe does not know it."""

    group: str  # of families, that speak alike
    years: float  # of work
    has_job: bool
    tastes: tuple[int, ...]  # the two strongest, the strongest first
    wishes: tuple[str, ...]  # sections of `person.next` that hold for the person
    hidden: SkillQueues  # skills the profile does not list


class SummaryWriter:
    """Writes summaries with a scribe that knows the person."""

    def __init__(self, scribe: Scribe, groups: Sequence[str]) -> None:
        self._scribe = scribe
        parts = (
            *("opening", "opening.out", "opening.third", "skill", "more", "third"),
            *("third.taste", "both", "skills_list", "bullet", "bullets"),
        )
        self._parts = {part: scribe.section(f"person.summary.{part}") for part in parts}
        self._tastes = [scribe.section(f"person.taste.{taste.name.lower()}") for taste in Taste]
        self._proud = {group: scribe.section(f"person.proud.{group}") for group in groups}
        self._next = {wish: scribe.section(f"person.next.{wish}") for wish in WISHES}
        self._hobbies = scribe.section("person.hobby")
        self._closings = scribe.section("person.closing")

    def write(self, sitter: Sitter, facts: Mapping[str, str]) -> str | None:
        """Write the summary of the person the scribe has met.

        Args:
            sitter: The person.
            facts: What the scribe knows, for what it is told beside.
        """
        scribe = self._scribe
        style = scribe.roll()
        if style < BULLET_SHARE:
            return self._bullets(sitter)
        if style < BULLET_SHARE + THIRD_PERSON_SHARE and sitter.has_job:
            return self._third_person(sitter, facts)
        length = scribe.roll()
        if length < SHORT_SHARE:
            return self._short(sitter)
        if length < SHORT_SHARE + MEDIUM_SHARE:
            return self._medium(sitter)
        return self._long(sitter)

    def _short(self, sitter: Sitter) -> str:
        taste = self._taste(sitter, 0) if self._scribe.chance(0.7) else None
        return _joined([self._opening(sitter), self._told("skill"), taste])

    def _medium(self, sitter: Sitter) -> str:
        middle = [
            self._told("skill"),
            self._maybe(0.4, self._more(sitter)),
            self._maybe(0.4, self._pride(sitter)),
            self._taste(sitter, 0),
            self._maybe(0.7, self._taste(sitter, 1)),
            self._maybe(0.3, self._told("both")),
        ]
        return _joined([self._opening(sitter), *self._shuffled(middle), *self._ending(sitter, 0.3)])

    def _long(self, sitter: Sitter) -> str:
        work = [self._told("skill"), self._told("skill"), self._more(sitter), self._pride(sitter)]
        self_ = [self._taste(sitter, 0), self._told("both"), self._taste(sitter, 1)]
        paragraphs = [
            _joined([self._opening(sitter), *self._shuffled(work)]),
            _joined(self._shuffled(self_)),
            _joined(self._ending(sitter, 0.6)),
        ]
        if self._scribe.chance(0.3):
            paragraphs.append(self._told("skills_list") or "")
        breaks = "\n\n" if self._scribe.chance(0.6) else "\n"
        return breaks.join(paragraph for paragraph in paragraphs if paragraph)

    def _bullets(self, sitter: Sitter) -> str:
        scribe = self._scribe
        marker = scribe.pick(MARKERS)
        points = [self._told("bullet") for _ in range(3 + int(scribe.roll() * 4))]
        lines = [marker + point for point in points if point]
        head = scribe.tell(self._parts["bullets"]) if scribe.chance(0.5) else self._opening(sitter)
        tastes = [self._taste(sitter, 0), self._maybe(0.5, self._taste(sitter, 1))]
        return "\n".join(line for line in (head, *lines, _joined(tastes)) if line)

    def _third_person(self, sitter: Sitter, facts: Mapping[str, str]) -> str:
        scribe = self._scribe
        parts = [scribe.tell(self._parts["opening.third"])]
        parts += [self._told("third") for _ in range(1 + int(scribe.roll() * 3))]
        taste = self._taste(sitter, 0)
        if taste is not None:
            scribe.know({**facts, "taste": taste})
            parts.append(self._told("third.taste"))
        return _joined(parts)

    def _opening(self, sitter: Sitter) -> str | None:
        return self._told("opening" if sitter.has_job else "opening.out")

    def _ending(self, sitter: Sitter, share: float) -> list[str | None]:
        scribe = self._scribe
        wish: str | None = None
        if sitter.wishes and scribe.chance(share):
            wish = scribe.tell(self._next[scribe.pick(sitter.wishes)])
        hobby = scribe.tell(self._hobbies) if scribe.chance(share) else None
        closing = scribe.tell(self._closings) if scribe.chance(share / 2) else None
        return [wish, hobby, closing]

    def _told(self, part: str) -> str | None:
        return self._scribe.tell(self._parts[part])

    def _taste(self, sitter: Sitter, place: int) -> str | None:
        return self._scribe.tell(self._tastes[sitter.tastes[place]])

    def _pride(self, sitter: Sitter) -> str | None:
        if sitter.years < PROUD_FROM_YEARS:
            return None
        return self._scribe.tell(self._proud[sitter.group])

    def _more(self, sitter: Sitter) -> str | None:
        """Tell of a skill that the profile does not list."""
        listed = self._scribe.take(sitter.hidden)
        told = self._told("more")
        self._scribe.take(listed)
        return told

    def _maybe(self, share: float, text: str | None) -> str | None:
        return text if self._scribe.chance(share) else None

    def _shuffled(self, parts: list[str | None]) -> list[str | None]:
        roll = self._scribe.roll
        return [part for _, part in sorted(((roll(), part) for part in parts), key=_first)]


def _first(pair: tuple[float, str | None]) -> float:
    return pair[0]


def _joined(parts: Sequence[str | None]) -> str:
    return " ".join(part for part in parts if part)
