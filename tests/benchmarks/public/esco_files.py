"""Reads the ESCO classification as the European Commission publishes it in CSV."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array, csr_array


class Concept(NamedTuple):
    """What ESCO says of an occupation or a skill."""

    label: str
    other_labels: str  # a line each
    description: str
    group: str  # ISCO code of an occupation, "" of a skill

    @property
    def text(self) -> str:
        """Label and description, one above the other."""
        return f"{self.label}\n{self.description}"

    @property
    def all_text(self) -> str:
        """Everything said in words."""
        return f"{self.label}\n{self.other_labels}\n{self.description}"


class Esco(NamedTuple):
    """Occupations, skills, and which needs which: (occupations, skills)."""

    occupations: tuple[Concept, ...]
    skills: tuple[Concept, ...]
    needs: csr_array


def read_esco(folder: Path) -> Esco:
    """Read occupations, skills, and the relations of both, essential and optional alike.

    Raises:
        FileNotFoundError: One of the three files is missing.
        ValueError: A file lacks a column; both are named.
    """
    occupations, skills = (
        _concepts(folder / f"{name}_en.csv") for name in ("occupations", "skills")
    )
    number_of_occupation = {uri: number for number, uri in enumerate(occupations)}
    number_of_skill = {uri: number for number, uri in enumerate(skills)}
    wanted = ("occupationUri", "skillUri")
    pairs = {
        (number_of_occupation[occupation], number_of_skill[skill])
        for occupation, skill in _rows(folder / "occupationSkillRelations.csv", wanted)
        if occupation in number_of_occupation and skill in number_of_skill
    }
    places = np.array(sorted(pairs), np.int64).reshape(-1, 2)
    needs = coo_array((np.ones(len(places), np.float32), places.T), (len(occupations), len(skills)))
    return Esco(tuple(occupations.values()), tuple(skills.values()), csr_array(needs))


def _concepts(path: Path) -> Mapping[str, Concept]:
    wanted = ("conceptUri", "preferredLabel", "altLabels", "description")
    has_group = "iscoGroup" in _header(path)
    wanted = (*wanted, "iscoGroup") if has_group else wanted
    return {
        uri: Concept(label, others, description, group[0] if group else "")
        for uri, label, others, description, *group in _rows(path, wanted)
    }


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return next(csv.reader(lines), [])


def _rows(path: Path, wanted: tuple[str, ...]) -> Iterator[list[str]]:
    missing = sorted(set(wanted) - set(_header(path)))
    if missing:
        raise ValueError(f"{path} lacks the columns {missing}")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            yield [row[name] or "" for name in wanted]
