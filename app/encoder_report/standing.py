"""Says where the encoder stands: beside the best other, the text similarity and the oracle."""

from collections.abc import Collection, Sequence
from typing import Any

from app.encoder_report.contestants import TEXT
from app.encoder_report.judging import ORACLE, RANDOM

METRIC = "recall@50"

Row = dict[str, Any]


def standings(rows: Sequence[Row], own: Collection[str], metric: str = METRIC) -> list[Row]:
    """Return for each task and segment the best of ours, the best other, and what ours is of both.

    Args:
        rows: Figures of all contestants.
        own: The names of ours.
        metric: By which to compare.
    """
    tables: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows:
        if metric in row["metrics"]:
            table = tables.setdefault((row["task"], row["segment"]), {})
            table[row["name"]] = row["metrics"][metric]["mean"]
    return [
        _standing(task, segment, metric, means, own)
        for (task, segment), means in tables.items()
        if means.keys() & set(own)
    ]


def _standing(
    task: str, segment: str, metric: str, means: dict[str, float], own: Collection[str]
) -> Row:
    ours = {name: mean for name, mean in means.items() if name in own}
    others = {
        name: mean
        for name, mean in means.items()
        if name not in own and name not in (ORACLE, RANDOM)
    }
    best = max(ours, key=lambda name: ours[name])
    rival = max(others, key=lambda name: others[name]) if others else None
    return {
        "task": task,
        "segment": segment,
        "metric": metric,
        "ours": best,
        "mean": ours[best],
        "best_other": rival,
        "of_best_other": None if rival is None else _share(ours[best], others[rival]),
        "of_text": _share(ours[best], means.get(TEXT)),
        "of_oracle": _share(ours[best], means.get(ORACLE)),
    }


def _share(mean: float, other: float | None) -> float | None:
    return round(mean / other, 3) if other else None
