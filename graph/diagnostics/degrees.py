"""Counts who has how many edges: nodes without any, hubs, and relations that are empty."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.diagnostics.finding import Checked, Finding, Severity, Value
from graph.diagnostics.named_facts import NamedFacts, name_of, some_of
from graph.relation import Relation
from graph.schema import NodeType

# Nodes that a taxonomy brings: many of them nobody mentions, and some nearly everybody.
_OF_TAXONOMY = frozenset({NodeType.SKILL.value, NodeType.TITLE.value, NodeType.PLACE.value})
HUB_DEGREE = 10_000  # samplers look at no more edges of a node, see `SamplingConfig.hub_cap`
_HUB_SHARE, _HUB_LEAST = 0.5, 1_000  # of a relation's edges at one node, where there are many
_MANY_ISOLATED = 0.2  # share of nodes
Ints = npt.NDArray[np.int64]


class DegreeRow(NamedTuple):
    """How many edges of one relation the nodes that hear by it have."""

    relation: str
    nodes: int
    edges: int
    without: int  # nodes that hear nobody by it
    mean: float
    median: float
    greatest: int
    hub: str | None  # id of who has the most
    top_share: float  # of the edges, at the hundredth of the nodes with the most
    histogram: tuple[int, ...]  # nodes with 0, 1, 2-3, 4-7, 8-15 ... edges


class IsolatedRow(NamedTuple):
    """Nodes of one type that have no edge at all."""

    kind: str
    nodes: int
    isolated: int


class Degrees(NamedTuple):
    """Both tables, and what is to be said of them."""

    by_relation: tuple[DegreeRow, ...]
    isolated: tuple[IsolatedRow, ...]
    findings: tuple[Finding, ...]


def check_degrees(facts: NamedFacts) -> Degrees:
    """Count the edges of every node."""
    rows = tuple(_degree_row(facts, relation) for relation in facts.relations)
    isolated, named = _isolated(facts)
    findings = [*_judge_size(facts, rows), *_judge_hubs(rows)]
    if any(row.edges for row in rows):
        findings += [_judge_isolated(row, named[row.kind]) for row in isolated if row.isolated]
    return Degrees(rows, isolated, tuple(findings))


def check_edge_weights(facts: NamedFacts) -> Checked[str]:
    """Find relations with a weight that is no number, or below 0."""
    found: dict[str, str] = {}
    for relation in facts.relations:
        adjacency = facts.adjacency(relation)
        weights = np.asarray(adjacency.weights, np.float32)
        bad = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
        if len(bad):
            source = name_of(facts, relation.source, int(adjacency.sources[bad[0]]))
            found[str(relation)] = f"{len(bad):,} of {relation}, the first from {source}"
    findings = ()
    if found:
        meaning = f"Weights of edges must be finite and not below 0: {'; '.join(found.values())}."
        advice = "Correct the strengths in the source of these relations and import it again."
        findings = (Finding("bad_edge_weights", Severity.FAULT, "edges", meaning, advice),)
    return Checked(tuple(found), findings)


def _degree_row(facts: NamedFacts, relation: Relation) -> DegreeRow:
    degrees = facts.adjacency(relation).degrees()
    nodes, edges = len(degrees), int(degrees.sum())
    if not nodes:
        return DegreeRow(str(relation), 0, 0, 0, 0.0, 0.0, 0, None, 0.0, ())
    first = int(degrees.argmax())
    top = np.partition(degrees, nodes - max(nodes // 100, 1))[nodes - max(nodes // 100, 1) :]
    octave = np.zeros(nodes, np.int64)
    octave[degrees > 0] = np.log2(degrees[degrees > 0]).astype(np.int64) + 1
    return DegreeRow(
        str(relation),
        nodes,
        edges,
        int((degrees == 0).sum()),
        edges / nodes,
        float(np.median(degrees)),
        int(degrees[first]),
        facts.ids(relation.target)[first] if edges else None,
        float(top.sum() / edges) if edges else 0.0,
        tuple(np.bincount(octave).tolist()),
    )


def _isolated(facts: NamedFacts) -> tuple[tuple[IsolatedRow, ...], dict[str, str]]:
    rows, named = [], {}
    for kind in facts.widths:
        total = np.zeros(facts.num_nodes(kind), np.int64)
        for relation in facts.relations:
            if relation.target == kind:
                total += facts.adjacency(relation).degrees()
        alone = np.flatnonzero(total == 0)
        rows.append(IsolatedRow(kind, len(total), len(alone)))
        named[kind] = some_of((name_of(facts, kind, int(each)) for each in alone), len(alone))
    return tuple(rows), named


def _judge_size(facts: NamedFacts, rows: tuple[DegreeRow, ...]) -> list[Finding]:
    nodes = sum(facts.num_nodes(kind) for kind in facts.widths)
    edges = sum(row.edges for row in rows)
    values: dict[str, Value] = {"nodes": nodes, "edges": edges}
    if not nodes:
        meaning = "The graph is empty: there is nothing to learn from and nobody to recommend."
        advice = "Import data first."
        return [Finding("empty_graph", Severity.FAULT, "graph", meaning, advice, values)]
    if nodes == 1:
        meaning = "The graph has one node, and so nothing to compare it with."
        advice = "Import more people or jobs."
        return [Finding("one_node", Severity.WARNING, "graph", meaning, advice, values)]
    if not edges:
        meaning = (
            f"None of the {nodes:,} nodes has an edge: only features speak, neighbourhoods cannot."
        )
        advice = (
            "Import connections, positions, skills or events. Until then recommendations go by "
            "features alone, which works, only less well."
        )
        return [Finding("no_edges", Severity.WARNING, "graph", meaning, advice, values)]
    meaning = f"The graph has {nodes:,} nodes and edges in {len(rows)} relations."
    return [Finding("graph", Severity.OK, "graph", meaning, values=values)]


def _judge_isolated(row: IsolatedRow, names: str) -> Finding:
    share = row.isolated / row.nodes
    values: dict[str, Value] = {"nodes": row.isolated, "share": share}
    if row.kind in _OF_TAXONOMY:
        meaning = f"{row.isolated:,} of {row.nodes:,} are mentioned by nobody: {names}."
        return Finding("unused_nodes", Severity.OK, row.kind, meaning, values=values)
    return Finding(
        "isolated_nodes",
        Severity.WARNING if share > _MANY_ISOLATED else Severity.NOTICE,
        row.kind,
        f"{row.isolated:,} of {row.nodes:,} have no edge in any relation: {names}. "
        "Only their features speak for them.",
        "See whether linking missed their titles, skills and companies (the review queue), or "
        "import a source that says more of them.",
        values,
    )


def _judge_hubs(rows: tuple[DegreeRow, ...]) -> list[Finding]:
    findings = []
    for row in rows:
        is_most = row.nodes > 1 and row.edges >= _HUB_LEAST
        if row.greatest <= HUB_DEGREE and not (
            is_most and row.greatest > _HUB_SHARE * row.edges and row.nodes > 2
        ):
            continue
        kind = row.relation.rsplit("-", 1)[-1]
        findings.append(
            Finding(
                "hub",
                Severity.NOTICE if kind in _OF_TAXONOMY else Severity.WARNING,
                row.relation,
                f"{kind} {row.hub!r} has {row.greatest:,} of the relation's {row.edges:,} edges "
                f"(median of all: {row.median:g}). Whoever hears it hears little else, and its "
                f"own vector is the mean of everybody.",
                f"See whether it is one thing or a placeholder that linking took for one. "
                f"Samplers look at the newest {HUB_DEGREE:,} edges of a node at most; a lower cap "
                f"makes hubs cheaper.",
                {"degree": row.greatest, "share": row.greatest / row.edges, "id": row.hub},
            )
        )
    return findings
