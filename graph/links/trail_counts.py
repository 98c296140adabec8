"""`TrailCounts`: how often each node reaches each hub along a trail."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

import numpy as np
import numpy.typing as npt
from scipy import sparse

from graph.links.trail import Norm, Step, Trail
from graph.relation import Relation
from graph.snapshot.adjacency import Adjacency
from graph.snapshot.row_places import row_places

Ints = npt.NDArray[np.int64]
Matrix = sparse.csr_array  # float32
_ROUNDING = 1e-5  # of a count: less is left where all of it came back


class TrailCounts:
    """A trail as a sparse matrix of nodes and hubs, of which only rows that are asked for are made.

    The last step is taken row by row, as what lies two ties away is far larger than the graph.
    """

    def __init__(
        self,
        trail: Trail,
        adjacencies: Mapping[Relation, Adjacency],
        num_nodes: Mapping[str, int],
        made: dict[Step, Matrix] | None = None,
    ) -> None:
        """Walk all steps but the last.

        Args:
            trail: The trail.
            adjacencies: The edges; relations that are missing have none.
            num_nodes: By type.
            made: Matrices of steps of these edges, for trails to share; added to.
        """
        made = {} if made is None else made
        self.shape = num_nodes.get(trail.end, 0), num_nodes.get(trail.hub, 0)
        self._last: Matrix | None = None
        self._before: Matrix | None = None
        self._returned: Matrix | None = None
        self.is_empty = any(step.relation not in adjacencies for step in trail.steps)
        if self.is_empty or not trail.steps:
            return
        for step in trail.steps:
            if step not in made:
                made[step] = step_matrix(adjacencies[step.relation], step)
        passed = [made[step] for step in trail.steps]
        walked: list[Matrix] = []
        for matrix in passed[:-1]:
            walked.append(matrix if not walked else Matrix(matrix @ walked[-1]))
        self._last = passed[-1]
        self._before = walked[-1] if walked else None
        if trail.returns:
            there, back = passed[-2:]
            share = np.asarray(back.multiply(there.T).sum(axis=1)).ravel()
            self._returned = Matrix(sparse.diags_array(share.astype(np.float32)) @ walked[-2])

    def rows(self, numbers: Ints) -> Matrix:
        """Return the counts of some nodes, (nodes, hubs).

        What a node sent itself does not come back to it: the skills that jobs of a title ask for,
        as one of these jobs hears of them, are those of the others.
        """
        if self.is_empty:
            return Matrix((len(numbers), self.shape[1]), dtype=np.float32)
        if self._last is None:  # the hubs themselves
            ones = np.ones(len(numbers), np.float32)
            ends = np.arange(len(numbers)), numbers
            return Matrix((ones, ends), shape=(len(numbers), self.shape[1]))
        found = self._last[numbers]
        if self._before is not None:
            found = found @ self._before
        if self._returned is not None:
            returned = self._returned[numbers]
            is_left = Matrix(found * np.float32(1 - _ROUNDING) - returned) > 0
            found = Matrix((found - returned).multiply(is_left))
            found.eliminate_zeros()
        return cast(Matrix, found)


def step_matrix(adjacency: Adjacency, step: Step) -> Matrix:
    """Return one step as a matrix, (who hears, who is heard); edges between the same two are one.

    Args:
        adjacency: Rows begin with the newest edge.
        step: How what is heard becomes one.
    """
    if step.is_newest:
        ends = np.minimum(adjacency.ends, adjacency.starts + 1)
        adjacency = replace(adjacency, ends=ends)
    starts, ends = np.asarray(adjacency.starts), np.asarray(adjacency.ends)
    sources = adjacency.sources[row_places(starts, ends)].astype(np.int64)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(ends - starts)])
    shape = adjacency.num_targets, adjacency.num_sources
    matrix = Matrix((np.ones(len(sources), np.float32), sources, offsets), shape=shape)
    matrix.sum_duplicates()
    matrix.data[:] = 1
    heard = np.diff(matrix.indptr).clip(1)
    row = np.repeat(heard, np.diff(matrix.indptr))
    if step.norm is Norm.MEAN:
        matrix.data /= row
    elif step.norm is Norm.ROOT:
        spoken = np.bincount(matrix.indices, minlength=shape[1])
        matrix.data /= np.sqrt(row * spoken[matrix.indices])
    return matrix
