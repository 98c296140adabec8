"""Finds vectors by looking at every one."""

from collections.abc import Mapping

import faiss
import numpy as np
import numpy.typing as npt

from retrieval.index.checked_vectors import Vectors
from retrieval.index.index_kind import IndexKind
from retrieval.index.row_table import Labels, Mask, Rows
from retrieval.index.structure import search_parameters


class ExactRows:
    """Vectors without anything else; a `Structure`."""

    kind = IndexKind.EXACT

    def __init__(self, rows: faiss.IndexFlat) -> None:
        self.rows = rows

    def add(self, vectors: Vectors, labels: Labels) -> None:
        self.rows.add(vectors)

    def remove(self, rows: Rows, labels: Labels) -> bool:
        self.rows.remove_ids(faiss.IDSelectorBatch(rows))
        return True

    def near(
        self, queries: Vectors, count: int, mask: Mask | None, labels: Labels
    ) -> npt.NDArray[np.int64]:
        return scan(self.rows, queries, count, mask)

    def parts(self) -> Mapping[str, faiss.Index]:
        return {"rows": self.rows}


def scan(
    rows: faiss.Index, queries: Vectors, count: int, mask: Mask | None
) -> npt.NDArray[np.int64]:
    """Return the rows of largest inner product, (queries, count), looking at all that may be."""
    if mask is None:
        return rows.search(queries, count)[1]
    # Of all selectors only this one spares FAISS a look at the rows that are not selected.
    chosen = faiss.IDSelectorArray(np.flatnonzero(mask))
    return rows.search(queries, count, params=search_parameters(sel=chosen))[1]
