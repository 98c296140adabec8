"""`Diagnosis`: what was found out about a graph and a model, and the tables behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from graph.diagnostics.accuracy import AccuracyRow
from graph.diagnostics.degrees import DegreeRow, IsolatedRow
from graph.diagnostics.drift import DriftRow, PopulationRow
from graph.diagnostics.features import FeatureRow
from graph.diagnostics.finding import Finding, Severity, as_plain, worst
from graph.diagnostics.gradients import GradientRow
from graph.diagnostics.homophily import HomophilyRow
from graph.diagnostics.relations import RelationRow
from graph.diagnostics.smoothing import LayerRow

FORMAT = 1


@dataclass(frozen=True)
class Tables:
    """What was measured; a table is empty where there was nothing to measure."""

    features: tuple[FeatureRow, ...] = ()
    degrees: tuple[DegreeRow, ...] = ()
    isolated: tuple[IsolatedRow, ...] = ()
    homophily: tuple[HomophilyRow, ...] = ()
    layers: tuple[LayerRow, ...] = ()
    relations: tuple[RelationRow, ...] = ()
    gradients: tuple[GradientRow, ...] = ()
    accuracy: tuple[AccuracyRow, ...] = ()
    drift: tuple[DriftRow, ...] = ()
    populations: tuple[PopulationRow, ...] = ()


@dataclass(frozen=True)
class Diagnosis:
    """What was found out."""

    nodes: Mapping[str, int]
    edges: Mapping[str, int]
    has_model: bool
    findings: tuple[Finding, ...]  # the worst first
    tables: Tables

    @property
    def severity(self) -> Severity:
        """Return the worst of all findings."""
        return worst(self.findings)

    def named(self, name: str) -> tuple[Finding, ...]:
        """Return the findings of a name."""
        return tuple(each for each in self.findings if each.name == name)

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it; keys stay the same from one version of a format to the next."""
        return {
            "format": FORMAT,
            "severity": self.severity.value,
            "graph": {"nodes": dict(self.nodes), "edges": dict(self.edges)},
            "has_model": self.has_model,
            "findings": [each.as_json() for each in self.findings],
            "tables": {
                each.name: as_plain(getattr(self.tables, each.name)) for each in fields(Tables)
            },
        }
