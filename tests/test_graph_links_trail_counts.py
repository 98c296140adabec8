"""Counts along a trail are those of every path, but for paths that go back where they came from."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_facts import (
    DAY,
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

from graph.links.trail import TRAILS, Norm, Step, Trail, relations_of_trails
from graph.links.trail_counts import TrailCounts, step_matrix
from graph.relation import EDGE_RELATIONS, STATED, Relation
from graph.schema import EdgeType, NodeType

Dense = npt.NDArray[np.float64]
WORKS_AT = EDGE_RELATIONS[EdgeType.WORKS_AT]
HEARD = HAS_SKILL.reversed()
# Person 0 knows the skills 0 and 1, person 1 the skill 1, person 2 none; nobody knows skill 2.
KNOWN = SmallFacts({PERSON: 3, SKILL: 3}, {HAS_SKILL: [(0, 0), (0, 1), (1, 1)]})


def counts_of(facts: SmallFacts, trail: Trail) -> TrailCounts:
    """Counts over all facts."""
    return TrailCounts(
        trail, {each: facts.adjacency(each) for each in facts.relations}, facts.counts
    )


def all_rows(facts: SmallFacts, trail: Trail) -> Dense:
    """The counts of every node at the end of a trail."""
    counts = counts_of(facts, trail)
    return counts.rows(np.arange(counts.shape[0])).toarray().astype(np.float64)


def matrix_of(facts: SmallFacts, step: Step) -> Dense:
    """One step over all facts."""
    return step_matrix(facts.adjacency(step.relation), step).toarray().astype(np.float64)


def facts_of_every_trail(seed: int) -> SmallFacts:
    """Draw facts of every relation of a trail; many are stated twice, most are dated."""
    random = np.random.default_rng(seed)
    counts = {kind.value: int(random.integers(3, 8)) for kind in NodeType}
    followed = set(relations_of_trails())
    stated: dict[Relation, list[tuple[int, ...]]] = {}
    for relation in STATED:
        if not {relation, relation.reversed()} & followed:
            continue
        for _ in range(int(random.integers(1, 12))):
            source, target = (
                int(random.integers(counts[end])) for end in (relation[0], relation[2])
            )
            if relation.source != relation.target or source != target:
                time = NOW - int(random.integers(0, 200)) * DAY
                stated.setdefault(relation, []).append((source, target, time))
    return SmallFacts(counts, stated)


def slow_step(facts: SmallFacts, step: Step) -> Dense:
    """The slow twin of a step: from lists of facts, one pair after the other."""
    relation = step.relation
    forth = relation in facts.stated
    stated = facts.stated.get(relation) or facts.stated.get(relation.reversed(), [])
    found = np.zeros((facts.counts[relation.target], facts.counts[relation.source]))
    heard: dict[int, list[tuple[int, int]]] = {}
    for fact in stated:
        ends = (fact.source, fact.target) if forth else (fact.target, fact.source)
        for source, target in {ends, ends[::-1]} if relation.is_undirected else {ends}:
            heard.setdefault(target, []).append((-fact.time, source))
    for target, pairs in heard.items():
        for _, source in sorted(pairs)[: 1 if step.is_newest else None]:
            found[target, source] = 1
    here, there = found.sum(1, keepdims=True).clip(1), found.sum(0, keepdims=True).clip(1)
    by = {Norm.SUM: np.ones(1), Norm.MEAN: here, Norm.ROOT: np.sqrt(here * there)}
    return found / by[step.norm]


def slow_rows(facts: SmallFacts, trail: Trail) -> Dense:
    """The slow twin of a trail: every path on its own, those that go back left out."""
    if not trail.steps:
        return np.eye(facts.counts[trail.hub])
    passed = [slow_step(facts, step) for step in trail.steps]
    if not trail.returns:
        found = passed[0]
        for matrix in passed[1:]:
            found = matrix @ found
        return found
    first, there, back = passed
    found = np.zeros((len(back), first.shape[1]))
    for end, middle, start, hub in np.ndindex(*back.shape, *first.shape):
        if end != start:
            found[end, hub] += back[end, middle] * there[middle, start] * first[start, hub]
    return found


@pytest.mark.parametrize(
    ("norm", "wanted"),
    [
        (Norm.SUM, [[1, 1, 0], [0, 1, 0], [0, 0, 0]]),
        (Norm.MEAN, [[0.5, 0.5, 0], [0, 1, 0], [0, 0, 0]]),
        (Norm.ROOT, [[0.5**0.5, 0.5, 0], [0, 0.5**0.5, 0], [0, 0, 0]]),
    ],
)
def test_a_step_is_a_matrix_of_who_hears_and_who_is_heard(
    norm: Norm, wanted: list[list[float]]
) -> None:
    np.testing.assert_allclose(matrix_of(KNOWN, Step(HEARD, norm)), wanted, rtol=1e-6)


@pytest.mark.parametrize("norm", Norm)
def test_edges_between_the_same_two_count_once(norm: Norm) -> None:
    twice = KNOWN.stating({HAS_SKILL: [(0, 0), (0, 1), (0, 1), (1, 1), (0, 1), (1, 1)]})
    step = Step(HEARD, norm)
    np.testing.assert_array_equal(matrix_of(twice, step), matrix_of(KNOWN, step))


def test_only_the_newest_edge_is_followed_where_a_step_says_so() -> None:
    held = [(0, 1, 50), (0, 2, 90), (0, 0, 10), (1, 0)]
    facts = SmallFacts({PERSON: 3, TITLE: 3}, {HOLDS: held})
    found = matrix_of(facts, Step(HOLDS.reversed(), Norm.SUM, is_newest=True))
    np.testing.assert_array_equal(found, [[0, 0, 1], [1, 0, 0], [0, 0, 0]])


def test_the_newest_edge_before_a_moment_is_followed_in_what_was_there_then() -> None:
    facts = SmallFacts({PERSON: 1, TITLE: 3}, {HOLDS: [(0, 1, 50), (0, 2, 90), (0, 0, 10)]})
    step = Step(HOLDS.reversed(), Norm.SUM, is_newest=True)
    earlier = facts.adjacency(step.relation).before(90)
    np.testing.assert_array_equal(step_matrix(earlier, step).toarray(), [[0, 1, 0]])


@pytest.mark.parametrize("norm", Norm)
def test_a_step_leaves_the_edges_as_they_were(norm: Norm) -> None:
    facts = random_facts(0)
    adjacency = facts.adjacency(KNOWS)
    before = [np.array(each) for each in (adjacency.starts, adjacency.ends, adjacency.sources)]
    step_matrix(adjacency, Step(KNOWS, norm, is_newest=True))
    after = (adjacency.starts, adjacency.ends, adjacency.sources)
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize("trail", [each for each in TRAILS if not each.returns], ids=str)
def test_counts_are_the_product_of_the_steps(trail: Trail) -> None:
    facts = random_facts(4)
    if any(step.relation not in facts.relations for step in trail.steps):
        facts = facts_of_every_trail(1)
    wanted = np.eye(facts.counts[trail.hub])
    for step in trail.steps:
        wanted = matrix_of(facts, step) @ wanted
    np.testing.assert_allclose(all_rows(facts, trail), wanted, atol=1e-6)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_counts_are_those_of_all_paths_that_do_not_go_back(seed: int) -> None:
    facts = facts_of_every_trail(seed)
    for trail in TRAILS:
        found, wanted = all_rows(facts, trail), slow_rows(facts, trail)
        np.testing.assert_allclose(found, wanted, atol=2e-6, err_msg=str(trail))


def test_some_trails_return_and_those_along_the_newest_edge_do_not() -> None:
    assert sum(trail.returns for trail in TRAILS) >= 3
    there = Step(HOLDS.reversed(), is_newest=True)
    assert not Trail(TITLE, (Step(HOLDS), there)).returns
    assert not Trail(SKILL, (Step(HEARD), Step(HOLDS), there)).returns
    assert Trail(SKILL, (Step(HEARD), Step(HOLDS), Step(HOLDS.reversed()))).returns


@pytest.mark.parametrize("seed", range(3))
def test_what_a_person_said_itself_does_not_come_back_through_those_it_knows(seed: int) -> None:
    """Two ties away from an employer, counts are as in a graph in which one has none."""
    facts = random_facts(seed)
    knows = Step(KNOWS, Norm.SUM)
    trail = Trail("company", (Step(WORKS_AT.reversed(), Norm.SUM), knows, knows))
    found = all_rows(facts, trail)
    for person in range(0, facts.counts[PERSON], 5):
        alone = facts.without(lambda r, fact, one=person: r == WORKS_AT and fact.source == one)
        np.testing.assert_array_equal(found[person], all_rows(alone, trail)[person])


def test_a_job_hears_of_the_skills_of_the_others_of_its_title() -> None:
    facts = SmallFacts(
        {JOB: 4, SKILL: 3, TITLE: 2},
        {
            REQUIRES: [(0, 0), (1, 1), (2, 1), (2, 0), (3, 2)],
            HAS_TITLE: [(0, 0), (1, 0), (2, 0), (3, 1)],
        },
    )
    steps = (REQUIRES.reversed(), HAS_TITLE, HAS_TITLE.reversed())
    found = all_rows(facts, Trail(SKILL, tuple(Step(each, Norm.SUM) for each in steps)))
    np.testing.assert_array_equal(found, [[1, 2, 0], [2, 1, 0], [1, 1, 0], [0, 0, 0]])


@pytest.mark.parametrize("norm", Norm)
def test_nothing_is_left_where_all_that_came_came_back(norm: Norm) -> None:
    """The only job of its title, whatever it asks for; no rounding stays behind as a count."""
    asked = [(job, skill) for job in range(7) for skill in range(job + 1)]
    facts = SmallFacts(
        {JOB: 7, SKILL: 7, TITLE: 7},
        {REQUIRES: asked, HAS_TITLE: [(job, job) for job in range(7)]},
    )
    steps = (REQUIRES.reversed(), HAS_TITLE, HAS_TITLE.reversed())
    counts = counts_of(facts, Trail(SKILL, tuple(Step(each, norm) for each in steps)))
    assert counts.rows(np.arange(7)).nnz == 0


def test_a_count_is_kept_however_small_it_is() -> None:
    """Of thousands of jobs of a title, one asks for much, also for what thousands of others do."""
    each, skills = 5_000, 25
    usual = [(each + job, 1) for job in range(each)]
    facts = SmallFacts(
        {JOB: 2 * each, SKILL: skills, TITLE: 2},
        {
            REQUIRES: [*((0, skill) for skill in range(skills)), *usual],
            HAS_TITLE: [(job, job // each) for job in range(2 * each)],
        },
    )
    steps = (REQUIRES.reversed(), HAS_TITLE, HAS_TITLE.reversed())
    counts = counts_of(facts, Trail(SKILL, tuple(Step(each, Norm.ROOT) for each in steps)))
    by_itself, by_another = counts.rows(np.arange(2)).toarray()[:, 1]
    assert by_itself == 0
    assert 0 < by_another < 1e-6


@pytest.mark.parametrize("trail", [each for each in TRAILS if each.steps], ids=str)
def test_a_trail_along_a_relation_without_edges_reaches_nothing(trail: Trail) -> None:
    facts = facts_of_every_trail(2)
    for gone in {step.relation for step in trail.steps}:
        kept = {each: facts.adjacency(each) for each in facts.relations if each != gone}
        counts = TrailCounts(trail, kept, facts.counts)
        found = counts.rows(np.array([0, 2]))
        assert counts.is_empty
        assert found.shape == (2, facts.counts[trail.hub])
        assert found.nnz == 0


@pytest.mark.parametrize("hub", [PERSON, JOB, SKILL, TITLE])
def test_a_trail_without_steps_leads_from_each_hub_to_itself(hub: str) -> None:
    facts = random_facts(0)
    np.testing.assert_array_equal(all_rows(facts, Trail(hub)), np.eye(facts.counts[hub]))


@settings(max_examples=25)
@given(st.sampled_from(TRAILS), st.data())
def test_rows_of_some_nodes_are_those_of_all_nodes(trail: Trail, data: st.DataObject) -> None:
    facts = facts_of_every_trail(3)
    numbers = data.draw(st.lists(st.integers(0, facts.counts[trail.end] - 1), max_size=6))
    some = counts_of(facts, trail).rows(np.array(numbers, np.int64)).toarray()
    assert some.shape == (len(numbers), facts.counts[trail.hub])
    np.testing.assert_array_equal(some, all_rows(facts, trail)[numbers])


@pytest.mark.parametrize("trail", TRAILS, ids=str)
def test_rows_that_were_changed_are_given_as_before(trail: Trail) -> None:
    counts = counts_of(facts_of_every_trail(4), trail)
    numbers = np.arange(counts.shape[0])
    first = counts.rows(numbers)
    wanted = first.toarray()
    first.data[:] = 7
    np.testing.assert_array_equal(counts.rows(numbers).toarray(), wanted)
