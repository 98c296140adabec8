"""`GraphView`: a snapshot as it was at a moment, as the encoder sees it."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from graph.encoder.graph_schema import GraphSchema
from graph.links.columns import NO_COLUMNS, WHERE, Columns, span_of
from graph.links.nearness import Nearness
from graph.links.signatures import Signatures
from graph.relation import Relation
from graph.sampling.graph_arrays import GraphArrays
from graph.sampling.pseudo_neighbours import (
    ALIKE_RELATIONS,
    AlikeConfig,
    alike,
    degrees_of_meeting,
)
from graph.schema import NodeType
from graph.snapshot.adjacency import Adjacency, first_older
from graph.snapshot.row_places import row_places

RECENT_SECONDS = 30 * 86_400
_PLACED = (NodeType.PERSON, NodeType.JOB)  # who is near whom is asked of these
_XYZ = 3
_POINTS_AT_ONCE = 8_192
_DEGREE_SCALE = 3.0  # brings the logarithms of usual degrees to about one


class Facts(Protocol):
    """What a view asks of a snapshot; see `graph.snapshot.snapshot.Snapshot`."""

    @property
    def as_of(self) -> int: ...
    @property
    def relations(self) -> tuple[Relation, ...]: ...
    @property
    def widths(self) -> Mapping[str, int]: ...
    @property
    def features_fingerprint(self) -> str: ...
    def num_nodes(self, kind: str) -> int: ...
    def adjacency(self, relation: Relation) -> Adjacency: ...
    def features(self, kind: str) -> npt.NDArray[np.float16]: ...


class GraphView:
    """Edges older than a moment, and for each node its features and how many edges it has.

    Degrees are features of their own, as a mean over neighbours forgets how many there were: one
    number for all edges of a relation, one for those of the last thirty days.
    """

    def __init__(
        self,
        facts: Facts,
        relations: Sequence[Relation],
        before: int | None = None,
        seed: int = 0,
        columns: Mapping[str, Columns] = NO_COLUMNS,
        *,
        is_everybody_alike: bool = False,
    ) -> None:
        """Look at a snapshot.

        Args:
            facts: The snapshot.
            relations: Those that messages pass along, whether or not they have edges.
            before: Seconds since 1970 UTC; edges from then on are not there. None: all are.
            seed: Of the signatures.
            columns: Node type -> where in its features its place is ("where").
            is_everybody_alike: Whether those who have met others have pseudo-neighbours too, for
                training to show them as if they had not.
        """
        self.facts, self.relations, self.seed = facts, tuple(relations), seed
        self._columns = columns
        self._near: dict[str, Tensor] = {}
        self.before = facts.as_of + 1 if before is None else before
        self.num_nodes = {kind: facts.num_nodes(kind) for kind in facts.widths}
        self.adjacencies = {
            relation: facts.adjacency(relation).before(self.before) for relation in facts.relations
        }
        config = AlikeConfig(max_degree=None if is_everybody_alike else 0, seed=seed)
        for kind, relation in ALIKE_RELATIONS.items():
            if relation in self.relations:
                found = alike(self.adjacencies, kind, self.num_nodes[kind], config)
                self.adjacencies[relation] = found

    def has_met(self, kind: str) -> Tensor:
        """Tell which people know somebody, or which jobs were acted on, (nodes,), bool."""
        degrees = degrees_of_meeting(self.adjacencies, kind, self.num_nodes[kind])
        return torch.from_numpy(degrees > 0)

    @property
    def schema(self) -> GraphSchema:
        """Return what an encoder of such views must know."""
        return schema_of(self.facts, self.relations)

    @cached_property
    def graph(self) -> GraphArrays:
        """Return the edges that messages pass along, for sampling."""
        passed = {
            each: self.adjacencies[each] for each in self.relations if each in self.adjacencies
        }
        return GraphArrays(passed, self.num_nodes)

    @cached_property
    def signatures(self) -> Signatures:
        """Return the signatures along every trail."""
        return Signatures(self.adjacencies, self.num_nodes, self.seed)

    @cached_property
    def _nearness(self) -> Nearness:
        kinds = [kind for kind in (*_PLACED, NodeType.PLACE) if kind in self.num_nodes]
        points = [self._points(kind) for kind in kinds]
        return Nearness(torch.cat(points) if points else torch.zeros(0, _XYZ), self.seed)

    def near(self, kind: str, numbers: Tensor | slice) -> Tensor:
        """Return vectors of where nodes are, (nodes, `NEAR_WIDTH`); see `Nearness`."""
        if kind not in self._near:
            points = self._points(kind).split(_POINTS_AT_ONCE)
            self._near[kind] = torch.cat([self._nearness.vectors(some) for some in points])
        return self._near[kind][numbers]

    def _points(self, kind: str) -> Tensor:
        start, stop = span_of(self._columns, kind, WHERE)
        rows = self.facts.features(kind)[:, start : min(stop, start + _XYZ)]
        if not rows.shape[1]:
            return torch.zeros(len(rows), _XYZ)
        return torch.from_numpy(np.asarray(rows, np.float32))

    def inputs(self, kind: str, numbers: Tensor | None = None) -> Tensor:
        """Return features and degrees of nodes, (nodes, width), float32.

        Args:
            kind: Of the nodes.
            numbers: Which ones, (nodes,); None: all.
        """
        rows = self.facts.features(kind)
        degrees = self._degrees[kind]
        if numbers is not None:
            chosen = numbers.numpy()
            rows, degrees = rows[chosen], degrees[chosen]
        features = torch.from_numpy(np.asarray(rows, np.float32))
        return torch.cat([features, torch.from_numpy(degrees)], dim=1)

    def edges_from(self, relation: Relation, numbers: npt.NDArray[np.int64]) -> Tensor:
        """Count by source the edges that some nodes hear by, (sources, 2): all, and the recent."""
        counts = np.zeros((self.num_nodes[relation.source], 2), np.int64)
        adjacency = self.adjacencies.get(relation)
        if adjacency is not None:
            since = self.before - RECENT_SECONDS
            starts, ends = adjacency.starts[numbers], adjacency.ends[numbers]
            recent = first_older(starts, ends, adjacency.times, since)
            for column, stops in enumerate((ends, recent)):
                places = row_places(starts, stops)
                counts[:, column] = np.bincount(adjacency.sources[places], minlength=len(counts))
        return torch.from_numpy(counts)

    @cached_property
    def _degrees(self) -> dict[str, npt.NDArray[np.float32]]:
        found: dict[str, list[npt.NDArray[np.float32]]] = {kind: [] for kind in self.num_nodes}
        for relation in self.relations:
            adjacency = self.adjacencies.get(relation)
            columns = found[relation.target]
            if adjacency is None:
                columns += [np.zeros(self.num_nodes[relation.target], np.float32)] * 2
                continue
            starts, ends = adjacency.starts, adjacency.ends
            since = self.before - RECENT_SECONDS
            recent = first_older(starts, ends, adjacency.times, since) - starts
            columns += [_log(ends - starts), _log(recent)]
        return {
            kind: np.stack(columns, axis=1)
            if columns
            else np.zeros((self.num_nodes[kind], 0), np.float32)
            for kind, columns in found.items()
        }


def fewer(degrees: Tensor, lost: Tensor) -> Tensor:
    """Return degrees, as inputs have them, of nodes that have lost some edges; of one shape."""
    counts = torch.expm1(degrees * _DEGREE_SCALE).round() - lost
    return torch.log1p(counts.clamp(min=0)) / _DEGREE_SCALE


def schema_of(facts: Facts, relations: Sequence[Relation]) -> GraphSchema:
    """Return the schema of the views of a snapshot: widths hold features and degrees."""
    widths = {
        kind: width + 2 * sum(relation.target == kind for relation in relations)
        for kind, width in facts.widths.items()
    }
    return GraphSchema(widths, tuple(relations), facts.features_fingerprint)


def _log(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    return (np.log1p(counts) / _DEGREE_SCALE).astype(np.float32)
