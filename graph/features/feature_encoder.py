"""Turns nodes into rows of numbers: their text, their numbers and their categories."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from sqlalchemy import Connection

from graph.features.columns import COLUMNS, Shape
from graph.features.fitted import Fitted, Fitting
from graph.features.layout import Slot, fill, layout_of
from graph.features.pay import read_pay_middles
from graph.features.readings import Batch, read_features
from graph.features.source import FeatureRows
from graph.features.surroundings import Surroundings, read_surroundings
from graph.schema import NodeType
from graph.store import Store
from graph.text.node_batches import read_batches
from graph.text.node_texts import texts_of
from graph.text.text_vectors import TextVectors

Progress = Callable[[NodeType, int], None]  # nodes of the type done so far


def silent(_kind: NodeType, _done: int) -> None:
    """Take progress, and say nothing."""


class FeatureEncoder:
    """Gives every node a row, also one of a store that nothing was fitted on.

    What may be in a row is declared in `graph.features.columns`; what is not known of a node is
    marked as such. Two facts of a job are relative to its store: days since posting count back
    from the newest act, and pay in a currency that was not met in fitting is against the
    store's own usual pay; `context` tells whether these have changed.
    """

    def __init__(self, fitted: Fitted, text: TextVectors, progress: Progress = silent) -> None:
        """Put together what was fitted and the text encoder it was fitted with.

        Args:
            fitted: Scales and words.
            text: Of the same id.
            progress: Is told how many nodes of a type have their rows.

        Raises:
            ValueError: It was fitted with another text encoder.
        """
        if text.id != fitted.text_id:
            raise ValueError(f"features were fitted with {fitted.text_id}, this is {text.id}")
        self.fitted = fitted
        self._text = text
        self._progress = progress
        self._layouts = {kind: layout_of(kind, fitted) for kind in NodeType}

    @classmethod
    def fit(cls, store: Store, text: TextVectors, progress: Progress = silent) -> Self:
        """Learn scales and words from a store; no text is encoded for that.

        Raises:
            ValueError: A number of the store is not finite; the message names its node.
        """
        fitting = Fitting()
        with store.read() as connection:
            middles = read_pay_middles(connection, {})
            for kind in NodeType:
                near = read_surroundings(connection, kind, middles)
                for rows in read_batches(connection, kind, Batch.columns(kind)):
                    _fit_batch(connection, Batch(kind, rows), near, fitting)
        fitted = Fitted(text.id, text.width, fitting.scales(), fitting.words(), middles)
        return cls(fitted, text, progress)

    @classmethod
    def from_json(cls, document: str, text: TextVectors, progress: Progress = silent) -> Self:
        """Make one of what `to_json` returned.

        Raises:
            ValueError: The document is damaged, or was fitted with another text encoder.
        """
        return cls(Fitted.from_json(document), text, progress)

    @classmethod
    def load(cls, path: Path, text: TextVectors, progress: Progress = silent) -> Self:
        """Read what `save` wrote."""
        return cls.from_json(path.read_text(encoding="utf-8"), text, progress)

    def to_json(self) -> str:
        """Return all that was fitted."""
        return self.fitted.to_json()

    def save(self, path: Path) -> None:
        """Write all that was fitted, whole or not at all."""
        self.fitted.save(path)

    @property
    def widths(self) -> Mapping[NodeType, int]:
        """Return how wide the rows of each type are."""
        return {kind: slots[-1].offset + slots[-1].width for kind, slots in self._layouts.items()}

    @property
    def fingerprint(self) -> str:
        """Return a value that differs wherever the same node might get other numbers."""
        parts = "\n".join(
            f"{kind} {slot.column} {slot.offset} {slot.parts}"
            for kind, slots in self._layouts.items()
            for slot in slots
        )
        return hashlib.sha256(f"{self.to_json()}\n{parts}".encode()).hexdigest()[:16]

    def layout(self, kind: NodeType) -> tuple[Slot, ...]:
        """Return where in the rows of a type each feature lies."""
        return self._layouts[kind]

    def context(self, store: Store) -> str:
        """Return what rows of jobs depend on beside their own facts.

        While it is the same, so are the rows of jobs that did not change. It changes with the day
        of the newest act, and with the usual pay of a currency that was not met in fitting.
        """
        with store.read() as connection:
            near = read_surroundings(connection, NodeType.JOB, self.fitted.pay_middles)
        pays = " ".join(f"{code}={pay!r}" for code, pay in sorted(near.pay_middles.items()))
        return f"day {near.newest_day}; pay {pays}"

    def rows(
        self, store: Store, kind: NodeType, keys: Sequence[int] | None = None
    ) -> Iterator[FeatureRows]:
        """Read nodes from the store and give their features, batch after batch.

        Args:
            store: Whose nodes; any store of our schema.
            kind: Of the nodes.
            keys: Only these, rising; None: all of the type.

        Raises:
            ValueError: A number of the store is not finite; the message names its node.
            KeyError: There is no node of the type with one of the keys.
        """
        done = 0
        with store.read() as connection:
            near = read_surroundings(connection, kind, self.fitted.pay_middles)
            for rows in read_batches(connection, kind, Batch.columns(kind), keys):
                yield self._batch(connection, Batch(kind, rows), near)
                done += len(rows)
                self._progress(kind, done)

    def _batch(self, connection: Connection, batch: Batch, near: Surroundings) -> FeatureRows:
        kind = batch.kind
        readings = read_features(connection, batch, near)
        texts = texts_of(connection, kind, batch.rows)
        values = np.zeros((len(batch.rows), self.widths[kind]), np.float32)
        for slot in self._layouts[kind]:
            is_text = slot.column.shape is Shape.TEXT
            found = self._text.encode(texts) if is_text else readings[slot.column.name]
            fill(kind, slot, found, self.fitted, values)
        if not np.isfinite(values).all():
            row = int(np.flatnonzero(~np.isfinite(values).all(axis=1))[0])
            raise ValueError(f"{kind} {batch.rows[row][1]}: a feature is not finite")
        keys = np.array([row[0] for row in batch.rows], np.int64)
        return FeatureRows(keys, values.astype(np.float16))


def _fit_batch(connection: Connection, batch: Batch, near: Surroundings, fitting: Fitting) -> None:
    readings = read_features(connection, batch, near)
    for column in COLUMNS[batch.kind]:
        if column.shape is not Shape.TEXT:
            fitting.take(batch.kind, column, readings[column.name])
