"""Hands the lines of a file to a CSV parser, and can take back those of a record gone wrong."""

import io
import re
from collections import deque
from collections.abc import Iterator
from itertools import chain

from graph.importers.text_blocks import OVERLONG_LINE

MAX_RECORD_CHARS = 1_048_576
MAX_RECORD_LINES = 2_000
FARTHEST_QUOTE = 8_388_608  # characters that are searched for the end of an overlong record
END_OF_FILE = "\ud800"  # the last line handed out; a lone surrogate is in no decoded text


class OverlongRecord(Exception):
    """A record runs past `MAX_RECORD_CHARS`; raised through the parser that asks for lines."""


class RecordShape:
    """What a record must look like where quotes are used as they should be."""

    def __init__(self, delimiter: str, escapechar: str | None) -> None:
        stop = re.escape(delimiter) + r"\r\n"
        escape = re.escape(escapechar) if escapechar else ""
        escaped = f"|{escape}." if escape else ""
        bare = f"(?:[^{stop}{escape}]++{escaped})*+"
        quoted = f'"(?:[^"{escape}]++|""{escaped})*+"'
        cell = f'(?:{quoted}|(?!"){bare}|)'
        self._cells = re.compile(f"{cell}(?:{re.escape(delimiter)}{cell})*+", re.DOTALL)

    def end(self, text: str) -> int:
        """Return where the well-formed cells at the start of `text` end."""
        match = self._cells.match(text)
        return match.end() if match else 0

    def fits(self, record: str) -> bool:
        """Tell whether a whole record is well-formed."""
        return record[self.end(record) :] in {"", "\n", "\r", "\r\n"}


class PhysicalLines:
    """The lines of a file; `start` is for the parser's owner to set as records are finished."""

    def __init__(self, texts: Iterator[str]) -> None:
        self.start = 0  # lines, counted from the last `resume`, before the record being parsed
        self.odd = False  # the lines handed out last must be looked at: NUL, overlong, the end
        self._texts = texts
        self._ahead: deque[str] = deque()  # read, but not yet handed out
        self._held: list[str] = []  # handed out: from the open record's batch on
        self._before = 0  # lines handed out before the held ones

    def feed(self) -> Iterator[str]:
        """Hand out all lines from here on, and `END_OF_FILE` as the last one."""
        return chain.from_iterable(self._batches())

    def record(self, end: int) -> str:
        """Return the text of the record from `start` to line `end`."""
        return "".join(self._held[self.start - self._before : end - self._before])

    def resume(self, line: int) -> None:
        """Make `feed` go on from `line`, at or after `start`, and count lines anew from there."""
        while self._before + len(self._held) < line and (text := self._next()) is not None:
            self._before += len(self._held)
            self._held = _split(text)
        self._held = self._held[line - self._before :]
        self._before = self.start = 0

    def skip_record(self, shape: RecordShape) -> bool:
        """Resume after the record at `start` if it is well-formed, however long it is.

        Returns:
            False, and nothing is skipped, if a quote opens that is never closed properly.
        """
        text = "".join(self._held[self.start - self._before :])
        looked_at = 0
        while True:
            end = shape.end(text)
            if end < len(text) and text[end] != '"':
                break
            more = self._look_ahead(looked_at, len(text))
            if len(text) > FARTHEST_QUOTE or not more:
                break
            looked_at += len(more)
            text += "".join(more)
        if end < len(text) and text[end] not in "\r\n":
            return False
        for _ in range(looked_at):
            self._ahead.popleft()
        self._ahead.appendleft(text[end:])
        self._held = []
        self._before = self.start = 0
        return True

    def _look_ahead(self, known: int, chars: int) -> list[str]:
        """Return about as much text as is known already, so that searching stays linear."""
        more: list[str] = []
        while chars > 0:
            if known + len(more) == len(self._ahead):
                text = next(self._texts, None)
                if text is None:
                    break
                self._ahead.append(text)
            more.append(self._ahead[known + len(more)])
            chars -= len(more[-1])
        return more

    def _batches(self) -> Iterator[list[str]]:
        if self._held:
            self.odd = True
            yield self._held
        while (text := self._next()) is not None:
            lines = _split(text)
            self._hold(lines)
            self.odd = "\0" in text or OVERLONG_LINE in text
            yield lines
        self.odd = True
        yield [END_OF_FILE]

    def _hold(self, lines: list[str]) -> None:
        still_open = self._held[self.start - self._before :]
        self._before += len(self._held) - len(still_open)
        self._held = [*still_open, *lines] if still_open else lines
        if sum(map(len, still_open)) > MAX_RECORD_CHARS:
            raise OverlongRecord

    def _next(self) -> str | None:
        return self._ahead.popleft() if self._ahead else next(self._texts, None)


def _split(text: str) -> list[str]:
    return list(io.StringIO(text, newline=""))
