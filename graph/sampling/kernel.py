"""`Kernels`: the inner loops of sampling, compiled or in numpy, with the same results."""

from collections.abc import Callable
from enum import StrEnum
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np

from graph.sampling.plain import Bits, Ints, Numbers, PushSettings, RowArrays, Shares

Picked = tuple[Ints, Ints]  # offsets, positions
Visited = tuple[Ints, Numbers, Shares]  # offsets, node numbers, shares


class Kernel(StrEnum):
    """What runs the inner loops."""

    AUTO = "auto"  # numba where it is installed
    NUMBA = "numba"
    NUMPY = "numpy"


class Kernels(NamedTuple):
    """The inner loops; `plain` says what each does."""

    row_keys: Callable[[np.uint64, Ints, Ints], Bits]
    spans: Callable[[Ints, Ints, Ints, Ints, Ints, int], tuple[Ints, Ints]]
    pick_recent: Callable[[Ints, Ints, Ints, int], Picked]
    pick_uniform: Callable[[Ints, Ints, Ints, Bits, int], Picked]
    pick_weighted: Callable[[Ints, Ints, Ints, Bits, int, Shares], Picked]
    find_edges: Callable[[Ints, Ints, Numbers, Ints, Numbers], Ints]
    label: Callable[[Numbers, Numbers, Ints, int], tuple[Ints, int]]
    label_in_trees: Callable[[Numbers, Ints, Ints, Ints, int, int], tuple[Ints, int]]
    step: Callable[[Ints, Ints, Ints, Ints, Bits, int, Numbers], Ints]
    top_visited: Callable[[Ints, Ints, int], Visited]
    page_rank: Callable[[Ints, RowArrays, RowArrays, Ints, PushSettings, Ints, Ints], Visited]


def load_kernels(kernel: Kernel) -> Kernels:
    """Return the inner loops; numba's are compiled at their first call and kept on disk."""
    if kernel is Kernel.NUMPY or (kernel is Kernel.AUTO and find_spec("numba") is None):
        from graph.sampling import plain, plain_page_rank

        loops = {name: getattr(plain, name) for name in Kernels._fields[:-1]}
        return Kernels(**loops, page_rank=plain_page_rank.page_rank)
    from graph.sampling import compiled

    return Kernels(**{name: getattr(compiled, name) for name in Kernels._fields})
