"""A scorer finds texts and places where the features have them."""

import numpy as np
from store_facts import EdgeFact, Fact, node, person, write
from word_vectors import WordVectors

from app.feature_columns import feature_columns
from graph.features.feature_encoder import FeatureEncoder
from graph.schema import EdgeType, NodeType
from graph.store import Store

ANN = person("ann", headline="Data engineer")
PARIS = node(NodeType.PLACE, "paris", name="Paris", latitude=48.9, longitude=2.4)


def test_texts_and_places_are_unit_vectors_without_their_mark(store: Store) -> None:
    facts: list[Fact] = [ANN, PARIS, EdgeFact("ann", EdgeType.LIVES_IN, "paris")]
    write(store, "one", facts)
    features = FeatureEncoder.fit(store, WordVectors())
    (rows,) = features.rows(store, NodeType.PERSON)
    row = rows.values[0].astype(float)
    spans = feature_columns(features)["person"]
    found = {name: end - start for name, (start, end) in spans.items()}
    assert (found["text"], found["where"]) == (16, 3)
    for start, end in (spans["text"], spans["where"]):
        np.testing.assert_allclose(np.linalg.norm(row[start:end]), 1, atol=2e-3)


def test_the_product_of_two_fields_is_one_where_they_are_the_same(store: Store) -> None:
    titles = [
        node(NodeType.TITLE, f"{family}{n}", name=f"{family} {n}", family=family)
        for family in ("sales", "software")
        for n in range(4)
    ]
    held = [EdgeFact("ann", EdgeType.HOLDS, "sales1"), EdgeFact("bo", EdgeType.HOLDS, "software2")]
    wanted = [EdgeFact("seller", EdgeType.HAS_TITLE, "sales3")]
    ends = [ANN, person("bo"), person("cy"), node(NodeType.JOB, "seller"), node(NodeType.JOB, "no")]
    write(store, "one", [*titles, *ends, *held, *wanted])
    features = FeatureEncoder.fit(store, WordVectors())
    spans = feature_columns(features)
    one, other = (
        np.concatenate([batch.values for batch in features.rows(store, kind)])[
            :, slice(*spans[kind]["field"])
        ].astype(int)
        for kind in (NodeType.PERSON, NodeType.JOB)
    )
    assert (one @ other.T).tolist() == [[1, 0], [0, 0], [0, 0]]  # nobody knows: not the same


def test_traits_are_read_with_their_marks_and_without_what_is_only_of_the_snapshot(
    store: Store,
) -> None:
    write(store, "one", [ANN, PARIS])
    spans = feature_columns(FeatureEncoder.fit(store, WordVectors()))
    assert set(spans["job"]) > {"seniority", "remote", "pay", "text", "where"}
    assert "posted_days_ago" not in spans["job"]
    start, end = spans["person"]["years_experience"]
    assert end - start == 2
