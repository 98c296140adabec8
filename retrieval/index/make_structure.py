"""Makes the structure of each kind of index, empty or from what was saved."""

from collections.abc import Mapping
from typing import Any

import faiss

from retrieval.index.checked_vectors import Vectors
from retrieval.index.exact_rows import ExactRows
from retrieval.index.hnsw_graph import HnswGraph
from retrieval.index.index_config import IndexConfig
from retrieval.index.index_kind import IndexKind
from retrieval.index.ivf_pq_lists import IvfPqLists
from retrieval.index.structure import Structure


def empty_structure(kind: IndexKind, vectors: Vectors, config: IndexConfig) -> Structure:
    """Make a structure that fits vectors, (vectors, width), and holds none of them yet."""
    if kind is IndexKind.IVF_PQ:
        return IvfPqLists.trained(vectors, config)
    if kind is IndexKind.HNSW:
        return HnswGraph.empty(vectors.shape[1], config)
    return ExactRows(faiss.IndexFlatIP(vectors.shape[1]))


def restored_structure(kind: IndexKind, parts: Mapping[str, Any], config: IndexConfig) -> Structure:
    """Make a structure of what its `parts` gave."""
    if kind is IndexKind.IVF_PQ:
        return IvfPqLists(parts["rows"], parts["lists"], config)
    if kind is IndexKind.HNSW:
        return HnswGraph(parts["rows"], config)
    return ExactRows(parts["rows"])
