"""Names the ways in which an index finds vectors."""

from enum import StrEnum


class IndexKind(StrEnum):
    """How an index finds vectors; the value is what config.json says."""

    EXACT = "exact"  # looks at every vector
    HNSW = "hnsw"  # walks a graph of near vectors: https://arxiv.org/abs/1603.09320
    IVF_PQ = "ivf_pq"  # reads short codes in a few lists: https://doi.org/10.1109/TPAMI.2010.57
