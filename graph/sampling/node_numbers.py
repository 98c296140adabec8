"""Reads node numbers and moments that callers give as lists, arrays or tensors."""

import numpy as np
import numpy.typing as npt
from torch import Tensor

Numberlike = Tensor | npt.ArrayLike


def to_numbers(given: Numberlike) -> npt.NDArray[np.int64]:
    """Return whole numbers as an array of its own, (numbers,)."""
    # numpy warns when it copies a tensor by itself
    return np.array(given.numpy() if isinstance(given, Tensor) else given, dtype=np.int64)
