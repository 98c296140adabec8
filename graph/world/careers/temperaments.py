"""Draws what no profile states: what people look for, and how they go about it."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.world.institutions.economy import Economy
from graph.world.institutions.founding import draw_sparse_tastes
from graph.world.streams import stream
from graph.world.tastes import Taste

NEVER_ACTIVE = 0.2  # of the people
GROUP_B = 0.4  # of the people
SPREAD_OF_SOCIABILITY = 0.8  # of its logarithm
SPREAD_OF_ACTIVITY = 1.1
PULL_OF_FAMILY = 0.35  # on taste: people of a field are drawn to what its sectors are like

Floats32 = npt.NDArray[np.float32]


class Temperaments(NamedTuple):
    """Latent traits of a chunk of people; each (people,) but the taste, (people, tastes)."""

    taste: Floats32
    remote: Floats32
    ambition: Floats32
    loyalty: Floats32
    wanted_size: Floats32
    sociability: Floats32
    activity: Floats32
    is_group_b: npt.NDArray[np.bool_]


def draw_temperaments(
    seed: int, chunk: int, family: npt.NDArray[np.integer], economy: Economy
) -> Temperaments:
    """Draw the traits of a chunk of people.

    Args:
        seed: Of the world.
        chunk: Which people.
        family: What they trained for, (people,).
        economy: What fields are like.
    """
    random = stream(seed, "temperaments", chunk)
    count = len(family)
    lean = PULL_OF_FAMILY * _leanings(economy)[family]
    taste = draw_sparse_tastes(random, lean)
    remote = np.tanh(0.8 * random.standard_normal(count) + (economy.family_remote[family] - 0.3))
    ambition = random.standard_normal(count)
    ambition = 0.9 * ambition + 0.436 * np.clip(taste[:, Taste.AMBITION], -1, 1)
    loyalty = 0.9 * random.standard_normal(count)
    loyalty += 0.436 * (np.clip(taste[:, Taste.STABILITY], -1, 1) - taste[:, Taste.PACE] / 2)
    wanted_size = np.tanh(0.8 * random.standard_normal(count))
    sociability = _lognormal(random, count, SPREAD_OF_SOCIABILITY)
    activity = _lognormal(random, count, SPREAD_OF_ACTIVITY) / (1 - NEVER_ACTIVE)
    activity = np.where(random.random(count) < NEVER_ACTIVE, 0, activity)
    # A stream of its own: whoever draws more or less here changes nothing else.
    is_group_b = stream(seed, "groups", chunk).random(count) < GROUP_B
    return Temperaments(
        taste=_written(taste),
        remote=_written(remote),
        ambition=_written(ambition),
        loyalty=_written(loyalty),
        wanted_size=_written(wanted_size),
        sociability=_written(sociability),
        activity=_written(activity),
        is_group_b=is_group_b,
    )


def _written(values: npt.NDArray[np.floating]) -> Floats32:
    """Round to what every machine agrees on."""
    return np.round(values, 4).astype(np.float32)


def _lognormal(random: np.random.Generator, count: int, spread: float) -> npt.NDArray[np.float64]:
    """Draw positive, heavy-tailed numbers with mean 1."""
    return np.exp(spread * random.standard_normal(count) - spread * spread / 2)


def _leanings(economy: Economy) -> npt.NDArray[np.float64]:
    """What the sectors of a family like and dislike on average, (families, tastes)."""
    leaning = np.zeros((len(economy.families), len(Taste)))
    is_core = economy.is_core
    for sector in economy.sectors:
        share = is_core[list(sector.industries)].sum(axis=0) / is_core.sum(axis=0)
        for taste in sector.liked:
            leaning[:, taste] += share
        for taste in sector.disliked:
            leaning[:, taste] -= share
    return leaning
