"""Reads the splits that LightGCN's authors use: who chose what, for training and for testing.

Either `train.txt` and `test.txt`, a person and all its items a line, numbered from 0, or
`data1.txt` and `test1.txt`, a person, an item and a weight a line, numbered from 1.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from retrieval.baselines.matrix_shape import shape_of
from tests.benchmarks.public.whole_graph import kept


class Split(NamedTuple):
    """What is known and what is hidden, (people, items) each."""

    known: csr_array
    hidden: csr_array


def read_split(folder: Path) -> Split:
    """Read either form from a folder.

    Raises:
        FileNotFoundError: The folder has neither form.
        ValueError: A line is not of the form; file and line are named.
    """
    if (folder / "train.txt").is_file():
        known, hidden = (list(_lists(folder / name)) for name in ("train.txt", "test.txt"))
    elif (folder / "data1.txt").is_file():
        known, hidden = (list(_triples(folder / name)) for name in ("data1.txt", "test1.txt"))
    else:
        raise FileNotFoundError(f"neither train.txt nor data1.txt is in {folder}")
    places = np.array(known + hidden, np.int64).reshape(-1, 2)
    people, items = (int(most) + 1 for most in places.max(axis=0))
    return Split(_matrix(known, people, items), _matrix(hidden, people, items))


def carved(known: csr_array, share: float = 0.1, seed: int = 0) -> Split:
    """Hide a share of what is known, to choose settings by."""
    is_out = np.random.default_rng(seed).random(len(known.data)) < share
    return Split(kept(known, ~is_out), kept(known, is_out))


def made_split(people: int, items: int, choices: int, seed: int = 0) -> Split:
    """Draw choices that lean to popular items and to a taste that many share; a tenth is hidden.

    Only its size says something.
    """
    generator = np.random.default_rng(seed)
    popularity = generator.permutation(1 / np.arange(1, items + 1) ** 0.7)
    group_of_item, groups = generator.integers(0, 100, items), 100
    chosen: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = []
    often = generator.multinomial(choices, generator.dirichlet(np.full(groups, 5.0)))
    for group, count in enumerate(often):
        taste = popularity * np.where(group_of_item == group, 30.0, 1.0)
        item = np.searchsorted(np.cumsum(taste) / taste.sum(), generator.random(count))
        person = generator.integers(0, -(-people // groups), count) * groups + group
        chosen.append(np.minimum(person, people - 1) * items + np.minimum(item, items - 1))
    known = _matrix(list(zip(*divmod(np.concatenate(chosen), items), strict=True)), people, items)
    return carved(known)


def _lists(path: Path) -> Iterator[tuple[int, int]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            person, *items = map(int, line.split() or ["0"])
        except ValueError:
            raise ValueError(
                f"{path}, line {number}: not all whole numbers: {line[:60]!r}"
            ) from None
        yield from ((person, item) for item in items)


def _triples(path: Path) -> Iterator[tuple[int, int]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            person, item = map(int, line.split()[:2])
        except ValueError:
            raise ValueError(f"{path}, line {number}: no person and item: {line[:60]!r}") from None
        if min(person, item) < 1:
            raise ValueError(f"{path}, line {number}: numbers start from 1: {line[:60]!r}")
        yield person - 1, item - 1


def _matrix(pairs: list[tuple[int, int]], people: int, items: int) -> csr_array:
    places = np.unique(np.array(pairs, np.int64).reshape(-1, 2), axis=0)
    matrix = csr_array(
        (np.ones(len(places), np.float32), (places[:, 0], places[:, 1])), shape=(people, items)
    )
    assert shape_of(matrix) == (people, items)
    return matrix
