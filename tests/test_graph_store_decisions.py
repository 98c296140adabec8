"""Decisions that build on one another hold together, in later imports and when taken back."""

from pathlib import Path

import pytest
from workspaces import Desk, edges, table

from graph.linking import Linker
from graph.schema import EdgeType, NodeType
from graph.store.decisions import Decision, Decisions
from graph.store.offers import offered
from graph.store.reviews import SEPARATE, Review, accept, reopen

HOLDING, GROUP = "Contoso Holding", "Contoso Group"
ZORBLAX = "local:company-zorblax-widgets"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    people = ("g,G,Contoso Group", "h,H,Contoso Holding", "l,L,Contoso Labs", "z,Z,Zorblax Widgets")
    desk.write("people.csv", table("id,name,company", "a,A,Contoso", *people))
    desk.bring()
    return desk


def question(desk: Desk, text: str) -> Review:
    return next(review for review in desk.store.reviews(None) if review.text == text)


def decide(desk: Desk, text: str, target: str) -> None:
    with desk.store.write() as writer:
        accept(writer.connection, question(desk, text), target, 1)


def take_back(desk: Desk, text: str) -> None:
    linker = Linker(desk.taxonomy)
    with desk.store.write() as writer:
        reopen(writer.connection, question(desk, text), lambda w: linker.key(NodeType.COMPANY, w))


def companies(desk: Desk) -> dict[str, str]:
    return {row[0]: row[1] for row in edges(desk.store, EdgeType.WORKS_AT)}


def chain(desk: Desk) -> tuple[str, str]:
    """Let Holding mean Group and Group mean Zorblax; return the ids of their own nodes."""
    group, holding = question(desk, GROUP).local_id, question(desk, HOLDING).local_id
    decide(desk, HOLDING, group)
    decide(desk, GROUP, ZORBLAX)
    return group, holding


def test_chained_decisions_hold_when_the_files_are_imported_again(desk: Desk) -> None:
    group, _ = chain(desk)
    before = desk.store.fingerprint()
    desk.bring()
    assert desk.store.fingerprint() == before
    assert desk.store.find(NodeType.COMPANY, [group]) == {}
    desk.write("more.csv", table("id,name,company", "n,N,Contoso Holding", "o,O,Contoso Group"))
    desk.bring()
    assert {companies(desk)[person] for person in "ghnoz"} == {ZORBLAX}
    assert question(desk, HOLDING).target_id == group


def test_the_later_decision_taken_back_leaves_the_earlier_one(desk: Desk) -> None:
    group = question(desk, GROUP).local_id
    decide(desk, HOLDING, group)
    before = desk.store.fingerprint()
    decide(desk, GROUP, ZORBLAX)
    take_back(desk, GROUP)
    assert desk.store.fingerprint() == before
    desk.bring()
    assert desk.store.fingerprint() == before


def test_the_earlier_decision_taken_back_leaves_the_later_one(desk: Desk) -> None:
    everything = desk.store.fingerprint()
    _, holding = chain(desk)
    take_back(desk, HOLDING)
    assert [companies(desk)[person] for person in "ghz"] == [ZORBLAX, holding, ZORBLAX]
    take_back(desk, GROUP)
    assert desk.store.fingerprint() == everything


def test_a_decision_for_a_node_that_was_merged_away_goes_where_that_one_went(desk: Desk) -> None:
    group, _ = chain(desk)
    decide(desk, "Contoso Labs", group)
    assert companies(desk)["l"] == ZORBLAX
    take_back(desk, GROUP)
    assert companies(desk)["l"] == group


def test_two_texts_that_mean_each_other_are_one_thing(desk: Desk) -> None:
    group, holding = question(desk, GROUP).local_id, question(desk, HOLDING).local_id
    decide(desk, HOLDING, group)
    decide(desk, GROUP, holding)
    assert question(desk, GROUP).status == SEPARATE
    desk.bring()
    assert companies(desk)["g"] == companies(desk)["h"] == group


def test_offers_lead_to_nodes_that_are_there(desk: Desk) -> None:
    group, _ = chain(desk)
    labs = question(desk, "Contoso Labs")
    assert group in {each.id for each in labs.suggestions}
    ghost = labs.suggestions[0]._replace(id="local:company-gone", name="Gone")
    with desk.store.read() as connection:
        (shown,) = offered(connection, [labs._replace(suggestions=(ghost, *labs.suggestions))])
    ids = [each.id for each in shown.suggestions]
    assert (ZORBLAX, "Zorblax Widgets") in {(each.id, each.name) for each in shown.suggestions}
    assert group not in ids
    assert ghost.id not in ids
    assert len(ids) == len(set(ids))


def test_decisions_that_go_in_a_circle_end(desk: Desk) -> None:
    company = NodeType.COMPANY
    circle = Decisions([Decision(company, "a", "A", "B"), Decision(company, "b", "B", "A")])
    assert circle.end_of(company, "A") in ("A", "B")
    assert circle.end_of(NodeType.SCHOOL, "A") == "A"
    assert desk.store.reviews()
