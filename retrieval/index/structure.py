"""What every kind of index can do with rows of vectors."""

from collections.abc import Mapping
from typing import Any, Protocol

import faiss
import numpy as np
import numpy.typing as npt

from retrieval.index.checked_vectors import Vectors
from retrieval.index.index_kind import IndexKind
from retrieval.index.row_table import Labels, Mask, Rows

NONE = -1  # FAISS says so where it found nothing


class Structure(Protocol):
    """Rows of vectors, and a way to the best of them."""

    kind: IndexKind

    @property
    def rows(self) -> faiss.IndexFlat:
        """Return the vectors themselves, row after row."""
        ...

    def add(self, vectors: Vectors, labels: Labels) -> None:
        """Append vectors, (vectors, width)."""
        ...

    def remove(self, rows: Rows, labels: Labels) -> bool:
        """Take rows out, so that those behind move up; or return False and change nothing."""
        ...

    def near(
        self, queries: Vectors, count: int, mask: Mask | None, labels: Labels
    ) -> npt.NDArray[np.int64]:
        """Return rows of large inner product, (queries, count), `NONE` where there are no more.

        Args:
            queries: (queries, width).
            count: How many for each; not more than may be found.
            mask: Which rows may be found, (rows,); None for all.
            labels: Of all rows, (rows,).
        """
        ...

    def parts(self) -> Mapping[str, faiss.Index]:
        """Return what must be saved, by name."""
        ...


def view_of(rows: faiss.IndexFlat) -> Vectors:
    """Return the vectors of an index without a copy, (rows, width), until it changes."""
    if not rows.ntotal:
        return np.empty((0, rows.d), np.float32)
    return faiss.rev_swig_ptr(rows.get_xb(), rows.ntotal * rows.d).reshape(rows.ntotal, rows.d)


def bitmap_of(mask: Mask) -> faiss.IDSelector:
    """Return a selector of the marked numbers."""
    make: Any = faiss.IDSelectorBitmap  # its stub wants what its wrapper adds
    return make(np.packbits(mask, bitorder="little"))


def search_parameters(family: str = "", **values: object) -> faiss.SearchParameters:
    """Return what tells a family of FAISS indexes how to search; its stubs know too few."""
    make: Any = getattr(faiss, f"SearchParameters{family}")
    return make(**values)
