"""Turns marks into the figures of a report: JSON, a table for a person, a page."""

from collections.abc import Iterable, Sequence
from typing import Any

from app.encoder_report.marks import Mark, metric_names
from retrieval.metrics import Estimate, estimate

SEED = 0  # of intervals
PART = "encoder"

Row = dict[str, Any]


def rows_of(marks: Iterable[Mark]) -> list[Row]:
    """Return a row for each contestant, task and segment, with intervals over its askers."""
    rows: list[Row] = []
    for each in marks:
        estimates = {name: estimate(each.values[name], SEED) for name in metric_names()}
        lists = max(found.lists for found in estimates.values())
        if not lists:
            continue
        metrics = {name: _told(found) for name, found in estimates.items() if found.lists}
        rows.append(
            {
                "name": each.name,
                "task": each.task.value,
                "segment": each.segment.value,
                "n": lists,
                "metrics": metrics,
            }
        )
    return rows


def _told(found: Estimate) -> dict[str, float | int]:
    numbers = {"mean": found.mean, "low": found.low, "high": found.high}
    return {**{name: round(value, 4) for name, value in numbers.items()}, "lists": found.lists}


def text_table(rows: Sequence[Row]) -> str:
    """Return the rows as text: a table for each task and segment, the best first."""
    lines: list[str] = []
    for task, segment, own in _tables(rows):
        lines.append(f"{task}, {segment}")
        lines.append(f"  {'':24}" + "".join(f"{name:>24}" for name in metric_names()))
        lines += [f"  {row['name']:24}" + "".join(f"{c:>24}" for c in _cells(row)) for row in own]
        lines.append("")
    return "\n".join(lines)


def markdown(rows: Sequence[Row]) -> str:
    """Return the rows as Markdown."""
    lines: list[str] = []
    for task, segment, own in _tables(rows):
        lines += [f"### {task}: {segment}", ""]
        lines.append("| | " + " | ".join(metric_names()) + " |")
        lines.append("|---" * (1 + len(metric_names())) + "|")
        lines += ["| " + " | ".join([row["name"], *_cells(row)]) + " |" for row in own]
        lines.append("")
    return "\n".join(lines)


def _tables(rows: Sequence[Row]) -> list[tuple[str, str, list[Row]]]:
    kinds = dict.fromkeys((row["task"], row["segment"]) for row in rows)
    return [
        (task, segment, sorted((row for row in rows if _is_of(row, task, segment)), key=_rank))
        for task, segment in kinds
    ]


def _is_of(row: Row, task: str, segment: str) -> bool:
    return row["task"] == task and row["segment"] == segment and bool(row["metrics"])


def _rank(row: Row) -> float:
    metrics = row["metrics"]
    return -metrics[metric_names()[-1]]["mean"]


def _cells(row: Row) -> list[str]:
    return [_cell(row["metrics"].get(name)) for name in metric_names()]


def _cell(found: dict[str, float] | None) -> str:
    if found is None:
        return "-"
    return f"{found['mean']:.3f} ({found['low']:.3f}-{found['high']:.3f})"
