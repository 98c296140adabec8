"""Finds the few directions in which the hubs that nodes reach differ most."""

from collections.abc import Sequence
from typing import cast

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float32]
_MORE, _ROUNDS = 16, 2  # directions tried beside those wanted, and how often they are refined


def hub_basis(
    counts: Sequence[sparse.csr_array], width: int, generator: np.random.Generator
) -> Floats:
    """Return a vector for each hub, such that products of what nodes reach are kept best.

    The right singular vectors of all counts, those of each trail brought to one size: what
    random projections (https://arxiv.org/abs/1908.11512) would need many times the width for, as
    their error grows with the number of hubs and that of these only with what is left out. Found
    by subspace iteration from random vectors (https://arxiv.org/abs/0909.4061). A vector a hub of
    its own where there are no more hubs than numbers in a vector.

    Args:
        counts: Of nodes along trails, each (nodes, hubs); the hubs are the same.
        width: Of the vectors.
        generator: Of the first directions.

    Returns:
        (hubs, width); orthonormal columns, or zero ones.
    """
    _, hubs = cast(tuple[int, int], counts[0].shape)
    if hubs <= width:
        return np.eye(hubs, width, dtype=np.float32)
    sizes = [float(np.square(each.data).sum()) for each in counts]
    stacked = [
        each * np.float32(size**-0.5) for each, size in zip(counts, sizes, strict=True) if size
    ]
    directions = generator.standard_normal((hubs, min(width + _MORE, hubs)), dtype=np.float32)
    if not stacked:
        return np.linalg.qr(directions)[0][:, :width].astype(np.float32)
    rows = sparse.vstack(stacked, format="csr")
    back = rows.T.tocsr()
    for _ in range(_ROUNDS):
        directions = np.linalg.qr(back @ (rows @ directions))[0].astype(np.float32)
    seen = rows @ directions
    _, order = np.linalg.eigh(seen.T @ seen)  # by rising eigenvalue
    found = directions @ order[:, ::-1][:, :width]
    return np.pad(found, ((0, 0), (0, width - found.shape[1]))).astype(np.float32)
