"""Refuses vectors that cannot be compared, by the name of what is wrong with which."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
LARGEST = 1e15  # of a number in a vector; the product of two such vectors still fits a float32


def checked_vectors(
    vectors: npt.ArrayLike, width: int, names: Sequence[str] | None = None
) -> Vectors:
    """Return vectors as FAISS takes them, (vectors, width).

    Args:
        vectors: Numbers, (vectors, width).
        width: That they must have.
        names: Whose they are, for what is said when one is wrong; without, they are queries.

    Raises:
        ValueError: They have another shape, or a number that is not finite or beyond `LARGEST`.
    """
    given = np.asarray(vectors)
    if given.ndim != 2 or given.shape[1] != width:
        first = f" of {names[0]!r} and others" if names else ""
        raise ValueError(f"vectors{first} must be (vectors, {width}), got {given.shape}")
    if given.dtype.kind not in "fiu":
        raise ValueError(f"vectors must be of numbers, got {given.dtype}")
    if names is not None and len(names) != len(given):
        raise ValueError(f"{len(names)} ids came with {len(given)} vectors")
    wrong = np.flatnonzero(~(np.abs(given) <= LARGEST).all(axis=1))  # nan is not below anything
    if len(wrong):
        row = int(wrong[0])
        who = f"vector of {names[row]!r}" if names else f"query {row}"
        raise ValueError(f"{who} has a number that is not finite, or beyond {LARGEST:g}")
    return np.ascontiguousarray(given, np.float32)


def checked_ids(ids: Sequence[str]) -> None:
    """Refuse ids that would stand for two vectors, or for none.

    Raises:
        ValueError: An id is no text, empty, or there twice.
    """
    seen: set[str] = set()
    for each in ids:
        if not isinstance(each, str) or not each:
            raise ValueError(f"an id must be text that is not empty, got {each!r}")
        if each in seen:
            raise ValueError(f"id {each!r} is there twice")
        seen.add(each)
