"""Finds vectors by short codes in a few of many lists (https://doi.org/10.1109/TPAMI.2010.57)."""

from collections.abc import Mapping
from math import ceil, sqrt

import faiss
import numpy as np
import numpy.typing as npt

from retrieval.index.checked_vectors import Vectors
from retrieval.index.index_config import FEWEST_FOR_IVF_PQ, IndexConfig
from retrieval.index.index_kind import IndexKind
from retrieval.index.row_table import Labels, Mask, Rows
from retrieval.index.structure import NONE, bitmap_of, search_parameters

_NUMBERS_A_BYTE = 4  # of a vector, in its code
_TRAINED_A_LIST = 64  # vectors; more make lists no better, and the training longer
_LISTS = 4  # times the square root of the vectors


class IvfPqLists:
    """Codes in lists, and the whole vectors beside them; a `Structure`.

    As the paper has it, but the candidates that codes give are to be scored by their whole
    vectors, and lists gather directions, not places: with inner products of vectors of any length
    a list around a long centre would take in everything.
    """

    kind = IndexKind.IVF_PQ

    def __init__(self, rows: faiss.IndexFlat, lists: faiss.IndexIVFPQ, config: IndexConfig) -> None:
        self.rows = rows
        self._lists = lists
        self._config = config

    @classmethod
    def trained(cls, vectors: Vectors, config: IndexConfig) -> "IvfPqLists":
        """Learn lists and codes from vectors, (vectors, width), and hold none of them yet.

        Raises:
            ValueError: There are fewer than `FEWEST_FOR_IVF_PQ`.
        """
        if len(vectors) < FEWEST_FOR_IVF_PQ:
            raise ValueError(f"{len(vectors)} vectors are fewer than {FEWEST_FOR_IVF_PQ}")
        count, width = vectors.shape
        num_lists = max(1, min(int(_LISTS * sqrt(count)), count // 39))
        padded = width + -width % _NUMBERS_A_BYTE
        centres = faiss.IndexFlatIP(padded)
        lists = faiss.IndexIVFPQ(
            centres, padded, num_lists, padded // _NUMBERS_A_BYTE, 8, faiss.METRIC_INNER_PRODUCT
        )
        lists.cp.spherical = True
        for training in (lists.cp, lists.pq.cp):
            training.seed = config.seed
            training.min_points_per_centroid = 1  # below its own, FAISS prints to the terminal
        random = np.random.default_rng(config.seed)
        size = min(count, max(_TRAINED_A_LIST * num_lists, 64 * FEWEST_FOR_IVF_PQ))
        sample = np.sort(random.choice(count, size, replace=False))
        lists.train(_padded(vectors[sample], padded))
        return cls(faiss.IndexFlatIP(width), lists, config)

    def add(self, vectors: Vectors, labels: Labels) -> None:
        self.rows.add(vectors)
        self._lists.add_with_ids(_padded(vectors, self._lists.d), labels)

    def remove(self, rows: Rows, labels: Labels) -> bool:
        self.rows.remove_ids(faiss.IDSelectorBatch(rows))
        self._lists.remove_ids(faiss.IDSelectorBatch(labels))
        return True

    def near(
        self, queries: Vectors, count: int, mask: Mask | None, labels: Labels
    ) -> npt.NDArray[np.int64]:
        share, selector = self._config.ivf_share, None
        if mask is not None:
            share *= len(mask) / np.count_nonzero(mask)
            by_label = np.zeros(int(labels[-1]) + 1, bool)
            by_label[labels[mask]] = True
            selector = bitmap_of(by_label)
        probes = max(1, ceil(min(share, 1) * self._lists.nlist))
        wanted = search_parameters("IVF", nprobe=probes, sel=selector)
        asked = min(count * self._config.refine, self.rows.ntotal)
        found = self._lists.search(_padded(queries, self._lists.d), asked, params=wanted)[1]
        return np.where(found == NONE, NONE, np.searchsorted(labels, found))

    def parts(self) -> Mapping[str, faiss.Index]:
        return {"rows": self.rows, "lists": self._lists}


def _padded(vectors: Vectors, width: int) -> Vectors:
    """Return vectors with noughts behind, which change no inner product."""
    if vectors.shape[1] == width:
        return vectors
    return np.pad(vectors, ((0, 0), (0, width - vectors.shape[1])))
