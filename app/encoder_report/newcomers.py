"""Lets some people of a world have just arrived: nobody knows them, and they did nothing yet."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from graph.world.network.correspondence import Correspondence
from graph.world.network.questions import Questions
from graph.world.streams import stream
from graph.world.world import World

SHARE = 0.2  # of the people who are examined

Numbers = npt.NDArray[np.integer]


def choose_newcomers(seed: int, people: Numbers) -> npt.NDArray[np.int64]:
    """Choose some people of a world, rising."""
    random = stream(seed, "newcomers")
    count = round(SHARE * len(people))
    return np.sort(random.choice(people, count, replace=False)).astype(np.int64)


def without_ties(world: World, newcomers: Numbers) -> World:
    """Return the world as it would be if nobody had ever met these people.

    What they want and how lively they are stays as it is: that is what is true of them.
    """
    is_new = np.zeros(world.config.people, np.bool_)
    is_new[newcomers] = True
    network = world.network
    kept = ~(is_new[network.a] | is_new[network.b])
    told = world.correspondence
    return replace(
        world,
        network=replace(
            network,
            a=network.a[kept],
            b=network.b[kept],
            since=network.since[kept],
            strength=network.strength[kept],
        ),
        correspondence=Correspondence(
            _among_others(told.invitations, is_new), _among_others(told.messages, is_new)
        ),
    )


def without_acts(world: World, newcomers: Numbers) -> World:
    """Return the world as it would be if these people had never looked at a job."""
    activity = world.people.activity.copy()
    activity[newcomers] = 0.0
    return replace(world, people=replace(world.people, activity=activity))


def _among_others(asked: Questions, is_new: npt.NDArray[np.bool_]) -> Questions:
    kept = ~(is_new[asked.asker] | is_new[asked.other])
    return Questions(
        asked.asker[kept],
        asked.other[kept],
        asked.at[kept],
        asked.chance[kept],
        asked.answer[kept],
        asked.answered[kept],
    )
