"""Sessions: who comes when, and which field holds their eye."""

import numpy as np
from lived_world import lived_world

from graph.world.behaviour.sessions import EPISODE_DAYS, Sessions, hold_sessions
from graph.world.config import OBSERVED_DAYS, TODAY
from graph.world.network.shared_past import first_days


def sessions() -> Sessions:
    world = lived_world()
    people = slice(0, len(world.people.family))
    return hold_sessions(
        world.config, world.vocabulary, world.people, first_days(world.people), people, 0
    )


def test_a_fifth_never_comes_and_the_others_do() -> None:
    world, held = lived_world(), sessions()
    came = np.bincount(held.person, minlength=len(world.people.family)) > 0
    assert not came[world.people.activity == 0].any()
    assert came[world.people.activity > 0].mean() > 0.97


def test_sessions_lie_in_the_window_in_order_of_person_and_time() -> None:
    held = sessions()
    assert held.day.min() >= TODAY - OBSERVED_DAYS
    assert held.day.max() < TODAY
    order = np.lexsort((held.second, held.day, held.person))
    assert (order == np.arange(len(order))).all()


def test_most_come_seldom_and_a_few_come_often() -> None:
    counts = np.bincount(sessions().person)
    active = counts[counts > 0]
    assert np.median(active) <= 5
    assert active.max() > 6 * np.median(active)


def test_another_field_is_looked_at_for_about_a_week() -> None:
    world, held = lived_world(), sessions()
    strays = held.focus != world.people.family[held.person]
    assert 0.3 < strays.mean() < 0.7
    # Visits of one person to a foreign field lie close together.
    same = (held.person[1:] == held.person[:-1]) & strays[1:] & strays[:-1]
    same &= held.focus[1:] == held.focus[:-1]
    gap = (held.day[1:] - held.day[:-1])[same]
    assert np.mean(gap <= EPISODE_DAYS) > 0.9


def test_the_field_of_today_is_that_of_an_episode_that_still_runs() -> None:
    world, held = lived_world(), sessions()
    wanders = np.flatnonzero(held.focus_today != world.people.family)
    assert 0.1 < len(wanders) / len(world.people.family) < 0.4
    for person in wanders[:100].tolist():
        own = held.person == person
        if own.any() and held.day[own].max() > TODAY - EPISODE_DAYS:
            assert held.focus_today[person] in held.focus[own]


def test_near_fields_are_looked_at_more_than_far_ones() -> None:
    world, held = lived_world(), sessions()
    own = world.people.family[held.person]
    strays = held.focus != own
    near = world.vocabulary.family_proximity[own[strays], held.focus[strays]]
    others = world.vocabulary.family_proximity.copy()
    np.fill_diagonal(others, np.nan)
    assert near.mean() > 2 * np.nanmean(others)
