"""Reads SNAP's ego-Facebook: who knows whom, and anonymised attributes of everybody."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array, csr_array


class People(NamedTuple):
    """People with their attributes, and who knows whom."""

    attributes: csr_array  # (people, attributes)
    names: tuple[str, ...]  # such as "education;school;id;anonymized feature 50"
    ties: csr_array  # (people, people), both ways


def read_people(folder: Path) -> People:
    """Read all ego networks as one graph.

    Attributes of the same name are the same in all of them; somebody who is in several networks
    has what any of them says.

    Raises:
        FileNotFoundError: There is no ego network, or no file of all ties.
        ValueError: A row of attributes is not as long as its list of names.
    """
    egos = sorted(int(path.stem) for path in folder.glob("*.feat"))
    if not egos:
        raise FileNotFoundError(f"no ego network (a file such as 0.feat) is in {folder}")
    columns: dict[str, int] = {}
    has: list[tuple[int, int]] = []
    for ego in egos:
        lines = (folder / f"{ego}.featnames").read_text(encoding="utf-8").splitlines()
        own = [columns.setdefault(line.partition(" ")[2], len(columns)) for line in lines]
        rows = (folder / f"{ego}.feat").read_text(encoding="utf-8").splitlines()
        first = (folder / f"{ego}.egofeat").read_text(encoding="utf-8").split()
        for number, row in enumerate([f"{ego} {' '.join(first)}", *rows]):
            person, *flags = row.split()
            if len(flags) != len(own):
                raise ValueError(
                    f"{folder / f'{ego}.feat'}, row {number}: {len(flags)} attributes, "
                    f"and {len(own)} names"
                )
            has.extend((int(person), own[i]) for i, flag in enumerate(flags) if flag == "1")
    ties = np.loadtxt(folder / "facebook_combined.txt", dtype=np.int64, ndmin=2)
    people = 1 + max(int(ties.max()), max(person for person, _ in has), *egos)
    places = np.unique(np.array(has, np.int64).reshape(-1, 2), axis=0)
    both = np.unique(np.concatenate([ties, ties[:, ::-1]]), axis=0)
    return People(
        _ones(places, (people, len(columns))), tuple(columns), _ones(both, (people, people))
    )


def _ones(
    places: np.ndarray[tuple[int, int], np.dtype[np.int64]], shape: tuple[int, int]
) -> csr_array:
    return csr_array(coo_array((np.ones(len(places), np.float32), places.T), shape=shape))
