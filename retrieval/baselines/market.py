"""The people and jobs of a store as arrays: all that simple models know of the graph."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from graph.features.pay import PERIODS_IN_A_YEAR
from graph.schema import EdgeType, NodeType, Remote, Seniority
from graph.store import Store
from graph.store.rows import EdgeRow

NONE = -1  # no title, place, company or level is known
_LEVELS = {level.value: rank for rank, level in enumerate(Seniority)}
_REMOTE = {remote.value: rank for rank, remote in enumerate(Remote)}

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PeopleArrays:
    """The people; a person's number is their place in these arrays."""

    ids: tuple[str, ...]
    title: Numbers  # current or last
    level: Numbers  # a place in `Seniority`
    place: Numbers
    company: Numbers  # current
    years: Floats  # of experience; nan: not stated
    skills: csr_array  # (people, skills), 1 where stated
    employers: csr_array  # (people, companies), 1 where they work or worked
    contacts: csr_array  # (people, people), 1 both ways


@dataclass(frozen=True)
class JobArrays:
    """The jobs; a job's number is its place in these arrays."""

    ids: tuple[str, ...]
    title: Numbers
    level: Numbers
    place: Numbers
    company: Numbers
    remote: Numbers  # a place in `Remote`
    log_pay: Floats  # a year, against the middle of all pay in that currency; nan: not stated
    posted: Floats  # seconds since 1970 UTC; nan: not stated
    skills: csr_array  # (jobs, skills), 1 where asked for


@dataclass(frozen=True)
class Market:
    """People, jobs, and what is known of titles and places."""

    people: PeopleArrays
    jobs: JobArrays
    title_family: Numbers
    title_near: csr_array  # (titles, titles), how similar, both ways; 1 with itself
    title_skills: csr_array  # (titles, skills), 1 where a title needs a skill
    country: Numbers  # of places
    latitude: Floats  # of places; nan: not known
    longitude: Floats


class _Nodes:
    """The nodes of a type in order of key; a node's number is its place in that order."""

    def __init__(self, store: Store, kind: NodeType, *columns: str) -> None:
        batches = store.stream_nodes(kind, columns)
        rows = [row for batch in batches for row in batch]
        self.keys = np.array([row[0] for row in rows], np.int64)
        self.ids: tuple[str, ...] = tuple(row[1] for row in rows)
        self.columns = {name: [row[2 + i] for row in rows] for i, name in enumerate(columns)}

    def numbers(self, keys: Numbers) -> Numbers:
        """Return the numbers of nodes that are all there."""
        return np.searchsorted(self.keys, keys)

    def coded(self, column: str, codes: dict[str, int]) -> Numbers:
        """Return a column of words as numbers."""
        values = (codes.get(value or "", NONE) for value in self.columns[column])
        return np.fromiter(values, np.int64, len(self.ids))

    def numbered(self, column: str) -> Numbers:
        """Return a column of words as numbers, in alphabetical order of the words."""
        words = sorted(set(self.columns[column]) - {None})
        return self.coded(column, {word: number for number, word in enumerate(words)})

    def floats(self, column: str) -> Floats:
        """Return a column of numbers; nan where a cell is empty."""
        return np.array([np.nan if v is None else v for v in self.columns[column]], float)


def read_market(store: Store) -> Market:
    """Read people, jobs and the taxonomy from a store."""
    titles = _Nodes(store, NodeType.TITLE, "family", "level")
    places = _Nodes(store, NodeType.PLACE, "country", "latitude", "longitude")
    skills = _Nodes(store, NodeType.SKILL)
    companies = _Nodes(store, NodeType.COMPANY)
    shared = _Shared(store, titles, places, skills, companies)
    near = shared.matrix(EdgeType.SIMILAR_TO, titles, titles, weighted=True)
    return Market(
        shared.people(),
        shared.jobs(),
        titles.numbered("family"),
        csr_array(near.maximum(near.T).maximum(_identity(len(titles.ids)))),
        shared.matrix(EdgeType.NEEDS, titles, skills),
        places.numbered("country"),
        places.floats("latitude"),
        places.floats("longitude"),
    )


@dataclass(frozen=True)
class _Shared:
    """What people and jobs both point at."""

    store: Store
    titles: _Nodes
    places: _Nodes
    skills: _Nodes
    companies: _Nodes

    def people(self) -> PeopleArrays:
        nodes = _Nodes(self.store, NodeType.PERSON, "years_experience")
        title, level = self._latest(nodes, EdgeType.HOLDS, self.titles)
        company, _ = self._latest(nodes, EdgeType.WORKS_AT, self.companies)
        place, _ = self._latest(nodes, EdgeType.LIVES_IN, self.places)
        known = self.matrix(EdgeType.CONNECTED_TO, nodes, nodes)
        now = self.matrix(EdgeType.WORKS_AT, nodes, self.companies)
        before = self.matrix(EdgeType.WORKED_AT, nodes, self.companies)
        return PeopleArrays(
            nodes.ids,
            title,
            np.where(level == NONE, self._level_of(title), level),
            place,
            company,
            nodes.floats("years_experience"),
            self.matrix(EdgeType.HAS_SKILL, nodes, self.skills),
            csr_array(now.maximum(before)),
            csr_array(known.maximum(known.T)),
        )

    def jobs(self) -> JobArrays:
        pay = ("salary_min", "salary_max", "currency", "salary_period")
        nodes = _Nodes(self.store, NodeType.JOB, "remote", "seniority", "posted_at", *pay)
        title, level = self._latest(nodes, EdgeType.HAS_TITLE, self.titles)
        stated = nodes.coded("seniority", _LEVELS)
        level = np.where(level == NONE, self._level_of(title), level)
        return JobArrays(
            nodes.ids,
            title,
            np.where(stated == NONE, level, stated),
            self._latest(nodes, EdgeType.LOCATED_IN, self.places)[0],
            self._latest(nodes, EdgeType.POSTED_BY, self.companies)[0],
            nodes.coded("remote", _REMOTE),
            _log_pay(nodes),
            np.array([_seconds(day) for day in nodes.columns["posted_at"]], float),
            self.matrix(EdgeType.REQUIRES, nodes, self.skills),
        )

    def matrix(
        self, kind: EdgeType, sources: _Nodes, targets: _Nodes, *, weighted: bool = False
    ) -> csr_array:
        """Return the edges of a type as a matrix, the largest weight where some are parallel."""
        rows = [(e.source_key, e.target_key, e.weight or 0.0) for e in self._edges(kind)]
        ends = np.array([row[:2] for row in rows], np.int64).reshape(-1, 2)
        shape = len(sources.ids), len(targets.ids)
        place = sources.numbers(ends[:, 0]) * shape[1] + targets.numbers(ends[:, 1])
        distinct, which = np.unique(place, return_inverse=True)
        weights = np.ones(len(distinct))
        if weighted:
            weights = np.zeros(len(distinct))
            np.maximum.at(weights, which, np.array([row[2] for row in rows], float))
        return csr_array((weights, np.divmod(distinct, max(shape[1], 1))), shape=shape)

    def _latest(self, sources: _Nodes, kind: EdgeType, targets: _Nodes) -> tuple[Numbers, Numbers]:
        """Return for each source its newest target, one that still holds first, and its level."""
        best: dict[int, tuple[tuple[bool, str, str], EdgeRow]] = {}
        for row in self._edges(kind):
            newness = (row.until is None, row.until or "", row.since)
            if row.source_key not in best or newness > best[row.source_key][0]:
                best[row.source_key] = (newness, row)
        target = np.full(len(sources.ids), NONE, np.int64)
        level = np.full(len(sources.ids), NONE, np.int64)
        where = sources.numbers(np.array(list(best), np.int64))
        rows = [row for _, row in best.values()]
        target[where] = targets.numbers(np.array([row.target_key for row in rows], np.int64))
        level[where] = [_noted_level(row) for row in rows]
        return target, level

    def _level_of(self, title: Numbers) -> Numbers:
        levels = np.append(self.titles.coded("level", _LEVELS), NONE)  # NONE: the last one
        return levels[title]

    def _edges(self, kind: EdgeType) -> Iterator[EdgeRow]:
        for batch in self.store.stream_edges(kind):
            yield from batch


def _identity(size: int) -> csr_array:
    diagonal = np.arange(size)
    return csr_array((np.ones(size), (diagonal, diagonal)), shape=(size, size))


def _noted_level(row: EdgeRow) -> int:
    notes = json.loads(row.notes) if row.notes else {}
    return _LEVELS.get(notes.get("seniority", ""), NONE)


def _seconds(day: str | None) -> float:
    if not day:
        return np.nan
    return float(np.datetime64(day.removesuffix("Z"), "s").astype(np.int64))


def _log_pay(nodes: _Nodes) -> Floats:
    low, high = nodes.floats("salary_min"), nodes.floats("salary_max")
    periods = np.array(
        [PERIODS_IN_A_YEAR.get(p or "year", 1) for p in nodes.columns["salary_period"]]
    )
    middle = np.where(np.isnan(low), high, np.where(np.isnan(high), low, (low + high) / 2))
    pay = np.log(np.where(middle > 0, middle, np.nan) * periods)
    currencies = np.array([currency or "" for currency in nodes.columns["currency"]])
    for currency in np.unique(currencies):
        same = (currencies == currency) & ~np.isnan(pay)
        if same.any():
            pay[same] -= np.median(pay[same])
    return pay
