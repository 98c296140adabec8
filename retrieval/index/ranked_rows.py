"""Orders candidates by their inner product, and those that are equal by their ids."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from retrieval.index.checked_vectors import Vectors
from retrieval.index.structure import NONE


class Hit(NamedTuple):
    """What was found."""

    id: str
    score: float  # the inner product with the query, rounded to a float32


class Ranking(NamedTuple):
    """The best candidates of a query."""

    hits: list[Hit]
    is_open: bool  # whether one that is no candidate could be as good as the last of them


def ranked_rows(
    query: Vectors,
    candidates: npt.NDArray[np.int64],
    k: int,
    vectors: Vectors,
    ids: npt.NDArray[np.object_],
) -> Ranking:
    """Return the best `k` of some candidates, the better first, equals by id.

    They are scored anew, as FAISS sums in another order for many queries than for one: so a
    query finds the same alone and among others, and equal vectors have equal scores.

    Args:
        query: (width,).
        candidates: Rows, (candidates,), `NONE` for none, none twice.
        k: How many are wanted.
        vectors: Of all rows, (rows, width).
        ids: Of all rows, (rows,).
    """
    rows = candidates[candidates != NONE]
    own = vectors[rows].astype(np.float64)
    exact = np.einsum("rw,w->r", own, query.astype(np.float64))
    scores = exact.astype(np.float32)
    order = sorted(range(len(rows)), key=lambda at: (-scores[at], ids[rows[at]]))
    hits = [Hit(str(ids[rows[at]]), float(scores[at])) for at in order[:k]]
    if len(rows) < k or not hits:
        return Ranking(hits, False)
    longest = float(np.sqrt(np.einsum("rw,rw->r", own, own)).max())
    slack = 1e-6 * longest * float(np.linalg.norm(query.astype(np.float64)))  # of FAISS's sums
    return Ranking(hits, bool(exact.min() >= hits[-1].score - slack))
