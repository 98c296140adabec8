"""What features ask of whoever turns texts into vectors."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int], None]  # texts done so far


def silent(_done: int) -> None:
    """Take progress, and say nothing."""


class TextVectors(Protocol):
    """Turns texts into unit vectors; see `TextEncoder` and `CachedEncoder`."""

    @property
    def id(self) -> str:
        """Return a name that differs wherever the same text might get another vector."""
        ...

    @property
    def width(self) -> int:
        """Return how many numbers a vector has."""
        ...

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """Encode texts, in the order given.

        Returns:
            (texts, width): unit vectors; zeros for a text with nothing but blanks.
        """
        ...
