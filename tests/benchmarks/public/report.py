"""Collects the rows of one table, each with its time, and prints it with the peak memory."""

import resource
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter, process_time
from typing import TypeVar

from rich.console import Console
from rich.table import Table

Made = TypeVar("Made")


class Report:
    """A table in the making: methods from top to bottom, measures from left to right."""

    def __init__(self, title: str, measures: tuple[str, ...]) -> None:
        self.title, self.measures = title, measures
        self.rows: list[tuple[str, Mapping[str, float], float, float]] = []
        self.console = Console(highlight=False, width=110)

    def measure(self, method: str, work: Callable[[], Mapping[str, float]]) -> Mapping[str, float]:
        """Do the work of one method, time it, and say that it is done."""
        start, start_of_work = perf_counter(), process_time()
        found = work()
        seconds, work_seconds = perf_counter() - start, process_time() - start_of_work
        self.rows.append((method, found, seconds, work_seconds))
        figures = "  ".join(f"{name} {found[name]:.4f}" for name in self.measures if name in found)
        self.console.print(f"  {method}: {figures}  ({seconds:.1f} s)")
        return found

    def show(self, ours: str, measure: str, footer: str = "") -> None:
        """Print the table, and at the end whether ours is ahead of everything else.

        Args:
            ours: What the names of our methods begin with.
            measure: By which methods are compared.
            footer: What else is to be said.
        """
        table = Table("method", title=self.title)
        for name in self.measures:
            table.add_column(name, justify="right")
        table.add_column("seconds", justify="right")
        table.add_column("of CPU", justify="right")
        for method, found, seconds, work_seconds in self.rows:
            figures = (f"{found[name]:.4f}" if name in found else "" for name in self.measures)
            table.add_row(method, *figures, f"{seconds:.1f}", f"{work_seconds:.1f}")
        self.console.print(table)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        memory = f"Peak memory of the process: {peak:,.0f} MiB."
        for line in filter(None, (footer, memory, self.verdict(ours, measure))):
            self.console.print(line)

    def verdict(self, ours: str, measure: str) -> str:
        """Say which is ahead by one measure: the mean of ours, or the best of the others."""
        of_ours = [row for row in self._with(measure) if row[0].startswith(ours)]
        others = [row for row in self._with(measure) if not row[0].startswith(ours)]
        if not of_ours or not others:
            return ""
        mine = sum(figure for _, figure in of_ours) / len(of_ours)
        theirs = max(others, key=lambda row: row[1])
        figures = f"{measure} {mine:.4f} against {theirs[1]:.4f}"
        if mine >= theirs[1]:
            return f"Ours is ahead of the best simple method, {theirs[0]}: {figures}."
        return f"A simple method stays ahead of ours, {theirs[0]}: {figures}."

    def _with(self, measure: str) -> Iterator[tuple[str, float]]:
        return ((name, found[measure]) for name, found, *_ in self.rows if measure in found)


@contextmanager
def whole_time(report: Report) -> Iterator[None]:
    """Say at the end how long everything took."""
    start, start_of_work = perf_counter(), process_time()
    yield
    seconds, work_seconds = perf_counter() - start, process_time() - start_of_work
    report.console.print(f"Everything took {seconds:.0f} s, {work_seconds:.0f} s of CPU.")
