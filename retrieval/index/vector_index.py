"""Finds the vectors with the largest inner product among those that may be found."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from retrieval.index.build_threads import build_threads
from retrieval.index.checked_vectors import Vectors, checked_ids, checked_vectors
from retrieval.index.exact_rows import ExactRows, scan
from retrieval.index.gpu_copy import MOST_ON_GPU, gpu_copy
from retrieval.index.index_config import IndexConfig
from retrieval.index.index_kind import IndexKind
from retrieval.index.make_structure import empty_structure, restored_structure
from retrieval.index.ranked_rows import Hit, Ranking, ranked_rows
from retrieval.index.row_table import Labels, Mask, RowTable
from retrieval.index.saved_index import Saved, load_index, save_index
from retrieval.index.structure import Structure, view_of

_MORE = 8  # candidates beyond those wanted, so that equals at the end can be told apart
_DEFAULT = IndexConfig()
Candidates = npt.NDArray[np.int64]


class VectorIndex:
    """Vectors by the ids of nodes, compared by inner product, on FAISS.

    Few vectors are searched one by one, more through an HNSW graph, very many through IVF-PQ
    (https://arxiv.org/abs/2401.08281). What kind it is is decided when the first vectors come and
    at each `compact`; in between vectors come and go without a rebuild. A search that a filter
    leaves few vectors to is exact in every kind.

    The same calls in the same order give the same index and the same answers, unless
    `IndexConfig.build_threads` is above 1. Not safe to change while another thread uses it.
    """

    def __init__(
        self,
        width: int,
        config: IndexConfig = _DEFAULT,
        copy_to_gpu: Callable[[faiss.IndexFlat], faiss.Index | None] = gpu_copy,
    ) -> None:
        """Make an index without vectors.

        Args:
            width: How many numbers a vector has.
            config: How to build and search.
            copy_to_gpu: Gives what serves exact searches without a filter, or None.
        """
        if width < 1:
            raise ValueError(f"width must be at least 1, got {width}")
        self.width = width
        self.config = config
        self._copy_to_gpu = copy_to_gpu
        self._table = RowTable()
        self._structure: Structure = ExactRows(faiss.IndexFlatIP(width))
        self._on_gpu: faiss.Index | None = None
        self._is_gpu_stale = True

    @classmethod
    def build(
        cls, ids: Sequence[str], vectors: npt.ArrayLike, config: IndexConfig = _DEFAULT
    ) -> "VectorIndex":
        """Make an index of vectors, (ids, width); `upsert` says what raises."""
        shape = np.shape(vectors)
        if len(shape) != 2:
            raise ValueError(f"vectors must be (ids, width), got {shape}")
        index = cls(shape[1], config)
        index.upsert(ids, vectors)
        return index

    def __len__(self) -> int:
        """Return how many vectors can be found."""
        return len(self._table)

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._table

    @property
    def kind(self) -> IndexKind:
        """Return how it searches now."""
        return self._structure.kind

    @property
    def ids(self) -> list[str]:
        """Return the ids, in the order of their labels."""
        return self._table.ids[self._table.is_live].tolist()

    @property
    def labels(self) -> Labels:
        """Return the labels, (ids,), ascending."""
        return self._table.labels[self._table.is_live]

    @property
    def num_deleted(self) -> int:
        """Return how many deleted or replaced vectors are still held, until `compact`."""
        return self._table.num_rows - len(self._table)

    def labels_of(self, ids: Iterable[str]) -> Labels:
        """Return the labels of those ids that are there, (found,), in their order."""
        return self._table.labels_of(ids)

    def upsert(self, ids: Sequence[str], vectors: npt.ArrayLike) -> None:
        """Put vectors in, (ids, width), in the place of those which the ids had; copies them.

        Raises:
            ValueError: An id is empty or there twice, or a vector has another width, a number
                that is not finite or beyond 1e15. Nothing is changed then.
        """
        checked_ids(ids)
        checked = checked_vectors(vectors, self.width, ids)
        self._remove(self._table.labels_of(ids))
        self._append(ids, checked)
        self._compact_if_due()

    def delete(self, ids: Iterable[str]) -> int:
        """Take vectors out; an id that is not there, or a second time, is passed over.

        HNSW holds on to their numbers, but not to their ids, until it is compacted: who must be
        sure that nothing is left calls `compact`.

        Returns:
            How many were there.
        """
        labels = self._table.labels_of(dict.fromkeys(ids))
        self._remove(labels)
        self._compact_if_due()
        return len(labels)

    def compact(self) -> None:
        """Build anew from the vectors that are there, in the kind for so many; labels stay."""
        table = self._table
        vectors = view_of(self._structure.rows)[table.is_live]
        table.drop(np.flatnonzero(~table.is_live))
        self._fill(vectors)

    def search(
        self, queries: npt.ArrayLike, k: int, allowed: Labels | Mask | None = None
    ) -> list[list[Hit]]:
        """Find for each query the `k` vectors of largest inner product.

        In the exact kind equals are ordered by id, also where they are cut; in the others among
        the candidates that were found.

        Args:
            queries: (queries, width).
            k: How many are wanted; 0 gives empty lists.
            allowed: Labels of what may be found, of which those that are gone are passed over, or
                a mark for each of `ids` as they are now; None for all.

        Returns:
            A list for each query, the best first; shorter where fewer than `k` may be found.

        Raises:
            ValueError: `k` is negative, a query has another width or a number that is not finite
                or beyond 1e15, or `allowed` has another shape.
        """
        if k < 0:
            raise ValueError(f"k must be at least 0, got {k}")
        asked = checked_vectors(queries, self.width)
        mask = self._table.usable(allowed)
        count = self._num_usable(mask)
        wanted = min(k, count)
        if not wanted or not len(asked):
            return [[] for _ in asked]
        is_few = count <= self.config.exact_share * self._table.num_rows
        if self.kind is IndexKind.EXACT or is_few:
            return self._exact(asked, wanted, mask)
        return self._approximate(asked, wanted, mask)

    def recall_against_exact(
        self, queries: npt.ArrayLike, k: int, allowed: Labels | Mask | None = None
    ) -> float:
        """Return the share of what an exact search finds that `search` finds too.

        Args:
            queries: (queries, width).
            k: How many each is to find.
            allowed: As in `search`.

        Returns:
            The mean over queries; nan where there is nothing to find.
        """
        found = self.search(queries, k, allowed)
        mask = self._table.usable(allowed)
        count = self._num_usable(mask)
        if not found or not min(k, count):
            return float("nan")
        truth = self._exact(checked_vectors(queries, self.width), min(k, count), mask)
        shares = [
            len({hit.id for hit in mine} & {hit.id for hit in best}) / len(best)
            for mine, best in zip(found, truth, strict=True)
        ]
        return float(np.mean(shares))

    def save(self, folder: Path) -> None:
        """Write the index into a folder; what was saved there stays until this is whole.

        Raises:
            BlockingIOError: Another process writes there.
        """
        save_index(
            Saved(self.width, self.kind, self.config, self._table, self._structure.parts()), folder
        )

    @classmethod
    def load(cls, folder: Path) -> "VectorIndex":
        """Read what `save` wrote.

        Raises:
            ValueError: It is missing, damaged, of another version, or does not fit together.
        """
        saved = load_index(folder)
        index = cls(saved.width, saved.config)
        index._table = saved.table
        index._structure = restored_structure(saved.kind, saved.parts, saved.config)
        return index

    def _exact(self, queries: Vectors, k: int, mask: Mask | None) -> list[list[Hit]]:
        count = self._num_usable(mask)
        hits: list[list[Hit]] = [[] for _ in queries]
        left, fetch = np.arange(len(queries)), k
        while len(left):
            fetch = min(count, 2 * fetch + _MORE)
            rows = self._rows_to_scan(fetch, mask)
            found = scan(rows, queries[left], fetch, mask)
            still = []
            for number, candidates in zip(left.tolist(), found, strict=True):
                ranking = self._ranked(queries[number], candidates, k)
                hits[number] = ranking.hits
                if ranking.is_open and fetch < count:
                    still.append(number)
            left = np.array(still, np.int64)
        return hits

    def _approximate(self, queries: Vectors, k: int, mask: Mask | None) -> list[list[Hit]]:
        count = self._num_usable(mask)
        fetch = min(k + _MORE, count)
        found = self._structure.near(queries, fetch, mask, self._table.labels)
        hits = [self._ranked(*each, k).hits for each in zip(queries, found, strict=True)]
        short = np.array([at for at, each in enumerate(hits) if len(each) < k], np.int64)
        if len(short):  # the way to the others was not found, or their lists not read
            for at, each in zip(short, self._exact(queries[short], k, mask), strict=True):
                hits[at] = each
        return hits

    def _ranked(self, query: Vectors, candidates: Candidates, k: int) -> Ranking:
        return ranked_rows(query, candidates, k, view_of(self._structure.rows), self._table.ids)

    def _num_usable(self, mask: Mask | None) -> int:
        return self._table.num_rows if mask is None else int(np.count_nonzero(mask))

    def _rows_to_scan(self, fetch: int, mask: Mask | None) -> faiss.Index:
        if mask is not None or fetch > MOST_ON_GPU:  # FAISS takes no filters there
            return self._structure.rows
        if self._is_gpu_stale:
            self._on_gpu, self._is_gpu_stale = self._copy_to_gpu(self._structure.rows), False
        return self._structure.rows if self._on_gpu is None else self._on_gpu

    def _append(self, ids: Sequence[str], vectors: Vectors) -> None:
        if not len(ids):
            return
        labels = self._table.append(ids)
        if len(self._table) == len(ids):  # nothing else is there
            self._table.drop(np.flatnonzero(~self._table.is_live))
            self._fill(vectors)
            return
        with build_threads(self.config.build_threads):
            self._structure.add(vectors, labels)
        self._is_gpu_stale = True

    def _fill(self, vectors: Vectors) -> None:
        """Hold nothing but these vectors, which are those of the table."""
        kind = self.config.kind_for(len(vectors))
        with build_threads(self.config.build_threads):
            self._structure = empty_structure(kind, vectors, self.config)
            self._structure.add(vectors, self._table.labels)
        self._is_gpu_stale = True

    def _remove(self, labels: Labels) -> None:
        if not len(labels):
            return
        rows = np.sort(self._table.rows_of(labels))
        self._table.mark_dead(rows)
        if self._structure.remove(rows, labels):
            self._table.drop(rows)
        self._is_gpu_stale = True

    def _compact_if_due(self) -> None:
        if self.num_deleted > self.config.compact_share * self._table.num_rows:
            self.compact()
