"""What simple models know of the graph is what the store holds, as arrays."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from small_market import small_store

from graph.schema import EventKind, NodeType, Seniority
from graph.store import Store
from retrieval.baselines.history import followed, places_in_lists, read_history
from retrieval.baselines.market import NONE, Market, read_market
from retrieval.baselines.pairs import Pairs

LEVELS = list(Seniority)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder: Path = tmp_path_factory.mktemp("market")
    return small_store(folder)


@pytest.fixture(scope="module")
def market(store: Store) -> Market:
    return read_market(store)


def ids(store: Store, kind: NodeType) -> list[str]:
    return [row[1] for batch in store.stream_nodes(kind, ()) for row in batch]


def test_people_have_the_title_level_and_company_that_still_hold(
    store: Store, market: Market
) -> None:
    people, titles = market.people, ids(store, NodeType.TITLE)
    names = [row[2] for batch in store.stream_nodes(NodeType.COMPANY, ["name"]) for row in batch]
    assert people.ids == ("ann", "bob", "cem")
    held = [titles[title] for title in people.title]
    assert held == ["backend-engineer", "software-engineer", "registered-nurse"]
    assert LEVELS[people.level[0]] is Seniority.SENIOR
    assert LEVELS[people.level[2]] is Seniority.MID
    assert [names[company] for company in people.company] == ["Northwind", "Contoso", "Clinic"]
    assert people.years[[0, 2]] == pytest.approx([6, 3])
    assert np.isnan(people.years[1])


def test_contacts_are_known_both_ways_and_past_employers_count(market: Market) -> None:
    known = market.people.contacts.toarray()
    assert (known == [[0, 1, 0], [1, 0, 1], [0, 1, 0]]).all()
    assert market.people.employers.sum(axis=1).tolist() == [2, 1, 1]


def test_skills_are_those_listed(store: Store, market: Market) -> None:
    skills = ids(store, NodeType.SKILL)
    first = [skills[number] for number in market.people.skills.nonzero()[1][:2]]
    assert sorted(first) == ["kafka", "python"]
    assert market.jobs.skills.sum(axis=1).tolist() == [2, 2, 0, 0]


def test_pay_is_a_year_against_the_middle_of_its_currency(market: Market) -> None:
    """j1 pays 90,000 a year and j2 60,000, so the middle of EUR lies halfway on the log scale."""
    pay = market.jobs.log_pay
    assert pay[0] - pay[1] == pytest.approx(np.log(90_000 / 60_000))
    assert pay[0] + pay[1] == pytest.approx(0)
    assert np.isnan(pay[2])
    assert pay[3] == 0


def test_what_a_job_does_not_state_is_none(market: Market) -> None:
    jobs = market.jobs
    assert jobs.company[3] == NONE
    assert jobs.place[3] == NONE
    assert jobs.remote.tolist() == [0, 2, NONE, NONE]
    assert np.isnan(jobs.posted[3])
    assert jobs.posted[0] == np.datetime64("2026-06-01", "s").astype(int)


def test_similarity_of_titles_is_symmetric_and_one_with_itself(
    store: Store, market: Market
) -> None:
    titles = ids(store, NodeType.TITLE)
    near = market.title_near.toarray()
    assert (near == near.T).all()
    assert (near.diagonal() == 1).all()
    a, b = titles.index("backend-engineer"), titles.index("software-engineer")
    assert near[a, b] == pytest.approx(0.9)


def test_what_was_shown_knows_its_place_and_what_came_of_it(store: Store) -> None:
    shown = read_history(store).shown
    assert shown.pairs.person.tolist() == [0, 0, 0, 1, 1]
    assert shown.pairs.job.tolist() == [0, 1, 2, 1, 0]
    assert shown.place.tolist() == [1, 2, 3, 1, 1]
    assert shown.came[EventKind.VIEW].tolist() == [False, True, False, True, True]
    assert shown.came[EventKind.APPLY].tolist() == [False, True, False, False, False]
    assert not shown.came[EventKind.SAVE].any()


def test_invitations_of_people_are_no_acts_on_jobs(store: Store) -> None:
    assert len(read_history(store).acts.weight) == 4


def pairs(*rows: tuple[int, int, int]) -> Pairs:
    person, job, at = np.array(rows, np.int64).reshape(-1, 3).T
    return Pairs(person, job, at)


def test_an_act_is_put_down_to_the_latest_show_before_it() -> None:
    shown = pairs((0, 0, 10), (0, 0, 20), (0, 0, 30), (1, 0, 10), (0, 1, 10))
    acts = pairs((0, 0, 25), (0, 0, 26), (1, 0, 5), (2, 0, 50), (0, 2, 50))
    assert followed(shown, acts).tolist() == [False, True, False, False, False]


def test_nothing_shown_and_nothing_done_is_no_trouble() -> None:
    nothing = pairs()
    assert followed(nothing, nothing).tolist() == []
    assert followed(pairs((0, 0, 1)), nothing).tolist() == [False]
    assert places_in_lists(nothing).tolist() == []


def test_a_list_is_a_run_of_seconds_of_one_person() -> None:
    shown = pairs((0, 5, 102), (0, 6, 101), (1, 7, 103), (0, 8, 104), (0, 9, 105))
    places: npt.NDArray[np.float64] = places_in_lists(shown)
    assert places.tolist() == [2, 1, 1, 1, 2]
