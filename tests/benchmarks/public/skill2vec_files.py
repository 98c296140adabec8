"""Reads skill2vec's postings: a line each, its number first, then its skills as written."""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

FEWEST_USES, FEWEST_SKILLS = 20, 5


class Postings(NamedTuple):
    """Which posting asks for which skill, (postings, skills), and the names of the skills."""

    asks: csr_array
    names: tuple[str, ...]


def read_postings(
    folder: Path, fewest_uses: int = FEWEST_USES, fewest_skills: int = FEWEST_SKILLS
) -> Postings:
    """Read the file `*.csv.gz` or `*.csv` of a folder.

    Names are compared without regard to case. Skills that fewer postings use are left out, then
    postings of fewer skills, and of postings with the same skills all but one.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: Nothing is left.
    """
    found = sorted([*folder.glob("*.csv.gz"), *folder.glob("*.csv")])
    if not found:
        raise FileNotFoundError(f"no file *.csv.gz or *.csv is in {folder}")
    rows = [frozenset(row) for row in _rows(found[0])]
    uses = Counter(skill for row in rows for skill in row)
    names = tuple(sorted(skill for skill, count in uses.items() if count >= fewest_uses))
    number = {name: i for i, name in enumerate(names)}
    kept = dict.fromkeys(frozenset(number[each] for each in row if each in number) for row in rows)
    postings = [sorted(row) for row in kept if len(row) >= fewest_skills]
    if not postings:
        raise ValueError(
            f"{found[0]}: no posting has {fewest_skills} skills that are used {fewest_uses} times"
        )
    starts = np.append(0, np.cumsum([len(row) for row in postings]))
    items = np.concatenate([np.array(row) for row in postings])
    asks = csr_array((np.ones(len(items), np.float32), items, starts), (len(postings), len(names)))
    return Postings(asks, names)


def _rows(path: Path) -> Iterator[list[str]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines):
            skills = (" ".join(skill.lower().split()) for skill in row[1:])
            yield [skill for skill in skills if skill]
