"""Finds relations that say nothing: without edges, shut out, never trained, or without effect."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from graph.diagnostics.diagnosis_config import DiagnosisConfig
from graph.diagnostics.finding import Finding, Severity
from graph.diagnostics.glimpse import Glimpse, Ints
from graph.links.graph_view import GraphView
from graph.links.link_model import LinkModel
from graph.relation import Relation

_FIRST_GATE = 1.0  # as drawn; an update that ever heard an edge moves it
_SHUT = 0.01  # a gate that lets nothing through
_NO_CHANGE = 1e-5  # 1 - cosine of vectors with and without a relation


class RelationRow(NamedTuple):
    """What one relation is to the model."""

    relation: str
    edges: int
    gates: tuple[float, ...]  # layer by layer; 1 as drawn, 0 lets nothing through
    is_trained: bool  # False: no layer's gate was ever moved
    change: float | None  # mean of 1 - cosine of vectors with and without it; None: no listeners
    listeners: int  # over whom that is the mean


def measure_relations(
    model: LinkModel, view: GraphView, config: DiagnosisConfig
) -> list[RelationRow]:
    """Make vectors of those who hear by a relation with and without it, for each relation."""
    generator = np.random.default_rng([config.seed, 1])
    changes: dict[Relation, tuple[float, int]] = {}
    for kind in model.encoder.schema.kinds:
        into = [each for each in view.adjacencies if each.target == kind]
        into = [each for each in into if each in model.encoder.schema.relations]
        heard = {each: _listeners(view, each, config.listeners, generator) for each in into}
        heard = {relation: nodes for relation, nodes in heard.items() if len(nodes)}
        if heard:
            changes |= _changes(model, view, kind, heard, config)
    return [_row(model, view, each, changes) for each in model.encoder.schema.relations]


def _listeners(
    view: GraphView, relation: Relation, count: int, generator: np.random.Generator
) -> Ints:
    nodes = np.flatnonzero(view.adjacencies[relation].degrees())
    return np.sort(generator.choice(nodes, min(count, len(nodes)), replace=False))


def _changes(
    model: LinkModel,
    view: GraphView,
    kind: str,
    heard: dict[Relation, Ints],
    config: DiagnosisConfig,
) -> dict[Relation, tuple[float, int]]:
    numbers = np.unique(np.concatenate(list(heard.values())))
    fan_outs = config.fan_outs(model.encoder.config.num_layers)
    glimpse = Glimpse(model, view, kind, numbers, fan_outs)
    whole = glimpse.vectors()
    found = {}
    for relation, nodes in heard.items():
        places = np.searchsorted(numbers, nodes)
        without = glimpse.vectors(without=relation)[places]
        found[relation] = float((1 - (whole[places] * without).sum(1)).mean()), len(nodes)
    return found


def _row(
    model: LinkModel,
    view: GraphView,
    relation: Relation,
    changes: dict[Relation, tuple[float, int]],
) -> RelationRow:
    place = model.encoder.schema.relations.index(relation)
    gates = tuple(layer.gates.detach()[place].item() for layer in model.encoder.hetero_layers())
    adjacency = view.adjacencies.get(relation)
    change, listeners = changes.get(relation, (None, 0))
    return RelationRow(
        str(relation),
        0 if adjacency is None else adjacency.num_edges,
        gates,
        any(gate != _FIRST_GATE for gate in gates),
        change,
        listeners,
    )


def judge_relations(rows: Sequence[RelationRow]) -> list[Finding]:
    """Say which relations are dead, and what of it matters."""
    findings: list[Finding] = []
    if rows and not any(row.is_trained for row in rows):
        meaning = "No gate of any relation was ever moved: the model was made, but not trained."
        advice = "Train the encoder."
        return [Finding("untrained_model", Severity.FAULT, "model", meaning, advice)]
    for row in rows:
        findings += _judge(row)
    empty = [row.relation for row in rows if not row.edges]
    if empty:
        meaning = f"{len(empty)} relations that the model knows have no edges: {', '.join(empty)}."
        advice = "Nothing to do unless a source was to bring them: then see the import report."
        values = {"relations": len(empty)}
        findings.append(
            Finding("empty_relations", Severity.NOTICE, "relations", meaning, advice, values)
        )
    alive = [row for row in rows if row.change is not None and row.change > _NO_CHANGE]
    if alive:
        most = max(alive, key=lambda row: row.change or 0.0)
        meaning = (
            f"{len(alive)} relations change vectors when they are left out, {most.relation} most "
            f"(by {most.change:.3f} of cosine)."
        )
        findings.append(Finding("relations", Severity.OK, "relations", meaning))
    return findings


def _judge(row: RelationRow) -> list[Finding]:
    if not row.edges:
        return []
    values = {"edges": row.edges, "change": row.change, "gate": max(map(abs, row.gates))}
    if not row.is_trained:
        meaning = (
            f"It has {row.edges:,} edges here, and training has never met one: its weights are "
            f"as they were drawn, and add noise (vectors change by {row.change or 0:.3f})."
        )
        advice = "Train anew on a graph that has such edges."
        name, severity = "untrained_relation", Severity.WARNING
    elif not any(row.gates):
        meaning = (
            f"It has {row.edges:,} edges here, and is silenced, as training has never met one: "
            f"they say nothing, and count only where relations are averaged (vectors change by "
            f"{row.change or 0:.3f})."
        )
        advice = "Train anew on a graph that has such edges, to make use of them."
        name, severity = "silenced_relation", Severity.NOTICE
    elif max(map(abs, row.gates)) < _SHUT:
        meaning = f"Its gates are shut in every layer (at most {max(map(abs, row.gates)):.3f})."
        advice = "Leave it out of the relations that messages pass along, and save its cost."
        name, severity = "shut_relation", Severity.NOTICE
    elif row.change is not None and row.change <= _NO_CHANGE:
        meaning = f"Vectors of its {row.listeners} sampled listeners are the same without it."
        advice = "Leave it out of the relations that messages pass along, and save its cost."
        name, severity = "dead_relation", Severity.NOTICE
    else:
        return []
    return [Finding(name, severity, row.relation, meaning, advice, values)]
