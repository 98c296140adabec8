"""Ids of nodes in a few arrays, found by number and by id without reading them all."""

from collections.abc import Mapping, Sequence
from typing import Any, overload

import numpy as np
import numpy.typing as npt


class IdList(Sequence[str]):
    """The ids of the nodes of one type, in the order of their numbers."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Read ids from the arrays that `id_arrays` made."""
        self._bytes = arrays["id_bytes"]
        self._starts = arrays["id_starts"]
        self._order = arrays["id_order"]

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> list[str]: ...

    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        return _text(self._encoded(place))

    def find(self, id: str) -> int | None:
        """Return the number of the node with this id, by bisection; None where there is none."""
        wanted = _encoded(id)
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._encoded(int(self._order[middle])) < wanted:
                low = middle + 1
            else:
                high = middle
        if low == len(self):
            return None
        number = int(self._order[low])
        return number if self._encoded(number) == wanted else None

    def _encoded(self, number: int) -> bytes:
        return self._bytes[self._starts[number] : self._starts[number + 1]].tobytes()


def id_arrays(ids: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays that an `IdList` reads."""
    encoded = [_encoded(id) for id in ids]
    starts = np.zeros(len(ids) + 1, np.int64)
    starts[1:] = np.cumsum(np.array([len(each) for each in encoded], np.int64))
    order = sorted(range(len(ids)), key=encoded.__getitem__)
    return {
        "id_bytes": np.frombuffer(b"".join(encoded), np.uint8),
        "id_starts": starts,
        "id_order": np.array(order, np.int32),
    }


def _encoded(id: str) -> bytes:
    return id.encode("utf-8", "surrogatepass")  # a database may hold half a character


def _text(encoded: bytes) -> str:
    return encoded.decode("utf-8", "surrogatepass")
