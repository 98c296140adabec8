"""Measures how much more alike nodes are that a relation brings together than random ones."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.diagnostics.diagnosis_config import DiagnosisConfig
from graph.diagnostics.finding import Checked, Finding, Severity
from graph.diagnostics.named_facts import NamedFacts
from graph.diagnostics.pairs import Pairs, pairs_by
from graph.relation import EDGE_RELATIONS, Relation
from graph.schema import EdgeType, NodeType

FEW = 50  # pairs; of fewer nothing is said
_SURE = 3.0  # standard errors
_LITTLE = 0.01  # a difference of cosines that is none
# What two nodes may have in common, by type: the newest they have is compared.
LABELS: Mapping[str, Mapping[str, Relation]] = {
    NodeType.PERSON.value: {
        "title": EDGE_RELATIONS[EdgeType.HOLDS],
        "company": EDGE_RELATIONS[EdgeType.WORKS_AT],
        "place": EDGE_RELATIONS[EdgeType.LIVES_IN],
        "school": EDGE_RELATIONS[EdgeType.STUDIED_AT],
    },
    NodeType.JOB.value: {
        "title": EDGE_RELATIONS[EdgeType.HAS_TITLE],
        "company": EDGE_RELATIONS[EdgeType.POSTED_BY],
        "place": EDGE_RELATIONS[EdgeType.LOCATED_IN],
    },
}
Floats = npt.NDArray[np.float64]


class Agreement(NamedTuple):
    """How often two nodes share something, among pairs in which both have it."""

    share: float
    at_random: float


class HomophilyRow(NamedTuple):
    """How alike the nodes are that a relation brings together."""

    relation: str
    kind: str  # of both nodes of a pair
    is_direct: bool  # pairs are the ends of edges; False: two that are heard by one node
    pairs: int
    cosine: float | None  # of features, mean; None: there are none
    cosine_at_random: float | None
    standard_error: float | None  # of the difference
    shared: Mapping[str, Agreement]  # title, company, place, school

    @property
    def gain(self) -> float:
        """Return by how much the cosine is above that of random pairs; nan if not known."""
        if self.cosine is None or self.cosine_at_random is None:
            return float("nan")
        return self.cosine - self.cosine_at_random


def check_homophily(facts: NamedFacts, config: DiagnosisConfig) -> Checked[HomophilyRow]:
    """Compare pairs that relations bring together with random pairs.

    For a relation between nodes of one type these are the ends of its edges; for any other, two
    of its sources that share a target. Random pairs are the same nodes dealt out anew, so that
    popularity alone is no likeness.
    """
    rows = []
    for number, relation in enumerate(facts.relations):
        if not relation.is_reversed:
            generator = np.random.default_rng([config.seed, number])
            row = _measure(facts, relation, config.pairs, generator)
            if row is not None:
                rows.append(row)
    return Checked(tuple(rows), tuple(judge_homophily(rows)))


def judge_homophily(rows: list[HomophilyRow]) -> list[Finding]:
    """Say which relations join nodes that are no more alike than random ones."""
    findings, alike, as_random = [], 0, []
    for row in rows:
        if row.pairs < FEW or row.standard_error is None:
            continue
        if row.gain > max(_LITTLE, _SURE * row.standard_error):
            alike += 1
            continue
        if row.gain < -max(_LITTLE, _SURE * row.standard_error):
            findings.append(_unlike(row))
        else:
            as_random.append(row)
    if as_random:
        findings.append(_no_likeness(as_random))
    if alike:
        meaning = f"In {alike} relations neighbours are more alike than random pairs."
        findings.append(Finding("homophily", Severity.OK, "relations", meaning))
    return findings


_ADVICE = (
    "Keep each node's own state apart from its neighbours' (residual, jumping_knowledge 'cat'), or "
    "let the encoder choose whom to hear (convolution 'gat'). If edges are inferred, check how."
)


def _unlike(row: HomophilyRow) -> Finding:
    who = "that it joins" if row.is_direct else "that it brings together"
    return Finding(
        "heterophily",
        Severity.WARNING if row.is_direct else Severity.NOTICE,
        row.relation,
        f"The {row.kind} nodes {who} are less alike than random ones: cosine of features "
        f"{row.cosine:.3f}, at random {row.cosine_at_random:.3f}. A mean over them misleads.",
        _ADVICE,
        {"cosine": row.cosine, "at_random": row.cosine_at_random, "pairs": row.pairs},
    )


def _no_likeness(rows: list[HomophilyRow]) -> Finding:
    gains = {row.relation: round(row.gain, 3) for row in rows}
    told = ", ".join(f"{relation} ({gain:+.3f})" for relation, gain in gains.items())
    return Finding(
        "no_homophily",
        Severity.NOTICE,
        "relations",
        f"Nodes that these relations bring together are no more alike in features than random "
        f"ones: {told}, difference of cosines. A plain mean over such neighbours blurs; what they "
        f"share is told by the edges alone.",
        _ADVICE,
        gains,
    )


def _measure(
    facts: NamedFacts, relation: Relation, count: int, generator: np.random.Generator
) -> HomophilyRow | None:
    kind, is_own = relation.source, relation.source == relation.target
    pairs = pairs_by(facts.adjacency(relation), count, generator, is_own_type=is_own)
    if not len(pairs):
        return None
    strangers = pairs.shuffled(generator)
    near, far = _cosines(facts, kind, pairs), _cosines(facts, kind, strangers)
    error = None
    if len(near) > 1 and len(far) > 1:
        error = float(np.sqrt(near.var(ddof=1) / len(near) + far.var(ddof=1) / len(far)))
    shared = {}
    for name, of in LABELS.get(kind, {}).items():
        if of == relation or of.reversed() not in facts.relations:
            continue
        both = [_agreement(facts, of, each) for each in (pairs, strangers)]
        if None not in both:
            shared[name] = Agreement(*(each for each in both if each is not None))
    return HomophilyRow(
        str(relation), kind, is_own, len(pairs), _mean(near), _mean(far), error, shared
    )


def _cosines(facts: NamedFacts, kind: str, pairs: Pairs) -> Floats:
    """Return the cosines of the features of pairs, without those where a row is zero or bad."""
    features = facts.features(kind)
    one, other = (np.asarray(features[each], np.float64) for each in pairs)
    with np.errstate(invalid="ignore", over="ignore"):
        lengths = np.sqrt(np.square(one).sum(1) * np.square(other).sum(1))
        products = (one * other).sum(1)
    is_there = np.isfinite(lengths) & (lengths > 0)
    return products[is_there] / lengths[is_there]


def _mean(cosines: Floats) -> float | None:
    return float(cosines.mean()) if len(cosines) else None


def _agreement(facts: NamedFacts, of: Relation, pairs: Pairs) -> float | None:
    """Return how often both nodes of a pair point at the same; None if no pair has both."""
    adjacency = facts.adjacency(of.reversed())
    if not adjacency.num_edges:
        return None
    starts = np.asarray(adjacency.starts)
    has = np.asarray(adjacency.ends) > starts
    newest = np.full(len(starts), -1, np.int64)
    newest[has] = adjacency.sources[starts[has]]
    one, other = newest[pairs.first], newest[pairs.second]
    both = (one >= 0) & (other >= 0)
    return float((one == other)[both].mean()) if both.any() else None
