"""Says in which world, when and of whom an exam asks."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from graph.world.behaviour.sessions import Sessions, hold_sessions
from graph.world.config import TODAY
from graph.world.network.shared_past import first_days
from graph.world.people_chunks import chunks_of
from graph.world.tables.ids import job_ids, person_ids
from graph.world.world import World


@dataclass(frozen=True)
class Setting:
    """A world, the day of the exam, and what is known of people by then."""

    true: World  # what people want, of newcomers too
    told: World  # what the tables tell: newcomers have done nothing
    newcomers: npt.NDArray[np.int64]
    day: int  # since 1970; nothing that is later lies in the graph

    @property
    def is_future(self) -> bool:
        """Whether what happened after the day of the exam is known."""
        return self.day < TODAY

    @cached_property
    def is_newcomer(self) -> npt.NDArray[np.bool_]:
        """Whether somebody has just arrived, (people,)."""
        flags = np.zeros(self.true.config.people, np.bool_)
        flags[self.newcomers] = True
        return flags

    @cached_property
    def people(self) -> list[str]:
        """The ids of all people by number."""
        config = self.true.config
        return person_ids(config, np.arange(config.people)).to_pylist()

    @cached_property
    def jobs(self) -> list[str]:
        """The ids of all jobs by number."""
        config = self.true.config
        return job_ids(config, np.arange(config.jobs)).to_pylist()

    @cached_property
    def sessions(self) -> list[Sessions]:
        """When people looked for jobs, by chunks of people."""
        told = self.told
        first_day = first_days(told.people)
        return [
            hold_sessions(told.config, told.vocabulary, told.people, first_day, bounds, chunk)
            for chunk, bounds in enumerate(chunks_of(told.config.people))
        ]
