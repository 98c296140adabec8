"""`Signatures`: short vectors whose inner products tell which hubs two nodes share."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch
from scipy import sparse
from torch import Tensor

from graph.links.hub_basis import hub_basis
from graph.links.trail import HUB_WIDTHS, TRAILS, Step, Trail, trails_to
from graph.links.trail_counts import Matrix, TrailCounts
from graph.relation import Relation
from graph.snapshot.adjacency import Adjacency

Ints = npt.NDArray[np.int64]
_SAMPLE = 4_096  # rows of a trail that say how large its counts are and in what they differ
_DAMPING = 3.0  # a usual count has reached the bend of the logarithm
_KEPT_BYTES = 1 << 28  # of all nodes of a type; those of larger types are made when asked for
_ROWS_AT_ONCE = 8_192


class Signatures:
    """What nodes reach along typed trails, trail by trail, in the space of `hub_basis`.

    How many paths lead from a node to a hub is damped by a logarithm: the second contact at an
    employer says less than the first. Then the rows of a trail are scaled to a mean square of one,
    those without any hub aside, which stay zero. Nothing is learned, so a graph that was never
    seen has them too; and whatever the basis, inner products mean the same.
    """

    def __init__(
        self,
        adjacencies: Mapping[Relation, Adjacency],
        num_nodes: Mapping[str, int],
        seed: int,
    ) -> None:
        """Walk all trails, and choose what of them is kept.

        Args:
            adjacencies: The edges; relations that are missing have none.
            num_nodes: By type.
            seed: Of the sample that the choice is made from, and of where it starts.
        """
        self._num_nodes = num_nodes
        made: dict[Step, Matrix] = {}
        self._counts = {trail: TrailCounts(trail, adjacencies, num_nodes, made) for trail in TRAILS}
        self._usual: dict[Trail, float] = {}
        self._scales: dict[Trail, float] = {}
        self._bases: dict[str, npt.NDArray[np.float32]] = {}
        self._kept: dict[str, dict[str, Tensor]] = {}
        for number, (hub, width) in enumerate(HUB_WIDTHS.items()):
            generator = np.random.default_rng([seed, number])
            sampled = {
                trail: self._sample(trail, generator) for trail in TRAILS if trail.hub == hub
            }
            self._bases[hub] = hub_basis(list(sampled.values()), width, generator)
            for trail, counts in sampled.items():
                squares = np.square(counts @ self._bases[hub]).sum(axis=1)
                self._scales[trail] = float(squares.mean() ** -0.5) if squares.any() else 1.0

    def rows(self, kind: str, numbers: Tensor | slice) -> dict[str, Tensor]:
        """Return the signatures of nodes, hub -> (nodes, trails, width), float32.

        Args:
            kind: Of the nodes.
            numbers: Of the nodes.
        """
        count = self._num_nodes[kind]
        if kind not in self._kept and self._size(kind) <= _KEPT_BYTES:
            starts = range(0, max(count, 1), _ROWS_AT_ONCE)
            parts = [
                self._make(kind, np.arange(start, min(start + _ROWS_AT_ONCE, count)))
                for start in starts
            ]
            self._kept[kind] = {
                hub: torch.from_numpy(np.concatenate([part[hub].numpy() for part in parts]))
                for hub in parts[0]
            }
        if kind in self._kept:
            return {hub: each[numbers].float() for hub, each in self._kept[kind].items()}
        wanted = np.arange(count)[numbers] if isinstance(numbers, slice) else numbers.numpy()
        return {hub: each.float() for hub, each in self._make(kind, wanted).items()}

    def _size(self, kind: str) -> int:
        widths = (len(trails) * HUB_WIDTHS[hub] for hub, trails in trails_to(kind).items())
        return 2 * self._num_nodes[kind] * sum(widths)

    def _sample(self, trail: Trail, generator: np.random.Generator) -> sparse.csr_array:
        """Return damped counts of some nodes of a trail, those without any left out."""
        counts = self._counts[trail]
        numbers = np.arange(counts.shape[0])
        if len(numbers) > _SAMPLE:
            numbers = np.sort(generator.choice(numbers, _SAMPLE, replace=False))
        found = counts.rows(numbers)
        self._usual[trail] = float(found.data.mean()) if found.nnz else 1.0
        return self._damped(trail, found[np.flatnonzero(np.diff(found.indptr))])

    def _damped(self, trail: Trail, counts: sparse.csr_array) -> sparse.csr_array:
        counts.data = np.log1p(counts.data * (_DAMPING / self._usual[trail])).astype(np.float32)
        return counts

    def _make(self, kind: str, numbers: Ints) -> dict[str, Tensor]:
        return {
            hub: torch.from_numpy(np.stack([self._along(each, numbers) for each in trails], axis=1))
            for hub, trails in trails_to(kind).items()
        }

    def _along(self, trail: Trail, numbers: Ints) -> npt.NDArray[np.float16]:
        counts = self._damped(trail, self._counts[trail].rows(numbers))
        found = (counts @ self._bases[trail.hub]) * self._scales[trail]
        return found.astype(np.float16)
