"""Social proof: who knows whom at a company, at first and at second hand, at a moment."""

import numpy as np

from graph.world.behaviour.social_proof import PERIODS, SocialProof, period_begins, period_of
from graph.world.careers.people import NO_END, Positions
from graph.world.config import OBSERVED_DAYS, TODAY
from graph.world.network.network import Network

LONG_AGO = TODAY - 3_000


def network(*ties: tuple[int, int, int, int]) -> Network:
    a, b, since, strength = (np.array(column) for column in zip(*ties, strict=True))
    return Network(
        a.astype(np.int32), b.astype(np.int32), since.astype(np.int32), strength.astype(np.uint8)
    )


def positions(companies: list[int], start: int = 700, end: int = NO_END) -> Positions:
    people = len(companies)
    return Positions(
        offsets=np.arange(people + 1),
        title=np.zeros(people, np.int16),
        level=np.zeros(people, np.int8),
        company=np.array(companies, np.int32),
        city=np.zeros(people, np.int16),
        start=np.full(people, start, np.int16),
        end=np.full(people, end, np.int16),
    )


# 0 knows 1 (who works at company 1) and 2; 2 knows 3, who works at company 1 too.
TIES = network((0, 1, LONG_AGO, 100), (0, 2, LONG_AGO, 50), (2, 3, LONG_AGO, 41))
STAFF = positions([0, 1, 0, 1])


def proof(day: int = TODAY, staff: Positions = STAFF) -> tuple[int, int]:
    found = SocialProof.at(day, TIES, staff, companies=2)
    direct, second = found.of(np.array([0]), np.array([1]))
    return int(direct[0]), int(second[0])


def test_direct_ties_are_summed_in_tenths() -> None:
    assert proof()[0] == 10


def test_paths_of_two_ties_multiply() -> None:
    assert proof()[1] == 5 * 5  # 0-2 with 5 tenths, 2-3 with 5 (41 is begun tenths)


def test_a_tie_that_was_not_there_yet_does_not_count() -> None:
    assert proof(day=LONG_AGO) == (0, 0)


def test_nobody_is_introduced_over_a_loose_tie() -> None:
    loose = network((0, 2, LONG_AGO, 20), (2, 3, LONG_AGO, 100))
    found = SocialProof.at(TODAY, loose, STAFF, companies=2)
    _, second = found.of(np.array([0]), np.array([1]))
    assert second.tolist() == [0]


def test_who_has_left_the_company_does_not_count() -> None:
    assert proof(staff=positions([0, 1, 0, 1], end=800)) == (0, 0)


def test_a_pair_gets_the_same_answer_in_any_company() -> None:
    found = SocialProof.at(TODAY, TIES, STAFF, companies=2)
    people, companies = np.array([2, 0, 3, 0, 2]), np.array([0, 1, 0, 0, 1])
    together = found.of(people, companies)
    alone = [found.of(people[i : i + 1], companies[i : i + 1]) for i in range(len(people))]
    for each in (0, 1):
        assert together[each].tolist() == [int(pair[each][0]) for pair in alone]


def test_every_day_of_the_window_lies_in_one_period() -> None:
    days = np.arange(TODAY - OBSERVED_DAYS, TODAY)
    periods = period_of(days)
    assert sorted(set(periods.tolist())) == list(range(PERIODS))
    for period in range(PERIODS):
        assert days[periods == period].min() == period_begins(period)
