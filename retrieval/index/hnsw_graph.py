"""Finds vectors by walking a graph of near ones (https://arxiv.org/abs/1603.09320)."""

from collections.abc import Mapping
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from retrieval.index.checked_vectors import Vectors
from retrieval.index.index_config import IndexConfig
from retrieval.index.index_kind import IndexKind
from retrieval.index.row_table import Labels, Mask, Rows
from retrieval.index.structure import bitmap_of, search_parameters


class HnswGraph:
    """A graph over vectors; a `Structure` that cannot take rows out.

    What is deleted stays as a step on the way to others, and is never returned.
    """

    kind = IndexKind.HNSW

    def __init__(self, graph: faiss.IndexHNSWFlat, config: IndexConfig) -> None:
        self._graph = graph
        self._config = config

    @classmethod
    def empty(cls, width: int, config: IndexConfig) -> "HnswGraph":
        """Make a graph without vectors."""
        graph = faiss.IndexHNSWFlat(width, config.hnsw_links, faiss.METRIC_INNER_PRODUCT)
        graph.hnsw.efConstruction = config.hnsw_build_effort
        return cls(graph, config)

    @property
    def rows(self) -> faiss.IndexFlat:
        storage: Any = faiss.downcast_index(self._graph.storage)  # the graph keeps it alive
        return storage

    def add(self, vectors: Vectors, labels: Labels) -> None:
        self._graph.add(vectors)

    def remove(self, rows: Rows, labels: Labels) -> bool:
        return False

    def near(
        self, queries: Vectors, count: int, mask: Mask | None, labels: Labels
    ) -> npt.NDArray[np.int64]:
        effort = max(self._config.hnsw_effort, 2 * count)
        if mask is None:
            wanted = search_parameters("HNSW", efSearch=effort)
        else:
            # The walk ends after so many vectors, allowed or not.
            effort = min(int(effort * len(mask) / np.count_nonzero(mask)), len(mask))
            wanted = search_parameters("HNSW", efSearch=effort, sel=bitmap_of(mask))
        return self._graph.search(queries, count, params=wanted)[1]

    def parts(self) -> Mapping[str, faiss.Index]:
        return {"rows": self._graph}
