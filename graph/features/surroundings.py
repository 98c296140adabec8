"""What the features of many nodes of a store refer to: levels of titles, points, the newest day."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from graph.features.pay import read_pay_middles
from graph.features.stated_days import day_of
from graph.schema import NodeType
from graph.store.tables import event, job, place, title

SECONDS_A_DAY = 86_400


class Point(NamedTuple):
    """A place on the unit sphere."""

    x: float
    y: float
    z: float


@dataclass(frozen=True)
class Surroundings:
    """Facts of a store that rows of other nodes are made with."""

    levels: Mapping[int, str]  # of titles that have one, by key
    families: Mapping[int, str]  # likewise
    points: Mapping[int, Point]  # of places that have coordinates, by key
    newest_day: int | None  # days since 1970 of the newest act, else of the newest posting
    pay_middles: Mapping[str, float]  # median log yearly pay by currency


def read_surroundings(
    connection: Connection, kind: NodeType, pay_middles: Mapping[str, float]
) -> Surroundings:
    """Read from a store what the rows of one type of node are made with.

    Args:
        connection: An open read of the store.
        kind: Whose rows are wanted.
        pay_middles: Of currencies that are known already; others are measured in this store.

    Raises:
        ValueError: A place has coordinates that are on no map.
    """
    levels: dict[int, str] = {}
    families: dict[int, str] = {}
    points: dict[int, Point] = {}
    if kind in (NodeType.PERSON, NodeType.JOB):
        stated = connection.execute(select(title.c.key, title.c.level, title.c.family)).all()
        levels = {key: level for key, level, _ in stated if level is not None}
        families = {key: family for key, _, family in stated if family is not None}
    if kind in (NodeType.PERSON, NodeType.JOB, NodeType.PLACE):
        points = _points(connection)
    if kind is not NodeType.JOB:
        return Surroundings(levels, families, points, None, pay_middles)
    middles = read_pay_middles(connection, pay_middles)
    return Surroundings(levels, families, points, read_newest_day(connection), middles)


def read_newest_day(connection: Connection) -> int | None:
    """Return the day of the newest act of a store, else of its newest posting; days since 1970."""
    newest = connection.scalar(select(func.max(event.c.at)))
    if newest is not None:
        return int(newest) // SECONDS_A_DAY
    days = (day_of(stated) for stated in connection.scalars(select(job.c.posted_at).distinct()))
    return max((day for day in days if day is not None), default=None)


def _points(connection: Connection) -> dict[int, Point]:
    stated = select(place.c.key, place.c.id, place.c.latitude, place.c.longitude).where(
        place.c.latitude.is_not(None), place.c.longitude.is_not(None)
    )
    found: dict[int, Point] = {}
    for key, id, latitude, longitude in connection.execute(stated):
        if not (abs(latitude) <= 90 and abs(longitude) <= 360):  # also when it is no number
            raise ValueError(f"place {id}: no such coordinates: {latitude}, {longitude}")
        north, east = math.radians(latitude), math.radians(longitude)
        flat = math.cos(north)
        found[key] = Point(flat * math.cos(east), flat * math.sin(east), math.sin(north))
    return found
