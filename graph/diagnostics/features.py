"""Looks for features that are no numbers, say nothing, or drown all others."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.diagnostics.finding import Checked, Finding, Severity
from graph.diagnostics.named_facts import NamedFacts, name_of, some_of

MOST_VALUE = 1e4  # a greater number makes sums overflow in half precision
_MANY_CONSTANT = 0.5  # share of columns; a few that say nothing are usual
_MANY_ZERO = 0.1  # share of nodes
_WIDE = 20.0  # the longest rows are so many times as long as the shortest
_ROWS_AT_ONCE = 16_384
_MOST_KEPT = 5  # places that are named
Numbers = npt.NDArray[np.float64]


class BadNumber(NamedTuple):
    """A feature that no model can be given."""

    number: int  # of the node
    column: int
    value: float


class FeatureRow(NamedTuple):
    """The features of one node type."""

    kind: str
    nodes: int
    width: int
    bad: int  # nodes with a number that is none, infinite or far too great
    zero: int  # nodes whose numbers are all 0
    constant: int  # columns that are the same for all nodes
    norm_low: float  # of the rows, 1st percentile
    norm_median: float
    norm_high: float  # 99th percentile


def check_features(facts: NamedFacts) -> Checked[FeatureRow]:
    """Look at every feature of every node, some rows at a time."""
    rows, findings = [], []
    for kind in facts.widths:
        reading = _Reading(facts, kind)
        rows.append(reading.row)
        findings += _judge(facts, reading)
    if not findings:
        spoken = "Every feature is a number, and every type of node has some that differ."
        findings = [Finding("features", Severity.OK, "features", spoken)]
    return Checked(tuple(rows), tuple(findings))


class _Reading:
    def __init__(self, facts: NamedFacts, kind: str) -> None:
        width, nodes = facts.widths[kind], facts.num_nodes(kind)
        self.bad_places: list[BadNumber] = []
        self.first_zero: list[int] = []
        low, high = np.full(width, np.inf), np.full(width, -np.inf)
        bad = zero = 0
        norms: list[Numbers] = []
        for start, values in _chunks(facts.features(kind)):
            is_bad = ~(np.abs(values) <= MOST_VALUE)  # a number that is none is no less either
            bad_rows = is_bad.any(1)
            bad += int(bad_rows.sum())
            self._keep_bad(start, values, is_bad)
            good = values[~bad_rows]
            low = np.minimum(low, good.min(0, initial=np.inf))
            high = np.maximum(high, good.max(0, initial=-np.inf))
            is_zero = ~values.any(1)
            zero += int(is_zero.sum())
            self.first_zero += (start + np.flatnonzero(is_zero)[:_MOST_KEPT]).tolist()
            norms.append(np.sqrt(np.square(good).sum(1)))
        lengths = np.concatenate([np.zeros(0), *norms])
        percentiles = np.percentile(lengths, (1, 50, 99)) if len(lengths) else np.full(3, np.nan)
        constant = int((low == high).sum())
        self.row = FeatureRow(kind, nodes, width, bad, zero, constant, *map(float, percentiles))

    def _keep_bad(self, start: int, values: Numbers, is_bad: npt.NDArray[np.bool_]) -> None:
        rows, columns = np.nonzero(is_bad)
        _, first = np.unique(rows, return_index=True)
        for place in first[: _MOST_KEPT - len(self.bad_places)]:
            row, column = int(rows[place]), int(columns[place])
            found = BadNumber(start + row, column, float(values[row, column]))
            self.bad_places.append(found)


def _chunks(features: npt.NDArray[np.floating]) -> Iterator[tuple[int, Numbers]]:
    for start in range(0, len(features), _ROWS_AT_ONCE):
        yield start, np.asarray(features[start : start + _ROWS_AT_ONCE], np.float64)


def _judge(facts: NamedFacts, reading: _Reading) -> list[Finding]:
    row, where, findings = reading.row, f"features of {reading.row.kind}", []
    if row.bad:
        names = (
            f"{name_of(facts, row.kind, each.number)} (feature {each.column} is {each.value:g})"
            for each in reading.bad_places
        )
        findings.append(
            Finding(
                "bad_features",
                Severity.FAULT,
                where,
                f"Features must be finite and at most {MOST_VALUE:g}; these are not: "
                f"{some_of(names, row.bad)}. One such node spoils the vectors of all who hear it.",
                "Correct or remove what the source says of these nodes, then build the features "
                "and the snapshot anew.",
                {"nodes": row.bad, "first": facts.ids(row.kind)[reading.bad_places[0].number]},
            )
        )
    if row.width and row.zero:
        names = (name_of(facts, row.kind, number) for number in reading.first_zero)
        findings.append(
            Finding(
                "zero_features",
                Severity.WARNING if row.zero > _MANY_ZERO * row.nodes else Severity.NOTICE,
                where,
                f"Nothing at all is known of {row.zero:,} of {row.nodes:,} nodes: "
                f"{some_of(names, row.zero)}. Without neighbours they all get the same vector.",
                "Import a source that says more of them, or leave them out of lists.",
                {"nodes": row.zero, "share": row.zero / row.nodes},
            )
        )
    return findings + _judge_columns(row, where) + _judge_lengths(row, where)


def _judge_columns(row: FeatureRow, where: str) -> list[Finding]:
    if row.nodes - row.bad < 2 or row.constant <= _MANY_CONSTANT * row.width:
        return []
    severity = Severity.WARNING if row.constant == row.width else Severity.NOTICE
    meaning = f"{row.constant} of {row.width} features are the same for all {row.nodes:,} nodes."
    advice = "See whether the importer reads these fields, or fit the features on this graph anew."
    values = {"columns": row.constant, "width": row.width}
    return [Finding("constant_features", severity, where, meaning, advice, values)]


def _judge_lengths(row: FeatureRow, where: str) -> list[Finding]:
    if not row.norm_low > 0 or row.norm_high <= _WIDE * row.norm_low:
        return []
    meaning = (
        f"The longest rows ({row.norm_high:.3g}) are {row.norm_high / row.norm_low:.0f} times as "
        f"long as the shortest ({row.norm_low:.3g}): they drown the others in every mean."
    )
    advice = "Standardise or cut the numbers that make them long, then train anew."
    values = {"low": row.norm_low, "median": row.norm_median, "high": row.norm_high}
    return [Finding("feature_lengths", Severity.WARNING, where, meaning, advice, values)]
