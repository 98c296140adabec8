"""Features of all nodes of a type, block after block: fresh ones, and those known from before."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.features.source import FeatureRows, FeatureSource
from graph.snapshot.facts import NodeList
from graph.store import Store

_BLOCK = 16_384  # nodes at a time

Rows = npt.NDArray[np.float16]


class Known(NamedTuple):
    """What an earlier snapshot knows of the nodes of a type."""

    keys: npt.NDArray[np.int64]  # rising
    digests: npt.NDArray[np.uint64]
    features: Rows


@dataclass(frozen=True)
class FeatureTable:
    """How to come by the features of the nodes of one type."""

    store: Store
    source: FeatureSource
    nodes: NodeList
    digests: npt.NDArray[np.uint64]  # (nodes,): of everything that is stated about each
    known: Known | None = None

    @property
    def width(self) -> int:
        """Return how wide a row is."""
        return self.source.widths[self.nodes.kind]

    def is_as_known(self) -> bool:
        """Tell whether the nodes and all facts about them are those of before."""
        return (
            self.known is not None
            and np.array_equal(self.known.keys, self.nodes.keys)
            and np.array_equal(self.known.digests, self.digests)
        )

    def blocks(self) -> Iterator[Rows]:
        """Work features out where something was stated since, and take the others as they were.

        Raises:
            ValueError: A number is not finite, or rows do not come as was asked; the node is named.
        """
        places = self._known_places()
        is_fresh = places < 0
        wanted = None if is_fresh.all() else self.nodes.keys[is_fresh].tolist()
        kind = self.nodes.kind
        batches = iter(()) if wanted == [] else self.source.rows(self.store, kind, wanted)
        fresh = _FreshRows(self.nodes, self.width, batches)
        for start in range(0, len(self.nodes), _BLOCK):
            block = slice(start, start + _BLOCK)
            rows = np.empty((len(places[block]), self.width), np.float16)
            if self.known is not None:
                rows[~is_fresh[block]] = self.known.features[places[block][~is_fresh[block]]]
            rows[is_fresh[block]] = fresh.take(start + np.flatnonzero(is_fresh[block]))
            yield rows
        fresh.finish()

    def _known_places(self) -> npt.NDArray[np.int64]:
        """Return where an earlier snapshot has the row of each node, -1 where it has none."""
        if self.known is None or not len(self.known.keys):
            return np.full(len(self.nodes), -1, np.int64)
        places = np.searchsorted(self.known.keys, self.nodes.keys)
        places[places == len(self.known.keys)] = 0
        is_known = self.known.keys[places] == self.nodes.keys
        is_known &= self.known.digests[places] == self.digests
        return np.where(is_known, places, -1)


class _FreshRows:
    """Rows as they come from a source, handed out in other pieces."""

    def __init__(self, nodes: NodeList, width: int, batches: Iterator[FeatureRows]) -> None:
        self._nodes = nodes
        self._width = width
        self._batches = batches
        self._rest = FeatureRows(np.empty(0, np.int64), np.empty((0, width), np.float16))

    def take(self, numbers: npt.NDArray[np.int64]) -> Rows:
        """Return the rows of the next nodes, (nodes, width)."""
        parts: list[Rows] = []
        done = 0
        while done < len(numbers):
            if not len(self._rest.keys):
                self._rest = self._next(int(numbers[done]))
            count = min(len(numbers) - done, len(self._rest.keys))
            wanted = self._nodes.keys[numbers[done : done + count]]
            self._check_keys(self._rest.keys[:count], wanted)
            parts.append(self._rest.values[:count])
            self._rest = FeatureRows(self._rest.keys[count:], self._rest.values[count:])
            done += count
        return np.concatenate(parts) if parts else np.empty((0, self._width), np.float16)

    def finish(self) -> None:
        """Refuse rows that nobody asked for."""
        rest = self._rest if len(self._rest.keys) else next(self._batches, self._rest)
        if len(rest.keys):
            raise ValueError(f"features of {self._nodes.kind} key {rest.keys[0]}: no such node")

    def _next(self, number: int) -> FeatureRows:
        batch = next(self._batches, None)
        while batch is not None and not len(batch.keys):
            batch = next(self._batches, None)
        if batch is None:
            raise ValueError(f"there are no features of {self._name(number)}")
        if batch.values.shape != (len(batch.keys), self._width):
            shape = (len(batch.keys), self._width)
            raise ValueError(
                f"features of {self._nodes.kind}: {batch.values.shape}, expected {shape}"
            )
        self._check_finite(batch)
        return batch

    def _check_keys(self, came: npt.NDArray[np.int64], wanted: npt.NDArray[np.int64]) -> None:
        wrong = np.flatnonzero(came != wanted)
        if len(wrong):
            place = wrong[0]
            raise ValueError(
                f"features of {self._nodes.kind}: key {came[place]} came, expected {wanted[place]}"
            )

    def _check_finite(self, batch: FeatureRows) -> None:
        # As they will be kept: a number that float16 cannot hold becomes infinite.
        with np.errstate(over="ignore"):
            kept = batch.values.astype(np.float16, copy=False)
        bad = np.argwhere(~np.isfinite(kept))
        if len(bad):
            row, column = bad[0]
            number = int(np.searchsorted(self._nodes.keys, batch.keys[row]))
            value = batch.values[row, column]
            raise ValueError(
                f"feature {column} of {self._name(number)} is {value}, "
                "and must be a finite number that 16 bits can hold"
            )

    def _name(self, number: int) -> str:
        return f"{self._nodes.kind} {self._nodes.ids[number]}"
