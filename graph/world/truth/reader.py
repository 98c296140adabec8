"""Reads the answer sheet of a world: for evaluation alone, never for training or serving."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt

from graph.world.behaviour.utility import PairParts, Part
from graph.world.truth.format import (
    FORMAT_VERSION,
    JOB_PAIRS,
    MANIFEST,
    NEXT_TITLES,
    PART,
    PERSON_PAIRS,
)

Columns = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Truth:
    """What is true of held-out people, as columns by name."""

    job_pairs: Columns
    person_pairs: Columns
    next_titles: Columns

    def utility(self) -> PairParts:
        """Return the parts of the utility of the job pairs, to take some away."""
        values = {part: self.job_pairs[f"{PART}{part.value}"] for part in Part}
        return PairParts(values, self.job_pairs[f"{PART}handicap"])


def read_truth(folder: Path) -> Truth:
    """Read an answer sheet.

    Raises:
        ValueError: The folder holds none, one of another format, or one that is not whole.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise ValueError(f"{folder} holds no answer sheet of a world: there is no {MANIFEST}")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    version = manifest.get("format")
    if version != FORMAT_VERSION:
        raise ValueError(f"{path}: the format is {version}, not {FORMAT_VERSION}")
    names = (JOB_PAIRS, PERSON_PAIRS, NEXT_TITLES)
    return Truth(*(_columns(folder / f"{name}.parquet", manifest["rows"][name]) for name in names))


def _columns(path: Path, rows: int) -> Columns:
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    if table.num_rows != rows:
        raise ValueError(f"{path} has {table.num_rows:,} rows, its answer sheet has {rows:,}")
    return {name: table[name].to_numpy() for name in table.column_names}
