"""Measures what a world is like from its tables: network, careers, skills, behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from app.workspace import CHECKOUT
from app.world_report.exam import TASKS, Exam
from graph.schema import EdgeType, EventKind, NodeType
from graph.store import Store
from graph.world.behaviour.utility import Task
from graph.world.network.statistics import NetworkStatistics, network_statistics
from retrieval.baselines.history import History
from retrieval.baselines.market import Market

REAL_NETWORK = CHECKOUT / "data" / "real_networks" / "ego_facebook.json"
ZIPF_RANKS = 200  # that the slope is fitted over; rarer skills are cut off by the taxonomy's size
BINS = 12  # of a calibration curve
MONTHS_IN_A_YEAR = 12

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Careers:
    """How long people work, and how long they stay."""

    years: Floats  # of experience, (people who state it,)
    positions: Counts  # of each person, (people,)
    stays: Floats  # years in a position that has ended, (positions,)


@dataclass(frozen=True)
class Behaviour:
    """How much happened."""

    per_person: Counts  # shows, views, saves and applications of each person, (people,)
    per_job: Counts  # views, saves and applications of each job, (jobs,)
    shows: int
    rates: Mapping[EventKind, float]  # of shows, the share that was followed


@dataclass(frozen=True)
class Calibration:
    """True chances beside how often it happened, pairs of like chances together; (bins,) each."""

    chance: Floats
    happened: Floats
    pairs: Counts


@dataclass(frozen=True)
class Laws:
    """All of it."""

    network: NetworkStatistics
    careers: Careers
    skills_of_people: Counts  # how many list each skill, the most first
    skills_of_jobs: Counts  # how many ask for each skill, the most first
    behaviour: Behaviour
    calibration: Mapping[Task, Calibration]


def measure(store: Store, market: Market, history: History, exam: Exam) -> Laws:
    """Measure a world."""
    return Laws(
        _network(market.people.contacts, len(market.people.ids)),
        _careers(store, market),
        popularity_of(market.people.skills),
        popularity_of(market.jobs.skills),
        _behaviour(market, history),
        {task: calibrate(exam.chance(task), exam.drawn[task]) for task in TASKS},
    )


def popularity_of(skills: csr_array) -> Counts:
    """Return how many rows name each skill, the most first; skills nobody names are left out."""
    counts = np.bincount(skills.nonzero()[1])
    return np.sort(counts[counts > 0])[::-1]


def zipf_slope(counts: Counts) -> float:
    """Return by which power of the rank counts fall, over the first ranks: 1 is Zipf's law.

    Fitted by least squares on logs at ranks an equal distance apart on a log scale, so that the
    many rare ones do not decide alone.
    """
    top = min(len(counts), ZIPF_RANKS)
    ranks = np.unique(np.round(np.geomspace(1, top, 24)).astype(np.int64))
    logs = np.log(ranks), np.log(counts[ranks - 1])
    x, y = logs[0] - logs[0].mean(), logs[1] - logs[1].mean()
    return float(-(x * y).sum() / (x * x).sum())


def calibrate(chance: Floats, happened: npt.NDArray[np.bool_]) -> Calibration:
    """Sort pairs by chance, cut them into groups that expect alike much, and count in each."""
    order = np.argsort(chance, kind="stable")
    reached = np.cumsum(chance[order])
    cuts = np.searchsorted(reached, reached[-1] * np.arange(1, BINS) / BINS)
    groups = [group for group in np.split(order, cuts) if len(group)]
    return Calibration(
        np.array([chance[group].mean() for group in groups]),
        np.array([happened[group].mean() for group in groups]),
        np.array([len(group) for group in groups]),
    )


def calibration_error(calibration: Calibration) -> float:
    """Return how far what happened lies from the chance, in the mean over all pairs."""
    gap = np.abs(calibration.chance - calibration.happened)
    return float((gap * calibration.pairs).sum() / calibration.pairs.sum())


def expected_error(calibration: Calibration) -> float:
    """Return the calibration error that chance alone would leave: what is drawn also scatters."""
    spread = np.sqrt(calibration.chance * (1 - calibration.chance) / calibration.pairs)
    mean_gap = spread * np.sqrt(2 / np.pi)  # of a normal deviation
    return float((mean_gap * calibration.pairs).sum() / calibration.pairs.sum())


def share_of_top(counts: Counts, share: float) -> float:
    """Return which share of all falls to the largest ones, such as the top tenth."""
    top = np.sort(counts)[::-1][: max(1, round(share * len(counts)))]
    return float(top.sum() / max(counts.sum(), 1))


def _network(contacts: csr_array, people: int) -> NetworkStatistics:
    a, b = contacts.nonzero()
    is_once = a < b
    return network_statistics(a[is_once], b[is_once], people)


def _careers(store: Store, market: Market) -> Careers:
    people = [row[0] for batch in store.stream_nodes(NodeType.PERSON, ()) for row in batch]
    keys = np.array(people, np.int64)
    owners: list[int] = []
    stays: list[float] = []
    for kind in (EdgeType.WORKS_AT, EdgeType.WORKED_AT):
        for batch in store.stream_edges(kind):
            for row in batch:
                if row.since:
                    owners.append(row.source_key)
                if row.since and row.until:
                    stays.append((_month(row.until) - _month(row.since)) / MONTHS_IN_A_YEAR)
    numbers = np.searchsorted(keys, np.array(owners, np.int64))
    years = market.people.years
    return Careers(
        years[~np.isnan(years)], np.bincount(numbers, minlength=len(keys)), np.array(stays)
    )


def _month(day: str) -> int:
    """Count the months before an ISO date; a bare year is its January."""
    month = int(day[5:7]) if len(day) >= 7 else 1
    return int(day[:4]) * MONTHS_IN_A_YEAR + month - 1


def _behaviour(market: Market, history: History) -> Behaviour:
    acts, shown = history.acts.pairs, history.shown
    people, jobs = len(market.people.ids), len(market.jobs.ids)
    done = np.concatenate([acts.person, shown.pairs.person])
    return Behaviour(
        np.bincount(done, minlength=people),
        np.bincount(acts.job, minlength=jobs),
        len(shown.place),
        {kind: float(came.mean()) for kind, came in shown.came.items() if len(came)},
    )
