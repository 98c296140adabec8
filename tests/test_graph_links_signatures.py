"""Signatures of hubs count what two nodes share."""

from collections import Counter

import numpy as np
import pytest
import torch
from small_facts import (
    APPLY,
    HAS_SKILL,
    HAS_TITLE,
    HOLDS,
    JOB,
    KNOWS,
    NOW,
    PERSON,
    REQUIRES,
    SKILL,
    TITLE,
    SmallFacts,
    random_facts,
)
from torch import Tensor
from torch.nn.functional import cosine_similarity

from graph.links import signatures as module
from graph.links.graph_view import GraphView
from graph.links.signatures import Signatures
from graph.links.trail import HUB_WIDTHS, TRAILS, Norm, Step, Trail, relations_of_trails, trails_to
from graph.links.trail_counts import TrailCounts
from graph.relation import EDGE_RELATIONS, EVENT_RELATIONS, both_ways
from graph.schema import EdgeType, NodeType

ALL_RELATIONS = both_ways((*EDGE_RELATIONS.values(), *EVENT_RELATIONS.values()))
WORKS_AT = EDGE_RELATIONS[EdgeType.WORKS_AT]
COMPANY = "company"
ALL = slice(None)
KINDS = tuple(kind.value for kind in NodeType)


def signatures_of(facts: SmallFacts, seed: int = 0) -> Signatures:
    """Signatures over all facts."""
    adjacencies = {each: facts.adjacency(each) for each in facts.relations}
    return Signatures(adjacencies, facts.counts, seed)


def place_of(kind: str, hub: str, *steps: str, norm: Norm = Norm.ROOT) -> int:
    """Return which of the trails of a hub to a type follows these relations, by one norm."""
    found = [
        [(step.relation.name, step.norm) for step in each.steps] for each in trails_to(kind)[hub]
    ]
    return found.index([(name, norm) for name in steps])


def along(
    signatures: Signatures, kind: str, hub: str, *steps: str, norm: Norm = Norm.ROOT
) -> Tensor:
    """Return the signatures along one trail, (nodes, width)."""
    return signatures.rows(kind, ALL)[hub][:, place_of(kind, hub, *steps, norm=norm)]


def products(rows: Tensor) -> Tensor:
    """Return the inner products of all pairs."""
    return rows @ rows.T


def many_people(people: int = 300, seed: int = 0) -> SmallFacts:
    """More people, jobs and skills than there are numbers in a vector of theirs."""
    return random_facts(seed, people=people, jobs=people, skills=people)


def test_the_steps_of_a_trail_follow_each_other_from_its_hub_to_its_end() -> None:
    for trail in TRAILS:
        stops = [str(trail.hub), *(step.relation.target for step in trail.steps)]
        assert [step.relation.source for step in trail.steps] == stops[:-1], str(trail)
        assert str(trail.end) == stops[-1]
        assert trail.hub in HUB_WIDTHS


def test_trails_are_there_once_and_follow_relations_that_exist() -> None:
    assert Counter(TRAILS).most_common(1)[0][1] == 1
    assert set(relations_of_trails()) <= set(ALL_RELATIONS)
    by_kind = [each for kind in KINDS for every in trails_to(kind).values() for each in every]
    assert Counter(by_kind) == Counter(TRAILS)


@pytest.mark.parametrize("hub", HUB_WIDTHS)
def test_every_hub_has_trails(hub: str) -> None:
    assert any(trail.hub == hub for trail in TRAILS)


def test_a_trail_says_its_hub_and_its_steps() -> None:
    steps = Step(HAS_SKILL.reversed()), Step(HAS_SKILL, Norm.SUM, is_newest=True)
    assert str(Trail(SKILL, steps)) == "skill > rev_has_skill (root) > has_skill (sum, newest)"
    assert Trail(SKILL).last is None


def test_an_inner_product_is_the_number_of_skills_that_are_shared() -> None:
    # Person p knows the skills p to p + 9; everyone is known by ten, so that edges weigh alike.
    people = 60
    known = [(p, (p + n) % people) for p in range(people) for n in range(10)]
    facts = SmallFacts({PERSON: people, SKILL: people}, {HAS_SKILL: known})
    steps = (torch.arange(people)[:, None] - torch.arange(people)).abs()
    apart = torch.minimum(steps, people - steps)
    wanted = (10 - apart).clamp(min=0) / 10
    for norm in (Norm.ROOT, Norm.SUM):
        found = along(signatures_of(facts), PERSON, SKILL, "rev_has_skill", norm=norm)
        torch.testing.assert_close(products(found), wanted, rtol=2e-3, atol=2e-3)


def test_each_skill_that_is_shared_raises_the_inner_product() -> None:
    """Person n shares the skills 0 to n - 1 with the last one; all know five."""
    own = [
        [(p, s) for s in range(p)] + [(p, 5 + 5 * p + n) for n in range(5 - p)] for p in range(6)
    ]
    known = [*(pair for pairs in own for pair in pairs), *((6, s) for s in range(5))]
    facts = SmallFacts({PERSON: 7, SKILL: 40}, {HAS_SKILL: known})
    found = along(signatures_of(facts), PERSON, SKILL, "rev_has_skill", norm=Norm.SUM)
    shared = products(found)[6, :6]
    assert shared[0] == 0
    torch.testing.assert_close(shared.diff(), torch.full((5,), 0.2), rtol=5e-3, atol=5e-3)


def test_a_skill_that_everybody_has_says_less_than_a_rare_one() -> None:
    known = [(p, 0) for p in range(20)] + [(0, 1), (1, 1), (2, 2), (3, 3)]
    facts = SmallFacts({PERSON: 20, SKILL: 4}, {HAS_SKILL: known})
    found = along(signatures_of(facts), PERSON, SKILL, "rev_has_skill")
    assert found[0] @ found[1] > 2 * found[5] @ found[6]


def test_the_second_contact_at_an_employer_adds_less_than_the_first() -> None:
    """Person p knows the first p of five people who all work at the one company."""
    facts = SmallFacts(
        {PERSON: 11, COMPANY: 1},
        {
            KNOWS: [(p, 6 + n) for p in range(1, 6) for n in range(p)],
            WORKS_AT: [(6 + n, 0) for n in range(5)],
        },
    )
    found = along(
        signatures_of(facts), PERSON, COMPANY, "rev_works_at", "connected_to", norm=Norm.SUM
    )
    reached = found[:6, 0]
    added = reached.diff()
    assert reached[0] == 0
    assert (added > 0).all()
    assert (added.diff() < 0).all()


def test_relations_without_edges_give_zeros_of_the_right_shape() -> None:
    facts = SmallFacts({PERSON: 3, JOB: 2, SKILL: 4}, {HAS_SKILL: [(0, 1)]})
    found = signatures_of(facts)
    for kind in facts.counts:
        hubs = found.rows(kind, ALL)
        assert set(hubs) == set(trails_to(kind))
        for hub, values in hubs.items():
            assert values.shape == (facts.counts[kind], len(trails_to(kind)[hub]), HUB_WIDTHS[hub])
            assert values.dtype == torch.float32
    assert along(found, PERSON, SKILL, "rev_has_skill")[0].any()
    assert not along(found, PERSON, SKILL, "rev_has_skill")[1:].any()
    assert not found.rows(JOB, ALL)[SKILL].any()
    assert not found.rows(PERSON, ALL)[COMPANY].any()
    assert along(found, PERSON, PERSON).any(dim=1).all()  # everyone's own


def test_a_graph_without_nodes_has_signatures_without_rows() -> None:
    found = Signatures({}, SmallFacts({}, {}).counts, 0)
    for kind in KINDS:
        for hub, values in found.rows(kind, ALL).items():
            assert values.shape == (0, len(trails_to(kind)[hub]), HUB_WIDTHS[hub])


def test_kinds_to_which_no_trail_leads_have_no_signatures() -> None:
    found = signatures_of(random_facts(0))
    for kind in set(KINDS) - {trail.end for trail in TRAILS}:
        assert found.rows(kind, ALL) == {}


def test_one_seed_gives_one_result() -> None:
    facts = many_people()
    first, again = (signatures_of(facts, 1).rows(PERSON, ALL) for _ in range(2))
    assert all(torch.equal(first[hub], again[hub]) for hub in first)


def test_whatever_the_seed_inner_products_mean_the_same() -> None:
    """The vectors are others, what two nodes share is not: the skills are of five trades."""
    people, skills, trades = 200, 400, 5
    random = np.random.default_rng(0)
    known = [
        (person, int(skill))
        for person in range(people)
        for skill in random.choice(np.arange(person % trades, skills, trades), 30, replace=False)
    ]
    facts = SmallFacts({PERSON: people, SKILL: skills}, {HAS_SKILL: known})
    one, other = (
        along(signatures_of(facts, seed), PERSON, SKILL, "rev_has_skill") for seed in (1, 2)
    )
    assert not torch.allclose(one, other, atol=0.05)
    apart = (products(one) - products(other)).abs()
    assert apart.max() < 0.05
    assert apart.mean() < 0.01


def test_rows_that_met_a_hub_have_a_mean_square_of_one() -> None:
    found = signatures_of(random_facts(1))
    for kind in KINDS:
        for hub, values in found.rows(kind, ALL).items():
            for place in range(values.shape[1]):
                squares = values[:, place].square().sum(1)
                present = squares[squares > 0]
                if len(present):
                    assert present.mean().item() == pytest.approx(1, abs=2e-3), (kind, hub, place)


def test_what_a_job_asks_for_does_not_come_back_to_it_through_its_title() -> None:
    """Two jobs of one title: each hears of the skills of the other, and not of its own."""
    facts = SmallFacts(
        {JOB: 3, SKILL: 3, TITLE: 2},
        {REQUIRES: [(0, 0), (1, 1), (2, 2)], HAS_TITLE: [(0, 0), (1, 0), (2, 1)]},
    )
    signatures = signatures_of(facts)
    own = along(signatures, JOB, SKILL, "rev_requires")
    through = along(signatures, JOB, SKILL, "rev_requires", "has_title", "rev_has_title")
    assert cosine_similarity(through[0], own[1], dim=0) > 0.999
    assert cosine_similarity(through[1], own[0], dim=0) > 0.999
    assert not through[2].any()  # the only job of its title


@pytest.mark.parametrize("seed", range(3))
def test_signatures_are_damped_counts_where_every_hub_has_a_number_of_its_own(seed: int) -> None:
    """The slow twin: a count, over the mean of those that are there, in a logarithm."""
    facts = random_facts(seed)
    adjacencies = {each: facts.adjacency(each) for each in facts.relations}
    signatures = signatures_of(facts, seed=7)
    for kind in KINDS:
        for hub, trails in trails_to(kind).items():
            for place, trail in enumerate(trails):
                counts = TrailCounts(trail, adjacencies, facts.counts)
                rows = counts.rows(np.arange(facts.counts[kind])).toarray()
                damped = np.log1p(3 * rows / (rows[rows > 0].mean() if rows.any() else 1))
                squares = (damped**2).sum(1)
                wanted = damped / np.sqrt(squares[squares > 0].mean() if rows.any() else 1)
                found = signatures.rows(kind, ALL)[hub][:, place]
                assert not found[:, facts.counts[hub] :].any()
                shown = found[:, : facts.counts[hub]].numpy()
                # Kept as float16, which has eleven bits.
                np.testing.assert_allclose(shown, wanted, 1e-3, 1e-4, err_msg=str(trail))


def test_a_view_walks_trails_along_the_edges_that_it_has() -> None:
    facts = random_facts(2)
    early = GraphView(facts, ALL_RELATIONS, before=0, seed=5)
    assert not along(early.signatures, PERSON, JOB, "rev_apply").any()
    assert along(early.signatures, PERSON, SKILL, "rev_has_skill").any()
    whole = GraphView(facts, ALL_RELATIONS, seed=5).signatures.rows(PERSON, ALL)
    wanted = signatures_of(facts, seed=5).rows(PERSON, ALL)
    assert all(torch.equal(whole[hub], wanted[hub]) for hub in wanted)


def test_what_came_later_changes_no_signature_of_an_earlier_view() -> None:
    facts, moment = many_people(), NOW - 100 * 86_400
    earlier = facts.without(lambda _, fact: fact.time >= moment)
    found = GraphView(facts, ALL_RELATIONS, moment).signatures
    wanted = signatures_of(earlier)
    for kind in KINDS:
        rows = found.rows(kind, ALL)
        assert all(torch.equal(rows[hub], each) for hub, each in wanted.rows(kind, ALL).items())


def test_only_the_newest_title_is_followed_where_a_trail_says_so() -> None:
    facts = SmallFacts({PERSON: 2, TITLE: 3}, {HOLDS: [(0, 1, 50), (0, 2, 90), (1, 0)]})
    found = signatures_of(facts)
    names = [str(trail) for trail in trails_to(PERSON)[TITLE]]
    place = names.index("title > rev_holds (sum, newest)")
    newest = found.rows(PERSON, ALL)[TITLE][:, place]
    hubs = along(found, TITLE, TITLE)
    likeness = cosine_similarity(newest, hubs[[2, 0]])
    torch.testing.assert_close(likeness, torch.ones(2))


@pytest.mark.parametrize("kept", [0, 1 << 28], ids=["made when asked", "kept"])
@pytest.mark.parametrize("kind", [PERSON, JOB, SKILL])
def test_rows_of_slices_and_of_numbers_are_those_of_all(
    kind: str, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_KEPT_BYTES", kept)
    found = signatures_of(many_people())
    whole = found.rows(kind, ALL)
    numbers = torch.tensor([7, 2, 299, 7])
    wanted: tuple[tuple[Tensor | slice, Tensor | slice], ...] = (
        (numbers, numbers),
        (slice(3, 9), torch.arange(3, 9)),
        (slice(295, 400), torch.arange(295, 300)),
        (numbers[:0], slice(0, 0)),
    )
    for asked, same in wanted:
        rows = found.rows(kind, asked)
        assert set(rows) == set(whole)
        assert all(torch.equal(rows[hub], whole[hub][same]) for hub in whole)


@pytest.mark.parametrize("kind", [PERSON, JOB, SKILL])
def test_rows_that_are_too_many_to_keep_are_as_those_that_are_kept(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = many_people()
    kept = signatures_of(facts).rows(kind, ALL)
    monkeypatch.setattr(module, "_KEPT_BYTES", 0)
    made = signatures_of(facts).rows(kind, ALL)
    assert all(torch.equal(made[hub], kept[hub]) for hub in kept)


def test_rows_made_a_few_at_once_are_those_made_together(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = many_people()
    together = signatures_of(facts).rows(JOB, ALL)
    monkeypatch.setattr(module, "_ROWS_AT_ONCE", 70)
    few = signatures_of(facts).rows(JOB, ALL)
    assert all(torch.equal(few[hub], together[hub]) for hub in together)


def test_rows_that_were_changed_are_given_as_before() -> None:
    found = signatures_of(random_facts(0))
    first = found.rows(PERSON, ALL)[SKILL]
    wanted = first.clone()
    first.zero_()
    assert torch.equal(found.rows(PERSON, ALL)[SKILL], wanted)


def test_a_sample_of_the_rows_is_enough_to_choose_what_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Scales and directions from a third of the people are near those from all of them."""
    people, trades = 600, 6
    known = [(p, s) for p in range(people) for s in range(p % trades, 300, trades)]
    facts = SmallFacts({PERSON: people, SKILL: 300}, {HAS_SKILL: known})
    wanted = products(along(signatures_of(facts), PERSON, SKILL, "rev_has_skill"))
    monkeypatch.setattr(module, "_SAMPLE", 200)
    found = products(along(signatures_of(facts), PERSON, SKILL, "rev_has_skill"))
    torch.testing.assert_close(found, wanted, rtol=0.01, atol=0.01)


def test_acts_reach_the_jobs_they_were_done_to() -> None:
    facts = SmallFacts({PERSON: 3, JOB: 3}, {APPLY: [(0, 0), (1, 0), (2, 1)]})
    found = along(signatures_of(facts), PERSON, JOB, "rev_apply")
    assert found[0] @ found[1] > 0
    assert not (found[:2] @ found[2]).any()
