"""Says what an importer is: it recognises files by content and reads them into facts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from graph.importers.input_file import InputFile
from graph.schema import Fact

MOST_REJECTS_KEPT = 1000
MOST_ROWS_REMEMBERED = 1_000_000


@dataclass(slots=True)
class Tally:
    """What became of the rows of one file; filled in while its facts are read.

    `rows_read` = `rows_used` + the sum of `skipped`, always, once the facts are exhausted.
    """

    used_for: tuple[str, ...] = ()  # in words: ("people you know", "where they work")
    rows_read: int = 0
    rows_used: int = 0
    skipped: Counter[str] = field(default_factory=Counter)  # reason -> rows
    rejects: list[tuple[int, str]] = field(default_factory=list)  # (row, reason), no content
    warnings: Counter[str] = field(default_factory=Counter)  # odd, but used: "date in the future"
    remarks: list[str] = field(default_factory=list)  # "era: mid-2023 on", "delimiter ;"
    _taken_back: set[int] = field(default_factory=set)

    def use(self) -> None:
        """Count a row that became facts."""
        self.rows_read += 1
        self.rows_used += 1

    def skip(self, row: int, reason: str) -> None:
        """Count a row that was read and left out; keep its number, never its content."""
        self.rows_read += 1
        self.reject(row, reason)

    def reject(self, row: int, reason: str) -> None:
        """Count a row, already counted as read, that was left out after all."""
        self.skipped[reason] += 1
        if len(self.rejects) < MOST_REJECTS_KEPT:
            self.rejects.append((row, reason))

    def unuse(self, row: int, reason: str) -> None:
        """Take a row back that was counted as used: what it points at does not exist.

        A row that became several facts is taken back once; a fact without a row, never.
        """
        if row == 0 or row in self._taken_back:
            return
        if len(self._taken_back) < MOST_ROWS_REMEMBERED:
            self._taken_back.add(row)
        self.rows_used -= 1
        self.reject(row, reason)


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file that an importer knows how to treat."""

    file: InputFile
    part: str  # which part of its format: "connections", "people"; "" when there is only one
    group: str  # files with the same group are read together, such as one person's export
    unused_because: str | None = None  # known, but holds nothing for the graph: why


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the person who imports has said about the files."""

    owner_id: str | None = None  # whose export this is; None: read it from the files
    imported_at: int = 0  # seconds since 1970 UTC: "as of" for files that do not say


@dataclass(slots=True)
class Reading:
    """The facts of one file, and what became of its rows.

    `facts` is a one-pass stream; `tally` is complete once the stream is exhausted.
    """

    file: InputFile
    facts: Iterator[Fact]
    tally: Tally
    owner_id: str | None = None  # whose export the file is part of, where there is such a person


class Importer(Protocol):
    """A format. Pure: reads its files, yields facts, and touches nothing else."""

    name: str  # what --format takes and reports print: "linkedin"
    label: str  # in words: "LinkedIn data export"

    def recognise(self, file: InputFile) -> Recognised | None:
        """Recognise a file by its content (names may help), or return None.

        Args:
            file: Read with `file.head()` only; must be quick and must never raise on hostile
                content.
        """
        ...

    def read(self, group: Sequence[Recognised], options: ReadOptions) -> Iterator[Reading]:
        """Read the files of one group, entities before what refers to them.

        The caller exhausts each reading's facts before it asks for the next reading.

        Raises:
            BadFile: The file as a whole cannot be used; the message says why.
        """
        ...
