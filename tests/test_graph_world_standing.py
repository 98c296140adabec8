"""Standing: what people did on a day, not what they did later."""

import numpy as np
from lived_world import lived_world

from graph.world.behaviour.standing import standing_on
from graph.world.careers.people import NONE
from graph.world.config import OBSERVED_DAYS, TODAY
from graph.world.network.shared_past import month_of


def test_today_is_as_people_stand_today() -> None:
    people = lived_world().people
    today = standing_on(TODAY, people)
    np.testing.assert_array_equal(today.title, people.title)
    np.testing.assert_array_equal(today.level, people.level)
    np.testing.assert_array_equal(today.company, people.company)


def test_an_earlier_day_is_told_by_the_position_held_then() -> None:
    people = lived_world().people
    day = TODAY - OBSERVED_DAYS
    month = int(month_of(np.array([day]))[0])
    then = standing_on(day, people)
    positions = people.positions
    for person in range(300):
        span = range(positions.offsets[person], positions.offsets[person + 1])
        begun = [place for place in span if positions.start[place] <= month]
        if not begun:
            assert then.company[person] == NONE
            continue
        assert then.title[person] == positions.title[begun[-1]]
        is_held = positions.end[begun[-1]] > month
        assert then.company[person] == (positions.company[begun[-1]] if is_held else NONE)
    assert (then.title != people.title).any()
