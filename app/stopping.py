"""Lets long work end in good order when the system or a person asks for it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ASKED = (signal.SIGTERM, signal.SIGINT)


class Stopping:
    """Whether somebody has asked for the end."""

    def __init__(self) -> None:
        self.is_asked = False

    def ask(self, _number: int, _frame: FrameType | None) -> None:
        """Note the first time that it is asked for; the second time ends at once."""
        if self.is_asked:
            raise KeyboardInterrupt
        self.is_asked = True


@contextmanager
def stopping_in_order() -> Iterator[Stopping]:
    """Catch Ctrl-C and the signal to terminate, until the work is done."""
    stopping = Stopping()
    before = {number: signal.signal(number, stopping.ask) for number in _ASKED}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
