"""`Edges`: the edges of one relation as PyG has them."""

from typing import NamedTuple

from torch import Tensor


class Edges(NamedTuple):
    """An `edge_index` with what is needed to use it without its data object.

    The edges of a target stand in the order in which it reads them, as `lstm` minds it.
    """

    pairs: Tensor  # (2, edges), int64: sources above targets
    weight: Tensor | None  # (edges,), float32
    num_sources: int
    num_targets: int

    def first(self, targets: int) -> "Edges":
        """Return the edges of the first targets alone."""
        if targets >= self.num_targets:
            return self
        kept = self.pairs[1] < targets
        weight = None if self.weight is None else self.weight[kept]
        return Edges(self.pairs[:, kept], weight, self.num_sources, targets)
