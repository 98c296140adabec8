"""Small trainings: settings, models and steps for the tests of training."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from small_facts import SmallFacts

from graph.encoder.config import EncoderConfig
from graph.encoder.encoder import GraphEncoder
from graph.links.graph_view import schema_of
from graph.links.link_model import LinkModel
from graph.links.link_scorer import LinkScorer, ScorerConfig
from graph.links.link_target import TARGETS, LinkTarget
from graph.relation import Relation
from graph.training.lessons import Course, plan_course
from graph.training.passed_relations import passed_relations
from graph.training.step_loss import Trainee
from graph.training.training_config import TrainingConfig

ENCODER = EncoderConfig(width=16, out_width=16)
SMALL: dict[str, Any] = {
    "steps": 40,
    "evaluate_every": 20,
    "links": 128,
    "candidates": 128,
    "windows": 3,
    "scorer_steps": 0,
    "validation_share": 0.3,
    "learning_rate": 1e-2,
    "fan_outs": (8, 4),
}
SHORT: dict[str, Any] = {"steps": 6, "evaluate_every": 2, "links": 32, "windows": 2}
PLAIN: dict[str, Any] = {
    "cold_share": 0.0,
    "edge_dropout": 0.0,
    "feature_masking": 0.0,
    "shown_share": 0.0,
}


def small(**changes: object) -> TrainingConfig:
    """Settings for a few dozen steps on a small graph."""
    values: dict[str, Any] = SMALL | changes
    return TrainingConfig(**values)


def short(**changes: object) -> TrainingConfig:
    """Settings for a handful of steps."""
    values: dict[str, Any] = SHORT | changes
    return small(**values)


def model_of(
    facts: SmallFacts,
    encoder: EncoderConfig = ENCODER,
    targets: Sequence[LinkTarget] = TARGETS,
    seed: int = 0,
    relations: tuple[Relation, ...] | None = None,
) -> LinkModel:
    """A model as it is before it has learned."""
    torch.manual_seed(seed)
    schema = schema_of(facts, relations or passed_relations(facts))
    sizes = ScorerConfig(
        encoder.out_width, input_widths=dict(schema.widths), feature_widths=dict(facts.widths)
    )
    scorer = LinkScorer(sizes, targets)
    return LinkModel(GraphEncoder(encoder, schema), scorer)


def trainee_of(facts: SmallFacts, encoder: EncoderConfig = ENCODER) -> Trainee:
    """A model and what only training needs of it."""
    return Trainee(model_of(facts, encoder))


def course_of(
    facts: SmallFacts, config: TrainingConfig, targets: tuple[LinkTarget, ...] = TARGETS
) -> Course:
    """All there is to learn from facts."""
    return plan_course(facts, targets, passed_relations(facts), config)


def generator(seed: int = 0) -> np.random.Generator:
    """A source of chance."""
    return np.random.default_rng(seed)
