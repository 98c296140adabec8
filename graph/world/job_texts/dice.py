"""Hands out random choices one by one, from a row of whole numbers drawn beforehand."""

from collections.abc import Sequence
from itertools import cycle
from typing import TypeVar

Thing = TypeVar("Thing")

SIDES = 1 << 31  # the numbers of a row lie below this


class Dice:
    """Choices for one text; each uses up a number, and after the last the first comes again."""

    __slots__ = ("draw",)

    def __init__(self, numbers: list[int]) -> None:
        # Written for speed: a text takes some eighty choices, a world has millions of texts.
        self.draw = cycle(numbers).__next__

    def below(self, limit: int) -> int:
        """Return a whole number from 0 to below the limit."""
        return self.draw() % limit

    def chance(self, share: float) -> bool:
        """Tell whether something happens that happens this often."""
        return self.draw() < share * SIDES

    def one(self, things: Sequence[Thing]) -> Thing:
        """Choose one thing."""
        return things[self.draw() % len(things)]

    def some(self, things: Sequence[Thing], wanted: int) -> list[Thing]:
        """Choose different things, in an order of their own; all, if there are too few."""
        count = len(things)
        if wanted == 1 and count:
            return [things[self.draw() % count]]
        places: list[int] = []
        for _ in range(min(wanted, count)):
            place = self.draw() % count
            while place in places:
                place = (place + 1) % count
            places.append(place)
        return [things[place] for place in places]
