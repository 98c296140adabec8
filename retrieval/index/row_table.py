"""Says which row of an index holds whose vector."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class RowTable:
    """Ids and labels of rows.

    Every vector that comes in gets the next label, also that of an id which had one: a label is
    never used again, so what was filtered by it cannot come to mean another vector. Rows stand in
    the order of their labels and move up when others before them go.
    """

    def __init__(self) -> None:
        self.labels: Labels = np.empty(0, np.int64)  # (rows,), ascending
        self.ids: npt.NDArray[np.object_] = np.empty(0, object)  # (rows,)
        self.is_live: Mask = np.empty(0, bool)  # (rows,)
        self.next_label = 0
        self._label_of: dict[str, int] = {}

    @classmethod
    def restored(
        cls, ids: Sequence[str], labels: Labels, is_live: Mask, next_label: int
    ) -> "RowTable":
        """Make a table as it was saved.

        Raises:
            ValueError: It cannot have been saved so.
        """
        if not len(ids) == len(labels) == len(is_live):
            raise ValueError(f"{len(ids)} ids, {len(labels)} labels and {len(is_live)} marks")
        if len(labels) and (
            labels[0] < 0 or labels[-1] >= next_label or bool((np.diff(labels) <= 0).any())
        ):
            raise ValueError(f"labels must ascend from 0 to below {next_label}")
        table = cls()
        table.ids = _objects(ids)
        table.labels, table.is_live, table.next_label = labels, is_live, next_label
        live = np.flatnonzero(is_live)
        table._label_of = dict(zip(table.ids[live], labels[live].tolist(), strict=True))
        if len(table._label_of) != len(live):
            raise ValueError("an id stands for two vectors")
        return table

    def __len__(self) -> int:
        """Return how many ids there are."""
        return len(self._label_of)

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._label_of

    @property
    def num_rows(self) -> int:
        """Return how many rows there are, those of deleted vectors included."""
        return len(self.labels)

    def labels_of(self, ids: Iterable[str]) -> Labels:
        """Return the labels of those ids that are there, (found,), in their order."""
        found = (self._label_of.get(each) for each in ids)
        return np.array([each for each in found if each is not None], np.int64)

    def rows_of(self, labels: Labels) -> Rows:
        """Return the rows of labels that have one."""
        return np.searchsorted(self.labels, labels)

    def append(self, ids: Sequence[str]) -> Labels:
        """Give new ids the next labels, (ids,), and rows at the end."""
        labels = np.arange(self.next_label, self.next_label + len(ids), dtype=np.int64)
        self.next_label += len(ids)
        self.labels = np.concatenate([self.labels, labels])
        self.ids = np.concatenate([self.ids, _objects(ids)])
        self.is_live = np.concatenate([self.is_live, np.ones(len(ids), bool)])
        self._label_of.update(zip(ids, labels.tolist(), strict=True))
        return labels

    def mark_dead(self, rows: Rows) -> None:
        """Forget whose these rows are; they stay where they are."""
        for each in self.ids[rows]:
            del self._label_of[each]
        self.is_live[rows] = False
        self.ids[rows] = ""  # whoever asked to be deleted is not kept by name

    def drop(self, rows: Rows) -> None:
        """Take rows out; those behind them move up."""
        keep = np.ones(self.num_rows, bool)
        keep[rows] = False
        self.labels, self.ids = self.labels[keep], self.ids[keep]
        self.is_live = self.is_live[keep]

    def usable(self, allowed: Labels | Mask | None) -> Mask | None:
        """Return which rows may be found, (rows,); None when all may.

        Args:
            allowed: Labels, of which unknown ones are passed over; or a mark for each id that is
                there, in the order of labels; or None for all.

        Raises:
            ValueError: It is neither, or there are more or fewer marks than ids.
        """
        if allowed is None:
            return None if len(self) == self.num_rows else self.is_live
        if allowed.ndim != 1 or allowed.dtype.kind not in "bi":
            raise ValueError(
                f"allowed must be labels or marks, one after the other, "
                f"got {allowed.dtype} of shape {allowed.shape}"
            )
        if allowed.dtype.kind == "b":
            if len(allowed) != len(self):
                raise ValueError(f"{len(allowed)} marks came for {len(self)} ids")
            mask = np.zeros(self.num_rows, bool)
            mask[self.is_live] = allowed
        else:
            given = np.zeros(self.next_label, bool)  # a sort, as `np.isin` needs, takes far longer
            given[allowed[(allowed >= 0) & (allowed < self.next_label)]] = True
            mask = given[self.labels] & self.is_live
        return None if bool(mask.all()) else mask


def _objects(ids: Sequence[str]) -> npt.NDArray[np.object_]:
    objects = np.empty(len(ids), object)
    objects[:] = ids
    return objects
