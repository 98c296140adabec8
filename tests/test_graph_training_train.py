"""Training finds a planted rule, finds none where there is none, and says what goes wrong."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

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
    REQUIRES,
    SKILL,
    TRADES,
    SmallFacts,
    matchmaking,
    random_facts,
)
from small_training import ENCODER, course_of, generator, short, small, trainee_of

from graph.encoder.config import ConvolutionKind, EncoderConfig
from graph.links.graph_view import GraphView
from graph.links.link_model import LinkModel
from graph.links.link_scorer import Side
from graph.links.link_target import TARGETS
from graph.links.link_vectors import LinkVectors
from graph.links.saved_links import load_links, save_links
from graph.relation import EVENT_RELATIONS
from graph.sampling.pseudo_neighbours import PEOPLE_ALIKE
from graph.schema import EventKind
from graph.training.batch import Batch, draw_batch
from graph.training.checkpoint import hash_of_weights
from graph.training.lessons import Chapter, NothingToLearn
from graph.training.optimisers import learning_rate
from graph.training.passed_relations import passed_relations
from graph.training.step_loss import Loss, Trainee
from graph.training.train import Told, Trained, TrainingFailed, _Run, train_encoder
from graph.training.training_config import Objective, Precision, TrainingConfig
from graph.training.validation import examine

FACTS = matchmaking()


@pytest.fixture(scope="module")
def trained() -> Trained:
    """A model that has seen who applies to what."""
    return train_encoder(FACTS, ENCODER, small())


def examination(facts: SmallFacts) -> Chapter:
    """What is asked at the end."""
    return course_of(facts, small()).examination


def reciprocal_rank(model: LinkModel, chapter: Chapter) -> float:
    """Mean reciprocal rank of the jobs that were applied to."""
    return examine(model, chapter)["job"].reciprocal_rank


def by_popularity(chapter: Chapter) -> float:
    """The same of ranking jobs by how often they were applied to before; ties count half."""
    lesson = next(each for each in chapter.lessons if each.target.name == "job")
    counts = chapter.view.adjacencies[APPLY].degrees()[lesson.alive]
    found = []
    for person, job in zip(lesson.links.sources, lesson.links.targets, strict=True):
        known = lesson.known.among(np.array([person]), lesson.alive, FACTS.counts[JOB])[0]
        place = int(np.searchsorted(lesson.alive, job))
        known[place] = False
        others = np.where(known, -1, counts)
        ties = (others == counts[place]).sum() - 1
        found.append(1 / (1 + (others > counts[place]).sum() + ties / 2))
    return float(np.mean(found))


def share_below(model: LinkModel, chapter: Chapter) -> float:
    """Of pairs of a job that was applied to and one that never was: how many are in order."""
    lesson = next(each for each in chapter.lessons if each.target.name == "job")
    vectors = LinkVectors.of(model, chapter.view)
    scores = vectors.space("job", Side.SOURCE) @ vectors.space("job", Side.TARGET).T
    found = []
    for person, job in zip(lesson.links.sources, lesson.links.targets, strict=True):
        known = lesson.known.among(np.array([person]), lesson.alive, scores.shape[1])[0]
        others = scores[person, lesson.alive[~known]]
        found.append((others < scores[person, job]).mean())
    return float(np.mean(found))


def test_a_planted_rule_is_learned_in_a_few_dozen_steps(trained: Trained) -> None:
    chapter = examination(FACTS)
    assert reciprocal_rank(trained.model, chapter) > 2.5 * by_popularity(chapter)
    assert share_below(trained.model, chapter) > 0.9


def test_a_job_is_told_by_its_trade(trained: Trained) -> None:
    vectors = LinkVectors.of(trained.model, GraphView(FACTS, passed_relations(FACTS)))
    scores = vectors.space("job", Side.SOURCE) @ vectors.space("job", Side.TARGET).T
    best = np.argsort(-scores, axis=1)[:, :5]
    people = np.arange(len(scores))
    assert (best % TRADES == (people % TRADES)[:, None]).mean() > 0.95


@pytest.mark.slow
def test_shuffled_links_teach_nothing() -> None:
    facts = matchmaking(3, people=300, shuffled=True)
    found = train_encoder(facts, ENCODER, small(steps=30, evaluate_every=30))
    assert share_below(found.model, examination(facts)) == pytest.approx(0.5, abs=0.05)


def test_one_seed_gives_one_set_of_weights_and_another_seed_another() -> None:
    hashes = [
        hash_of_weights(train_encoder(random_facts(), ENCODER, short(seed=seed)).model)
        for seed in (4, 4, 5)
    ]
    assert hashes[0] == hashes[1] != hashes[2]


@contextmanager
def threads(number: int) -> Iterator[None]:
    """Compute with so many threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("convolution", ["sage", "gat"])
def test_two_threads_give_the_same_weights_every_time(convolution: str) -> None:
    """On a graph that is large enough for both to have work."""
    facts = matchmaking(people=400, jobs=200)
    encoder = EncoderConfig(width=64, out_width=64, convolution=ConvolutionKind(convolution))
    config = small(steps=1, links=2048, evaluate_every=10)
    with threads(2):
        first, second = (hash_of_weights(train_encoder(facts, encoder, config).model) for _ in "ab")
    assert first == second
    assert not torch.are_deterministic_algorithms_enabled()


@pytest.mark.slow
def test_another_number_of_threads_finds_the_same_within_a_thousandth() -> None:
    marks = []
    for number in (1, 2):
        with threads(number):
            marks.append(train_encoder(FACTS, ENCODER, short()).state.best_mark)
    assert marks[0] == pytest.approx(marks[1], abs=1e-3)


def spoil(
    monkeypatch: pytest.MonkeyPatch, at: int, spoiled: Callable[[Trainee, Loss], Loss]
) -> None:
    """Let the loss of one step, counted from 0, be something else."""
    as_it_is = Trainee.forward

    def forward(
        self: Trainee,
        chapter: Chapter,
        batch: Batch,
        config: TrainingConfig,
        number: int,
        epoch: int,
        **how: bool,
    ) -> Loss:
        loss = as_it_is(self, chapter, batch, config, number, epoch, **how)
        return spoiled(self, loss) if number == at else loss

    monkeypatch.setattr(Trainee, "forward", forward)


def _not_a_number(_trainee: Trainee, loss: Loss) -> Loss:
    return loss._replace(total=loss.total * float("nan"))


def _no_gradient(trainee: Trainee, loss: Loss) -> Loss:
    return loss._replace(total=loss.total + (trainee.shown_bias * 0).sqrt())


@pytest.mark.parametrize("spoiled", [_not_a_number, _no_gradient])
def test_a_loss_or_gradient_that_is_no_number_stops_training_in_that_step(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spoiled: Callable[[Trainee, Loss], Loss]
) -> None:
    spoil(monkeypatch, 3, spoiled)
    told: list[Told] = []
    with pytest.raises(TrainingFailed, match="step 4"):
        train_encoder(FACTS, ENCODER, short(), tmp_path, told.append)
    assert [each.step for each in told] == [1, 2, 3]
    assert (tmp_path / "state-2.safetensors").exists()  # the state of before
    assert not (tmp_path / "state-4.safetensors").exists()


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e38])
def test_a_feature_that_is_no_finite_number_is_refused_with_type_and_node(value: float) -> None:
    facts = matchmaking()
    with np.errstate(over="ignore"):
        facts.rows[JOB][3, 1] = np.float32(value)
    with pytest.raises(ValueError, match="feature 1 of job number 3 is"):
        train_encoder(facts, ENCODER, short())


ENDORSE = EVENT_RELATIONS[EventKind.ENDORSE]
EMPTY = {
    "no nodes": SmallFacts({}, {}),
    "one node": SmallFacts({PERSON: 1}, {}),
    "all isolated": SmallFacts({PERSON: 20, JOB: 10, SKILL: 5}, {}),
    "only edges that nobody asks about": SmallFacts({PERSON: 3}, {ENDORSE: [(0, 1, NOW - DAY)]}),
    "only undated ties": SmallFacts({PERSON: 3}, {KNOWS: [(0, 1)]}),
}


@pytest.mark.parametrize("name", EMPTY)
def test_where_there_is_nothing_to_learn_it_says_so(name: str) -> None:
    with pytest.raises(NothingToLearn, match="not enough data to learn from"):
        train_encoder(EMPTY[name], ENCODER, short())


@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "sampled"])
def test_undated_links_alone_give_a_model_of_what_things_are(is_whole: bool) -> None:
    """There is nothing to examine: training goes to its end, and the newest weights are taken."""
    facts = SmallFacts({PERSON: 2, JOB: 1, SKILL: 3}, {HAS_SKILL: [(0, 1), (1, 2)]})
    config = short(patience=1, whole_graph_up_to=100 if is_whole else 0)
    found = train_encoder(facts, ENCODER, config)
    assert (found.state.step, found.state.best_step) == (6, 6)
    vectors = LinkVectors.of(found.model, GraphView(facts, passed_relations(facts)))
    assert np.isfinite(vectors.nodes[PERSON]).all()
    assert vectors.space("job", Side.TARGET).shape[0] == 1


def test_training_ends_when_nothing_is_gained() -> None:
    facts = matchmaking(3, shuffled=True)
    found = train_encoder(facts, ENCODER, short(steps=40, evaluate_every=1, patience=2))
    assert found.state.step == found.state.best_step + 2 < 40
    assert found.state.history is not None
    assert max(each["mark"] for each in found.state.history) == found.state.best_mark


def test_the_weights_are_those_of_the_best_evaluation(trained: Trained) -> None:
    found = examine(trained.model, examination(FACTS), 0)
    mark = np.mean([each.reciprocal_rank for each in found.values()])
    assert mark == pytest.approx(trained.state.best_mark, abs=1e-6)
    assert not trained.model.training


def test_relations_that_training_never_met_are_silenced(trained: Trained) -> None:
    encoder = trained.model.encoder
    met = {APPLY, KNOWS, HAS_SKILL, REQUIRES}
    met |= {relation.reversed() for relation in met}
    for layer in encoder.hetero_layers():
        for relation, gate in zip(encoder.schema.relations, layer.gates, strict=True):
            assert bool(gate) == (relation in met), str(relation)


@pytest.mark.slow
def test_a_member_who_clicks_on_everything_hardly_moves_what_others_are_shown() -> None:
    facts = matchmaking(5)
    jobs, person = facts.counts[JOB], 7
    clicks = [
        (person, number % jobs, NOW - 15 * DAY - number % (85 * DAY)) for number in range(10_000)
    ]
    poisoned = facts.stating({**facts.stated, APPLY: [*facts.stated[APPLY], *clicks]})
    others = np.delete(np.arange(facts.counts[PERSON]), person)
    shares = []
    for each in (facts, poisoned):
        model = train_encoder(each, ENCODER, small()).model
        vectors = LinkVectors.of(model, GraphView(each, passed_relations(each)))
        scores = vectors.space("job", Side.SOURCE) @ vectors.space("job", Side.TARGET).T
        best = np.argsort(-scores[others], axis=1)[:, : jobs // TRADES]
        shares.append((best % TRADES == (others % TRADES)[:, None]).mean())
    assert shares[1] > shares[0] - 0.05


@pytest.mark.slow
def test_half_precision_learns_and_keeps_weights_in_full(trained: Trained) -> None:
    config = small(precision=Precision.BF16, steps=20)
    found = train_encoder(FACTS, ENCODER, config)
    assert all(each.dtype == torch.float32 for each in found.model.state_dict().values())
    assert share_below(found.model, examination(FACTS)) > 0.8


@pytest.mark.slow
def test_bpr_learns_the_rule_too() -> None:
    found = train_encoder(FACTS, ENCODER, small(objective=Objective.BPR))
    assert share_below(found.model, examination(FACTS)) > 0.8


def test_two_batches_to_a_step_have_the_mean_of_their_gradients() -> None:
    config = short(accumulate=2, most_norm=1e9)
    run = _Run(FACTS, ENCODER, config, TARGETS, {})
    twin = _Run(FACTS, ENCODER, config, TARGETS, {})
    run.step()
    twin.trainee.train()
    chapter = twin.course.chapters[0]
    for number in (0, 1):
        chance = np.random.default_rng([config.seed, number])
        torch.manual_seed(int(chance.integers(1 << 62)))
        batch = draw_batch(chapter, config, 0.0, chance)
        (twin.trainee(chapter, batch, config, number, 0).total / 2).backward()
    pairs = list(zip(run.trainee.parameters(), twin.trainee.parameters(), strict=True))
    assert sum(one.grad is not None for one, _ in pairs) > 20
    for one, two in pairs:
        assert (one.grad is None) == (two.grad is None)
        if one.grad is not None and two.grad is not None:
            assert torch.allclose(one.grad, two.grad, atol=1e-6)


def test_computing_layers_again_gives_the_same_gradients() -> None:
    found = []
    chapter = course_of(FACTS, short()).chapters[0]
    batch = draw_batch(chapter, short(), 0.0, generator())
    for checkpointing in (False, True):
        trainee = trainee_of(FACTS, replace(ENCODER, checkpointing=checkpointing)).train()
        torch.manual_seed(3)
        trainee(chapter, batch, short(), 0, 0).total.backward()
        found.append({n: p.grad for n, p in trainee.named_parameters() if p.grad is not None})
    assert found[0].keys() == found[1].keys()
    for name, gradient in found[0].items():
        assert torch.allclose(gradient, found[1][name], atol=1e-6), name


def cold_view(facts: SmallFacts, before: int) -> GraphView:
    """The graph in which no person has any edge."""
    alone = facts.without(lambda relation, _: PERSON in (relation.source, relation.target))
    return GraphView(alone, passed_relations(facts), before)


def test_people_without_neighbours_are_ranked_for_nearly_as_well_as_others(
    trained: Trained,
) -> None:
    chapter = examination(FACTS)
    warm = LinkVectors.of(trained.model, chapter.view)
    cold = LinkVectors.of(trained.model, cold_view(FACTS, chapter.view.before))
    jobs = warm.space("job", Side.TARGET)
    right = []
    for vectors in (warm, cold):
        scores = vectors.space("job", Side.SOURCE) @ jobs.T
        best = np.argsort(-scores, axis=1)[:, :5]
        right.append((best % TRADES == (np.arange(len(best)) % TRADES)[:, None]).mean())
    assert right[0] > 0.9
    assert right[1] > 0.8  # by chance one in five


def cosine_of_views(config: TrainingConfig) -> float:
    """Mean cosine of what people are with their edges and without."""
    model = train_encoder(FACTS, ENCODER, config).model
    before = examination(FACTS).view.before
    warm = LinkVectors.of(model, GraphView(FACTS, passed_relations(FACTS), before))
    cold = LinkVectors.of(model, cold_view(FACTS, before))
    return float((warm.nodes[PERSON] * cold.nodes[PERSON]).sum(1).mean())


@pytest.mark.slow
def test_alignment_pulls_cold_and_warm_together() -> None:
    config = small(steps=20, cold_share=0.5)
    apart, together = (cosine_of_views(replace(config, alignment=weight)) for weight in (0.0, 3.0))
    assert 1 - together < 0.9 * (1 - apart)


@pytest.mark.parametrize("alone", [0, 40])
def test_the_learning_rate_warms_up_and_falls_to_a_twentieth(alone: int) -> None:
    config = small(steps=100, scorer_steps=alone)
    rates = [learning_rate(step, config) for step in range(alone + 100)]
    factors = [rate / config.learning_rate for rate in rates[alone:]]
    assert factors[:10] == pytest.approx([0.1 * n for n in range(1, 11)])
    assert factors[10:] == sorted(factors[10:], reverse=True)
    assert factors[10] == pytest.approx(1)
    assert factors[-1] == pytest.approx(0.05, abs=1e-3)


def test_without_steps_of_the_encoder_only_the_scorer_speaks() -> None:
    found = train_encoder(FACTS, ENCODER, small(scorer_steps=20, steps=0)).model
    heard = LinkVectors.of(found, found.view(FACTS))
    silent = LinkVectors(
        found, heard.view, {kind: np.zeros_like(each) for kind, each in heard.nodes.items()}
    )

    with_vectors, without = (
        each.space("job", Side.SOURCE) @ each.space("job", Side.TARGET).T
        for each in (heard, silent)
    )
    np.testing.assert_allclose(with_vectors, without, atol=1e-4)
    assert np.ptp(without) > 0.1  # and it has learned something


def test_an_encoder_that_begins_from_a_scorer_goes_on_from_what_it_knows() -> None:
    alone = train_encoder(FACTS, ENCODER, small(scorer_steps=30, steps=0)).model.scorer
    told: list[Told] = []
    config = small(scorer_steps=0, steps=1, learning_rate=1e-9, scorer_learning_rate=1e-9)
    train_encoder(FACTS, ENCODER, config, tell=told.append, start=alone)
    fresh: list[Told] = []
    train_encoder(FACTS, ENCODER, config, tell=fresh.append)
    assert told[0].parts["job"] < fresh[0].parts["job"]


def test_a_model_with_pseudo_neighbours_is_trained_saved_and_serves(tmp_path: Path) -> None:
    facts = random_facts(3)
    config = short(pseudo_neighbours=True)
    save_links(train_encoder(facts, ENCODER, config).model, tmp_path / "links")
    model = load_links(tmp_path / "links")
    view = model.view(facts)
    assert PEOPLE_ALIKE in view.relations
    assert np.isfinite(LinkVectors.of(model, view).space("contact", Side.SOURCE)).all()
