"""Trains our encoder on who chose what: softmax over all items, or over a corrected sample."""

import logging
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from scipy.sparse import csr_array, vstack
from torch import Tensor
from torch.nn import functional

from graph.encoder.config import ConvolutionKind, EncoderConfig, JumpingKnowledge
from graph.encoder.encoder import GraphEncoder
from graph.encoder.graph_schema import GraphSchema
from graph.encoder.input_layer import InputLayer
from graph.encoder.output_layer import OutputLayer
from graph.relation import Relation
from graph.sampling.message_flow import MessageFlow
from retrieval.baselines.graph_filter import normalise, smoothest
from retrieval.baselines.matrix_shape import shape_of
from tests.benchmarks.public.ranking import Numbers
from tests.benchmarks.public.whole_graph import both_bags, kept, whole_graph

logger = logging.getLogger(__name__)

CHOSEN = Relation("item", "chosen_by", "person")
LENGTH_AT_START = 0.1  # root mean square of the vectors of items

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ChoicesConfig:
    """How an encoder of choices is made and trained."""

    width: int = 128
    layers: int = 3
    steps: int = 100
    learning_rate: float = 0.01
    temperature: float = 0.2
    withheld: float = 0.0  # share of choices that a step passes no message along, and predicts
    choices_a_step: int = 60_000
    most_candidates: int = 6_000  # more items than this are sampled, by how often they are chosen
    knows_people: bool = True  # people have vectors of their own; if not, what they chose is all

    def __post_init__(self) -> None:
        if not 0 <= self.withheld < 1:
            raise ValueError(f"withheld must be 0 or more and below 1, got {self.withheld}")
        if self.temperature <= 0 or min(self.steps, self.choices_a_step) < 1:
            raise ValueError(f"temperature, steps and choices_a_step must be positive: {self}")


@dataclass(frozen=True)
class ChoicesModel:
    """A trained encoder with the choices that its messages pass along."""

    encoder: GraphEncoder
    choices: csr_array  # (people, items)

    def vectors(self, new: csr_array | None = None) -> tuple[Floats, Floats]:
        """Return unit vectors of people and of items.

        Args:
            new: What new people chose, (new people, items); they come after those trained on.
        """
        choices = self.choices if new is None else csr_array(vstack([self.choices, new]))
        self.encoder.eval()
        with torch.inference_mode():
            found = self.encoder({}, _flow(choices, self.encoder.config.num_layers))
        return found["person"].numpy(), found["item"].numpy()


def train_choices(choices: csr_array, config: ChoicesConfig, seed: int = 0) -> ChoicesModel:
    """Train LightGCN's convolution, from the singular vectors of the normalised choices.

    Args:
        choices: Who chose what, (people, items).
        config: How.
        seed: Of everything that is drawn.
    """
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    encoder = _encoder(choices, config)
    sparse = torch.optim.SparseAdam(list(encoder.sparse_parameters()), lr=config.learning_rate)
    dense = torch.optim.AdamW(encoder.dense_parameters(), lr=config.learning_rate / 10)
    flow = _flow(choices, config.layers)
    for step in range(config.steps):
        predicted = choices
        if config.withheld:
            is_out = generator.random(len(choices.data)) < config.withheld
            flow, predicted = _flow(kept(choices, ~is_out), config.layers), kept(choices, is_out)
        vectors = encoder({}, flow)
        loss = _loss(vectors, predicted, config, generator)
        sparse.zero_grad()
        dense.zero_grad()
        loss.backward()
        sparse.step()
        dense.step()
        if step % 20 == 0:
            logger.info("step %d of %d: %.3f", step, config.steps, float(loss.detach()))
    return ChoicesModel(encoder, choices)


def _loss(
    vectors: dict[str, Tensor],
    choices: csr_array,
    config: ChoicesConfig,
    generator: np.random.Generator,
) -> Tensor:
    people, items = _drawn(choices, config.choices_a_step, generator)
    count = shape_of(choices)[1]
    rows, row = np.unique(people, return_inverse=True)
    candidates, column = np.arange(count), items
    correction = torch.zeros(1)
    if count > config.most_candidates:
        candidates, column = np.unique(items, return_inverse=True)
        correction = _log_chance(choices, candidates, len(items))
    products = (
        vectors["person"][torch.from_numpy(rows)]
        @ vectors["item"][torch.from_numpy(candidates)].t()
    )
    log_shares = functional.log_softmax(products / config.temperature - correction, 1)
    return -log_shares[torch.from_numpy(row), torch.from_numpy(column)].mean()


def _drawn(
    choices: csr_array, most: int, generator: np.random.Generator
) -> tuple[Numbers, Numbers]:
    people = np.repeat(np.arange(shape_of(choices)[0]), np.diff(choices.indptr))
    items = choices.indices.astype(np.int64)
    if len(items) <= most:
        return people, items
    drawn = generator.choice(len(items), most, replace=False)
    return people[drawn], items[drawn]


def _log_chance(choices: csr_array, candidates: Numbers, draws: int) -> Tensor:
    """Return the log of the chance that an item is among those drawn: the logQ correction."""
    often = np.bincount(choices.indices, minlength=shape_of(choices)[1])[candidates]
    share = often / len(choices.indices)
    return torch.from_numpy(np.log(-np.expm1(draws * np.log1p(-share))).astype(np.float32))


def _flow(choices: csr_array, hops: int) -> MessageFlow:
    people, items = shape_of(choices)
    return whole_graph({"person": people, "item": items}, both_bags(CHOSEN, choices), hops)


def _encoder(choices: csr_array, config: ChoicesConfig) -> GraphEncoder:
    people, items = shape_of(choices)
    counts = {"person": people, "item": items} if config.knows_people else {"item": items}
    encoder = GraphEncoder(
        EncoderConfig(
            width=config.width,
            out_width=config.width,
            num_layers=config.layers,
            convolution=ConvolutionKind.LIGHTGCN,
            jumping_knowledge=JumpingKnowledge.MEAN,
            dropout=0.0,
            id_embeddings=counts,
        ),
        GraphSchema({"person": 0, "item": 0}, (CHOSEN, CHOSEN.reversed())),
    )
    _start_from_singular_vectors(encoder, choices)
    return encoder


@torch.no_grad()
def _start_from_singular_vectors(encoder: GraphEncoder, choices: csr_array) -> None:
    width = encoder.config.width
    rank = min(width, min(shape_of(choices)) - 1)
    left, values, right = smoothest(normalise(choices), rank)
    found = {"person": left * np.sqrt(values), "item": right.T * np.sqrt(values)}
    scale = LENGTH_AT_START / float(np.sqrt((found["item"] ** 2).sum(1).mean()))
    for kind, rows in found.items():
        layer = encoder.inputs[kind]
        assert isinstance(layer, InputLayer)
        if layer.of_node is not None:
            layer.of_node.weight.zero_()
            layer.of_node.weight[:, :rank] = torch.from_numpy(rows * scale)
    for layer in encoder.outputs.values():
        assert isinstance(layer, OutputLayer)
        torch.nn.init.eye_(layer.output.weight)
        torch.nn.init.zeros_(layer.output.bias)
