"""Remembers what a text was turned into, because bulk tables say the same things often."""

from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")

MOST_TEXTS = 100_000
LONGEST_TEXT = 300


class Remembered(dict[str, Value]):
    """A dict that works out what it does not hold; it forgets all before it grows too large."""

    def __init__(self, work_out: Callable[[str], Value]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, text: str) -> Value:
        value = self._work_out(text)
        if len(text) <= LONGEST_TEXT:
            if len(self) >= MOST_TEXTS:
                self.clear()
            self[text] = value
        return value
