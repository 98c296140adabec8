"""Measures an index of vectors beside exact search: building, searching, recall, memory.

Run: python -m tests.benchmarks.vector_index [--vectors 50000] [--kinds exact hnsw ivf_pq]

Vectors have few directions that matter and lengths that differ, as those that links are scored
by. Every query goes to every contender in turn, so that a busy machine slows them alike. With
`--vectors 1000000` leave hnsw out of `--kinds`, or give it `--threads`: its graph takes longest.
"""

import argparse
import os
import statistics
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import NamedTuple

import faiss
import numpy as np
from rich.console import Console
from rich.table import Table

from retrieval.index.checked_vectors import Vectors
from retrieval.index.index_config import IndexConfig
from retrieval.index.index_kind import IndexKind
from retrieval.index.row_table import Labels
from retrieval.index.vector_index import VectorIndex

DIRECTIONS = 32
FILTERS = (1.0, 0.3, 0.03)  # shares of vectors that may be found


class Built(NamedTuple):
    """An index and what it took to make it."""

    vectors: VectorIndex
    seconds: float
    mebibytes: float


def main() -> None:
    """Measure and print a table for each filter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=int, default=50_000)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--k", type=int, default=50)
    parser.add_argument("--kinds", type=IndexKind, nargs="+", default=list(IndexKind))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--cpu-time", action="store_true", help="count seconds of the processor; on a busy machine"
    )
    options = parser.parse_args()
    clock = process_time if options.cpu_time else perf_counter
    faiss.omp_set_num_threads(options.threads)
    vectors, queries = drawn(options.vectors, options.queries, options.width)
    kinds = [IndexKind.EXACT, *(each for each in options.kinds if each is not IndexKind.EXACT)]
    built = {kind: _built(kind, vectors, options.threads, clock) for kind in kinds}
    console = Console()
    load = os.getloadavg()[0]
    console.print(
        f"{options.vectors:,} vectors of {options.width} numbers, {options.queries} queries, "
        f"{options.threads} threads, load {load:.1f}, {'CPU' if options.cpu_time else 'wall'} time"
    )
    for share in FILTERS:
        console.print(_table(built, queries, options.k, share, clock))


def drawn(count: int, num_queries: int, width: int, seed: int = 0) -> tuple[Vectors, Vectors]:
    """Draw vectors, (count, width), and queries, (num_queries, width)."""
    random = np.random.default_rng(seed)
    basis = random.standard_normal((DIRECTIONS, width), np.float32)

    def draw(number: int) -> Vectors:
        inner = random.standard_normal((number, DIRECTIONS), np.float32) @ basis
        noisy = inner + random.standard_normal((number, width), np.float32)
        lengths = np.exp(0.3 * random.standard_normal((number, 1), np.float32))
        return noisy / np.linalg.norm(noisy, axis=1, keepdims=True) * lengths

    return draw(count), draw(num_queries)


def _built(kind: IndexKind, vectors: Vectors, threads: int, clock: Callable[[], float]) -> Built:
    ids = [f"job:{number}" for number in range(len(vectors))]
    begin = clock()
    index = VectorIndex.build(ids, vectors, IndexConfig(kind=kind, build_threads=threads))
    seconds = clock() - begin
    return Built(index, seconds, _mebibytes(index))


def _mebibytes(index: VectorIndex) -> float:
    """Return what it saves, which is what FAISS holds and the ids; no process gives memory back."""
    with TemporaryDirectory() as folder:
        index.save(Path(folder))
        return sum(each.stat().st_size for each in Path(folder).iterdir()) / 2**20


def _table(
    built: dict[IndexKind, Built],
    queries: Vectors,
    k: int,
    share: float,
    clock: Callable[[], float],
) -> Table:
    some = next(iter(built.values())).vectors
    allowed = None if share == 1 else _allowed(some, share)
    seconds: dict[IndexKind, list[float]] = {kind: [] for kind in built}
    for query in queries:
        for kind, each in built.items():
            begin = clock()
            each.vectors.search(query[None], k, allowed)
            seconds[kind].append(clock() - begin)
    title = f"{share:.0%} of the vectors may be found"
    table = Table("", "build s", "MiB", "p50 ms", "p95 ms", "x exact", f"recall@{k}", title=title)
    peer = statistics.median(seconds[IndexKind.EXACT])
    for kind, each in built.items():
        median = statistics.median(seconds[kind])
        table.add_row(
            kind,
            f"{each.seconds:.1f}",
            f"{each.mebibytes:.0f}",
            f"{1000 * median:.2f}",
            f"{1000 * float(np.quantile(seconds[kind], 0.95)):.2f}",
            f"{peer / median:.1f}",
            f"{each.vectors.recall_against_exact(queries, k, allowed):.3f}",
        )
    return table


def _allowed(index: VectorIndex, share: float) -> Labels:
    size = int(share * len(index))
    return np.random.default_rng(1).choice(index.labels, size, replace=False)


if __name__ == "__main__":
    main()
