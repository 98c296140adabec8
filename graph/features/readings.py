"""Reads the facts that features are made from, a batch of nodes at a time."""

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from graph.features.pay import currency_code, log_yearly_pay
from graph.features.stated_days import day_of
from graph.features.surroundings import Surroundings
from graph.schema import EdgeType, NodeType
from graph.store.tables import EDGE_TYPES
from graph.text.node_batches import NodeRows, count_edges, read_edges
from graph.text.node_texts import TEXT_COLUMNS

Floats = npt.NDArray[np.float64]
Words = list[str | None]
# By name of column: words where its shape is one of words, else numbers, nan: not known.
Readings = dict[str, Floats | Words]
LARGEST = 1e15  # beyond it a number is an error of its source

READ_COLUMNS: Mapping[NodeType, tuple[str, ...]] = {
    NodeType.PERSON: ("years_experience", "is_member"),
    NodeType.JOB: (
        "remote",
        "seniority",
        "employment_type",
        "salary_min",
        "salary_max",
        "salary_period",
        "currency",
        "posted_at",
    ),
    NodeType.COMPANY: ("size",),
    NodeType.SKILL: ("skill_group", "kind"),
    NodeType.TITLE: ("level",),
    NodeType.SCHOOL: ("kind",),
    NodeType.PLACE: ("country", "kind"),
}
_WHOLE_NUMBER = re.compile(r"\d[\d,.' ]*")


class Batch(NamedTuple):
    """Some nodes of one type: their rows with all columns that texts and features read."""

    kind: NodeType
    rows: NodeRows

    @staticmethod
    def columns(kind: NodeType) -> tuple[str, ...]:
        """Return the columns of the table to read, those of texts first."""
        return (*TEXT_COLUMNS[kind], *READ_COLUMNS[kind])

    def column(self, name: str) -> list[Any]:
        """Return the cells of a column."""
        place = 2 + self.columns(self.kind).index(name)
        return [row[place] for row in self.rows]

    def numbers(self, name: str) -> Floats:
        """Return a column of numbers; nan where a cell is empty.

        Raises:
            ValueError: One is not finite, or too large to mean anything; the message names it.
        """
        cells = self.column(name)
        for row, cell in zip(self.rows, cells, strict=True):
            if cell is not None and not abs(cell) <= LARGEST:  # also when it is no number
                raise ValueError(f"{self.kind} {row[1]}: {name} is {cell}, which cannot be")
        return np.array([math.nan if cell is None else cell for cell in cells], float)


def read_features(connection: Connection, batch: Batch, near: Surroundings) -> Readings:
    """Read all that the features of a batch are made from, except texts.

    Raises:
        ValueError: A number is not finite, or too large to mean anything; the message names it.
    """
    readings = _READERS[batch.kind](connection, batch, near)
    for values in readings.values():
        if isinstance(values, np.ndarray):
            values[~np.isfinite(values)] = math.nan
    return readings


def _person(connection: Connection, batch: Batch, near: Surroundings) -> Readings:
    counts = _counts(connection, batch)
    titles = _newest(connection, EdgeType.HOLDS, batch)
    places = _newest(connection, EdgeType.LIVES_IN, batch)
    return {
        "years_experience": batch.numbers("years_experience"),
        "num_skills": np.log1p(counts[EdgeType.HAS_SKILL]),
        "num_positions": np.log1p(counts[EdgeType.WORKS_AT] + counts[EdgeType.WORKED_AT]),
        "seniority": _levels(batch, titles, near),
        "field": _fields(batch, titles, near),
        "is_member": batch.numbers("is_member"),
        "where": _points(batch, places, near),
    }


def _job(connection: Connection, batch: Batch, near: Surroundings) -> Readings:
    titles = _newest(connection, EdgeType.HAS_TITLE, batch)
    places = _newest(connection, EdgeType.LOCATED_IN, batch)
    levels = _levels(batch, titles, near)
    said = batch.column("description")
    return {
        "seniority": [
            own or level for own, level in zip(batch.column("seniority"), levels, strict=True)
        ],
        "field": _fields(batch, titles, near),
        "remote": batch.column("remote"),
        "employment_type": batch.column("employment_type"),
        "pay": _pays(batch, near),
        "posted_days_ago": _ages(batch, near),
        "has_description": np.array([float(bool(text and text.strip())) for text in said]),
        "where": _points(batch, places, near),
    }


def _company(_connection: Connection, batch: Batch, _near: Surroundings) -> Readings:
    return {
        "size": np.array([_log_size(batch, row) for row in range(len(batch.rows))]),
        "industry": batch.column("industry"),
    }


def _skill(_connection: Connection, batch: Batch, _near: Surroundings) -> Readings:
    return {"group": batch.column("skill_group"), "kind": batch.column("kind")}


def _title(_connection: Connection, batch: Batch, _near: Surroundings) -> Readings:
    return {"level": batch.column("level"), "family": batch.column("family")}


def _school(_connection: Connection, batch: Batch, _near: Surroundings) -> Readings:
    return {"kind": batch.column("kind")}


def _place(_connection: Connection, batch: Batch, near: Surroundings) -> Readings:
    themselves = {row[0]: _Newest(row[0], None) for row in batch.rows}
    return {
        "country": batch.column("country"),
        "kind": batch.column("kind"),
        "where": _points(batch, themselves, near),
    }


_Reader = Callable[[Connection, Batch, Surroundings], Readings]
_READERS: Mapping[NodeType, _Reader] = {
    NodeType.PERSON: _person,
    NodeType.JOB: _job,
    NodeType.COMPANY: _company,
    NodeType.SKILL: _skill,
    NodeType.TITLE: _title,
    NodeType.SCHOOL: _school,
    NodeType.PLACE: _place,
}


class _Newest(NamedTuple):
    """The newest edge of a type from a node."""

    target: int
    notes: str | None


def _newest(connection: Connection, kind: EdgeType, batch: Batch) -> dict[int, _Newest]:
    """Return for each node its newest edge, one that still holds before those that ended."""
    best: dict[int, tuple[tuple[bool, str, str, int], _Newest]] = {}
    columns = ("source_key", "target_key", "since", "until", "notes")
    for source, target, since, until, notes in read_edges(connection, (kind,), batch.rows, columns):
        newness = (until is None, until or "", since, target)
        if source not in best or newness > best[source][0]:
            best[source] = newness, _Newest(target, notes)
    return {source: newest for source, (_, newest) in best.items()}


def _levels(batch: Batch, titles: Mapping[int, _Newest], near: Surroundings) -> Words:
    """Return the seniority that the newest title edge notes, else that of the title itself."""
    levels: Words = []
    for row in batch.rows:
        newest = titles.get(row[0])
        noted = json.loads(newest.notes).get("seniority") if newest and newest.notes else None
        levels.append(noted or (near.levels.get(newest.target) if newest else None))
    return levels


def _fields(batch: Batch, titles: Mapping[int, _Newest], near: Surroundings) -> Words:
    """Return the family of the newest title."""
    newest = (titles.get(row[0]) for row in batch.rows)
    return [near.families.get(each.target) if each else None for each in newest]


def _points(batch: Batch, places: Mapping[int, _Newest], near: Surroundings) -> Floats:
    """Return where nodes are, (nodes, 3)."""
    points = np.full((len(batch.rows), 3), math.nan)
    for number, row in enumerate(batch.rows):
        newest = places.get(row[0])
        point = near.points.get(newest.target) if newest else None
        if point is not None:
            points[number] = point
    return points


def _counts(connection: Connection, batch: Batch) -> dict[EdgeType, Floats]:
    kinds = (EdgeType.HAS_SKILL, EdgeType.WORKS_AT, EdgeType.WORKED_AT)
    place = {row[0]: number for number, row in enumerate(batch.rows)}
    counts = {kind: np.zeros(len(place)) for kind in kinds}
    for source, code, number in count_edges(connection, kinds, batch.rows):
        counts[EDGE_TYPES[code]][place[source]] = number
    return counts


def _pays(batch: Batch, near: Surroundings) -> Floats:
    low, high = batch.numbers("salary_min"), batch.numbers("salary_max")
    pays = np.full(len(batch.rows), math.nan)
    stated = zip(batch.column("salary_period"), batch.column("currency"), strict=True)
    for number, (period, currency) in enumerate(stated):
        limits = [None if math.isnan(pay) else float(pay) for pay in (low[number], high[number])]
        pay = log_yearly_pay(limits[0], limits[1], period)
        middle = near.pay_middles.get(currency_code(currency))
        if pay is not None and middle is not None:
            pays[number] = pay - middle
    return pays


def _ages(batch: Batch, near: Surroundings) -> Floats:
    """Return the logarithm of days since posting; a posting from the future is of today."""
    ages = np.full(len(batch.rows), math.nan)
    for number, stated in enumerate(batch.column("posted_at")):
        day = day_of(stated)
        if day is not None and near.newest_day is not None:
            ages[number] = math.log1p(max(near.newest_day - day, 0))
    return ages


def _log_size(batch: Batch, row: int) -> float:
    """Return the logarithm of how many work there: of the middle of a range like 51-200."""
    stated = str(batch.column("size")[row] or "")
    numbers = [
        int(digits)
        for found in _WHOLE_NUMBER.findall(stated)
        if (digits := re.sub(r"\D", "", found))
    ][:2]
    if any(number > LARGEST for number in numbers):
        raise ValueError(f"company {batch.rows[row][1]}: size is {stated}, which cannot be")
    logs = [math.log1p(number) for number in numbers]
    return sum(logs) / len(logs) if logs else math.nan
