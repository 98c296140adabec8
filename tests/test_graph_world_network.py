from collections import Counter
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lived_world import lived_world

from graph.world.careers.people import MONTH_ZERO, NO_END, NONE, People
from graph.world.config import THIS_MONTH, TODAY, WorldConfig
from graph.world.network.closure import close, closing_chance, wedges
from graph.world.network.foci import classes, teams
from graph.world.network.network import WINDOW_OPENS, Network, connect_people
from graph.world.network.shared_past import NEVER, days_of, first_days, month_of, shared_past
from graph.world.network.statistics import NetworkStatistics, network_statistics
from graph.world.network.ties import Neighbours, Ties, are_among, codes_of, paths_of_two
from graph.world.segments import owners_of
from graph.world.vocabulary import Vocabulary

COUNT = 3_000
Pairs = tuple[npt.NDArray[np.integer], npt.NDArray[np.integer]]


def _people(count: int = COUNT) -> People:
    return lived_world(count, 1).people


def _vocabulary() -> Vocabulary:
    return lived_world(COUNT, 1).vocabulary


@cache
def _network(count: int = COUNT, seed: int = 1) -> Network:
    return connect_people(WorldConfig(count, 50, seed), _vocabulary(), _people(count))


@cache
def _figures() -> NetworkStatistics:
    return network_statistics(_network().a, _network().b, COUNT)


def _strangers(count: int = 200_000) -> Pairs:
    random = np.random.default_rng(0)
    one, other = random.integers(0, COUNT, (2, count))
    return one[one != other], other[one != other]


def _share_tied(one: npt.NDArray[np.integer], other: npt.NDArray[np.integer]) -> float:
    known = codes_of(_network().a, _network().b, COUNT)
    return float(are_among(codes_of(one, other, COUNT), known).mean())


def test_every_tie_joins_two_people_once_in_order() -> None:
    network = _network()
    codes = network.a.astype(np.int64) * COUNT + network.b
    assert (network.a < network.b).all()
    assert network.a.min() >= 0
    assert network.b.max() < COUNT
    assert (np.diff(codes) > 0).all()
    assert (network.a.dtype, network.b.dtype) == (np.int32, np.int32)
    assert (network.since.dtype, network.strength.dtype) == (np.int32, np.uint8)


def test_ties_begin_after_both_have_begun_and_before_the_window_opens() -> None:
    network, first = _network(), first_days(_people())
    assert (network.since >= np.maximum(first[network.a], first[network.b])).all()
    assert (network.since < WINDOW_OPENS).all()


def test_strength_is_1_to_100_and_greater_among_colleagues() -> None:
    network = _network()
    past = shared_past(_people(), network.a, network.b)
    assert network.strength.min() >= 1
    assert network.strength.max() <= 100
    long = network.strength[past.work_months >= 24].mean()
    none = network.strength[past.contexts == 0].mean()
    assert long > none + 20


def test_those_who_worked_together_are_tied_far_more_often_than_strangers() -> None:
    one, other = _strangers()
    past = shared_past(_people(), one, other)
    colleagues, strangers = past.work_months >= 12, past.contexts == 0
    together = _share_tied(one[colleagues], other[colleagues])
    assert together > 8 * _share_tied(one[strangers], other[strangers])


def test_those_who_studied_together_are_tied_more_often_than_strangers() -> None:
    one, other = _strangers()
    past = shared_past(_people(), one, other)
    mates = (past.school_months >= 12) & (past.work_months == 0)
    assert _share_tied(one[mates], other[mates]) > 5 * _share_tied(
        one[past.contexts == 0], other[past.contexts == 0]
    )


def test_people_of_one_city_and_field_are_tied_more_often_than_others_who_share_no_past() -> None:
    people, (one, other) = _people(), _strangers()
    apart = shared_past(people, one, other).contexts == 0
    near = (people.city[one] == people.city[other]) & (people.family[one] == people.family[other])
    close_by, far_off = near & apart, ~near & apart
    assert _share_tied(one[close_by], other[close_by]) > 5 * _share_tied(
        one[far_off], other[far_off]
    )


def test_friends_of_friends_are_tied_far_more_often_than_chance() -> None:
    network = _network()
    ties = Ties(COUNT, codes_of(network.a, network.b, COUNT), network.since)
    neighbours = Neighbours.of(network.a, network.b, COUNT)
    random = np.random.default_rng(0)
    found = wedges(ties, neighbours, random.integers(0, COUNT, 20_000), random)
    assert _share_tied(found.one, found.other) > 10 * _share_tied(*_strangers())


def test_degrees_are_heavy_tailed() -> None:
    figures = _figures()
    assert 18 <= figures.mean_degree <= 30
    assert 10 <= figures.median_degree <= 20
    assert figures.max_degree > 10 * figures.median_degree


def test_the_network_is_clustered_assortative_and_of_one_piece() -> None:
    figures = _figures()
    assert 0.25 <= figures.clustering <= 0.45
    assert figures.assortativity > 0
    assert figures.giant_share > 0.95
    assert 2.8 <= figures.mean_path <= 4.8


def test_degree_hardly_grows_with_the_world() -> None:
    half = COUNT // 2
    assert _figures().mean_degree < 1.25 * 2 * len(_network(half).a) / half


def test_the_sociable_know_more_people() -> None:
    network, people = _network(), _people()
    degrees = np.bincount(np.concatenate([network.a, network.b]), minlength=COUNT)
    order = np.argsort(people.sociability)
    assert degrees[order[-COUNT // 10 :]].mean() > 4 * degrees[order[: COUNT // 10]].mean()


def test_the_same_seed_makes_the_same_network_and_another_seed_another() -> None:
    again = connect_people(WorldConfig(COUNT, 50, 1), _vocabulary(), _people())
    for name in ("a", "b", "since", "strength"):
        assert np.array_equal(getattr(again, name), getattr(_network(), name))
    assert len(_network(COUNT, 2).a) != len(again.a)


@pytest.mark.parametrize("count", [50, 120])
def test_a_tiny_world_has_a_network_in_which_not_everybody_knows_everybody(count: int) -> None:
    network = _network(count)
    assert 2 * len(network.a) / count > 2
    assert len(network.a) < count * (count - 1) / 4


def test_teams_are_of_one_company_and_city_and_of_a_human_size() -> None:
    people = _people()
    gathered = teams(_vocabulary(), people, 13)
    work = people.positions
    owner = owners_of(work.offsets)
    sites = {
        (int(person), int(start)): (int(company), int(city))
        for person, start, company, city in zip(
            owner, work.start, work.company, work.city, strict=True
        )
    }
    sizes = np.diff(gathered.offsets)
    assert len(gathered.person) == int((work.company != NONE).sum())
    assert sizes.min() >= 1
    assert sizes.max() <= 20
    for team in range(0, len(sizes), 7):
        members = slice(gathered.offsets[team], gathered.offsets[team + 1])
        keys = zip(gathered.person[members], gathered.start[members], strict=True)
        assert len({sites[int(person), int(start)] for person, start in keys}) == 1


def test_every_study_belongs_to_one_class() -> None:
    gathered = classes(_people(), 15)
    assert np.array_equal(np.sort(gathered.person), np.sort(owners_of(_people().studies.offsets)))


def test_a_wedge_is_closed_sooner_where_its_ends_share_company_city_and_field() -> None:
    people = _people()
    network = _network()
    ties = Ties(COUNT, codes_of(network.a, network.b, COUNT), network.since)
    neighbours = Neighbours.of(network.a, network.b, COUNT)
    random = np.random.default_rng(5)
    found = wedges(ties, neighbours, np.arange(COUNT), random)
    chance = closing_chance(_vocabulary(), people, found)
    same = (
        (people.company[found.one] == people.company[found.other])
        & (people.company[found.one] != NONE)
        & (people.family[found.one] == people.family[found.other])
        & (people.city[found.one] == people.city[found.other])
    )
    assert chance[same].min() == pytest.approx(1.0)
    assert chance[~same].max() < 1.0


def test_a_closed_triangle_was_open_first_and_whoever_knows_enough_closes_none() -> None:
    ties = Ties.of(COUNT, _network().a, _network().b, _network().since)
    closed = close(_vocabulary(), _people(), ties, np.zeros(COUNT), np.random.default_rng(0))
    assert len(closed.one) <= COUNT // 10
    assert (closed.one != closed.other).all()
    known = ties.codes
    assert are_among(codes_of(closed.one, closed.between, COUNT), known).all()
    assert are_among(codes_of(closed.between, closed.other, COUNT), known).all()


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 50)), max_size=40))
def test_ties_keep_each_pair_once_with_its_earliest_day(
    rows: list[tuple[int, int, int]],
) -> None:
    one, other, since = np.array(rows, np.int64).reshape(-1, 3).T
    ties = Ties.of(10, one, other, since)
    earliest: dict[tuple[int, int], int] = {}
    for a, b, day in rows:
        if a != b:
            key = (min(a, b), max(a, b))
            earliest[key] = min(day, earliest.get(key, day))
    kept = zip(ties.a.tolist(), ties.b.tolist(), ties.since.tolist(), strict=True)
    assert [((a, b), day) for a, b, day in kept] == sorted(earliest.items())
    ends = Counter(end for pair in earliest for end in pair)
    assert ties.degrees().tolist() == [ends[person] for person in range(10)]


def test_joined_ties_keep_what_is_known_already() -> None:
    known = Ties.of(5, np.array([0, 3]), np.array([1, 4]), np.array([9, 9]))
    later = Ties.of(5, np.array([1, 2]), np.array([0, 3]), np.array([4, 5]))
    joined = known.joined(later)
    assert joined.a.tolist() == [0, 2, 3]
    assert joined.b.tolist() == [1, 3, 4]
    assert joined.since.tolist() == [9, 5, 9]


def test_common_neighbours_are_counted_and_weighed() -> None:
    """0 and 1 both know 2 (5 and 3) and 3 (1 and 7); 0 and 2 have no common neighbour but 1."""
    a, b = np.array([0, 0, 1, 1]), np.array([2, 3, 2, 3])
    strength = np.array([5, 1, 3, 7])
    neighbours = Neighbours.of(a, b, 5)
    one, other = np.array([0, 1, 2, 0, 4]), np.array([1, 0, 3, 2, 0])
    assert paths_of_two(neighbours.matrix(), one, other).tolist() == [2, 2, 2, 0, 0]
    weighed = paths_of_two(neighbours.matrix(strength), one, other)
    assert weighed.tolist() == [22, 22, 26, 0, 0]


def test_neighbours_are_drawn_among_those_somebody_has() -> None:
    neighbours = Neighbours.of(np.array([0, 0]), np.array([1, 2]), 4)
    drawn = neighbours.draw(np.array([0, 0, 2, 3]), np.array([0.0, 0.99, 0.5, 0.5]))
    assert neighbours.person[drawn[:3]].tolist() == [1, 2, 0]
    assert drawn[3] == -1


def test_a_shared_past_agrees_with_one_counted_by_hand() -> None:
    people = _people(300)
    random = np.random.default_rng(0)
    one, other = random.integers(0, 300, (2, 3_000))
    past = shared_past(people, one, other)
    work, now = people.positions, THIS_MONTH - MONTH_ZERO
    for pair in range(len(one)):
        months, first = 0, NO_END
        for i in range(work.offsets[one[pair]], work.offsets[one[pair] + 1]):
            for j in range(work.offsets[other[pair]], work.offsets[other[pair] + 1]):
                begin = max(int(work.start[i]), int(work.start[j]))
                end = min(int(work.end[i]), int(work.end[j]))
                if work.company[i] == work.company[j] != NONE and begin < end:
                    months += min(end, now) - begin
                    first = min(first, begin)
        assert past.work_months[pair] == months
        assert past.work_since[pair] == days_of(np.array([first]))[0]


def test_months_and_days_agree() -> None:
    months = np.array([0, 1970 * 12 - MONTH_ZERO, 2026 * 12 + 6 - MONTH_ZERO, NO_END])
    days = days_of(months)
    assert days.tolist()[1:] == [0, TODAY, NEVER]
    assert month_of(days).tolist() == months.tolist()
    assert month_of(np.array([TODAY - 1])).tolist() == [months[2] - 1]
