"""Speaks to the person at the terminal, or to the program that reads our JSON."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

SECONDS_BETWEEN_LINES = 2.0
Step = Callable[[str, int], None]  # (what is being worked on, how much of it is done)


@dataclass(frozen=True)
class Output:
    """Where and how much to say."""

    as_json: bool = False
    is_quiet: bool = False

    def show(self, *renderables: "RenderableType") -> None:
        """Print for a person; nothing when quiet or when a program reads."""
        if not (self.as_json or self.is_quiet):
            self._console(sys.stdout).print(*renderables)

    def say(self, line: str) -> None:
        """Print a line as it stands: what it quotes may hold brackets, which are no mark-up."""
        if not (self.as_json or self.is_quiet):
            sys.stdout.write(f"{line}\n")

    def emit(self, value: Any) -> None:  # noqa: ANN401  anything that JSON can hold
        """Print one JSON object when a program reads."""
        if self.as_json:
            json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
            sys.stdout.write("\n")

    def complain(self, message: str) -> None:
        """Print one line about what is wrong to standard error."""
        sys.stderr.write(f"careergraph: {' '.join(message.split())}\n")

    @contextmanager
    def progress(self, what: str) -> Iterator[Step]:
        """Show how far long work has come: a live line at a terminal, else a line now and then."""
        if self.as_json or self.is_quiet:
            yield lambda _name, _done: None
        elif sys.stderr.isatty():
            with self._console(sys.stderr).status(what) as status:
                yield lambda name, done: status.update(f"{what}: {_plain(name)}, {done:,}")
        else:
            yield self._plain_lines(what)

    def _plain_lines(self, what: str) -> Step:
        spoken = time.monotonic()

        def step(name: str, done: int) -> None:
            nonlocal spoken
            if time.monotonic() - spoken > SECONDS_BETWEEN_LINES:
                spoken = time.monotonic()
                sys.stderr.write(f"{what}: {name}, {done:,}\n")

        return step

    def _console(self, stream: Any) -> "Console":  # noqa: ANN401  sys.stdout or sys.stderr
        from rich.console import Console

        return Console(file=stream, highlight=False, soft_wrap=not stream.isatty())


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)
