"""A diagnosis answers clearly, whatever is wrong with the graph or the model."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from diagnosed_graphs import (
    AS_OF,
    HAS_SKILL,
    HeldFacts,
    copied_model,
    grouped_facts,
    nodes_alone,
    trained_model,
)

from graph.diagnostics.diagnose import diagnose
from graph.diagnostics.diagnosis import Diagnosis, Tables
from graph.diagnostics.diagnosis_config import DiagnosisConfig
from graph.diagnostics.finding import NOTHING_TO_DO, Severity
from graph.encoder import EncoderConfig
from graph.encoder.encoder import GraphEncoder
from graph.links.graph_view import schema_of
from graph.links.link_model import LinkModel
from graph.links.link_scorer import LinkScorer, ScorerConfig
from graph.links.link_target import TARGETS
from graph.training.passed_relations import passed_relations

CONFIG = DiagnosisConfig(nodes=32, pairs=300, links=64)


def drawn_model(facts: HeldFacts) -> LinkModel:
    """A model of a graph, as it is before training."""
    torch.manual_seed(0)
    schema = schema_of(facts, passed_relations(facts))
    encoder = GraphEncoder(EncoderConfig(width=8, out_width=8), schema)
    known = [each for each in TARGETS if {each.source, each.target} <= set(schema.widths)]
    scorer = LinkScorer(ScorerConfig(8, input_widths=dict(schema.widths)), known)
    return LinkModel(encoder, scorer)


@pytest.fixture(scope="module")
def healthy() -> Diagnosis:
    return diagnose(grouped_facts(), trained_model(), CONFIG)


def test_every_table_of_a_graph_with_a_model_is_filled(healthy: Diagnosis) -> None:
    tables = vars(healthy.tables)
    assert [name for name, rows in tables.items() if not rows] == ["populations"]  # all are known
    assert healthy.severity is not Severity.FAULT


def test_every_finding_says_what_to_do(healthy: Diagnosis) -> None:
    for each in healthy.findings:
        assert each.meaning.endswith((".", "?"))
        assert (each.what_to_do == NOTHING_TO_DO) <= (each.severity is Severity.OK)


def test_the_worst_is_said_first(healthy: Diagnosis) -> None:
    order = [list(Severity).index(each.severity) for each in healthy.findings]
    assert order == sorted(order, reverse=True)


def test_the_same_graph_and_model_give_the_same_diagnosis(healthy: Diagnosis) -> None:
    again = diagnose(grouped_facts(), trained_model(), CONFIG)
    assert json.dumps(again.as_json()) == json.dumps(healthy.as_json())


def test_keys_of_the_json_stay_as_they_are(healthy: Diagnosis) -> None:
    said = json.loads(json.dumps(healthy.as_json(), allow_nan=False))
    assert list(said) == ["format", "severity", "graph", "has_model", "findings", "tables"]
    assert set(said["findings"][0]) == {
        "name",
        "severity",
        "where",
        "meaning",
        "what_to_do",
        "values",
    }
    assert set(said["tables"]) == set(vars(Tables()))
    assert set(said["tables"]["layers"][0]) >= {"kind", "layer", "distance", "neighbour_distance"}


def test_the_model_and_the_random_numbers_are_left_as_they_were() -> None:
    model = copied_model()
    model.train()
    model.scorer.eval()
    before = torch.get_rng_state()
    diagnose(grouped_facts(), model, CONFIG)
    assert torch.equal(torch.get_rng_state(), before)
    assert model.encoder.training
    assert not model.scorer.training


def test_without_a_model_the_graph_alone_is_looked_at() -> None:
    found = diagnose(grouped_facts(), None, CONFIG)
    (finding,) = found.named("no_model")
    assert finding.severity is Severity.NOTICE
    assert found.tables.homophily
    assert not found.tables.layers


@pytest.mark.parametrize("has_model", [True, False])
def test_an_empty_graph_is_said_to_be_empty(has_model: bool) -> None:
    facts = nodes_alone(person=0, job=0, skill=0)
    found = diagnose(facts, drawn_model(facts) if has_model else None, CONFIG)
    assert found.severity is Severity.FAULT
    assert found.findings[0].name == "empty_graph"
    assert found.findings[0].what_to_do == "Import data first."


def test_one_node_has_nothing_to_be_compared_with() -> None:
    facts = nodes_alone(person=1, job=0)
    found = diagnose(facts, drawn_model(facts), CONFIG)
    assert found.named("one_node")
    assert found.named("unmeasured")
    assert [row.distance for row in found.tables.layers] == [None] * 4


def test_a_graph_without_edges_is_looked_at_by_its_features() -> None:
    facts = nodes_alone(person=30, job=20)
    found = diagnose(facts, drawn_model(facts), CONFIG)
    assert found.named("no_edges")
    assert "not enough data to learn from" in found.named("unmeasured")[0].meaning
    assert {row.isolated for row in found.tables.isolated} == {30, 20}
    assert not found.tables.drift
    assert found.tables.layers


def test_a_relation_that_lost_all_its_edges_leaves_all_nodes_isolated() -> None:
    facts = nodes_alone(person=30, skill=4)
    facts.join(HAS_SKILL, ([], []))
    found = diagnose(facts, drawn_model(facts), CONFIG)
    assert found.named("no_edges")
    assert [row.edges for row in found.tables.degrees] == [0, 0]


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e38])
def test_a_bad_feature_is_named_and_no_model_is_fed_with_it(value: float) -> None:
    facts = grouped_facts()
    facts.rows["job"] = facts.rows["job"].astype(np.float32)
    facts.rows["job"][5, 1] = value
    found = diagnose(facts, trained_model(), CONFIG)
    assert found.findings[0].name == "bad_features"
    assert "job 'j5' (feature 1" in found.findings[0].meaning
    assert found.named("model_skipped")
    assert not found.tables.layers


def test_a_huge_hub_is_named_and_takes_no_time() -> None:
    people = 100_000
    facts = nodes_alone(person=people, company=2, skill=5)
    from graph.relation import EDGE_RELATIONS
    from graph.schema import EdgeType

    works_at = EDGE_RELATIONS[EdgeType.WORKS_AT]
    facts.join(works_at, (np.arange(people), np.zeros(people, np.int64)))
    found = diagnose(facts, drawn_model(facts), CONFIG)
    (hub,) = found.named("hub")
    assert "company 'c0' has 100,000" in hub.meaning
    assert hub.values["degree"] == people
    assert hub.where == "person-works_at-company"
    row = next(each for each in found.tables.relations if each.relation == str(works_at))
    assert (row.edges, row.listeners) == (people, 1)


def test_a_model_that_was_never_trained_is_a_fault() -> None:
    facts = grouped_facts()
    found = diagnose(facts, drawn_model(facts), CONFIG)
    assert found.severity is Severity.FAULT
    assert found.named("untrained_model")


def test_a_relation_training_never_met_is_named() -> None:
    model = copied_model()
    place = model.encoder.schema.relations.index(HAS_SKILL)
    with torch.no_grad():
        for layer in model.encoder.hetero_layers():
            layer.gates[place] = 1.0
    (finding,) = diagnose(grouped_facts(), model, CONFIG).named("untrained_relation")
    assert finding.where == "person-has_skill-skill"


def test_a_model_of_other_features_is_refused_with_both_values() -> None:
    facts = replace(grouped_facts(), features_fingerprint="features-2")
    found = diagnose(facts, trained_model(), CONFIG)
    (finding,) = found.named("foreign_model")
    assert finding.severity is Severity.FAULT
    assert "features-1" in finding.meaning
    assert "features-2" in finding.meaning


def test_a_model_that_knows_other_types_is_refused() -> None:
    facts = grouped_facts()
    del facts.rows["title"]
    facts.adjacencies = {
        relation: each
        for relation, each in facts.adjacencies.items()
        if "title" not in (relation.source, relation.target)
    }
    assert diagnose(facts, trained_model(), CONFIG).named("foreign_model")


def test_weights_that_are_no_numbers_are_named() -> None:
    model = copied_model()
    with torch.no_grad():
        model.encoder.hetero_layers()[1].gates[0] = torch.nan
    found = diagnose(grouped_facts(), model, CONFIG)
    (finding,) = found.named("broken_weights")
    assert finding.where == "encoder.layers.1.gates"
    assert not found.tables.layers


def test_states_that_overflow_are_a_fault_and_not_looked_at_further() -> None:
    model = copied_model()
    with torch.no_grad():
        for weight in model.encoder.hetero_layers()[0].joins["job"].parameters():
            weight.fill_(3e38)
    found = diagnose(grouped_facts(), model, CONFIG)
    (finding,) = found.named("broken_states")
    assert finding.where == "job, layer 1"
    json.dumps(found.as_json(), allow_nan=False)
    assert not found.tables.relations


def test_vectors_that_all_point_one_way_are_over_smoothed() -> None:
    model = copied_model()
    with torch.no_grad():
        for output in model.encoder.outputs.values():
            weight, bias = output.parameters()
            weight.mul_(1e-4)
            bias.fill_(1.0)
    found = diagnose(grouped_facts(), model, CONFIG)
    assert {each.where for each in found.named("over_smoothing")} >= {"person, vector"}
    assert found.severity is Severity.FAULT


def test_too_large_a_graph_is_not_looked_at_as_a_whole_and_it_is_said() -> None:
    found = diagnose(grouped_facts(), trained_model(), replace(CONFIG, most_nodes_whole=10))
    (finding,) = found.named("unmeasured")
    assert "148 nodes" in finding.meaning
    assert not found.tables.accuracy
    assert not found.tables.gradients


def test_a_graph_where_nothing_came_of_late_is_not_ranked_and_it_is_said() -> None:
    facts = replace(grouped_facts(), as_of=AS_OF * 5)
    found = diagnose(facts, trained_model(), CONFIG)
    assert "no link came in the newest days" in found.named("unmeasured")[0].meaning


def test_progress_is_told_part_by_part() -> None:
    told: list[tuple[str, int]] = []
    diagnose(grouped_facts(), None, CONFIG, lambda name, done: told.append((name, done)))
    assert told == [("features", 0), ("degrees", 1), ("homophily", 2)]
