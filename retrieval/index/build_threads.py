"""Lets FAISS use so many threads for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

import faiss


@contextmanager
def build_threads(count: int) -> Iterator[None]:
    """Let FAISS use `count` threads in this process, and as many as before afterwards."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(count)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
