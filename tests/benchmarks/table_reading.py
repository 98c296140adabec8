"""Measures how fast events are written and read as tables, beside the bare parsers.

Run as `python -m tests.benchmarks.table_reading --rows 1000000`. Each measurement has a process
of its own, so that its peak memory is its own too.
"""

import argparse
import csv
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from graph.importers.frame import ReadOptions
from graph.importers.input_file import InputFile
from graph.importers.tables.importer import TableImporter
from graph.importers.tables.layout import Table
from graph.schema import Event, EventKind
from graph.table_export import TableFormat, write_table

_FIRST_MOMENT, _LAST_MOMENT = 1_600_000_000, 1_700_000_000


class Measured(NamedTuple):
    """What one measurement found."""

    rows: int
    seconds: float
    peak_mib: float


def events(rows: int, seed: int = 0) -> Iterator[Event]:
    """Yield events as they lie in a log: many people and jobs, a moment of its own for each."""
    random_number = random.Random(seed)
    kinds = list(EventKind)[:4]
    people, jobs = max(rows // 100, 10), max(rows // 50, 10)
    for _ in range(rows):
        yield Event(
            f"person-{int(people * random_number.random() ** 2)}",
            kinds[int(4 * random_number.random() ** 3)],
            f"job-{int(jobs * random_number.random() ** 2)}",
            random_number.randrange(_FIRST_MOMENT, _LAST_MOMENT),
        )


def write_events(path: Path, rows: int) -> int:
    """Write the events as a table, in the format that the suffix names."""
    table_format = TableFormat(path.suffix[1:])
    return write_table(path.parent, Table.EVENTS, events(rows), table_format).rows


def make_events(path: Path, rows: int) -> int:
    """Make the events and write nothing, to be subtracted from the writing."""
    return sum(1 for _ in events(rows))


def read_bare_csv(path: Path, rows: int) -> int:
    """Read with nothing but the csv module."""
    with path.open(encoding="utf-8", newline="") as stream:
        return sum(1 for _ in csv.reader(stream)) - 1


def read_bare_parquet(path: Path, rows: int) -> int:
    """Read with nothing but pyarrow, into Python values."""
    import pyarrow.parquet as pq

    batches = pq.ParquetFile(path).iter_batches(use_threads=False)
    return sum(len(batch.to_pylist()) for batch in batches)


def read_table(path: Path, rows: int) -> int:
    """Read with the importer."""
    file = InputFile(str(path), path.name, "", path.stat().st_size, lambda: path.open("rb"))
    importer = TableImporter()
    recognised = importer.recognise(file)
    if recognised is None:
        raise ValueError(f"{path} is not recognised")
    read = 0
    for reading in importer.read([recognised], ReadOptions(imported_at=_LAST_MOMENT)):
        read += sum(1 for _ in reading.facts)
        if reading.tally.rows_used != rows:
            raise ValueError(f"{reading.tally.rows_used} of {rows} rows used")
    return read


def measure(work: Callable[[Path, int], int], path: Path, rows: int) -> Measured:
    """Do some work in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (work, path, rows))


def _measured(work: Callable[[Path, int], int], path: Path, rows: int) -> Measured:
    start = time.perf_counter()
    done = work(path, rows)
    seconds = time.perf_counter() - start
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Measured(done, seconds, peak_kib / 1024)


def main() -> None:
    """Write and read, and print a line for each measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows: int = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        as_csv, as_parquet = Path(folder) / "events.csv", Path(folder) / "events.parquet"
        steps = (
            ("making events", make_events, as_csv),
            ("write CSV (with making)", write_events, as_csv),
            ("read CSV, csv module", read_bare_csv, as_csv),
            ("read CSV, importer", read_table, as_csv),
            ("write Parquet (with making)", write_events, as_parquet),
            ("read Parquet, pyarrow", read_bare_parquet, as_parquet),
            ("read Parquet, importer", read_table, as_parquet),
        )
        for name, work, path in steps:
            found = measure(work, path, rows)
            sys.stdout.write(
                f"{name:<28}{found.rows:>11,} rows {found.seconds:>7.1f} s"
                f"{found.rows / found.seconds:>11,.0f} rows/s {found.peak_mib:>6,.0f} MiB peak\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
