"""Peels words of seniority and noise off a title's edges, one layer at a time."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from graph.linking.normalise import Words, word_set
from graph.linking.title_text import MARKED_LEVEL
from graph.linking.title_words import EDGE_NOISE, EDGE_NOISE_PAIRS, ROLE_WORDS
from graph.schema import Seniority

ROLES = frozenset({Seniority.MANAGER, Seniority.DIRECTOR, Seniority.EXECUTIVE})
# They say how senior somebody is only beside other words, or change what the work is.
SAY_MORE = word_set(
    "assistant student fellow foreman professional stage regular middle analyst leader placement"
    " capo líder confirmed group"
)
# They name what is learned, or what is coordinated: "Internship Coordinator".
ONLY_BEHIND = word_set(
    "internship apprenticeship coop praktikum pflichtpraktikum ausbildung alternance estágio"
    " prácticas program"
)
ONLY_BEFORE = word_set("associate expert")  # a marketing associate is nobody's junior
INNER = word_set("senior junior ii iii iv")  # they qualify the role wherever they stand
# Before these, "staff" is not a step but the people who are trained or scheduled.
STAFF = ("staff",)
STAFF_MATTERS = word_set("development training education engagement relation service scheduling")
MOST_LAYERS = 5  # at either edge
STEPS = (Seniority.JUNIOR, Seniority.MID, Seniority.SENIOR, Seniority.STAFF, Seniority.PRINCIPAL)
LEVELS = {str(number): step for number, step in enumerate(STEPS, 1)}
BETWEEN_LEVELS = word_set("or level and all")


class Peeled(NamedTuple):
    """What is left of a title, and the seniority that was taken off."""

    core: Words
    seniorities: tuple[Seniority, ...]


class Layer(NamedTuple):
    """Words at an edge that can go."""

    length: int
    seniority: Seniority | None


class Peeler:
    """Knows the words that say how senior somebody is, but not what they do."""

    def __init__(self, seniority_words: Sequence[tuple[Words, Seniority]]) -> None:
        """Take the words of every seniority; those of a role of its own are only read."""
        self._all: dict[Words, Seniority] = {
            key: seniority
            for key, seniority in seniority_words
            if key[-1] not in SAY_MORE and not key[-1].isdigit()
        }
        self._peelable: dict[Words, Seniority] = {
            key: seniority
            for key, seniority in self._all.items()
            if seniority not in ROLES and not (len(key) > 1 and self._in_parts(key))
        }
        self._longest = max((len(key) for key in self._all), default=1)

    def _in_parts(self, key: Words) -> bool:
        """Tell "senior staff", which says both, from "entry level"."""
        return all((word,) in self._all for word in key)

    def peel(self, segment: Words) -> Iterator[Peeled]:
        """Give the segment as it is, then with ever more taken off; never give nothing."""
        yield Peeled(segment, ())
        starts = self._depths(segment, leading=True)
        ends = self._depths(segment, leading=False)
        seen = {segment}
        for taken in range(1, len(starts) + len(ends) - 1):
            for first in range(taken + 1):
                last = taken - first
                if first >= len(starts) or last >= len(ends):
                    continue
                begin, said = starts[first]
                cut, more = ends[last]
                core = segment[begin : len(segment) - cut]
                if core and core not in seen:
                    seen.add(core)
                    yield Peeled(core, (*said, *more))
        yield from self._without_inner(segment, seen)

    def _without_inner(self, segment: Words, seen: set[Words]) -> Iterator[Peeled]:
        inner = [word for word in segment if word in INNER]
        if not inner:
            return
        rest = tuple(word for word in segment if word not in INNER)
        said = tuple(self._all[(word,)] for word in inner if (word,) in self._all)
        for peeled in self.peel(rest) if rest and rest not in seen else ():
            yield Peeled(peeled.core, (*said, *peeled.seniorities))

    def core(self, segment: Words) -> Words:
        """Give the segment with everything taken off that can go."""
        *_, last = self.peel(segment)
        return last.core

    def seniorities(self, segment: Words) -> tuple[Seniority, ...]:
        """Give the seniorities that can be taken off the segment."""
        *_, last = self.peel(segment)
        said = last.seniorities
        return said or self._whole(segment)

    def only_seniority(self, segment: Words) -> bool:
        """Tell whether the segment says how senior and nothing else: "(Senior or Staff)"."""
        position, any_said = 0, False
        while position < len(segment):
            rest = segment[position:]
            lengths = range(min(self._longest, len(rest)), 0, -1)
            said = next((n for n in lengths if rest[:n] in self._peelable), 0)
            if not said and rest[0] not in BETWEEN_LEVELS | EDGE_NOISE:
                return False
            any_said = any_said or said > 0
            position += said or 1
        return any_said

    def spoken(self, spoken_words: Words) -> Seniority | None:
        """Read the seniority of a title that nobody knows; a role counts for more than a step."""
        said = [
            seniority
            for length in range(1, self._longest + 1)
            for start in range(len(spoken_words) - length + 1)
            if (seniority := self._all.get(spoken_words[start : start + length])) is not None
        ]
        order = list(Seniority)
        return max(said, key=order.index, default=None)

    def _whole(self, segment: Words) -> tuple[Seniority, ...]:
        said = (self._peelable.get((word,)) for word in segment)
        return tuple(s for s in said if s) if self.only_seniority(segment) else ()

    def _depths(self, segment: Words, *, leading: bool) -> list[tuple[int, tuple[Seniority, ...]]]:
        depths: list[tuple[int, tuple[Seniority, ...]]] = [(0, ())]
        while len(depths) <= MOST_LAYERS:
            taken, said = depths[-1]
            rest = segment[taken:] if leading else segment[: len(segment) - taken]
            layer = self._layer(rest, leading=leading) if len(rest) > 1 else None
            if layer is None or (layer.seniority is None and not _says_enough(rest, layer)):
                return depths
            more = (layer.seniority,) if layer.seniority else ()
            depths.append((taken + layer.length, (*said, *more)))
        return depths

    def _layer(self, rest: Words, *, leading: bool) -> Layer | None:
        for length in range(min(self._longest, len(rest)), 0, -1):
            edge = rest[:length] if leading else rest[-length:]
            seniority = self._peelable.get(edge)
            in_place = edge[0] not in (ONLY_BEHIND if leading else ONLY_BEFORE)
            if leading and rest[:1] == STAFF and rest[1] in STAFF_MATTERS:
                in_place = False
            if seniority is not None and in_place and not (leading and len(edge[0]) == 1):
                return Layer(length, seniority)
        pair = rest[:2] if leading else rest[-2:]
        if len(pair) == 2 and pair in EDGE_NOISE_PAIRS:
            return Layer(2, None)
        word = rest[0] if leading else rest[-1]
        if word in EDGE_NOISE:
            return Layer(1, None)
        if leading:
            return None
        if MARKED_LEVEL.fullmatch(" ".join(pair)) and len(pair) == 2:
            return Layer(2, LEVELS.get(pair[1]))
        if MARKED_LEVEL.fullmatch(word) or word in LEVELS:
            return Layer(1, LEVELS.get(word))
        return None


def _says_enough(rest: Words, layer: Layer) -> bool:
    """Refuse to make a writer of a contract writer; a freelance writer is one."""
    left = [word for word in rest if word not in EDGE_NOISE]
    alone = len(left) == 1 and left[0] in ROLE_WORDS
    return not alone or layer.length > 1 or "freelance" in rest
