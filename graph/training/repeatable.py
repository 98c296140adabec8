"""Makes torch add in the same order every time."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def repeatable() -> Iterator[None]:
    """Compute the same to the bit every time, with one number of threads.

    Threads otherwise add gradients of nodes that are met several times in the order in which they
    come to it.

    Raises:
        RuntimeError: While it holds, for an operation that torch can only do in any order.
    """
    was_on = torch.are_deterministic_algorithms_enabled()
    only_warned = torch.is_deterministic_algorithms_warn_only_enabled()
    torch.use_deterministic_algorithms(mode=True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(was_on, warn_only=only_warned)
