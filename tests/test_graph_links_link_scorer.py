"""A score is the inner product of two sides, and that is the sum of parts that have a name."""

import json
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cosine_similarity, normalize

from graph.links.link_scorer import Known, LinkScorer, ScorerConfig, Side, _Half, _Pair
from graph.links.link_target import CONTACT, JOB, OWN_SKILL
from graph.links.nearness import NEAR_WIDTH
from graph.links.trail import HUB_WIDTHS, trails_to

PERSON, WORK = JOB.source, JOB.target
CONFIG = ScorerConfig(
    vector_width=6,
    width=5,
    input_widths={PERSON: 14, WORK: 15},
    feature_widths={PERSON: 12, WORK: 11},
    columns={
        PERSON: {
            "text": (0, 3),
            "level": (3, 5),
            "where": (5, 8),
            "pay": (8, 10),
            "field": (10, 12),
        },
        WORK: {
            "level": (0, 2),
            "text": (2, 5),
            "is_remote": (5, 6),
            "where": (6, 9),
            "field": (9, 11),
        },
    },
)
SOURCES, TARGETS = 4, 7
REMOTE = 3  # of a job's traits: one, the level's two numbers, whether it is remote, squares


def scorer_of(config: ScorerConfig = CONFIG, *, learned: bool = True) -> LinkScorer:
    """A scorer for jobs, with weights as if it had learned something."""
    torch.manual_seed(0)
    scorer = LinkScorer(config, (JOB,))
    if learned:
        with torch.no_grad():
            for parameter in scorer.parameters():
                parameter.normal_()
    return scorer.eval()


def pair_of(scorer: LinkScorer) -> _Pair:
    """Both sides of the one target."""
    pair = scorer.pairs[JOB.name]
    assert isinstance(pair, _Pair)
    return pair


def known_of(kind: str, count: int, config: ScorerConfig = CONFIG, seed: int = 0) -> Known:
    """Anything that may be known of nodes."""
    random = torch.Generator().manual_seed(seed + count)
    signatures = {
        hub: torch.randn(count, len(trails), HUB_WIDTHS[hub], generator=random)
        for hub, trails in trails_to(kind).items()
    }
    return Known(
        torch.randn(count, config.vector_width, generator=random),
        torch.randn(count, config.input_widths[kind], generator=random),
        signatures,
        torch.randn(count, NEAR_WIDTH, generator=random),
    )


def nothing_of(kind: str, count: int, config: ScorerConfig = CONFIG) -> Known:
    """Nodes of which nothing is known."""
    known = known_of(kind, count, config)
    signatures = {hub: torch.zeros_like(each) for hub, each in known.signatures.items()}
    return Known(None, torch.zeros_like(known.inputs), signatures, torch.zeros_like(known.near))


@torch.no_grad()
def scores(scorer: LinkScorer, people: Known, jobs: Known) -> Tensor:
    """How likely each person is to be linked to each job."""
    one, other = scorer(JOB.name, Side.SOURCE, people), scorer(JOB.name, Side.TARGET, jobs)
    return one @ other.T


def weights_by_hub(half: _Half, kind: str, hubs: list[str]) -> dict[str, Tensor]:
    """The weight of each trail of a side; the last three are of texts, fields and places."""
    sizes = [len(trails_to(kind)[hub]) for hub in hubs]
    assert len(half.weights) == sum(sizes) + 3
    return dict(zip(hubs, half.weights[:-3].split(sizes), strict=True))


@torch.no_grad()
def parts_by_hand(pair: _Pair, people: Known, jobs: Known) -> dict[str, Tensor]:
    """The parts of a score, each worked out by itself, (people, jobs)."""
    here, there = pair.source, pair.target
    assert people.vectors is not None
    assert jobs.vectors is not None
    cosine = cosine_similarity(
        here.map(people.vectors)[:, None], there.map(jobs.vectors)[None], dim=2
    )
    hubs = [hub for hub in trails_to(PERSON) if hub in trails_to(WORK)]
    of_people, of_jobs = weights_by_hub(here, PERSON, hubs), weights_by_hub(there, WORK, hubs)
    shared = torch.zeros(SOURCES, TARGETS)
    for hub in hubs:
        one = (people.signatures[hub] * of_people[hub][:, None]).sum(1)
        other = (jobs.signatures[hub] * of_jobs[hub][:, None]).sum(1)
        shared += one @ other.T
    one, other = people.inputs, jobs.inputs
    text = 2 * here.weights[-3] * 2 * there.weights[-3] * one[:, 0:3] @ other[:, 2:5].T
    field = 2 * here.weights[-2] * 2 * there.weights[-2] * one[:, 10:12] @ other[:, 9:11].T
    traits = torch.cat(
        [torch.ones(SOURCES, 1), one[:, 3:5], one[:, 8:10], one[:, 4:5] ** 2, one[:, 9:10] ** 2], 1
    )
    asked = torch.cat(
        [
            torch.ones(TARGETS, 1),
            other[:, 0:2],
            other[:, 5:6],
            other[:, 1:2] ** 2,
            other[:, 5:6] ** 2,
        ],
        1,
    )
    worth = 3 * here.weights[-1] * (3 * there.weights[-1] + asked @ pair.gate)
    of_vectors, of_degrees = pair.bias_of_vectors.weight[0], pair.bias_of_degrees[:, 0]
    return {
        "cosine": pair.log_scale.exp() * cosine,
        "hubs": shared,
        "text": text,
        "field": field,
        "places": worth * (people.near @ jobs.near.T),
        "traits": traits @ pair.form @ asked.T,
        "bias": (jobs.vectors @ of_vectors + other[:, 11:15] @ of_degrees).expand(SOURCES, -1),
    }


def test_a_score_is_the_sum_of_its_parts() -> None:
    scorer = scorer_of()
    people, jobs = known_of(PERSON, SOURCES), known_of(WORK, TARGETS)
    parts = parts_by_hand(pair_of(scorer), people, jobs)
    assert all(part.abs().mean() > 0.1 for part in parts.values())
    wanted = torch.stack(list(parts.values())).sum(0)
    torch.testing.assert_close(scores(scorer, people, jobs), wanted, rtol=1e-4, atol=1e-3)


def test_before_it_has_learned_neither_traits_nor_fame_count() -> None:
    scorer = scorer_of(learned=False)
    people, jobs = known_of(PERSON, SOURCES), known_of(WORK, TARGETS)
    parts = parts_by_hand(pair_of(scorer), people, jobs)
    assert not parts["traits"].any()
    assert not parts["bias"].any()
    assert parts["cosine"].abs().max() <= CONFIG.first_scale
    wanted = torch.stack(list(parts.values())).sum(0)
    torch.testing.assert_close(scores(scorer, people, jobs), wanted, rtol=1e-4, atol=1e-3)


def test_without_vectors_the_part_of_the_encoder_is_zero() -> None:
    scorer = scorer_of()
    people, jobs = known_of(PERSON, SOURCES), known_of(WORK, TARGETS)
    parts = parts_by_hand(pair_of(scorer), people, jobs)
    assert jobs.vectors is not None
    said = parts["cosine"] + jobs.vectors @ pair_of(scorer).bias_of_vectors.weight[0].detach()
    without = scores(scorer, people._replace(vectors=None), jobs._replace(vectors=None))
    wanted = scores(scorer, people, jobs) - said
    torch.testing.assert_close(without, wanted, rtol=1e-4, atol=1e-3)


def test_without_an_encoder_vectors_say_nothing() -> None:
    scorer, people, jobs = scorer_of(), known_of(PERSON, SOURCES), known_of(WORK, TARGETS)
    scorer.without_encoder()

    unheard = scores(scorer, people._replace(vectors=None), jobs._replace(vectors=None))
    torch.testing.assert_close(scores(scorer, people, jobs), unheard)


def test_a_scorer_takes_over_all_but_what_another_makes_of_vectors() -> None:
    other, scorer = scorer_of(), scorer_of(learned=False)
    other.without_encoder()
    people, jobs = known_of(PERSON, SOURCES), known_of(WORK, TARGETS)
    before = scorer.directions(JOB.name, Side.SOURCE, torch.ones(1, CONFIG.vector_width))

    scorer.begin_from(other)

    unheard = people._replace(vectors=None), jobs._replace(vectors=None)
    torch.testing.assert_close(scores(scorer, *unheard), scores(other, *unheard))
    after = scorer.directions(JOB.name, Side.SOURCE, torch.ones(1, CONFIG.vector_width))
    torch.testing.assert_close(after, before)
    assert not torch.allclose(scores(scorer, people, jobs), scores(other, people, jobs))


def test_a_scorer_of_other_targets_is_not_taken_over() -> None:
    with pytest.raises(RuntimeError, match="contact"):
        scorer_of().begin_from(LinkScorer(CONFIG, (CONTACT,)))


@pytest.mark.parametrize("side", Side)
def test_vectors_are_as_wide_with_the_encoder_as_without(side: Side) -> None:
    kind = PERSON if side is Side.SOURCE else WORK
    known, scorer = known_of(kind, 3), scorer_of()
    whole = scorer(JOB.name, side, known)
    without = scorer(JOB.name, side, known._replace(vectors=None))
    assert without.shape == whole.shape
    assert not without[:, : CONFIG.width].any()
    assert scorer(JOB.name, side, known_of(kind, 0)).shape == (0, whole.shape[1])


def test_directions_alone_are_a_cosine_of_a_scale_of_their_own() -> None:
    scorer = scorer_of()
    pair = pair_of(scorer)
    people, jobs = known_of(PERSON, SOURCES).vectors, known_of(WORK, TARGETS).vectors
    assert people is not None
    assert jobs is not None
    with torch.no_grad():
        here = scorer.directions(JOB.name, Side.SOURCE, people)
        there = scorer.directions(JOB.name, Side.TARGET, jobs)
        cosine = normalize(pair.source.map(people)) @ normalize(pair.target.map(jobs)).T
        torch.testing.assert_close(here @ there.T, cosine * pair.log_scale_alone.exp())
    first = scorer_of(learned=False).directions(JOB.name, Side.SOURCE, people)
    torch.testing.assert_close(first.norm(dim=1), torch.full((SOURCES,), CONFIG.first_scale_alone))


def test_a_remote_job_can_take_nearness_away() -> None:
    scorer = scorer_of(learned=False)
    pair = pair_of(scorer)
    with torch.no_grad():
        pair.gate[REMOTE] = -3 * pair.target.weights[-1]
    people, jobs = nothing_of(PERSON, 2), nothing_of(WORK, 4)
    people.near[:, 0], jobs.near[:, 0] = torch.tensor([1.0, 0.1]), torch.tensor([1.0, 0.1, 1, 0.1])
    jobs.inputs[2:, 5] = 1  # the last two are remote
    found = scores(scorer, people, jobs)
    assert (found[0, :2] > found[1, :2]).all()  # who is near is likelier
    assert found[0, 0] > found[0, 1]
    assert found[:, 2:].abs().max() < 1e-6


@pytest.mark.parametrize("shift", [-1.0, 0.0, 0.5])
def test_the_form_can_say_that_a_level_is_best_met(shift: float) -> None:
    """-(a + shift - b)^2, written as a form of one, a, b and their squares."""
    config = replace(
        CONFIG,
        columns={PERSON: {"level": (3, 5)}, WORK: {"level": (0, 2)}},
    )
    scorer = scorer_of(config, learned=False)
    one, level, square = 0, 2, 3
    with torch.no_grad():
        form = pair_of(scorer).form
        assert form.shape == (4, 4)
        form[one, one] = -(shift**2)
        form[level, one], form[one, level] = -2 * shift, 2 * shift
        form[square, one], form[level, level], form[one, square] = -1, 2, -1
    levels = torch.arange(6.0)
    people, jobs = nothing_of(PERSON, 6, config), nothing_of(WORK, 12, config)
    people.inputs[:, 4], jobs.inputs[:, 1] = levels, torch.arange(12.0) / 2 - 1
    found = scores(scorer, people, jobs)
    wanted = -((levels[:, None] + shift - jobs.inputs[:, 1]) ** 2)
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-4)
    inside = (levels + shift >= -1) & (levels + shift <= 4.5)
    assert torch.equal(jobs.inputs[found.argmax(1), 1][inside], (levels + shift)[inside])


def test_texts_and_places_count_only_where_both_sides_have_them() -> None:
    columns = {PERSON: CONFIG.columns[PERSON], WORK: {"level": (0, 2)}}
    scorer = scorer_of(replace(CONFIG, columns=columns))
    people, jobs = known_of(PERSON, SOURCES), known_of(WORK, TARGETS)
    first = scores(scorer, people, jobs)
    inputs = people.inputs.clone()
    inputs[:, :3] += 5
    elsewhere = people._replace(inputs=inputs, near=people.near + 5)
    assert torch.equal(scores(scorer, elsewhere, jobs), first)


def test_every_target_has_weights_of_its_own_and_a_space_of_both_its_sides() -> None:
    config = replace(CONFIG, input_widths={**CONFIG.input_widths, "skill": 5}, feature_widths={})
    scorer = LinkScorer(config, (JOB, CONTACT, OWN_SKILL))
    for target in (JOB, CONTACT, OWN_SKILL):
        here = scorer(target.name, Side.SOURCE, known_of(target.source, 2, config))
        there = scorer(target.name, Side.TARGET, known_of(target.target, 3, config))
        assert here.shape[1] == there.shape[1], target.name


def test_gradients_reach_every_weight() -> None:
    scorer = scorer_of()
    here = scorer(JOB.name, Side.SOURCE, known_of(PERSON, SOURCES))
    there = scorer(JOB.name, Side.TARGET, known_of(WORK, TARGETS))
    (here @ there.T).square().sum().backward()
    still = {name for name, each in scorer.named_parameters() if each.grad is None}
    assert still == {f"pairs.{JOB.name}.log_scale_alone"}
    assert all(each.grad is None or each.grad.any() for each in scorer.parameters())


def test_signatures_of_half_numbers_are_read() -> None:
    scorer = scorer_of()
    people, jobs = known_of(PERSON, SOURCES), known_of(WORK, TARGETS)
    half = {hub: each.half() for hub, each in people.signatures.items()}
    whole = {hub: each.float() for hub, each in half.items()}
    found = scores(scorer, people._replace(signatures=half), jobs)
    assert torch.equal(found, scores(scorer, people._replace(signatures=whole), jobs))


def test_a_config_is_the_same_after_a_round_trip_through_json() -> None:
    again = ScorerConfig(**json.loads(json.dumps(CONFIG.as_json())))
    assert again == CONFIG
    assert again.as_json() == CONFIG.as_json()
    assert list(LinkScorer(again, (JOB,)).state_dict()) == list(scorer_of().state_dict())


def test_a_config_does_not_change_with_what_it_was_made_of() -> None:
    columns, widths = {PERSON: {"text": (0, 3)}}, {PERSON: 12}
    config = ScorerConfig(input_widths=widths, feature_widths=widths, columns=columns)
    columns[PERSON]["text"] = (0, 9)
    widths[PERSON] = 1
    assert config.columns == {PERSON: {"text": (0, 3)}}
    assert config.input_widths == config.feature_widths == {PERSON: 12}


@pytest.mark.parametrize(
    "change",
    [
        {"vector_width": 0},
        {"width": 0},
        {"width": -3},
        {"first_scale": 0.0},
        {"first_scale": -1.0},
        {"first_scale_alone": 0.0},
    ],
    ids=str,
)
def test_sizes_and_scales_that_are_none_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be above 0"):
        ScorerConfig(**change)


def test_more_features_than_inputs_are_refused() -> None:
    with pytest.raises(ValueError, match="job: 5 features"):
        ScorerConfig(input_widths={"job": 4}, feature_widths={"job": 5})


def test_degrees_are_the_inputs_that_are_no_features() -> None:
    assert [CONFIG.degrees(kind) for kind in (PERSON, WORK, "skill")] == [2, 4, 0]


def test_traits_are_one_all_numbers_but_texts_fields_and_places_and_a_square_of_each() -> None:
    assert [CONFIG.traits(kind) for kind in (PERSON, WORK, "skill")] == [7, 6, 1]
    half = pair_of(scorer_of()).target
    assert isinstance(half, nn.Module)
    inputs = torch.arange(15.0)[None]
    assert half.traits_of(inputs).tolist() == [[1, 0, 1, 5, 1, 25]]
    assert half.degrees_of(inputs).tolist() == [[11, 12, 13, 14]]
