"""What a step hides is nowhere to be seen, by edges, degrees or signatures.

These are the tests for leaks: a link that is to be foretold must not be in what foretells it.
"""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from message_flows import random_bag
from small_facts import (
    APPLY,
    HAS_SKILL,
    JOB,
    KNOWS,
    PERSON,
    REQUIRES,
    SKILL,
    Fact,
    SmallFacts,
    random_facts,
)
from small_training import ENCODER, PLAIN, course_of, generator, model_of, small, trainee_of

from graph.links.graph_view import GraphView
from graph.links.link_scorer import Side
from graph.links.link_target import CONTACT, OWN_SKILL, TARGETS, LinkTarget
from graph.links.link_target import JOB as JOB_TARGET
from graph.links.link_target import SKILL as SKILL_TARGET
from graph.links.signatures import Signatures
from graph.links.trail import trails_to
from graph.relation import Relation
from graph.sampling.pseudo_neighbours import PEOPLE_ALIKE
from graph.training.batch import Batch, draw_batch
from graph.training.disguise import Disguise, kept_edges
from graph.training.flows import FlowSource
from graph.training.lessons import Chapter, plan_course
from graph.training.passed_relations import passed_relations
from graph.training.step_loss import Trainee, _Step
from graph.training.training_config import TrainingConfig

UNDATED = {"skill": (SKILL_TARGET, REQUIRES), "own_skill": (OWN_SKILL, HAS_SKILL)}
NONE = np.zeros(0, np.int64)
ALL_HEARD = small(**PLAIN, fan_outs=(100, 100), windows=3)


def chapter_of(
    facts: SmallFacts, config: TrainingConfig = ALL_HEARD, targets: tuple[LinkTarget, ...] = TARGETS
) -> Chapter:
    """The newest chapter."""
    return course_of(facts, config, targets).chapters[0]


def of_other(chapter: Chapter, facts: SmallFacts, config: TrainingConfig = ALL_HEARD) -> Chapter:
    """The same chapter, beginning at the same moment, with a graph of other facts."""
    view = GraphView(facts, chapter.view.relations, chapter.view.before, config.seed)
    is_whole = chapter.flows.is_whole
    flows = FlowSource(view, config.fan_outs, is_whole=is_whole, seed=config.seed)
    return chapter._replace(view=view, flows=flows)


def seen(trainee: Trainee, chapter: Chapter, batch: Batch, config: TrainingConfig) -> _Step:
    """Let a model look at a batch, with nothing left to chance."""
    trainee.eval()
    step = _Step(
        trainee, chapter, batch, config, chapter.flows.scene(batch.seeds, batch.copies, 0, 0)
    )
    with torch.no_grad():
        step.loss(0)
    return step


def asking_for(chapter: Chapter, target: LinkTarget, hidden: int) -> Batch:
    """A batch that asks for the links of one node only."""
    batch = draw_batch(chapter, ALL_HEARD, 0.0, generator())
    asked = next(each for each in batch.asked if each.lesson.target is target)
    links = asked.lesson.links
    own = links.rows(np.flatnonzero(links.sources == hidden))
    asked = replace(asked, hidden=np.array([hidden]), links=own)
    return replace(batch, asked=(asked,))


@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "sampled"])
def test_copies_hear_who_is_like_them_and_whoever_has_met_others_does_not(is_whole: bool) -> None:
    facts = random_facts(6)
    config = replace(ALL_HEARD, cold_share=0.5, whole_graph_up_to=10_000 if is_whole else 0)
    relations = passed_relations(facts, with_alike=True)
    chapter = plan_course(facts, TARGETS, relations, config).chapters[0]
    batch = draw_batch(chapter, config, 0.0, generator())
    step = _Step(
        Trainee(model_of(facts, relations=relations)),
        chapter,
        batch,
        config,
        chapter.flows.scene(batch.seeds, batch.copies, 0, 0),
    )
    flow = step.disguise.flow(step.scene.flow)
    hears = flow.bags[PEOPLE_ALIKE].offsets.diff() > 0
    numbers = flow.nodes[PERSON][: len(hears)]
    copied = step._copied(PERSON)
    is_bare = torch.from_numpy(batch.bare[PERSON])
    assert hears[copied].tolist() == (~is_bare).tolist()
    is_copy = torch.zeros(len(hears), dtype=torch.bool).index_fill(0, copied, True)
    assert not (hears & chapter.view.has_met(PERSON)[numbers] & ~is_copy).any()


@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "sampled"])
@pytest.mark.parametrize("name", UNDATED)
def test_the_answers_to_an_undated_question_move_no_vector(name: str, is_whole: bool) -> None:
    target, relation = UNDATED[name]
    facts, hidden = random_facts(6), 3
    config = ALL_HEARD if is_whole else replace(ALL_HEARD, whole_graph_up_to=0)
    chapter = chapter_of(facts, config)
    batch = asking_for(chapter, target, hidden)
    other = facts.without(lambda r, fact: r == relation and fact.source == hidden)
    trainee = trainee_of(facts)
    first = seen(trainee, chapter, batch, config)
    second = seen(trainee, of_other(chapter, other, config), batch, config)
    for kind, numbers in batch.seeds.items():
        here, there = (step.scene.places(kind, numbers) for step in (first, second))
        assert torch.allclose(first.vectors[kind][here], second.vectors[kind][there], atol=1e-5)


@pytest.mark.parametrize("name", UNDATED)
def test_what_the_hidden_node_shares_by_trails_is_not_what_was_hidden(name: str) -> None:
    """It reaches the same hubs as in a graph without its links, and about as often.

    A skill that fewer ask for counts more, so the weights of others' skills may differ a little;
    how large they are is told by the mean of a graph, which is another without its links.
    """
    target, relation = UNDATED[name]
    facts, hidden = random_facts(6), 3
    chapter = chapter_of(facts)
    trainee, batch = trainee_of(facts), asking_for(chapter, target, hidden)
    kind, step = target.source, seen(trainee, chapter, batch, ALL_HEARD)
    other = facts.without(lambda r, fact: r == relation and fact.source == hidden)
    numbers = torch.tensor([hidden])
    places = step.scene.places(kind, numbers.numpy())
    own = chapter.view.signatures.rows(kind, numbers)
    found = step.disguise.signatures(kind, own, places)
    wanted = of_other(chapter, other).view.signatures.rows(kind, numbers)
    for hub, trails in trails_to(kind).items():
        for place, trail in enumerate(trails):
            one, two = found[hub][0, place], wanted[hub][0, place]
            # Hubs are fewer than numbers in a vector, so each has one of its own.
            assert torch.equal(one != 0, two != 0), str(trail)
            if trail.last == relation.reversed():
                assert not one.any(), str(trail)
                assert not two.any(), str(trail)
            elif two.any():
                likeness = torch.nn.functional.cosine_similarity(one, two, dim=0)
                assert likeness > 0.97, str(trail)


@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "sampled"])
def test_what_came_at_or_after_the_cut_moves_no_score_of_dated_questions(is_whole: bool) -> None:
    facts = random_facts(7)
    config = small(windows=3, cold_share=0.5, whole_graph_up_to=10_000 if is_whole else 0)
    dated = (JOB_TARGET, CONTACT)
    chapter = chapter_of(facts, config, dated)
    cut = chapter.view.before
    later = [f for facts_of in facts.stated.values() for f in facts_of if f.time >= cut]
    assert len(later) > 20
    batch = draw_batch(chapter, config, 0.0, generator(1))
    earlier = facts.without(lambda _, fact: fact.time >= cut)
    assert APPLY in earlier.relations
    trainee = trainee_of(facts)
    first = seen(trainee, chapter, batch, config)
    second = seen(trainee, of_other(chapter, earlier, config), batch, config)
    for name, kind, side in (("job", PERSON, Side.SOURCE), ("job", JOB, Side.TARGET)):
        numbers = batch.seeds[kind]
        one, two = (step._space(name, side, kind, numbers) for step in (first, second))
        assert torch.equal(one.whole, two.whole)
        assert one.alone is not None
        assert two.alone is not None
        assert torch.equal(one.alone, two.alone)
    assert first.vectors
    assert all(torch.equal(first.vectors[k], second.vectors[k]) for k in first.vectors)


def test_a_link_of_the_cut_itself_is_asked_for_and_not_seen() -> None:
    facts = random_facts(7)
    chapter = chapter_of(facts)
    for lesson in chapter.lessons:
        if lesson.target.is_dated:
            for relation in lesson.target.worth:
                held = chapter.view.adjacencies.get(relation)
                if held is not None:
                    rows = [held.times[s:e] for s, e in zip(held.starts, held.ends, strict=True)]
                    assert all((times < chapter.view.before).all() for times in rows)


def test_chapters_and_examination_ask_for_different_links() -> None:
    facts = random_facts(7)
    course = course_of(facts, small(windows=5))
    ends = [chapter.view.before for chapter in (course.examination, *course.chapters)]
    assert ends == sorted(ends, reverse=True)
    moments = {
        (relation, *fact): [
            number
            for number, chapter in enumerate((course.examination, *course.chapters))
            if chapter.span.start <= fact.time < chapter.span.end
        ]
        for relation, facts_of in facts.stated.items()
        for fact in facts_of
    }
    assert max(len(each) for each in moments.values()) == 1


@given(st.integers(0, 1000), st.integers(0, 12), st.integers(1, 8))
def test_kept_edges_are_those_of_each_target_that_are_to_be_kept(
    seed: int, targets: int, sources: int
) -> None:
    chance = torch.Generator().manual_seed(seed)
    bag = random_bag(targets, sources, chance)
    keep = torch.rand(len(bag.sources), generator=chance) < 0.6
    found = kept_edges(bag, keep)
    assert found.num_targets == targets
    assert bag.weights is not None
    assert found.weights is not None
    for target in range(targets):
        row = range(int(bag.offsets[target]), int(bag.offsets[target + 1]))
        kept = [place for place in row if keep[place]]
        here = slice(int(found.offsets[target]), int(found.offsets[target + 1]))
        assert found.sources[here].tolist() == bag.sources[kept].tolist()
        assert found.weights[here].tolist() == bag.weights[kept].tolist()


def with_copies(facts: SmallFacts, *, bare: bool) -> tuple[Chapter, Batch]:
    """A chapter, and a batch in which people 2 and 5 and the job 1 are there once more."""
    chapter = chapter_of(facts)
    batch = draw_batch(chapter, ALL_HEARD, 0.0, generator())
    copies = {PERSON: np.array([2, 5]), JOB: np.array([1])}
    is_bare = {kind: np.full(len(each), bare) for kind, each in copies.items()}
    batch = replace(batch, asked=(), shown=chapter.shown, copies=copies, bare=is_bare)
    return chapter, batch


def test_a_bare_copy_is_what_the_node_would_be_without_any_edge() -> None:
    facts = random_facts(8)
    chapter, batch = with_copies(facts, bare=True)
    trainee = trainee_of(facts)
    step = seen(trainee, chapter, batch, ALL_HEARD)
    alone = of_other(chapter, facts.without(lambda relation, fact: _touches(relation, fact)))
    other = seen(trainee, alone, replace(batch, copies={}, bare={}), ALL_HEARD)
    assert torch.allclose(
        step.vectors[PERSON][step._copied(PERSON)], other.vectors[PERSON][[2, 5]], atol=1e-5
    )
    assert torch.allclose(step.vectors[JOB][step._copied(JOB)], other.vectors[JOB][[1]], atol=1e-5)


def _touches(relation: Relation, fact: Fact) -> bool:
    met = {PERSON: (2, 5), JOB: (1,)}
    return fact.source in met.get(relation.source, ()) or fact.target in met.get(
        relation.target, ()
    )


def test_a_cold_copy_is_what_the_node_would_be_before_it_did_anything() -> None:
    facts = random_facts(8)
    chapter, batch = with_copies(facts, bare=False)
    trainee = trainee_of(facts)
    step = seen(trainee, chapter, batch, ALL_HEARD)
    acts = {relation for relation in facts.stated if relation.name in ("view", "save", "apply")}
    quiet = facts.without(lambda r, fact: r in acts | {KNOWS} and _touches(r, fact))
    other = seen(trainee, of_other(chapter, quiet), replace(batch, copies={}, bare={}), ALL_HEARD)
    # The second layer hears of others, who know that node; the first hears of nobody it met.
    flow = step.disguise.flow(step.scene.flow)
    for relation, bag in flow.bags.items():
        for place, number in zip(step._copied(PERSON).tolist(), (2, 5), strict=True):
            if relation.target == PERSON:
                heard = sorted(bag.sources[bag.offsets[place] : bag.offsets[place + 1]].tolist())
                wanted = other.scene.flow.bags.get(relation)
                row = (
                    []
                    if wanted is None
                    else wanted.sources[
                        wanted.offsets[number] : wanted.offsets[number + 1]
                    ].tolist()
                )
                assert heard == sorted(row), str(relation)


def test_nobody_knows_a_copy_by_its_own_signature() -> None:
    facts = random_facts(8)
    chapter, batch = with_copies(facts, bare=False)
    step = seen(trainee_of(facts), chapter, batch, ALL_HEARD)
    own = chapter.view.signatures.rows(PERSON, torch.tensor([2, 5]))
    found = step.disguise.signatures(PERSON, own, step._copied(PERSON))
    steps = [len(trail.steps) for trail in trails_to(PERSON)[PERSON]]
    assert not found[PERSON][:, steps.index(0)].any()
    assert own[PERSON][:, steps.index(0)].any()  # what was given is left as it was
    assert not found[JOB].any()
    assert found[SKILL][:, 0].any()


def test_a_copy_has_no_vector_of_its_own() -> None:
    facts = random_facts(8)
    chapter, batch = with_copies(facts, bare=True)
    encoder = replace(ENCODER, id_embeddings={PERSON: 30})
    trainee = trainee_of(facts, encoder)
    first = seen(trainee, chapter, batch, ALL_HEARD)
    with torch.no_grad():
        for weight in trainee.model.sparse_parameters():
            weight[[2, 5]] += torch.arange(weight.shape[1]) % 3  # a norm would undo an even shift
    second = seen(trainee, chapter, batch, ALL_HEARD)
    copies = first._copied(PERSON)
    assert torch.equal(first.vectors[PERSON][copies], second.vectors[PERSON][copies])
    assert not torch.allclose(first.vectors[PERSON][[2, 5]], second.vectors[PERSON][[2, 5]])


def test_nothing_hidden_changes_nothing() -> None:
    facts = random_facts(9)
    chapter = chapter_of(facts)
    scene, disguise = chapter.flows.scene({}, {}, 0, 0), Disguise()
    found = disguise.flow(scene.flow)
    assert all(found.bags[relation] is bag for relation, bag in scene.flow.bags.items())
    inputs, numbers = chapter.view.inputs(JOB), scene.flow.nodes[JOB]
    assert torch.equal(disguise.inputs(JOB, inputs.clone(), chapter.view, numbers), inputs)


def test_degrees_tell_nothing_of_who_is_hidden_at_the_other_end() -> None:
    """A skill that one job asks for has no jobs at all, while that job is hidden."""
    facts = SmallFacts({JOB: 2, SKILL: 2}, {REQUIRES: [(0, 0), (0, 1), (1, 1)]})
    chapter = chapter_of(facts, targets=(SKILL_TARGET,))
    disguise, back = Disguise(), REQUIRES.reversed()
    disguise.hide(JOB, torch.tensor([0]), 2, (back,))
    disguise.lose(chapter.view, back, torch.tensor([0]))
    alone = chapter_of(facts.without(lambda _, fact: fact.source == 0), targets=(SKILL_TARGET,))
    for kind in (JOB, SKILL):
        found = disguise.inputs(
            kind, chapter.view.inputs(kind), chapter.view, torch.arange(facts.counts[kind])
        )
        assert torch.allclose(found, alone.view.inputs(kind), atol=1e-6)


def test_signatures_do_not_depend_on_features() -> None:
    facts = random_facts(9)
    adjacencies = {each: facts.adjacency(each) for each in facts.relations}
    first = Signatures(adjacencies, facts.counts, 0)
    view = GraphView(facts, tuple(adjacencies))
    facts.rows = {kind: rows + 1 for kind, rows in facts.rows.items()}
    other = GraphView(facts, tuple(adjacencies))
    for kind in facts.counts:
        wanted = first.rows(kind, slice(None))
        for found in (view.signatures, other.signatures):
            rows = found.rows(kind, slice(None))
            assert set(rows) == set(wanted)
            assert all(torch.equal(rows[hub], wanted[hub]) for hub in wanted)
