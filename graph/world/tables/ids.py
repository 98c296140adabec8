"""Names the people and jobs of a world: p or j and their number, as wide as the world needs."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.table_columns import numbered_ids
from graph.world.config import WorldConfig


def person_ids(config: WorldConfig, numbers: npt.NDArray[np.integer]) -> pa.StringArray:
    """Return the ids of people by their numbers."""
    return numbered_ids("p", numbers, _digits(config.people))


def job_ids(config: WorldConfig, numbers: npt.NDArray[np.integer]) -> pa.StringArray:
    """Return the ids of jobs by their numbers."""
    return numbered_ids("j", numbers, _digits(config.jobs))


def _digits(count: int) -> int:
    return len(str(count - 1))
