"""What a snapshot asks of whoever turns nodes into numbers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from graph.schema import NodeType
from graph.store import Store


class FeatureRows(NamedTuple):
    """Features of some nodes of one type, in rising order of key."""

    keys: npt.NDArray[np.int64]  # (rows,)
    values: npt.NDArray[np.float16]  # (rows, width), finite


class FeatureSource(Protocol):
    """Turns the nodes of a store into rows of numbers; see `FeatureEncoder`."""

    @property
    def widths(self) -> Mapping[NodeType, int]:
        """Return how wide the rows of each type are."""
        ...

    @property
    def fingerprint(self) -> str:
        """Return a value that differs wherever the same node might get other numbers."""
        ...

    def context(self, store: Store) -> str:
        """Return what rows of jobs depend on beside what is stated at the job itself.

        While it and that are the same, so are the rows. Rows of other types depend on nothing
        but what is stated of the node, of its relations, and of the nodes at their other ends.
        """
        ...

    def rows(
        self, store: Store, kind: NodeType, keys: Sequence[int] | None = None
    ) -> Iterator[FeatureRows]:
        """Read nodes from the store and give their features, batch after batch.

        Args:
            store: Whose nodes.
            kind: Of the nodes.
            keys: Only these, rising; None: all of the type.
        """
        ...
