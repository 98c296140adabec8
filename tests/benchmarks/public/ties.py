"""Trains our encoder to say who knows somebody of whom attributes alone are known."""

import logging
from typing import NamedTuple

import numpy as np
import torch
from scipy.sparse import csr_array
from torch import Tensor

from graph.encoder.config import ConvolutionKind, EncoderConfig
from graph.encoder.encoder import GraphEncoder
from graph.encoder.graph_schema import GraphSchema
from graph.relation import Relation
from retrieval.baselines.graph_filter import smoothest
from retrieval.baselines.matrix_shape import shape_of
from tests.benchmarks.public.learned_blend import surprise
from tests.benchmarks.public.ranking import Floats, Numbers
from tests.benchmarks.public.whole_graph import bag_of, both_bags, whole_graph

logger = logging.getLogger(__name__)

KNOWS = Relation("person", "connected_to", "person")
HAS = Relation("attribute", "had_by", "person")
ALIKE = Relation("person", "similar_to", "person")  # the most alike who still have ties
WIDTH, OUT_WIDTH = 64, 128
STEPS, TEMPERATURE, RATE, ALIKE_COUNT, SHARE_COLD = 80, 0.1, 0.01, 10, 0.3


class Network(NamedTuple):
    """Who has what, who knows whom, and how alike all are."""

    attributes: csr_array  # (people, attributes)
    ties: csr_array  # (people, people)
    likeness: Floats  # (people, people), 0 with oneself


def without(ties: csr_array, cold: Numbers) -> csr_array:
    """Return the ties in which none of some people is."""
    stays = np.ones(shape_of(ties)[0], np.float32)
    stays[cold] = 0
    left = csr_array(ties.multiply(stays[:, None]).multiply(stays[None, :]))
    left.eliminate_zeros()
    return left


def train_ties(network: Network, closed: Numbers, seed: int) -> GraphEncoder:
    """Train on people with ties; in every step a share of them loses all ties, as if new.

    Args:
        network: Ties of the closed are not looked at.
        closed: Numbers of people that nothing is learned from.
        seed: Of everything that is drawn.
    """
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    encoder = _encoder(network.attributes)
    dense = torch.optim.AdamW(encoder.dense_parameters(), lr=RATE, weight_decay=0.01)
    sparse = torch.optim.SparseAdam(list(encoder.sparse_parameters()), lr=RATE)
    warm = np.setdiff1d(np.arange(len(network.likeness)), closed)
    for step in range(STEPS):
        cold = generator.permutation(warm)[: int(SHARE_COLD * len(warm))]
        without_ties = np.concatenate([cold, closed])
        vectors = _vectors(encoder, network, without_ties)
        wanted = csr_array(network.ties[cold]).toarray() > 0
        # people whose ties are lost are no candidates, in training as in the test
        out = np.zeros(wanted.shape, np.float32)
        out[:, without_ties] = 1
        wanted[:, without_ties] = False
        scores = vectors[cold] @ vectors.t() / TEMPERATURE
        loss = surprise(scores, torch.from_numpy(wanted), csr_array(out))
        dense.zero_grad()
        sparse.zero_grad()
        loss.backward()
        dense.step()
        sparse.step()
        if step % 20 == 0:
            logger.info("step %d of %d: %.3f", step, STEPS, float(loss.detach()))
    return encoder


def vectors_of(encoder: GraphEncoder, network: Network, without_ties: Numbers) -> Floats:
    """Return the vectors of all people, some of whom have no ties, (people, width)."""
    encoder.eval()
    with torch.inference_mode():
        return _vectors(encoder, network, without_ties).numpy()


def _encoder(attributes: csr_array) -> GraphEncoder:
    config = EncoderConfig(
        width=WIDTH,
        out_width=OUT_WIDTH,
        convolution=ConvolutionKind.PINSAGE,
        id_embeddings={"attribute": shape_of(attributes)[1]},
    )
    schema = GraphSchema({"person": 0, "attribute": 0}, (KNOWS, HAS, HAS.reversed(), ALIKE))
    encoder = GraphEncoder(config, schema)
    own = next(encoder.sparse_parameters())
    with torch.no_grad():
        _, values, right = smoothest(attributes, min(WIDTH, min(shape_of(attributes)) - 1))
        own[:, : len(values)] = torch.from_numpy(right.T * np.sqrt(values))
    return encoder


def _vectors(encoder: GraphEncoder, network: Network, without_ties: Numbers) -> Tensor:
    people, count = shape_of(network.attributes)
    seen = network.likeness.copy()
    seen[:, without_ties] = 0
    nearest = np.argpartition(-seen, ALIKE_COUNT, axis=1)[:, :ALIKE_COUNT]
    rows = np.repeat(np.arange(people), ALIKE_COUNT)
    weights = np.take_along_axis(seen, nearest, axis=1).ravel()
    alike = csr_array((weights, (rows, nearest.ravel())), shape=seen.shape)
    bags = {
        KNOWS: bag_of(without(network.ties, without_ties)),
        ALIKE: bag_of(alike, weighed=True),
        **both_bags(HAS, network.attributes),
    }
    return encoder({}, whole_graph({"person": people, "attribute": count}, bags, 2))["person"]
