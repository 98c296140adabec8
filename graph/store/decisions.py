"""Follows people's decisions to where they lead: what one text means may itself mean another."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from graph.schema import NodeType


class Decision(NamedTuple):
    """A text that means a node: what had a node of its own went to the target."""

    kind: NodeType
    link_key: str
    local_id: str
    target_id: str  # as decided; it may have gone elsewhere since


class Decisions:
    """What people have accepted, as one."""

    def __init__(self, accepted: Iterable[Decision]) -> None:
        self._accepted = list(accepted)
        self._target = {(d.kind, d.local_id): d.target_id for d in self._accepted}

    def end_of(self, kind: NodeType, id: str) -> str:
        """Return where a node's facts are now: its own id unless it was merged away."""
        *_, last = self._way(kind, id)
        return last

    def words_through(self, kind: NodeType, id: str) -> set[str]:
        """Return the link keys of all texts whose facts reach, or passed through, a node."""
        return {
            d.link_key
            for d in self._accepted
            if d.kind == kind and id in self._way(kind, d.target_id)
        }

    def _way(self, kind: NodeType, id: str) -> Iterator[str]:
        met: set[str] = set()
        step: str | None = id
        while step is not None and step not in met:
            met.add(step)
            yield step
            step = self._target.get((kind, step))
