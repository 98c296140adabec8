"""Times how a snapshot is built, brought up to date and opened, from 10^5 to 10^7 edges.

    python -m tests.benchmarks.snapshot [--edges 1000000 ...] [--folder /tmp]

The store is made by SQL, without the index that walking it needs: nothing here walks. Features
are zeros: what is timed is reading, grouping and writing. Seconds are of the clock and of the
processor, as a machine is seldom idle. Each size runs in a process of its own, so that its
highest memory is its own.
"""

import argparse
import multiprocessing
import resource
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from graph.features.source import FeatureRows
from graph.schema import EdgeType, EventKind, NodeType
from graph.snapshot.build import build_snapshot, update_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.store import Store
from graph.store.column_streams import read_edge_columns, read_event_columns, read_keys
from graph.store.tables import EDGE_CODES, EVENT_CODES, KEY_STEP, NODE_CODES, SCHEMA_VERSION

EACH = 10  # edges of each of the four kinds that a person has
SKILLS = 2_003  # a prime: steps of one size meet every skill
NOW = 1_700_000_000
BATCH = 50_000


class Zeros:
    """Features that cost nothing."""

    widths = dict.fromkeys(NodeType, 16)
    fingerprint = f"zeros of schema {SCHEMA_VERSION}"

    def context(self, store: Store) -> str:
        """Depend on nothing."""
        return ""

    def rows(
        self, store: Store, kind: NodeType, keys: Sequence[int] | None = None
    ) -> Iterator[FeatureRows]:
        """Give zeros."""
        wanted = read_keys(store, kind)[0] if keys is None else np.array(keys, np.int64)
        for start in range(0, len(wanted), BATCH):
            some = wanted[start : start + BATCH]
            yield FeatureRows(some, np.zeros((len(some), self.widths[kind]), np.float16))


def make_store(path: Path, edges: int) -> Store:
    """Make a store with about so many edges and events, half of each."""
    store = Store.open(path)
    people = max(edges // (4 * EACH), EACH + 1)
    jobs = max(people // 4, 2 * EACH)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        connection.execute("DROP INDEX edge_target")
        connection.execute("DROP INDEX event_object")
        for kind, count in (("person", people), ("job", jobs), ("skill", SKILLS)):
            connection.execute(
                f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n LIMIT {count}) "
                f"INSERT INTO {kind} (key, id, source_id, source_row) "
                f"SELECT {_key(NodeType(kind), 'i')}, '{kind}-' || i, 1, i FROM n"
            )
        for statement in _relations(people, jobs):
            connection.execute(statement)
        connection.execute("COMMIT")
    return store


def _key(kind: NodeType, number: str) -> str:
    return f"({number} + 1) * {KEY_STEP} + {NODE_CODES[kind]}"


def _relations(people: int, jobs: int) -> Iterator[str]:
    pairs = (
        f"WITH RECURSIVE p(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM p LIMIT {people}), "
        f"k(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM k LIMIT {EACH}) "
    )
    person = _key(NodeType.PERSON, "i")
    skill = _key(NodeType.SKILL, f"(i * 31 + j * 97) % {SKILLS}")
    other = _key(NodeType.PERSON, f"(i + 1 + j * (i % 3 + 1) * 7919) % {people}")
    job = _key(NodeType.JOB, f"(i * 17 + j * 31) % {jobs}")
    day = f"date({NOW} - (i * 7 + j * 1013) % 3000 * 86400, 'unixepoch')"
    edge = "INSERT OR IGNORE INTO edge (source_key, type, target_key, since, weight, observed, "
    for kind, target, since, weight in (
        (EdgeType.HAS_SKILL, skill, "''", "NULL"),
        (EdgeType.CONNECTED_TO, other, day, "(j + 1) / 16.0"),
    ):
        yield (
            f"{edge} source_id, source_row) {pairs} SELECT {person}, {EDGE_CODES[kind]}, {target}, "
            f"{since}, {weight}, 1, 1, i FROM p, k"
        )
    for kind, value in ((EventKind.VIEW, "NULL"), (EventKind.SHOW, "(j + 1) / 16.0")):
        yield (
            "INSERT OR IGNORE INTO event (person_key, at, kind, object_key, context_key, value, "
            f"source_id, source_row) {pairs} SELECT {person}, {NOW} - i % 9999 * 60 - j, "
            f"{EVENT_CODES[kind]}, {job}, 0, {value}, 1, i FROM p, k"
        )


def timed(what: str, facts: int, work: Callable[[], object]) -> None:
    """Say how long something takes."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    seconds, busy = time.perf_counter() - clock, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    rate = facts / busy
    sys.stdout.write(
        f"{facts:>12,} {what:<22} {seconds:>8.1f} {busy:>8.1f} {rate:>13,.0f} {peak:>7.2f}\n"
    )
    sys.stdout.flush()


def measure(edges: int, parent: Path) -> None:
    """Measure one size."""
    with tempfile.TemporaryDirectory(dir=parent) as name:
        folder = Path(name)
        _warm_up(folder)
        store = make_store(folder / "store.db", edges)
        facts = sum((*store_counts(store),))
        timed("read columns", facts, lambda: _read(store))
        timed("fingerprint of facts", facts, store.fingerprint)
        timed("build", facts, lambda: _build(store, folder / "first"))
        first = Snapshot.open(folder / "first")
        timed("open", facts, lambda: Snapshot.open(folder / "first"))
        timed("verify", facts, first.verify)
        timed("update, no change", facts, lambda: _update(first, store, folder / "second"))
        with store.write() as writer:
            writer.connection.exec_driver_sql("DELETE FROM edge WHERE source_key = 8")
        timed("fingerprint again", facts, store.fingerprint)
        timed("update, few changes", facts, lambda: _update(first, store, folder / "third"))
        shutil.rmtree(folder / "first")


def store_counts(store: Store) -> tuple[int, int]:
    """Count edges and events."""
    with store.read() as connection:
        tables = ("edge", "event")
        found = [connection.exec_driver_sql(f"SELECT count(*) FROM {t}").scalar() for t in tables]
    return found[0] or 0, found[1] or 0


def _warm_up(folder: Path) -> None:
    """Let everything be compiled before it is timed."""
    _build(make_store(folder / "small.db", 1), folder / "small")


def _build(store: Store, folder: Path) -> Snapshot:
    return build_snapshot(store, Zeros(), folder, lambda _what, _count: None)


def _update(old: Snapshot, store: Store, folder: Path) -> Snapshot:
    return update_snapshot(old, store, Zeros(), folder, lambda _what, _count: None)


def _read(store: Store) -> None:
    for stream in (read_edge_columns(store), read_event_columns(store)):
        for _ in stream:
            pass


def main() -> None:
    """Measure sizes one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edges", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    chosen = parser.parse_args()
    heads = f"{'what':<22} {'clock s':>8} {'cpu s':>8} {'facts/cpu s':>13} {'GiB':>7}"
    sys.stdout.write(f"{'facts':>12} {heads}\n")
    sys.stdout.flush()
    for edges in chosen.edges:
        process = multiprocessing.get_context("spawn").Process(
            target=measure, args=(edges, chosen.folder)
        )
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit(f"the run of {edges} edges ended with {process.exitcode}")


if __name__ == "__main__":
    main()
