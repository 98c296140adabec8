"""A view shows the graph as it was at a moment."""

import numpy as np
import pytest
import torch
from small_facts import (
    APPLY,
    DAY,
    HAS_SKILL,
    JOB,
    KNOWS,
    NOW,
    PERSON,
    SKILL,
    SmallFacts,
    random_facts,
)

from graph.links.graph_view import GraphView, fewer, schema_of
from graph.relation import EDGE_RELATIONS, Relation
from graph.sampling.pseudo_neighbours import PEOPLE_ALIKE
from graph.schema import EdgeType
from graph.snapshot.adjacency import Adjacency
from graph.training.passed_relations import passed_relations

Pairs = list[tuple[int, int, int]]


def pairs_of(adjacency: Adjacency) -> Pairs:
    """Return edges as (source, target, time), sorted."""
    return sorted(
        (int(adjacency.sources[place]), row, int(adjacency.times[place]))
        for row, (start, end) in enumerate(zip(adjacency.starts, adjacency.ends, strict=True))
        for place in range(start, end)
    )


def view_of(facts: SmallFacts, before: int | None = None) -> GraphView:
    """A view along all that messages pass along."""
    return GraphView(facts, passed_relations(facts), before)


@pytest.mark.parametrize("days", [0, 30, 150, 400])
def test_edges_from_the_moment_on_are_gone_in_both_directions(days: int) -> None:
    facts, moment = random_facts(1), NOW - days * DAY
    view = view_of(facts, moment)
    for relation in facts.relations:
        wanted = [each for each in pairs_of(facts.adjacency(relation)) if each[2] < moment]
        assert pairs_of(view.adjacencies[relation]) == wanted
        back = [(target, source, time) for source, target, time in wanted]
        assert pairs_of(view.adjacencies[relation.reversed()]) == sorted(back)


def test_an_edge_at_the_very_moment_is_not_there_and_one_a_second_older_is() -> None:
    facts = SmallFacts({PERSON: 2, JOB: 1}, {APPLY: [(0, 0, 100), (1, 0, 99)]})
    assert pairs_of(view_of(facts, 100).adjacencies[APPLY]) == [(1, 0, 99)]
    assert len(pairs_of(view_of(facts).adjacencies[APPLY])) == 2


def alike_facts() -> SmallFacts:
    """Three at one company, of whom the first two know each other since yesterday."""
    works_at = EDGE_RELATIONS[EdgeType.WORKS_AT]
    stated = {works_at: [(0, 0), (1, 0), (2, 0), (3, 1)], KNOWS: [(0, 1, NOW - DAY)]}
    return SmallFacts({PERSON: 4, "company": 2}, stated)


@pytest.mark.parametrize("is_everybody", [False, True])
def test_only_who_has_met_nobody_hears_who_is_alike(is_everybody: bool) -> None:
    facts = alike_facts()
    relations = passed_relations(facts, with_alike=True)
    now = GraphView(facts, relations, is_everybody_alike=is_everybody)
    told = {(source, target) for source, target, _ in pairs_of(now.adjacencies[PEOPLE_ALIKE])}
    lonely = {(0, 2), (1, 2)}
    others = {(1, 0), (2, 0), (0, 1), (2, 1)}
    assert told == (lonely | others if is_everybody else lonely)
    assert now.has_met(PERSON).tolist() == [True, True, False, False]
    assert now.inputs(PERSON).shape[1] == now.schema.widths[PERSON]
    early = GraphView(facts, relations, NOW - 2 * DAY)
    assert early.adjacencies[PEOPLE_ALIKE].num_edges == 6  # nobody had met anybody yet
    assert PEOPLE_ALIKE not in view_of(facts).adjacencies


def test_widths_of_the_schema_are_those_of_the_inputs() -> None:
    facts = random_facts(0)
    view = view_of(facts)
    assert view.schema == schema_of(facts, passed_relations(facts))
    for kind, width in view.schema.widths.items():
        assert view.inputs(kind).shape == (facts.num_nodes(kind), width)
        assert view.inputs(kind).dtype == torch.float32


def test_degree_columns_count_all_edges_and_those_of_the_last_thirty_days() -> None:
    facts, moment = random_facts(4), NOW - 20 * DAY
    view = view_of(facts, moment)
    for kind in (PERSON, JOB, SKILL):
        into = [each for each in view.relations if each.target == kind]
        inputs = view.inputs(kind).numpy()
        for place, relation in enumerate(into):
            times = _times_by_node(facts, relation)
            older = [[t for t in each if t < moment] for each in times]
            recent = [[t for t in each if t >= moment - 30 * DAY] for each in older]
            columns = inputs[:, facts.widths[kind] + 2 * place :][:, :2]
            wanted = [[len(one), len(other)] for one, other in zip(older, recent, strict=True)]
            np.testing.assert_allclose(columns, np.log1p(wanted) / 3, rtol=1e-6)


def _times_by_node(facts: SmallFacts, relation: Relation) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(facts.num_nodes(relation.target))]
    if relation in facts.relations:
        for _, target, time in pairs_of(facts.adjacency(relation)):
            found[target].append(time)
    return found


def test_inputs_begin_with_the_features_and_can_be_asked_for_some_nodes() -> None:
    facts = random_facts(0)
    view = view_of(facts)
    numbers = torch.tensor([7, 2, 7])
    some = view.inputs(PERSON, numbers)
    assert torch.equal(some, view.inputs(PERSON)[numbers])
    np.testing.assert_array_equal(some[:, :4].numpy(), facts.features(PERSON)[[7, 2, 7]])


def test_only_passed_relations_with_edges_are_sampled_along() -> None:
    facts = random_facts(0)
    view = GraphView(facts, (APPLY, KNOWS, Relation(PERSON, "endorse", PERSON)))
    assert set(view.graph.relations) == {APPLY, KNOWS}


@pytest.mark.parametrize("relation", [HAS_SKILL.reversed(), APPLY.reversed(), KNOWS], ids=str)
def test_edges_from_some_nodes_are_what_is_missing_without_them(relation: Relation) -> None:
    facts, moment = random_facts(5), NOW - 40 * DAY
    numbers = np.array([1, 4, 5])
    view = view_of(facts, moment)
    back = relation.reversed()
    lost = view.edges_from(relation, numbers)
    gone = set(numbers.tolist())
    times = [[], []] if back not in facts.relations else _heard_times(facts, back, gone, moment)
    wanted = [[len(each), sum(t >= moment - 30 * DAY for t in each)] for each in times]
    assert lost.tolist() == wanted


def _heard_times(
    facts: SmallFacts, relation: Relation, sources: set[int], moment: int
) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(facts.num_nodes(relation.target))]
    for source, target, time in pairs_of(facts.adjacency(relation)):
        if source in sources and time < moment:
            found[target].append(time)
    return found


def test_fewer_edges_are_told_exactly() -> None:
    counts = torch.tensor([[0, 0], [5, 1], [100_000, 3]])
    degrees = torch.log1p(counts.float()) / 3
    found = fewer(degrees, torch.tensor([[0, 0], [5, 0], [1, 3]]))
    wanted = torch.log1p(torch.tensor([[0.0, 0], [0, 1], [99_999, 0]])) / 3
    assert torch.allclose(found, wanted, atol=1e-6)
