"""Signatures of hubs count what two nodes share."""

from collections import Counter

import numpy as np
import pytest
import torch
from small_facts import (
    HAS_SKILL,
    HAS_TITLE,
    HOLDS,
    JOB,
    PERSON,
    REQUIRES,
    SKILL,
    TITLE,
    SmallFacts,
    random_facts,
)

from graph.links.graph_view import GraphView
from graph.links.signatures import Signatures, _send, _shares_returned, send_signatures
from graph.links.trail import HUB_WIDTHS, TRAILS, Norm, Step, Trail, relations_of_trails, trails_to
from graph.relation import EDGE_RELATIONS, EVENT_RELATIONS, Relation, both_ways

ALL_RELATIONS = both_ways((*EDGE_RELATIONS.values(), *EVENT_RELATIONS.values()))


def signatures_of(facts: SmallFacts, seed: int = 0) -> Signatures:
    """Signatures over all facts."""
    adjacencies = {each: facts.adjacency(each) for each in facts.relations}
    return send_signatures(adjacencies, facts.counts, seed)


def place_of(kind: str, hub: str, *steps: str) -> int:
    """Return which of the trails of a hub to a type follows these relations, by roots."""
    found = [
        [(step.relation.name, step.norm) for step in each.steps] for each in trails_to(kind)[hub]
    ]
    return found.index([(name, Norm.ROOT) for name in steps])


def along(signatures: Signatures, kind: str, hub: str, *steps: str) -> torch.Tensor:
    """Return the signatures along one trail, (nodes, width)."""
    return signatures[kind][hub][:, place_of(kind, hub, *steps)]


def test_the_steps_of_a_trail_follow_each_other_from_its_hub_to_its_end() -> None:
    for trail in TRAILS:
        stops = [str(trail.hub), *(step.relation.target for step in trail.steps)]
        assert [step.relation.source for step in trail.steps] == stops[:-1], str(trail)
        assert str(trail.end) == stops[-1]
        assert trail.hub in HUB_WIDTHS


def test_trails_are_there_once_and_follow_relations_that_exist() -> None:
    assert Counter(TRAILS).most_common(1)[0][1] == 1
    assert set(relations_of_trails()) <= set(ALL_RELATIONS)
    by_kind = [each for kind in HUB_WIDTHS for every in trails_to(kind).values() for each in every]
    assert Counter(by_kind) == Counter(TRAILS)


def test_an_inner_product_is_near_the_number_of_skills_that_are_shared() -> None:
    # Person p knows the skills p to p + 9; everyone is known by ten, so that edges weigh alike.
    people = 60
    known = [(p, (p + n) % people) for p in range(people) for n in range(10)]
    facts = SmallFacts({PERSON: people, SKILL: people}, {HAS_SKILL: known})
    products = [
        found @ found.T
        for found in (
            along(signatures_of(facts, seed), PERSON, SKILL, "rev_has_skill") for seed in range(20)
        )
    ]
    mean = torch.stack(products).mean(0)
    steps = (torch.arange(people)[:, None] - torch.arange(people)).abs()
    apart = torch.minimum(steps, people - steps)
    wanted = (10 - apart).clamp(min=0) / 10
    assert (mean - wanted).abs().max() < 0.08  # 20 seeds of 128 numbers: a deviation of 0.02


def test_a_skill_that_everybody_has_says_less_than_a_rare_one() -> None:
    known = [(p, 0) for p in range(20)] + [(0, 1), (1, 1), (2, 2), (3, 3)]
    facts = SmallFacts({PERSON: 20, SKILL: 4}, {HAS_SKILL: known})
    found = along(signatures_of(facts), PERSON, SKILL, "rev_has_skill")
    assert found[0] @ found[1] > 2 * found[5] @ found[6]


def test_relations_without_edges_give_zeros_of_the_right_shape() -> None:
    facts = SmallFacts({PERSON: 3, JOB: 2, SKILL: 4}, {HAS_SKILL: [(0, 1)]})
    found = signatures_of(facts)
    for kind, hubs in found.items():
        for hub, values in hubs.items():
            assert values.shape == (facts.counts[kind], len(trails_to(kind)[hub]), HUB_WIDTHS[hub])
    assert along(found, PERSON, SKILL, "rev_has_skill")[0].any()
    assert not along(found, PERSON, SKILL, "rev_has_skill")[1:].any()
    assert not found[JOB][SKILL].any()
    assert not found[PERSON]["company"].any()
    assert found[PERSON][PERSON][:, 0].any(dim=1).all()  # everyone's own


def test_one_seed_gives_one_result_and_another_gives_another() -> None:
    facts = random_facts(3)
    first, again, other = (signatures_of(facts, seed) for seed in (1, 1, 2))
    assert torch.equal(first[PERSON][SKILL], again[PERSON][SKILL])
    assert not torch.allclose(first[PERSON][SKILL], other[PERSON][SKILL])


def test_rows_that_met_a_hub_have_a_mean_square_of_one() -> None:
    found = signatures_of(random_facts(1))
    for kind, hubs in found.items():
        for hub, values in hubs.items():
            for place in range(values.shape[1]):
                squares = values[:, place].square().sum(1)
                present = squares[squares > 1e-9]
                if len(present):
                    assert present.mean().item() == pytest.approx(1, abs=1e-4), (kind, hub, place)


def test_what_a_job_asks_for_does_not_come_back_to_it_through_its_title() -> None:
    """Two jobs of one title: each hears of the skills of the other, and not of its own."""
    facts = SmallFacts(
        {JOB: 3, SKILL: 3, TITLE: 2},
        {REQUIRES: [(0, 0), (1, 1), (2, 2)], HAS_TITLE: [(0, 0), (1, 0), (2, 1)]},
    )
    signatures = signatures_of(facts)
    own = along(signatures, JOB, SKILL, "rev_requires")
    through = along(signatures, JOB, SKILL, "rev_requires", "has_title", "rev_has_title")
    assert torch.nn.functional.cosine_similarity(through[0], own[1], dim=0) > 0.999
    assert torch.nn.functional.cosine_similarity(through[1], own[0], dim=0) > 0.999
    assert through[2].abs().max() < 1e-6  # the only job of its title


@pytest.mark.parametrize("seed", range(3))
def test_a_walk_is_the_product_of_matrices_but_for_what_comes_back(seed: int) -> None:
    """The slow twin: dense matrices, with the diagonal of the way there and back taken off."""
    facts = random_facts(seed)
    signatures = signatures_of(facts, seed=7)
    hubs = signatures[SKILL][SKILL][:, 0].double()
    asks = _matrix(facts, REQUIRES.reversed())
    has, of = _matrix(facts, HAS_TITLE), _matrix(facts, HAS_TITLE.reversed())
    back = of @ has
    wanted = (back - np.diag(np.diagonal(back))) @ asks @ hubs.numpy()
    found = along(signatures, JOB, SKILL, "rev_requires", "has_title", "rev_has_title").numpy()
    wanted /= np.sqrt((wanted**2).sum(1)[(wanted**2).sum(1) > 1e-9].mean())
    np.testing.assert_allclose(found, wanted, atol=1e-4)


def _matrix(facts: SmallFacts, relation: Relation) -> np.ndarray:
    """Return edges by the roots of the degrees of their ends, (targets, sources)."""
    return _normed(_counts(facts, relation), Norm.ROOT)


def _normed(counts: np.ndarray, norm: Norm) -> np.ndarray:
    here, there = counts.sum(1, keepdims=True).clip(1), counts.sum(0, keepdims=True).clip(1)
    by = {Norm.ROOT: np.sqrt(here) * np.sqrt(there), Norm.SUM: np.ones(1), Norm.MEAN: here}
    return counts / by[norm]


def _counts(facts: SmallFacts, relation: Relation) -> np.ndarray:
    adjacency = facts.adjacency(relation)
    found = np.zeros((adjacency.num_targets, adjacency.num_sources))
    for row, (start, end) in enumerate(zip(adjacency.starts, adjacency.ends, strict=True)):
        for source in adjacency.sources[start:end]:
            found[row, source] += 1
    return found


def test_a_view_sends_signatures_along_the_edges_that_it_has() -> None:
    facts = random_facts(2)
    early = GraphView(facts, ALL_RELATIONS, before=0, seed=5)
    assert not along(early.signatures, PERSON, JOB, "rev_apply").any()
    assert along(early.signatures, PERSON, SKILL, "rev_has_skill").any()
    whole = GraphView(facts, ALL_RELATIONS, seed=5)
    assert torch.equal(whole.signatures[PERSON][JOB], signatures_of(facts, seed=5)[PERSON][JOB])


def test_a_trail_says_its_hub_and_its_steps() -> None:
    steps = Step(HAS_SKILL.reversed()), Step(HAS_SKILL, Norm.SUM, is_newest=True)
    assert str(Trail(SKILL, steps)) == "skill > rev_has_skill (root) > has_skill (sum, newest)"
    assert Trail(SKILL).last is None


@pytest.mark.parametrize("there", Norm)
@pytest.mark.parametrize("back", Norm)
def test_what_comes_back_is_what_dense_matrices_say(there: Norm, back: Norm) -> None:
    facts = random_facts(3)
    up, down = _counts(facts, HAS_TITLE), _counts(facts, HAS_TITLE.reversed())
    wanted = np.diagonal(_normed(down, back) @ _normed(up, there))
    found = _shares_returned(facts.adjacency(HAS_TITLE.reversed()), there, back)
    np.testing.assert_allclose(found.numpy(), wanted, rtol=1e-5)


@pytest.mark.parametrize("norm", Norm)
def test_a_step_is_a_product_with_a_matrix(norm: Norm) -> None:
    facts = random_facts(3)
    values = torch.randn(facts.counts[SKILL], 5)
    wanted = _normed(_counts(facts, REQUIRES.reversed()), norm) @ values.numpy()
    found = _send(values, facts.adjacency(REQUIRES.reversed()), norm)
    np.testing.assert_allclose(found.numpy(), wanted, atol=1e-5)


def test_only_the_newest_edge_is_followed_where_a_step_says_so() -> None:
    facts = SmallFacts({PERSON: 2, TITLE: 3}, {HOLDS: [(0, 1, 50), (0, 2, 90), (1, 0)]})
    found = signatures_of(facts)
    names = [str(trail) for trail in trails_to(PERSON)[TITLE]]
    newest = found[PERSON][TITLE][:, names.index("title > rev_holds (sum, newest)")]
    hubs = found[TITLE][TITLE][:, 0]
    likeness = torch.nn.functional.cosine_similarity(newest, hubs[[2, 0]])
    assert torch.allclose(likeness, torch.ones(2), atol=1e-5)
