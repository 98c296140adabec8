"""When people look for jobs, and which field holds their eye that week.

Most look at their own field. Now and then an episode of about a week goes to another one: what a
person did in the last days then says more of the next act than the profile does.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.world.careers.people import People
from graph.world.config import OBSERVED_DAYS, TODAY, WorldConfig
from graph.world.segments import WeightedSegments, offsets_of, owners_of, places_within
from graph.world.streams import stream
from graph.world.vocabulary import Vocabulary

EPISODE_DAYS = 9
_EPISODES = 1.3  # of a person of mean activity, beyond the first
_SESSIONS = 1.3  # of an episode, beyond the first
_SHORTEST, _LONGER = 6, 10.0  # a list has room for so many jobs, and on average for so many more
_LATE = 1.6  # the higher, the more episodes lie late in the window
_NOW = 0.5  # share of active people who are looking today
_DRIFTING = 0.55  # share of episodes that go to another field
_ANY_FIELD = 0.02  # how likely a far field is, beside the nearness of near ones


@dataclass(frozen=True)
class Sessions:
    """Visits of people, each of which opens one list, ordered by person and time."""

    person: npt.NDArray[np.int32]
    day: npt.NDArray[np.int32]  # days since 1970
    second: npt.NDArray[np.int32]  # of the day
    focus: npt.NDArray[np.int16]  # the field looked at
    length: npt.NDArray[np.int16]  # of the list
    focus_today: npt.NDArray[np.int16]  # of each person of the chunk, (people of the chunk,)


def hold_sessions(
    config: WorldConfig,
    vocabulary: Vocabulary,
    people: People,
    first_day: npt.NDArray[np.integer],
    bounds: slice,
    chunk: int,
) -> Sessions:
    """Draw the sessions of a chunk of people over the observed window.

    Args:
        config: Of the world.
        vocabulary: Knows which fields are near.
        people: All people.
        first_day: When each one's studies or work began, days since 1970; nobody looks before.
        bounds: The people of the chunk.
        chunk: Its number.
    """
    random = stream(config.seed, "sessions", chunk)
    activity = people.activity[bounds]
    own = people.family[bounds]
    episodes = np.where(activity > 0, 1 + random.poisson(_EPISODES * activity), 0)
    who = owners_of(offsets_of(episodes))
    began = TODAY - 1 - np.floor(OBSERVED_DAYS * random.random(len(who)) ** _LATE)
    is_last = np.append(who[1:] != who[:-1], True) if len(who) else np.zeros(0, bool)
    looking = is_last & (random.random(len(who)) < _NOW)
    began = np.where(looking, TODAY - 1 - np.floor(7 * random.random(len(who))), began)
    began = np.maximum(began, TODAY - OBSERVED_DAYS).astype(np.int32)
    strays = random.random(len(who)) < _DRIFTING
    stray = _other_fields(vocabulary).draw(own[who].astype(np.int64), random.random(len(who)))
    focus = np.where(strays, stray % len(vocabulary.families), own[who]).astype(np.int16)

    count = 1 + random.poisson(_SESSIONS, len(who))
    visits = offsets_of(count)
    episode = owners_of(visits)
    later = np.floor(EPISODE_DAYS * random.random(len(episode))).astype(np.int32)
    # An episode begins with a visit, so that the field of today is never without a trace.
    day = began[episode] + np.where(places_within(visits) == 0, 0, later)
    second = np.floor(np.mod(random.normal(15, 4, len(day)), 24) * 3_600).astype(np.int32)
    length = (_SHORTEST + random.poisson(_LONGER, len(day))).astype(np.int16)
    kept = np.flatnonzero((day < TODAY) & (day >= first_day[bounds][who[episode]]))
    order = kept[np.lexsort((second[kept], day[kept], who[episode[kept]]))]
    return Sessions(
        (who[episode[order]] + bounds.start).astype(np.int32),
        day[order],
        second[order],
        focus[episode[order]],
        length[order],
        _today(own, who, began, focus),
    )


def _today(
    own: npt.NDArray[np.int16],
    who: npt.NDArray[np.int64],
    began: npt.NDArray[np.int32],
    focus: npt.NDArray[np.int16],
) -> npt.NDArray[np.int16]:
    """Return the field each person looks at today: that of an episode still running, or home."""
    today = own.copy()
    running = np.flatnonzero(began > TODAY - EPISODE_DAYS)
    latest = running[np.argsort(began[running], kind="stable")]  # the last one written counts
    today[who[latest]] = focus[latest]
    return today


def _other_fields(vocabulary: Vocabulary) -> WeightedSegments:
    """Return for each field the others, drawn by how often people move between the two."""
    weights = vocabulary.family_proximity.astype(np.float64) + _ANY_FIELD
    np.fill_diagonal(weights, 0.0)
    fields = len(weights)
    return WeightedSegments.of(np.arange(fields + 1) * fields, weights.ravel())
