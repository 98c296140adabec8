"""Reads Cora and Citeseer as Planetoid has them, with the split that everybody uses."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array, vstack

from retrieval.baselines.matrix_shape import shape_of
from tests.benchmarks.public.plain_pickle import read_plain_pickle

VALIDATION = 500
Numbers = npt.NDArray[np.int64]


class Papers(NamedTuple):
    """Papers with their words, citations and fields; numbers of those to learn from and to test."""

    words: csr_array  # (papers, words), each row adding up to 1
    citations: csr_array  # (papers, papers), both ways, nobody citing itself
    field: Numbers  # (papers,)
    train: Numbers
    validation: Numbers
    test: Numbers


def read_papers(folder: Path, name: str) -> Papers:
    """Read one of the data sets, such as `cora`.

    Papers that the graph has and the words lack (there are some in Citeseer) have no words.
    """

    def part(which: str) -> csr_array:
        return csr_array(read_plain_pickle(folder / f"ind.{name}.{which}"))

    test = np.loadtxt(folder / f"ind.{name}.test.index", dtype=np.int64)
    known, tested = part("allx"), part("tx")
    known_field, tested_field = part("ally").toarray(), part("ty").toarray()
    first, papers = shape_of(known)[0], int(test.max()) + 1
    spread = csr_array(
        (np.ones(len(test)), (test - first, np.arange(len(test)))),
        shape=(papers - first, len(test)),
    )
    words = csr_array(vstack([known, csr_array(spread @ tested)]))
    field = np.concatenate([known_field, spread @ tested_field]).argmax(axis=1)
    learned = shape_of(part("x"))[0]
    return Papers(
        _shares(words),
        _both_ways(read_plain_pickle(folder / f"ind.{name}.graph"), papers),
        field,
        np.arange(learned),
        np.arange(learned, learned + VALIDATION),
        np.sort(test),
    )


def _both_ways(cited: dict[int, list[int]], papers: int) -> csr_array:
    ends = np.array([(one, other) for one, many in cited.items() for other in many], np.int64)
    ends = np.unique(np.concatenate([ends, ends[:, ::-1]]), axis=0)
    ends = ends[ends[:, 0] != ends[:, 1]]
    return csr_array(coo_array((np.ones(len(ends), np.float32), ends.T), shape=(papers, papers)))


def _shares(words: csr_array) -> csr_array:
    totals = np.asarray(words.sum(axis=1)).ravel()
    rows = np.repeat(np.arange(shape_of(words)[0]), np.diff(words.indptr))
    return csr_array(
        (words.data / totals[rows], words.indices, words.indptr), shape=shape_of(words)
    )
