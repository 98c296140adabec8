"""Configs and schemas refuse nonsense and survive JSON."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from message_flows import CONNECTED, RELATIONS, SCHEMA, WIDTHS

from graph.encoder import (
    Aggregation,
    ConvolutionKind,
    EncoderConfig,
    GraphSchema,
    JumpingKnowledge,
)
from graph.relation import Relation

CONFIGS = st.builds(
    EncoderConfig,
    width=st.sampled_from([8, 64]),
    num_layers=st.integers(1, 4),
    convolution=st.sampled_from(ConvolutionKind),
    aggregation=st.sampled_from(Aggregation),
    jumping_knowledge=st.sampled_from(
        [JumpingKnowledge.CAT, JumpingKnowledge.MAX, JumpingKnowledge.MEAN]
    ),
    dropout=st.floats(0, 0.9),
    residual=st.booleans(),
    id_embeddings=st.dictionaries(st.sampled_from(["person", "job"]), st.integers(1, 9)),
)


@given(CONFIGS)
def test_a_config_survives_json(config: EncoderConfig) -> None:
    assert EncoderConfig.from_json(json.loads(json.dumps(config.as_json()))) == config


def test_a_schema_survives_json() -> None:
    assert GraphSchema.from_json(json.loads(json.dumps(SCHEMA.as_json()))) == SCHEMA


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"width": 0}, "width must be 1 to"),
        ({"width": 1.5}, "width must be of type int, got 1.5"),
        ({"num_layers": 0}, "num_layers"),
        ({"num_layers": True}, "num_layers must be of type int"),
        ({"convolution": "transformer"}, "convolution must be one of .*got 'transformer'"),
        ({"aggregation": "median"}, "aggregation must be one of"),
        ({"dropout": 1.0}, "dropout must be at least 0"),
        ({"dropout": float("nan")}, "dropout"),
        ({"attention_version": 3}, "attention_version"),
        ({"convolution": "gat", "width": 10, "num_heads": 4}, r"width \(10\).*num_heads \(4\)"),
        ({"convolution": "lightgcn", "jumping_knowledge": "last"}, "forgets the node"),
        ({"residual": 1}, "residual must be of type bool"),
        ({"id_embeddings": {"person": 0}}, "person"),
        ({"id_embeddings": ["person"]}, "id_embeddings must map"),
        ({"depth": 2}, r"unknown keys \['depth'\]"),
    ],
)
def test_a_config_of_nonsense_is_refused(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        EncoderConfig.from_json(values)


def test_a_config_that_is_no_object_is_refused() -> None:
    with pytest.raises(ValueError, match="must be a JSON object, got list"):
        EncoderConfig.from_json([])


@pytest.mark.parametrize(
    ("widths", "relations", "said"),
    [
        ({}, (), "one node type or more"),
        ({"person": -1}, (), "width of 'person'"),
        (WIDTHS, (CONNECTED, CONNECTED), "named twice.*connected_to"),
        (WIDTHS, (Relation("person", "likes", "film"),), "'film'"),
        (WIDTHS, (Relation("person", "likes.much", "job"),), "without dots"),
    ],
)
def test_a_schema_of_nonsense_is_refused(
    widths: dict[str, int], relations: tuple[Relation, ...], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        GraphSchema(widths, relations)


def test_schemas_are_the_same_in_any_order() -> None:
    other = GraphSchema(dict(reversed(WIDTHS.items())), RELATIONS[::-1], "features-1")
    SCHEMA.check_same(other)
    with pytest.raises(ValueError, match=r"only the encoder's: \['person-connected_to-person'\]"):
        SCHEMA.check_same(GraphSchema(WIDTHS, tuple(set(RELATIONS) - {CONNECTED}), "features-1"))
