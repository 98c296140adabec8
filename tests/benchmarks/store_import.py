"""Times bulk import and neighbourhood reads of the store beside plain sqlite3, in one run.

    python -m tests.benchmarks.store_import [--people 200000] [--events 1000000]

The peer writes the same rows with `sqlite3.executemany` into bare tables without a key, an index
or a search index, under the same journal mode. Ours links them, refuses doubles, keeps where each
row came from, and can be searched and walked when it is done.
"""

import argparse
import gc
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import graph
from graph.importers.frame import Tally
from graph.ingest.ingest import Ingest
from graph.ingest.jobs import Jobs
from graph.ingest.resolver import Resolver
from graph.linking import Linker
from graph.schema import Event, EventKind, Job, NodeType, Person
from graph.store import Store
from graph.store.writer import SourceFile
from graph.taxonomy import Taxonomy

JOBS = 50_000
READS = 400
KINDS = (EventKind.VIEW, EventKind.VIEW, EventKind.VIEW, EventKind.SAVE, EventKind.APPLY)
SENTENCE = (
    "builds data platforms for teams that care leads small groups writes clear reports plans "
    "budgets designs services reviews code teaches colleagues ships products measures results"
)


class Rows(NamedTuple):
    """The same facts for both sides."""

    people: list[Person]
    jobs: list[Job]
    events: list[Event]


class Timing(NamedTuple):
    """How long one side took."""

    seconds: float
    rows: int

    @property
    def rate(self) -> float:
        """Return rows a second."""
        return self.rows / self.seconds


def make_rows(people: int, events: int, seed: int) -> Rows:
    """Make facts as an importer would state them."""
    rng = random.Random(seed)
    text = [" ".join(rng.choices(SENTENCE.split(), k=12)) for _ in range(2000)]
    return Rows(
        [
            Person(
                f"p{i}",
                name=f"First{i % 977} Last{i % 1511}",
                headline=text[i % 2000],
                summary=f"{text[i * 7 % 2000]} {text[i * 13 % 2000]}",
                years_experience=float(i % 40),
                row=i + 1,
            )
            for i in range(people)
        ],
        [Job(f"j{i}", row=i + 1) for i in range(JOBS)],
        [
            Event(
                f"p{rng.randrange(people)}",
                rng.choice(KINDS),
                f"j{rng.randrange(JOBS)}",
                1_700_000_000 + rng.randrange(30_000_000),
                row=i + 1,
            )
            for i in range(events)
        ],
    )


def time_bare(rows: Rows, folder: Path) -> Timing:
    """Write people and events into one bare table each with plain sqlite3."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE person(id, name, headline, summary, years)")
    connection.execute("CREATE TABLE event(person, kind, item, at, value)")
    start = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        "INSERT INTO person VALUES (?, ?, ?, ?, ?)",
        ((p.id, p.name, p.headline, p.summary, p.years_experience) for p in rows.people),
    )
    connection.executemany(
        "INSERT INTO event VALUES (?, ?, ?, ?, ?)", (event[:5] for event in rows.events)
    )
    connection.execute("COMMIT")
    seconds = time.perf_counter() - start
    connection.close()
    return Timing(seconds, len(rows.people) + len(rows.events))


def time_store(rows: Rows, folder: Path, taxonomy: Taxonomy) -> Timing:
    """Bring the same people and events into a store, by the way every import takes."""
    store = Store.open(folder / "store.db")
    with store.write() as writer:
        source = writer.source(SourceFile("jobs", "jobs", "benchmark", 0))
        Jobs(writer, Resolver(writer, Linker(taxonomy))).jobs(rows.jobs, source, Tally())
    start = time.perf_counter()
    with store.write() as writer:
        source = writer.source(SourceFile("people", "people", "benchmark", 0))
        Ingest(writer, Linker(taxonomy)).take(
            chain(rows.people, rows.events), source, Tally(), lambda _: None
        )
    seconds = time.perf_counter() - start
    return Timing(seconds, len(rows.people) + len(rows.events))


def time_neighbourhoods(folder: Path, people: int, seed: int) -> list[float]:
    """Read the 2-hop neighbourhood of random people; return milliseconds, sorted."""
    store = Store.open(folder / "store.db")
    rng = random.Random(seed)
    ids = [f"p{rng.randrange(people)}" for _ in range(READS)]
    keys = list(store.find(NodeType.PERSON, ids).values())
    milliseconds: list[float] = []
    for key in keys:
        start = time.perf_counter()
        store.neighbourhood([key], hops=2)
        milliseconds.append((time.perf_counter() - start) * 1000)
    return sorted(milliseconds)


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description="Times the store beside sqlite3.")
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    taxonomy = Taxonomy.load(Path(graph.__file__).parent.parent / "data" / "taxonomy")
    rows = make_rows(chosen.people, chosen.events, chosen.seed)
    gc.freeze()  # the rows are the same for both and no part of what is timed
    say = sys.stdout.write
    say(f"{'run':>4} {'bare rows/s':>12} {'store rows/s':>13} {'store/bare':>11}\n")
    shares: list[float] = []
    reads: list[float] = []
    for run in range(chosen.runs):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            bare, ours = time_bare(rows, folder), time_store(rows, folder, taxonomy)
            shares.append(ours.rate / bare.rate)
            say(f"{run:>4} {bare.rate:>12,.0f} {ours.rate:>13,.0f} {shares[-1]:>11.0%}\n")
            reads = time_neighbourhoods(folder, chosen.people, chosen.seed)
    say(f"median share {statistics.median(shares):.0%} (at least 40 %)\n")
    p95 = reads[int(len(reads) * 0.95)]
    say(f"2-hop neighbourhood: median {statistics.median(reads):.1f} ms, p95 {p95:.1f} ms\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"peak memory {peak:,.0f} MiB, the rows of the benchmark itself included\n")


if __name__ == "__main__":
    main()
