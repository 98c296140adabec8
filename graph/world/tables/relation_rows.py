"""Turns who knows whom in a world, and what people do, into rows of its tables."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from graph.table_columns import Values, words_of
from graph.world.behaviour.acts import KINDS, EventChunk
from graph.world.behaviour.behaviour import live_on
from graph.world.config import WorldConfig
from graph.world.people_chunks import chunks_of
from graph.world.tables.ids import job_ids, person_ids
from graph.world.tables.iso_dates import iso_days
from graph.world.world import World

CONNECTION_COLUMNS = ("person_id", "other_id", "since", "strength")
EVENT_COLUMNS = ("person_id", "kind", "item_id", "at", "value")
TIES_AT_A_TIME = 262_144
Batch = dict[str, Values]
_DIGITS = 6  # significant ones; a float32 holds about seven
_EDGES = np.array([float(f"1e{power}") for power in range(-_DIGITS, _DIGITS)])
_SCALES = np.array([float(f"1e{power}") for power in range(2 * _DIGITS, -1, -1)])


def connection_rows(world: World) -> Iterator[Batch]:
    """Yield the connections, some hundred thousand at a time."""
    config, network = world.config, world.network
    for first in range(0, len(network.a), TIES_AT_A_TIME):
        some = slice(first, first + TIES_AT_A_TIME)
        yield {
            "person_id": person_ids(config, network.a[some]),
            "other_id": person_ids(config, network.b[some]),
            "since": iso_days(network.since[some]),
            "strength": network.strength[some] / 100.0,
        }


def event_rows(world: World) -> Iterator[Batch]:
    """Yield what people did with jobs, then what they did to each other, by chunks of people."""
    for chunk in live_on(world):
        yield event_batch(world.config, chunk)
    for some in chunks_of(world.config.people):
        events = world.correspondence.events(some.start, some.stop)
        count = len(events.person)
        told = (events.person, events.kind, events.other, np.ones(count, bool), events.at)
        nothing = np.full(count, np.nan, np.float32)
        yield event_batch(world.config, EventChunk(*told, nothing))


def event_batch(config: WorldConfig, chunk: EventChunk) -> Batch:
    """Return what people did, in the order of the chunk: all to jobs, or all to people."""
    item_ids = person_ids if chunk.is_person_item.any() else job_ids
    return {
        "person_id": person_ids(config, chunk.person),
        "kind": words_of(chunk.kind, KINDS),
        "item_id": item_ids(config, chunk.item),
        "at": chunk.at,
        "value": shortest_decimals(chunk.value),
    }


def shortest_decimals(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return numbers of six digits as the float64 that is nearest to what is written.

    Without it 0.1 would become 0.10000000149, which is what the nearest float32 stands for.
    """
    wide = values.astype(np.float64)
    # Compared with powers rather than by a logarithm: every machine finds the same digits.
    scale = _SCALES[np.searchsorted(_EDGES, np.abs(wide), side="right")]
    return np.round(wide * scale) / scale
