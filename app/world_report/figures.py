"""Puts all figures of a report into one JSON object: what the page says, for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

import numpy as np

from app.world_report.contest import Row
from app.world_report.exam import Exam
from app.world_report.groups import COVERAGE, GroupAudits
from app.world_report.laws import (
    Laws,
    calibration_error,
    expected_error,
    share_of_top,
    zipf_slope,
)
from app.world_report.signals import Feature, Signal
from graph.world.config import WorldConfig
from graph.world.network.statistics import NetworkStatistics
from retrieval.fairness import Contrast, Rate, Rates, four_fifths
from retrieval.metrics import Estimate

DIGITS = 4
TOP_SHARE = 0.1
_SERIES = ("degree_counts", "path_counts")  # for plots alone


@dataclass(frozen=True)
class Findings:
    """All that a report tells."""

    config: WorldConfig
    laws: Laws
    real: NetworkStatistics
    exam: Exam
    rows: list[Row]
    best: str  # the model that learned to rank applications best
    signals: list[Signal]
    features: list[Feature]
    groups: GroupAudits


def figures_of(found: Findings) -> dict[str, Any]:
    """Return the figures of a report as JSON can hold them."""
    laws = found.laws
    told = {
        "world": {
            "people": found.config.people,
            "jobs": found.config.jobs,
            "seed": found.config.seed,
        },
        "network": {"world": _network(laws.network), "real": _network(found.real)},
        "careers": {
            "years_median": np.median(laws.careers.years),
            "years_most": laws.careers.years.max(),
            "positions_mean": laws.careers.positions.mean(),
            "stay_years_median": np.median(laws.careers.stays),
            "stay_years_mean": laws.careers.stays.mean(),
        },
        "skills": {
            name: {"different": len(counts), "most": counts[0], "zipf_slope": zipf_slope(counts)}
            for name, counts in (("people", laws.skills_of_people), ("jobs", laws.skills_of_jobs))
        },
        "behaviour": _behaviour(laws),
        "calibration": {
            task.value: {"error": calibration_error(each), "expected_error": expected_error(each)}
            for task, each in laws.calibration.items()
        },
        "exam": {"people": len(found.exam.offsets) - 1, "pairs": len(found.exam.pairs.at)},
        "models": [
            {
                "model": row.model,
                "task": row.task.value,
                "ndcg_by_chance": row.by_chance,
                "ndcg_by_outcome": row.by_outcome,
            }
            for row in found.rows
        ],
        "best_learned": found.best,
        "signals": [asdict(signal) for signal in found.signals],
        "features": [asdict(feature) for feature in found.features],
        "groups": _groups(found.groups),
    }
    return _plain(told)


def _network(network: NetworkStatistics) -> dict[str, Any]:
    return {name: value for name, value in asdict(network).items() if name not in _SERIES}


def _behaviour(laws: Laws) -> dict[str, Any]:
    behaviour = laws.behaviour
    return {
        "shows": behaviour.shows,
        "of_shows": {kind.value: rate for kind, rate in behaviour.rates.items()},
        "per_person_median": np.median(behaviour.per_person),
        "per_person_most": behaviour.per_person.max(),
        "never_active": np.mean(behaviour.per_person == 0),
        "share_of_top_tenth_of_people": share_of_top(behaviour.per_person, TOP_SHARE),
        "per_job_median": np.median(behaviour.per_job),
        "per_job_most": behaviour.per_job.max(),
        "share_of_top_tenth_of_jobs": share_of_top(behaviour.per_job, TOP_SHARE),
    }


def _groups(groups: GroupAudits) -> dict[str, Any]:
    return {
        "people": groups.config.people,
        "jobs": groups.config.jobs,
        "coverage": COVERAGE,
        "false_alarms": groups.false_alarms,
        "lots": groups.lots,
        "audits": [
            {
                "measure": audit.measure.value,
                "world": audit.bias.value,
                "expected": audit.expected.value,
                "verdict": audit.verdict.value,
                "four_fifths": four_fifths(audit.ratio).value,
                "rates": audit.rates,
                "ratio": audit.ratio,
                "difference": audit.difference,
            }
            for audit in groups.audits
        ],
    }


def _plain(value: Any) -> Any:  # noqa: ANN401  whatever JSON holds
    """Return a value with rounded numbers, estimates by name and nothing of numpy."""
    if isinstance(value, Estimate | Rates | Rate | Contrast):
        return _plain(value._asdict())
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        if not isfinite(value):
            return None  # a ratio without an upper end, or nothing to compare
        return round(float(value), DIGITS)
    return value
