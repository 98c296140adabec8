"""Reads from a store the links that simple models learn from, one matrix for each task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from app.encoder_report.sheet import ENDS, ExamTask
from graph.schema import EdgeType, EventKind, NodeType
from graph.store import Store
from graph.store.tables import EVENT_CODES

WEIGHTS = {EventKind.VIEW: 1.0, EventKind.SAVE: 2.0, EventKind.APPLY: 3.0}  # how much each says
DAY = 86_400
HALF_LIFE_OF_ACTS, HALF_LIFE_OF_TIES = 21 * DAY, 365 * DAY

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Links:
    """Who is linked to what, by number of the rows and columns."""

    rows: Mapping[str, int]  # ids -> numbers
    columns: Mapping[str, int]
    matrix: csr_array  # (rows, columns), the largest weight of each two
    popularity: Floats  # of the columns: their links, the older the less

    def numbers(self, askers: Sequence[str], candidates: Sequence[str]) -> tuple[Numbers, Numbers]:
        """Return the numbers of rows and columns."""
        return (
            np.array([self.rows[id] for id in askers], np.int64),
            np.array([self.columns[id] for id in candidates], np.int64),
        )


@dataclass(frozen=True)
class _Ends:
    row: Sequence[int]  # keys
    column: Sequence[int]
    weight: Sequence[float]
    worth: Sequence[float]  # for popularity


def read_links(store: Store, as_of: int) -> Mapping[ExamTask, Links]:
    """Read the links of every task, as of a moment in seconds since 1970 UTC."""
    nodes = {kind: _nodes(store, kind) for kinds in ENDS.values() for kind in kinds}
    acts = _linked(ExamTask.APPLY, nodes, _acts(store, as_of))
    return {
        ExamTask.APPLY: acts,
        ExamTask.ACT: acts,
        ExamTask.ACCEPT: _linked(ExamTask.ACCEPT, nodes, _ties(store, as_of)),
        ExamTask.SKILL: _linked(ExamTask.SKILL, nodes, _requirements(store)),
    }


def _nodes(store: Store, kind: NodeType) -> tuple[Numbers, dict[str, int]]:
    """Return the keys of all nodes of a type, rising, and the number of each id."""
    rows = [row for batch in store.stream_nodes(kind, ()) for row in batch]
    keys = np.array([key for key, _ in rows], np.int64)
    return keys, {id: number for number, (_, id) in enumerate(rows)}


def _linked(
    task: ExamTask, nodes: Mapping[NodeType, tuple[Numbers, dict[str, int]]], ends: _Ends
) -> Links:
    (row_keys, rows), (column_keys, columns) = (nodes[kind] for kind in ENDS[task])
    row = np.searchsorted(row_keys, np.array(ends.row, np.int64))
    column = np.searchsorted(column_keys, np.array(ends.column, np.int64))
    shape = len(rows), len(columns)
    place, which = np.unique(row * shape[1] + column, return_inverse=True)
    weight = np.zeros(len(place))
    np.maximum.at(weight, which, np.array(ends.weight, float))
    matrix = csr_array((weight, np.divmod(place, max(shape[1], 1))), shape=shape)
    worth = np.bincount(column, np.array(ends.worth, float), minlength=shape[1])
    return Links(rows, columns, matrix, worth.astype(np.float64))


def _acts(store: Store, as_of: int) -> _Ends:
    weights = {EVENT_CODES[kind]: weight for kind, weight in WEIGHTS.items()}
    rows = [row for batch in store.stream_events(tuple(WEIGHTS)) for row in batch]
    at = np.array([row.at for row in rows], float)
    weight = [weights[row.kind] for row in rows]
    worth = np.array(weight) * np.exp2((at - as_of) / HALF_LIFE_OF_ACTS)
    keys = [row.person_key for row in rows], [row.object_key for row in rows]
    return _Ends(*keys, weight, worth.tolist())


def _ties(store: Store, as_of: int) -> _Ends:
    """Return who knows whom, both ways."""
    rows = [row for batch in store.stream_edges(EdgeType.CONNECTED_TO) for row in batch]
    one, other = [row.source_key for row in rows], [row.target_key for row in rows]
    days = [row.since or "1970-01-01" for row in rows]
    begun = np.array(days, "datetime64[s]").astype(np.int64)
    worth = np.exp2((begun - as_of) / HALF_LIFE_OF_TIES).tolist()
    return _Ends(one + other, other + one, [1.0] * (2 * len(rows)), worth * 2)


def _requirements(store: Store) -> _Ends:
    rows = [row for batch in store.stream_edges(EdgeType.REQUIRES) for row in batch]
    one, other = [row.source_key for row in rows], [row.target_key for row in rows]
    return _Ends(one, other, [1.0] * len(rows), [1.0] * len(rows))
