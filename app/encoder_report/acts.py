"""Reads from a store who did what to which job."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.schema import EventKind, NodeType
from graph.store import Store
from graph.store.tables import EVENT_CODES

ACTS = (EventKind.VIEW, EventKind.SAVE, EventKind.APPLY)


class Acts(NamedTuple):
    """Views, saves and applications, each (acts,)."""

    person: npt.NDArray[np.int64]  # places in the ids that were given
    job: npt.NDArray[np.int64]
    is_application: npt.NDArray[np.bool_]
    at: npt.NDArray[np.int64]  # seconds since 1970 UTC

    def rows(self, chosen: npt.NDArray[np.bool_]) -> "Acts":
        """Return some of the acts."""
        return Acts(
            self.person[chosen], self.job[chosen], self.is_application[chosen], self.at[chosen]
        )


def read_acts(store: Store, people: Sequence[str], jobs: Sequence[str]) -> Acts:
    """Read all views, saves and applications of people and jobs that are named."""
    person = _numbers(store, NodeType.PERSON, people)
    job = _numbers(store, NodeType.JOB, jobs)
    found = [
        (person[row.person_key], job[row.object_key], row.kind, row.at)
        for batch in store.stream_events(ACTS)
        for row in batch
        if row.person_key in person and row.object_key in job
    ]
    columns = np.array(found, np.int64).reshape(-1, 4).T
    return Acts(columns[0], columns[1], columns[2] == EVENT_CODES[EventKind.APPLY], columns[3])


def _numbers(store: Store, kind: NodeType, ids: Sequence[str]) -> dict[int, int]:
    number = {id: place for place, id in enumerate(ids)}
    return {
        key: number[id]
        for batch in store.stream_nodes(kind, ())
        for key, id in batch
        if id in number
    }
