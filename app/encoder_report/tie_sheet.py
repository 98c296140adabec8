"""Asks whom people would come to know, and tells the true chances of it.

A tie comes about in three steps: somebody is shown to a person, who invites them, and they
accept. The chances of the last two are known for every pair. How likely somebody is to be shown
is counted over many rehearsals of the law by which a world shows people to each other.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.encoder_report.acts import Acts
from app.encoder_report.setting import Setting
from app.encoder_report.sheet import ExamTask, Part, Segment, Sheet, everybody
from graph.schema import EventKind
from graph.world.network.invitations import (
    SHOWN,  # how many a rehearsal shows to somebody on average
    lookers,
    show,
)
from graph.world.network.network import WINDOW_OPENS
from graph.world.network.person_pairs import PersonPairs
from graph.world.network.questions import DAY, asked_lately
from graph.world.network.ties import Ties, codes_of
from graph.world.streams import stream
from graph.world.world import World

REHEARSALS = 60  # in each of which the askers look around several times as much as they do

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Likely(NamedTuple):
    """Pairs of an asker and somebody who may be shown to them, each (pairs,)."""

    row: Numbers  # a place among the askers
    other: Numbers
    chance: npt.NDArray[np.float64]


def today_tie_sheet(setting: Setting, people: Numbers, acts: Acts) -> Sheet:
    """Ask whom people would come to know if they looked around for one more window.

    Those whom they know or invited already are no answer.
    """
    chance = chances_of_ties(setting, people)
    allowed = _strangers(setting, people)
    random = stream(setting.true.config.seed, "exam ties")
    came = random.random(chance.shape) < chance
    return _sheet(setting, people, chance, came & allowed, allowed, acts)


def future_tie_sheet(setting: Setting, acts: Acts) -> Sheet:
    """Ask whom people invited after the day of the exam and came to know."""
    asked = setting.told.correspondence.invitations
    won = asked.answered_by(EventKind.ACCEPT) & (asked.at >= setting.day * DAY)
    people = np.unique(asked.asker[won]).astype(np.int64)
    chance = chances_of_ties(setting, people)
    allowed = _strangers(setting, people)
    came = np.zeros(chance.shape, np.bool_)
    came[np.searchsorted(people, asked.asker[won]), asked.other[won]] = True
    return _sheet(setting, people, chance, came & allowed, allowed, acts)


def chances_of_ties(setting: Setting, people: Numbers) -> npt.NDArray[np.float32]:
    """Return how likely each of some people (rising) comes to know anybody, (askers, people)."""
    shown = chances_of_being_shown(setting.true, people)
    asker, other = people[shown.row], shown.other
    world = setting.true
    pairs = PersonPairs.of(world.vocabulary, world.people, world.network)
    asked = world.correspondence.invitations
    now = np.full(len(other), setting.day * DAY)
    load = asked_lately(other, now, asked.other, asked.at)
    invited = pairs.chances(EventKind.INVITE, asker, other)
    accepted = pairs.chances(EventKind.ACCEPT, asker, other, load)
    chance = np.zeros((len(people), world.config.people), np.float32)
    chance[shown.row, other] = shown.chance * invited * accepted
    return chance


def chances_of_being_shown(world: World, people: Numbers, rehearsals: int = REHEARSALS) -> Likely:
    """Rehearse what a window shows to some people (rising), and count.

    In the rehearsals nobody else looks around, and these people the more, so that fewer
    rehearsals tell as much.
    """
    eager = _alone(world, people)
    more = lookers(eager.people, SHOWN)[people] / np.maximum(
        lookers(world.people, SHOWN)[people], 1e-9
    )
    network, count = world.network, world.config.people
    before = network.since < WINDOW_OPENS
    codes = codes_of(network.a[before], network.b[before], count)
    ties = Ties(count, codes, network.since[before])
    seen: list[Numbers] = []
    for number in range(rehearsals):
        random = stream(world.config.seed, "exam rehearsal", number)
        found = show(world.vocabulary, eager.people, ties, random)
        seen.append(np.searchsorted(people, found.asker) * count + found.other)
    pair, times = np.unique(np.concatenate(seen), return_counts=True)
    row, other = np.divmod(pair, count)
    share = np.minimum(times / rehearsals, 1 - 0.5 / rehearsals)
    return Likely(row, other, 1 - (1 - share) ** (1 / np.maximum(more[row], 1e-9)))


def _alone(world: World, people: Numbers) -> World:
    activity = np.zeros_like(world.people.activity)
    activity[people] = world.people.activity[people]
    return replace(world, people=replace(world.people, activity=activity))


def _strangers(setting: Setting, people: Numbers) -> Flags:
    """Tell whom nobody of these knew or had invited by the day of the exam, nor was invited by."""
    network, asked = setting.told.network, setting.told.correspondence.invitations
    known, early = network.since < setting.day, asked.at < setting.day * DAY
    one = np.concatenate([network.a[known], asked.asker[early]])
    other = np.concatenate([network.b[known], asked.other[early]])
    place = np.full(setting.true.config.people, -1)
    place[people] = np.arange(len(people))
    flags = np.ones((len(people), len(place)), np.bool_)
    for ends in ((one, other), (other, one)):
        row = place[ends[0]]
        flags[row[row >= 0], ends[1][row >= 0]] = False
    flags[np.arange(len(people)), people] = False
    return flags


def _sheet(
    setting: Setting,
    people: Numbers,
    chance: npt.NDArray[np.float32],
    came: Flags,
    allowed: Flags,
    acts: Acts,
) -> Sheet:
    askers = [setting.people[number] for number in people]
    whole = everybody(len(people), len(setting.people))
    is_new, has_acted = setting.is_newcomer[people], np.isin(people, acts.person)
    parts = {
        Segment.ALL: whole,
        Segment.WARM: Part(has_acted, whole.candidates),
        Segment.QUIET: Part(~has_acted & ~is_new, whole.candidates),
        Segment.COLD: Part(is_new, whole.candidates),
    }
    chance = np.where(allowed, chance, 0).astype(np.float32)
    return Sheet(ExamTask.ACCEPT, askers, setting.people, chance, came, allowed, parts)
