"""Each part of a diagnosis measures what it says, and judges as it should."""

import math

import numpy as np
import pytest
import torch
from diagnosed_graphs import (
    APPLY,
    CONNECTED,
    HAS_SKILL,
    HeldFacts,
    copied_model,
    grouped_facts,
    nodes_alone,
    trained_model,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.diagnostics.accuracy import (
    AccuracyRow,
    acts_of,
    bucket_names,
    judge_accuracy,
    measure_accuracy,
)
from graph.diagnostics.degrees import check_degrees, check_edge_weights
from graph.diagnostics.diagnosis_config import DiagnosisConfig
from graph.diagnostics.drift import (
    BARE,
    Drift,
    DriftRow,
    judge_drift,
    measure_drift,
    population_distance,
)
from graph.diagnostics.features import check_features
from graph.diagnostics.finding import Finding, Severity, as_plain, worst
from graph.diagnostics.glimpse import Glimpse
from graph.diagnostics.gradients import GradientRow, judge_gradients, measure_gradients
from graph.diagnostics.homophily import check_homophily
from graph.diagnostics.pairs import neighbours_of_own_type, pairs_by, random_heard
from graph.diagnostics.relations import RelationRow, judge_relations, measure_relations
from graph.diagnostics.smoothing import LayerRow, judge_layers, measure_layers
from graph.encoder.config import Combination, EncoderConfig
from graph.encoder.encoder import GraphEncoder
from graph.links.graph_view import GraphView
from graph.links.link_model import LinkModel
from graph.links.link_target import TARGETS
from graph.training.lessons import Course, plan_course
from graph.training.training_config import TrainingConfig
from graph.training.validation import examine

CONFIG = DiagnosisConfig(nodes=40, pairs=400)


@pytest.fixture(scope="module")
def facts() -> HeldFacts:
    return grouped_facts()


@pytest.fixture(scope="module")
def view(facts: HeldFacts) -> GraphView:
    return GraphView(facts, trained_model().encoder.schema.relations)


@pytest.fixture(scope="module")
def course(facts: HeldFacts) -> Course:
    config = TrainingConfig(windows=1, history_days=60, links=64, candidates=64, fan_outs=(8, 4))
    return plan_course(facts, TARGETS, trained_model().encoder.schema.relations, config)


def names(findings: list[Finding] | tuple[Finding, ...]) -> set[str]:
    return {each.name for each in findings}


# features


def test_a_number_that_is_none_is_named_by_node_and_feature() -> None:
    facts = nodes_alone(person=20)
    facts.rows["person"][7, 3] = np.nan
    found = check_features(facts)
    assert found.rows[0].bad == 1
    assert found.findings[0].severity is Severity.FAULT
    assert "person 'p7' (feature 3 is nan)" in found.findings[0].meaning


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e38, -1e38])
def test_an_infinite_or_enormous_feature_is_a_fault(value: float) -> None:
    facts = nodes_alone(job=4)
    facts.rows["job"] = facts.rows["job"].astype(np.float32)
    facts.rows["job"][2, 0] = value
    (finding,) = check_features(facts).findings
    assert (finding.name, finding.values["first"]) == ("bad_features", "j2")


def test_many_bad_nodes_are_counted_and_some_are_named() -> None:
    facts = nodes_alone(person=20)
    facts.rows["person"][3:, 0] = np.nan
    (finding,) = check_features(facts).findings
    assert finding.values["nodes"] == 17
    assert "'p3'" in finding.meaning
    assert finding.meaning.count("person '") == 5
    assert "and 12 more" in finding.meaning


def test_rows_without_anything_and_columns_that_never_differ_are_found() -> None:
    facts = nodes_alone(person=20)
    facts.rows["person"][:, 1:] = 1
    facts.rows["person"][5:8] = 0
    facts.rows["job"] = np.ones((9, 4), np.float16)
    row, jobs = check_features(facts).rows
    assert (row.zero, jobs.constant, jobs.norm_median) == (3, 4, 2.0)
    found = names(check_features(facts).findings)
    assert found == {"zero_features", "constant_features"}


def test_rows_of_very_different_lengths_are_found() -> None:
    facts = nodes_alone(person=50)
    facts.rows["person"][:10] *= 100
    assert names(check_features(facts).findings) == {"feature_lengths"}


# degrees


def test_degrees_are_counted_from_both_ends(facts: HeldFacts) -> None:
    rows = {row.relation: row for row in check_degrees(facts).by_relation}
    there, back = rows["person-apply-job"], rows["job-rev_apply-person"]
    assert there.edges == back.edges == facts.adjacency(APPLY).num_edges
    assert (there.nodes, back.nodes) == (48, 80)
    assert sum(there.histogram) == 48
    assert there.greatest == int(facts.adjacency(APPLY).degrees().max())


@given(st.lists(st.integers(0, 40), min_size=1, max_size=30))
def test_the_histogram_counts_every_node_once(degrees: list[int]) -> None:
    facts = nodes_alone(person=max(sum(degrees), 1), skill=len(degrees))
    facts.join(HAS_SKILL, (np.arange(sum(degrees)), np.repeat(np.arange(len(degrees)), degrees)))
    row = check_degrees(facts).by_relation[0]
    slow = [0 if not each else each.bit_length() for each in degrees]
    assert list(row.histogram) == [slow.count(place) for place in range(max(slow) + 1)]
    assert row.without == degrees.count(0)


def test_isolated_people_are_named_and_unused_skills_are_no_matter() -> None:
    facts = nodes_alone(person=10, skill=30)
    facts.join(HAS_SKILL, (np.arange(6), np.arange(6)))
    findings = {each.name: each for each in check_degrees(facts).findings}
    assert findings["isolated_nodes"].severity is Severity.WARNING
    assert "4 of 10" in findings["isolated_nodes"].meaning
    assert "person 'p6'" in findings["isolated_nodes"].meaning
    assert findings["unused_nodes"].severity is Severity.OK


def test_a_weight_that_is_no_number_is_named_by_relation_and_node(facts: HeldFacts) -> None:
    sick = grouped_facts()
    sick.adjacency(APPLY).weights[0] = np.nan
    (finding,) = check_edge_weights(sick).findings
    source = int(sick.adjacency(APPLY).sources[0])
    assert f"person-apply-job, the first from person 'p{source}'" in finding.meaning
    assert check_edge_weights(facts).findings == ()


# pairs and homophily


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_pairs_are_edges_and_partners_are_near(seed: int) -> None:
    facts = grouped_facts()
    generator = np.random.default_rng(seed)
    adjacency = facts.adjacency(CONNECTED)
    edges = {
        (int(source), target)
        for target in range(adjacency.num_targets)
        for source in adjacency.sources[adjacency.starts[target] : adjacency.ends[target]]
    }
    drawn = pairs_by(adjacency, 100, generator, is_own_type=True)
    assert set(zip(drawn.first.tolist(), drawn.second.tolist(), strict=True)) <= edges
    heard = random_heard(adjacency, np.array([0, -1, 5]), generator)
    assert heard[1] == -1
    assert (int(heard[0]), 0) in edges
    view = GraphView(facts, facts.relations)
    found = neighbours_of_own_type(view, "job", np.arange(48), generator)
    assert (found.first % 4 == found.second % 4).all()
    assert (found.first != found.second).all()


def test_relations_that_keep_to_their_group_are_homophilous(facts: HeldFacts) -> None:
    rows = {row.relation: row for row in check_homophily(facts, CONFIG).rows}
    row = rows["person-connected_to-person"]
    assert row.is_direct
    assert row.gain > 0.3
    assert row.shared["title"].share > 2 * row.shared["title"].at_random
    assert not rows["person-apply-job"].is_direct
    assert "title" not in rows["person-holds-title"].shared


def test_relations_between_anybody_are_not_and_it_is_said() -> None:
    facts = nodes_alone(person=300)
    random = np.random.default_rng(0)
    facts.join(CONNECTED, (random.integers(0, 300, 900), random.integers(0, 300, 900)))
    found = check_homophily(facts, DiagnosisConfig())
    assert abs(found.rows[0].gain) < 0.1
    assert names(found.findings) == {"no_homophily"}


def test_neighbours_that_are_opposites_are_a_warning() -> None:
    facts = nodes_alone(person=200)
    facts.rows["person"][100:] = -facts.rows["person"][:100]
    facts.join(CONNECTED, (np.arange(100), np.arange(100, 200)))
    (finding,) = check_homophily(facts, DiagnosisConfig()).findings
    assert (finding.name, finding.severity) == ("heterophily", Severity.WARNING)


# layers


def test_distances_are_those_of_all_pairs_one_by_one(view: GraphView) -> None:
    nodes = np.arange(0, 80, 2)
    rows = measure_layers(trained_model(), view, "person", nodes, CONFIG)
    assert [row.layer for row in rows] == ["input", "layer 1", "layer 2", "vector"]
    generator = np.random.default_rng([CONFIG.seed, len(nodes)])
    pairs = neighbours_of_own_type(view, "person", nodes, generator)
    numbers = np.union1d(nodes, pairs.second)
    states = Glimpse(trained_model(), view, "person", numbers, CONFIG.fan_outs(2)).states()
    for row, layer in zip(rows, states, strict=True):
        unit = torch.nn.functional.normalize(layer, dim=1).numpy()
        unit = dict(zip(numbers.tolist(), unit, strict=True))
        far = [1 - unit[a] @ unit[b] for a in nodes for b in nodes if a != b]
        near = [1 - unit[a] @ unit[b] for a, b in zip(*pairs, strict=True)]
        assert row.distance == pytest.approx(np.mean(far), abs=1e-5)
        assert row.neighbour_distance == pytest.approx(np.mean(near), abs=1e-5)
        assert np.mean(near) < np.mean(far)


def layer_row(**changes: float) -> LayerRow:
    row = LayerRow("job", "vector", 50, 0.8, 0.5, 1.0, 1.0, 1.0, 0, 0, 9.0, 16)
    return row._replace(**changes)


def test_vectors_that_point_one_way_are_over_smoothed() -> None:
    assert names(judge_layers([layer_row()])) == {"smoothing"}
    (warned,) = judge_layers([layer_row(distance=0.05)])
    (fault,) = judge_layers([layer_row(distance=0.001)])
    assert (warned.name, warned.severity) == ("over_smoothing", Severity.WARNING)
    assert fault.severity is Severity.FAULT
    assert "num_layers" in fault.what_to_do


def test_zero_uneven_and_narrow_states_are_found() -> None:
    assert "zero_states" in names(judge_layers([layer_row(zero=2)]))
    hidden = layer_row(norm_high=50.0)._replace(layer="layer 1")
    assert names(judge_layers([hidden])) == {"uneven_states"}
    assert "few_directions" in names(judge_layers([layer_row(directions=0.5)]))


# relations


def test_vectors_without_a_relation_are_those_of_a_graph_without_its_messages(
    view: GraphView,
) -> None:
    rows = {row.relation: row for row in measure_relations(trained_model(), view, CONFIG)}
    heard = rows["person-connected_to-person"]
    assert heard.listeners == 32
    assert heard.change is not None
    assert heard.change > 0
    assert rows["person-endorse-person"].change is None


def test_a_silenced_relation_is_named_and_changes_nothing_where_messages_are_summed(
    facts: HeldFacts,
) -> None:
    schema = trained_model().encoder.schema
    torch.manual_seed(0)
    encoder = GraphEncoder(EncoderConfig(16, 16, combination=Combination.SUM), schema)
    encoder.silence([HAS_SKILL])
    model = LinkModel(encoder, trained_model().scorer).eval()
    rows = measure_relations(model, GraphView(facts, schema.relations), CONFIG)
    row = next(each for each in rows if each.relation == str(HAS_SKILL))
    assert row.change == pytest.approx(0, abs=1e-6)
    (finding,) = (each for each in judge_relations(rows) if each.where == str(HAS_SKILL))
    assert finding.name == "silenced_relation"


def relation_row(
    gates: tuple[float, ...] = (1.1, 0.9), change: float | None = 0.01, edges: int = 9
) -> RelationRow:
    return RelationRow("a-r-b", edges, gates, any(gate != 1 for gate in gates), change, 5)


def test_dead_relations_are_told_apart() -> None:
    good = relation_row()
    assert names(judge_relations([good])) == {"relations"}
    assert "untrained_relation" in names(judge_relations([good, relation_row((1.0, 1.0))]))
    assert "shut_relation" in names(judge_relations([good, relation_row((0.001, 0.0))]))
    assert "dead_relation" in names(judge_relations([good, relation_row(change=0.0)]))
    assert "empty_relations" in names(judge_relations([good, relation_row(edges=0)]))
    (finding,) = judge_relations([relation_row((1.0, 1.0))])
    assert (finding.name, finding.severity) == ("untrained_model", Severity.FAULT)


# gradients


def test_gradients_are_those_of_the_loss_and_the_model_stays_as_it_was(course: Course) -> None:
    model = copied_model()
    before = {name: each.clone() for name, each in model.state_dict().items()}
    config = TrainingConfig(links=64, candidates=64, fan_outs=(8, 4), shown_share=0.0)
    rows = measure_gradients(model, course.chapters[0], config)
    assert all(math.isfinite(row.gradient) for row in rows)
    reached = {row.part for row in rows if row.is_reached and row.layer == "layer 2"}
    assert "person-connected_to-person" in reached
    assert "person-endorse-person" not in reached
    assert all(each.grad is None for each in model.parameters())
    assert all(torch.equal(before[name], each) for name, each in model.state_dict().items())


def gradient_rows(**lengths: float) -> list[GradientRow]:
    return [
        GradientRow(layer.replace("_", " "), "x", length, 1.0, True)
        for layer, length in lengths.items()
    ]


def test_gradients_that_explode_vanish_or_are_none_are_found() -> None:
    assert names(judge_gradients(gradient_rows(input=1, layer_1=0.5))) == {"gradients"}
    assert names(judge_gradients(gradient_rows(input=1e-5, layer_1=1))) == {"vanishing_gradients"}
    assert names(judge_gradients(gradient_rows(input=1, layer_1=500))) == {"exploding_gradients"}
    assert names(judge_gradients(gradient_rows(input=math.nan))) == {"broken_gradients"}
    assert names(judge_gradients(gradient_rows(input=0, layer_1=0))) == {"no_gradients"}


# accuracy


def test_buckets_together_are_what_validation_finds(course: Course) -> None:
    rows = measure_accuracy(trained_model(), course.examination, 10_000, 0)
    found = examine(trained_model(), course.examination)
    assert found
    for target, whole in found.items():
        for side in ("source", "target"):
            some = [row for row in rows if (row.target, row.side) == (target, side)]
            links = sum(row.links for row in some)
            mean = sum(row.links * row.reciprocal_rank for row in some) / links
            recall = sum(row.links * row.recall for row in some) / links
            assert links == whole.links
            assert mean == pytest.approx(whole.reciprocal_rank)
            assert recall == pytest.approx(whole.recall)


def test_acts_are_contacts_and_events_but_no_skills(view: GraphView, facts: HeldFacts) -> None:
    acts = facts.adjacency(CONNECTED).degrees() + facts.adjacency(APPLY.reversed()).degrees()
    assert np.array_equal(acts_of(view, "person"), acts)


def test_buckets_are_named_by_their_ends() -> None:
    assert bucket_names() == ["0", "1-2", "3-5", "6-10", "11-20", "21-50", "51+"]


def accuracy_row(degrees: str, mean: float, links: int = 100, error: float = 0.01) -> AccuracyRow:
    return AccuracyRow("job", "source", degrees, links, mean, error, 0.5)


def test_only_who_is_surely_found_worse_is_named() -> None:
    (alike,) = judge_accuracy([accuracy_row("0", 0.2), accuracy_row("51+", 0.22)])
    assert alike.severity is Severity.OK
    (cold,) = judge_accuracy([accuracy_row("0", 0.02), accuracy_row("51+", 0.22)])
    assert cold.severity is Severity.WARNING
    assert cold.values["degrees"] == "0"
    assert "cold_share" in cold.what_to_do
    noisy = [accuracy_row("0", 0.02, error=0.2), accuracy_row("51+", 0.22)]
    assert judge_accuracy(noisy)[0].severity is Severity.OK
    (many,) = judge_accuracy([accuracy_row("0", 0.3), accuracy_row("51+", 0.1)])
    assert "fan_outs" in many.what_to_do
    (few,) = judge_accuracy([accuracy_row("0", 0.3, links=4)])
    assert few.name == "few_links"


# drift


def test_a_node_without_neighbours_is_what_it_would_be_in_a_graph_without_edges(
    view: GraphView, facts: HeldFacts
) -> None:
    found = measure_drift(trained_model(), view, CONFIG)
    bare = next(row for row in found.views if (row.kind, row.view) == ("person", BARE))
    alone = GraphView(HeldFacts(facts.rows), trained_model().encoder.schema.relations)
    generator = np.random.default_rng([CONFIG.seed, 0])
    nodes = generator.permutation(np.flatnonzero(acts_of(view, "person")))[: CONFIG.nodes]
    fan_outs = CONFIG.fan_outs(2)
    cold = Glimpse(trained_model(), alone, "person", nodes, fan_outs).vectors()
    warm = Glimpse(trained_model(), view, "person", nodes, fan_outs).vectors()
    median = float(np.median((cold * warm).sum(1)))
    assert bare.quantiles[2] == pytest.approx(median, abs=1e-5)
    assert sum(bare.histogram) == pytest.approx(1)


def test_populations_that_are_alike_differ_by_no_more_than_chance_and_others_do() -> None:
    random = np.random.default_rng(0)
    one, other = random.normal(size=(2, 80, 4)).astype(np.float32)
    distance, by_chance = population_distance(one, other, 0)
    assert distance < 0.02
    assert by_chance > 0
    far, by_chance = population_distance(one, other + 3, 0)
    assert far > 10 * by_chance


def test_new_nodes_that_land_among_strangers_are_a_warning() -> None:
    good = DriftRow("job", BARE, 50, (0.7, 0.8, 0.9, 0.95, 1.0), 0.1, 0.9, 0.0, 0.0, (1.0,))
    lost = good._replace(strangers=0.88)
    far = good._replace(quantiles=(0.0, 0.1, 0.2, 0.3, 0.4))
    marks = [judge_drift(Drift([row], []))[0].severity for row in (good, lost, far)]
    assert marks == [Severity.OK, Severity.WARNING, Severity.WARNING]


# findings


def test_json_holds_no_number_that_is_none() -> None:
    found = as_plain({"a": math.nan, "b": (np.float32(0.5), np.int64(3)), "c": (math.inf,)})
    assert found == {"a": None, "b": [0.5, 3], "c": [None]}


def test_the_worst_finding_is_what_counts() -> None:
    some = [Finding("x", each, "here", "Something.") for each in (Severity.OK, Severity.WARNING)]
    assert worst(some) is Severity.WARNING
    assert worst([]) is Severity.OK


@pytest.mark.parametrize("name", ["nodes", "listeners", "pairs", "fan_out", "links"])
def test_a_size_that_is_too_small_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        DiagnosisConfig(**{name: 0})
