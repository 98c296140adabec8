"""Links to be foretold are those of a stretch of time, once each, as they were stated."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_facts import (
    APPLY,
    DAY,
    HAS_SKILL,
    JOB,
    KNOWS,
    NOW,
    PERSON,
    SAVE,
    SHOW,
    SKILL,
    VIEW,
    Fact,
    SmallFacts,
    random_facts,
)

from graph.links.link_target import CONTACT, OWN_SKILL, LinkTarget
from graph.links.link_target import JOB as JOB_TARGET
from graph.relation import Relation
from graph.training.links import (
    KnownLinks,
    Links,
    Span,
    alive_within,
    capped,
    links_within,
    moments_since,
    shown_within,
    spans_of,
)

ACTS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4), st.integers(0, 100)), max_size=30)
STATED = st.fixed_dictionaries({relation: ACTS for relation in (VIEW, SAVE, APPLY, SHOW, KNOWS)})
SPANS = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(lambda two: Span(*sorted(two)))


def facts_of(stated: Mapping[Relation, list[tuple[int, int, int]]]) -> SmallFacts:
    """Facts of six people and five jobs."""
    return SmallFacts({PERSON: 6, JOB: 5}, dict(stated), as_of=100)


def as_dict(links: Links) -> dict[tuple[int, int], float]:
    """Return links as pair -> worth; each pair is there once."""
    pairs = list(zip(links.sources.tolist(), links.targets.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)
    return dict(zip(pairs, links.worth.tolist(), strict=True))


def stated_pairs(facts: SmallFacts, relation: Relation, span: Span | None) -> list[tuple[int, int]]:
    """The slow twin: every stated fact looked at, those of undirected relations from both ends."""
    found: list[tuple[int, int]] = []
    for fact in facts.stated.get(relation, []):
        if span is None or span.start <= fact.time < span.end:
            found.append((fact.source, fact.target))
            if relation.is_undirected:
                found.append((fact.target, fact.source))
    return found


def slow_links(
    facts: SmallFacts, target: LinkTarget, span: Span | None
) -> dict[tuple[int, int], float]:
    """The slow twin of `links_within`."""
    found: dict[tuple[int, int], float] = {}
    for relation, worth in target.worth.items():
        for pair in stated_pairs(facts, relation, span):
            found[pair] = max(found.get(pair, 0), worth)
    return found


@given(STATED, SPANS, st.sampled_from([JOB_TARGET, CONTACT]))
def test_links_within_a_span_are_those_that_a_slow_search_finds(
    stated: dict[Relation, list[tuple[int, int, int]]], span: Span, target: LinkTarget
) -> None:
    facts = facts_of(stated)
    assert as_dict(links_within(facts, target, span)) == slow_links(facts, target, span)
    assert as_dict(links_within(facts, target, None)) == slow_links(facts, target, None)


def test_what_says_most_of_a_pair_counts_and_only_what_lies_in_the_span() -> None:
    facts = facts_of({VIEW: [(0, 0, 10), (0, 0, 12)], APPLY: [(0, 0, 20)], SAVE: [(0, 0, 11)]})
    assert as_dict(links_within(facts, JOB_TARGET, Span(0, 100))) == {(0, 0): 1.0}
    assert as_dict(links_within(facts, JOB_TARGET, Span(0, 20))) == {(0, 0): 0.6}
    assert as_dict(links_within(facts, JOB_TARGET, Span(12, 20))) == {(0, 0): 0.15}
    assert as_dict(links_within(facts, JOB_TARGET, Span(13, 20))) == {}


def test_a_tie_is_a_link_from_both_ends() -> None:
    facts = facts_of({KNOWS: [(3, 1, 10)]})
    assert as_dict(links_within(facts, CONTACT, Span(0, 100))) == {(1, 3): 1.0, (3, 1): 1.0}


def test_undated_facts_are_links_of_no_span() -> None:
    facts = SmallFacts({PERSON: 2, SKILL: 2}, {HAS_SKILL: [(0, 1)], KNOWS: [(0, 1)]})
    assert not len(links_within(facts, CONTACT, Span(0, NOW)))
    assert as_dict(links_within(facts, OWN_SKILL, None)) == {(0, 1): 1.0}


@given(STATED, SPANS)
def test_what_was_shown_is_worth_what_came_of_it(
    stated: dict[Relation, list[tuple[int, int, int]]], span: Span
) -> None:
    facts = facts_of(stated)
    links = links_within(facts, JOB_TARGET, span)
    came = slow_links(facts, JOB_TARGET, span)
    wanted = {pair: came.get(pair, 0.0) for pair in stated_pairs(facts, SHOW, span)}
    assert as_dict(shown_within(facts, links, span)) == wanted


@given(STATED, SPANS)
def test_alive_are_the_jobs_that_anybody_met_in_the_span(
    stated: dict[Relation, list[tuple[int, int, int]]], span: Span
) -> None:
    facts = facts_of(stated)
    met = {
        job
        for relation in (VIEW, SAVE, APPLY, SHOW)
        for _, job in stated_pairs(facts, relation, span)
    }
    assert alive_within(facts, JOB_TARGET, span).tolist() == (sorted(met) or list(range(5)))


def test_anybody_may_become_a_contact() -> None:
    facts = facts_of({KNOWS: [(3, 1, 10)]})
    assert alive_within(facts, CONTACT, Span(50, 60)).tolist() == list(range(6))


@given(STATED, st.sampled_from([JOB_TARGET, CONTACT]), st.integers(0, 99))
def test_known_links_are_those_of_any_time_and_nobody_is_a_contact_of_themselves(
    stated: dict[Relation, list[tuple[int, int, int]]], target: LinkTarget, seed: int
) -> None:
    facts = facts_of(stated)
    count = facts.num_nodes(target.target)
    random = np.random.default_rng(seed)
    sources = random.integers(0, 6, 7)
    candidates = np.sort(random.choice(count, 3, replace=False))
    linked = slow_links(facts, target, None)
    wanted = [
        [(s, c) in linked or (target is CONTACT and s == c) for c in candidates.tolist()]
        for s in sources.tolist()
    ]
    assert KnownLinks(facts, target).among(sources, candidates, count).tolist() == wanted


@given(st.lists(st.integers(0, 1_000), max_size=60), st.integers(1, 6), st.floats(0, 0.9))
def test_stretches_touch_each_other_and_leave_nothing_out(
    moments: list[int], count: int, last_share: float
) -> None:
    spans = spans_of(np.sort(np.array(moments, np.int64)), 1_001, count, last_share)
    assert 2 <= len(spans) <= count + 1
    assert [one.end for one in spans[:-1]] == [other.start for other in spans[1:]]
    assert spans[-1].end == 1_001
    assert all(spans[0].start <= moment < 1_001 for moment in moments)


def test_as_much_happens_in_every_stretch_though_most_happened_lately() -> None:
    moments = np.concatenate([np.arange(0, 900, 9), np.arange(900, 1_000), np.arange(1_000, 1_020)])
    spans = spans_of(np.sort(np.repeat(moments, 5)), 1_020, 4, 0.1)
    happened = [int(((moments >= one.start) & (moments < one.end)).sum()) for one in spans]
    assert happened[-1] == pytest.approx(22, abs=1)
    assert happened[:-1] == pytest.approx([49.5] * 4, abs=1.5)


def test_where_all_happened_at_one_moment_all_of_it_is_learned_from() -> None:
    assert spans_of(np.full(9, 7), 10, 4, 0.1) == [Span(7, 10), Span(10, 10)]


def test_moments_are_those_of_dated_targets_and_of_lists_since_then() -> None:
    facts = facts_of({VIEW: [(0, 0, 5), (0, 1, 50)], SHOW: [(1, 1, 60)], KNOWS: [(0, 1, 70)]})
    assert moments_since(facts, (JOB_TARGET,), 10).tolist() == [50, 60]


def test_a_member_who_clicks_ten_thousand_times_counts_like_a_few_active_ones() -> None:
    honest = [(person, job) for person in range(200) for job in range(person % 10 + 1)]
    clicks = [(200, job) for job in range(10_000)]
    sources, targets = np.array(honest + clicks).T
    links = Links(sources, targets, np.ones(len(sources)))
    found = capped(links)
    total = np.bincount(found.sources, found.worth)
    assert total[200] <= 3 * 10 + 1e-6
    assert total[200] / total.sum() < 0.03
    np.testing.assert_array_equal(found.worth[:-10_000], links.worth[:-10_000])


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_few_sources_keep_finite_worth_above_zero(count: int) -> None:
    sources = np.repeat(np.arange(count), np.arange(1, count + 1))
    links = Links(sources, np.arange(len(sources)), np.full(len(sources), 0.15))
    found = capped(links)
    assert len(found) == len(links)
    assert (found.worth > 0).all()
    assert (found.worth <= links.worth).all()


def test_random_facts_have_both_dated_and_undated_links() -> None:
    facts = random_facts(0)
    assert len(links_within(facts, JOB_TARGET, Span(NOW - 30 * DAY, NOW)))
    assert len(links_within(facts, OWN_SKILL, None)) == len(facts.stated[HAS_SKILL])
    assert isinstance(facts.stated[APPLY][0], Fact)
