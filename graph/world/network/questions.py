"""Invitations and messages: what is asked, how likely the answer is, and when it comes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.schema import EventKind
from graph.world.config import TODAY

Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.floating]

EVENT_KINDS = tuple(EventKind)  # the number of a kind is its place here
NO_ANSWER = -1
DAY = 86_400  # seconds
END = TODAY * DAY  # nothing happens later
_LATEST_ANSWER = 21 * DAY
_LATELY = 30 * DAY  # who asked in the last so many seconds still weighs on the one who is asked


@dataclass(frozen=True)
class Questions:
    """Invitations or messages, ordered by asker and time; every array is (questions,)."""

    asker: npt.NDArray[np.int32]
    other: npt.NDArray[np.int32]
    at: npt.NDArray[np.int64]  # seconds since 1970
    chance: npt.NDArray[np.float32]  # the true probability of acceptance or reply, 4 digits
    answer: npt.NDArray[np.int8]  # a number of `EVENT_KINDS`; NO_ANSWER
    answered: npt.NDArray[np.int64]  # seconds since 1970, after `at`; 0 without an answer

    def answered_by(self, kind: EventKind) -> npt.NDArray[np.bool_]:
        """Tell which were answered in such a way, (questions,)."""
        return self.answer == EVENT_KINDS.index(kind)

    def between(self, first: int, last: int) -> "Questions":
        """Return what people from the first to before the last one asked."""
        low, high = np.searchsorted(self.asker, [first, last])
        piece = slice(int(low), int(high))
        return Questions(
            self.asker[piece],
            self.other[piece],
            self.at[piece],
            self.chance[piece],
            self.answer[piece],
            self.answered[piece],
        )


def answered(
    asker: Ints, other: Ints, at: Ints, chance: Floats, answer: Ints, uniforms: Floats
) -> Questions:
    """Let answers come in: mostly soon, some late, none after the end.

    Args:
        asker: (questions,); questions may come in any order.
        other: (questions,).
        at: (questions,).
        chance: Of acceptance or reply, (questions,).
        answer: (questions,).
        uniforms: In [0, 1), (questions,).
    """
    squared = uniforms * uniforms  # a product, unlike a power, is the same on every machine
    wait = 60 + (squared * squared * (np.minimum(END - at, _LATEST_ANSWER) - 61)).astype(np.int64)
    when = np.where(answer == NO_ANSWER, 0, at + wait)
    order = np.lexsort((other, at, asker))
    return Questions(
        asker[order].astype(np.int32),
        other[order].astype(np.int32),
        at[order].astype(np.int64),
        np.round(chance[order], 4).astype(np.float32),
        answer[order].astype(np.int8),
        when[order],
    )


def moments(first_day: Ints, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """Draw moments from first days to the end, between seven in the morning and ten at night.

    Args:
        first_day: Days since 1970, before TODAY, (moments,).
        random: Source of all chance.
    """
    day = first_day + (random.random(len(first_day)) * (TODAY - first_day)).astype(np.int64)
    hours = 7.0 + 7.5 * (random.random(len(day)) + random.random(len(day)))
    return day * DAY + (hours * 3600).astype(np.int64)


def asked_lately(other: Ints, at: Ints, everybody: Ints, moments_of_all: Ints) -> Ints:
    """Count how many had asked the same person in the thirty days before, (questions,).

    Args:
        other: Who is asked, (questions,).
        at: When, (questions,).
        everybody: Who is asked by all questions that count, (asked,).
        moments_of_all: When, (asked,).
    """
    span = np.int64(END + _LATELY)
    sorted_keys = np.sort(everybody.astype(np.int64) * span + moments_of_all)
    key = other.astype(np.int64) * span + at
    return np.searchsorted(sorted_keys, key) - np.searchsorted(sorted_keys, key - _LATELY)
