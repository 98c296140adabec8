"""`Ingest`: takes a stream of facts of one file and brings it into the store in batches."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from graph.importers.frame import Tally
from graph.ingest.jobs import Jobs
from graph.ingest.people import People
from graph.ingest.resolver import Resolver
from graph.linking import Linker
from graph.schema import (
    Company,
    Connection,
    Education,
    Event,
    Fact,
    GroupMembership,
    Job,
    Person,
    Position,
)
from graph.store.reviews import record
from graph.store.writer import Writer

# Large enough that sorting pays, small enough to stay below 200 MB.
EVENTS_AT_A_TIME = 250_000
FACTS_AT_A_TIME = 20_000
Progress = Callable[[int], None]
_NODES_FIRST: tuple[type[Fact], ...] = (
    Person,
    Job,
    Company,
    Position,
    Education,
    Connection,
    Event,
    GroupMembership,
)


class Ingest:
    """Links and writes facts inside one write transaction."""

    def __init__(self, writer: Writer, linker: Linker) -> None:
        self._writer = writer
        self._resolver = Resolver(writer, linker)
        self._people = People(writer, self._resolver)
        self._jobs = Jobs(writer, self._resolver)

    def take(self, facts: Iterable[Fact], source_id: int, tally: Tally, progress: Progress) -> None:
        """Bring the facts of one file in.

        Args:
            facts: A one-pass stream; a fact may refer to any node that came before it.
            source_id: From `Writer.source`.
            tally: Rows that point at nothing are taken back in it.
            progress: Called with the number of facts taken so far, once a batch.
        """
        with _no_cycle_search():
            waiting: dict[type[Fact], list[Any]] = {kind: [] for kind in _NODES_FIRST}
            taken = 0
            for fact in facts:
                batch = waiting[type(fact)]
                batch.append(fact)
                if len(batch) >= (EVENTS_AT_A_TIME if type(fact) is Event else FACTS_AT_A_TIME):
                    taken += self._flush(waiting, source_id, tally)
                    progress(taken)
            progress(taken + self._flush(waiting, source_id, tally))
        record(self._writer.connection, self._resolver.take_reviews())

    def finish(self) -> None:
        """Settle what only the whole import can tell; must come after the last file."""
        self._resolver.settle_names()

    def forget_words(self) -> None:
        """Forget which nodes words were resolved to: some may have been taken back."""
        self._resolver.forget()

    def _flush(self, waiting: dict[type[Fact], list[Any]], source_id: int, tally: Tally) -> int:
        people, jobs = self._people, self._jobs
        writers: dict[type[Fact], Callable[[list[Any], int, Tally], None]] = {
            Person: people.people,
            Job: jobs.jobs,
            Company: jobs.companies,
            Position: people.positions,
            Education: people.education,
            Connection: people.connections,
            Event: self._events,
            GroupMembership: people.groups,
        }
        taken = 0
        for kind in _NODES_FIRST:
            batch = waiting[kind]
            if batch:
                writers[kind](batch, source_id, tally)
                taken += len(batch)
                waiting[kind] = []
        return taken

    def _events(self, batch: list[Event], source_id: int, tally: Tally) -> None:
        # numpy and pyarrow take a while to load, and most small imports need neither.
        from graph.ingest.event_batch import EventBatch

        columns = EventBatch(self._writer, self._resolver).columns(batch, source_id, tally)
        self._writer.events(columns)


@contextmanager
def _no_cycle_search() -> Iterator[None]:
    # Facts hold no cycles, and looking for some among millions of tuples takes a third of the
    # time of an import.
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
