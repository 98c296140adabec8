"""Trains our encoder to say which skills an occupation needs that it has no edge of."""

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
from retrieval.baselines.matrix_shape import shape_of
from tests.benchmarks.public.learned_blend import surprise
from tests.benchmarks.public.ranking import Floats, Numbers
from tests.benchmarks.public.whole_graph import bag_of, both_bags, whole_graph

logger = logging.getLogger(__name__)

ALIKE = Relation("occupation", "similar_to", "occupation")
NEEDED = Relation("skill", "needed_by", "occupation")
WIDTH, OUT_WIDTH, ALIKE_COUNT = 128, 256, 10
STEPS, RATE, TEMPERATURE, COLD_A_STEP = 80, 0.005, 0.07, 300


class Asked(NamedTuple):
    """Which occupations are asked about, and which are known with all their skills."""

    needs: csr_array  # (occupations, skills)
    asked: Numbers
    known: Numbers


class Described(NamedTuple):
    """What is known of occupations and skills beside their relations."""

    occupations: Tensor  # (occupations, width)
    skills: Tensor  # (skills, width)
    likeness: Floats  # (occupations, occupations)


class NeedsEncoder:
    """A trained encoder; it hears occupations that it was not trained on, too."""

    def __init__(self, encoder: GraphEncoder, needs: csr_array, described: Described) -> None:
        self.encoder, self.needs, self.described = encoder, needs, described

    def vectors(self, warm: Numbers) -> tuple[Floats, Floats]:
        """Return vectors of all occupations and skills; the skills of the warm alone are known.

        The product of two is a log-odds but for a constant.
        """
        self.encoder.eval()
        with torch.inference_mode():
            found = _vectors(self.encoder, self.needs, self.described, warm)
        return found["occupation"].numpy() / TEMPERATURE, found["skill"].numpy()


def train_needs(needs: csr_array, described: Described, known: Numbers, seed: int) -> NeedsEncoder:
    """Train on the known occupations.

    In every step some of them lose all their skills, as if they were new: they hear the most alike
    of the others, and those hear their skills.

    Args:
        needs: Which occupation needs which skill; of others than the known it is not looked at.
        described: What is known beside.
        known: Numbers of occupations.
        seed: Of everything that is drawn.
    """
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    encoder = _encoder(described, shape_of(needs)[1])
    dense = torch.optim.AdamW(encoder.dense_parameters(), lr=RATE / 5, weight_decay=0.01)
    sparse = torch.optim.SparseAdam(list(encoder.sparse_parameters()), lr=RATE)
    for step in range(STEPS):
        order = generator.permutation(known)
        cold, warm = order[:COLD_A_STEP], order[COLD_A_STEP:]
        found = _vectors(encoder, needs, described, warm)
        wanted = torch.from_numpy(csr_array(needs[cold]).toarray()) > 0
        products = found["occupation"][torch.from_numpy(cold)] @ found["skill"].t()
        loss = surprise(products / TEMPERATURE, wanted)
        dense.zero_grad()
        sparse.zero_grad()
        loss.backward()
        dense.step()
        sparse.step()
        if step % 20 == 0:
            logger.info("step %d of %d: %.3f", step, STEPS, float(loss.detach()))
    return NeedsEncoder(encoder, needs, described)


def _encoder(described: Described, skills: int) -> GraphEncoder:
    config = EncoderConfig(
        width=WIDTH,
        out_width=OUT_WIDTH,
        convolution=ConvolutionKind.PINSAGE,
        id_embeddings={"skill": skills},
    )
    widths = {
        "occupation": described.occupations.shape[1],
        "skill": described.skills.shape[1],
    }
    return GraphEncoder(config, GraphSchema(widths, (ALIKE, NEEDED, NEEDED.reversed())))


def _vectors(
    encoder: GraphEncoder, needs: csr_array, described: Described, warm: Numbers
) -> dict[str, Tensor]:
    """Encode everything, the warm occupations alone having skills and being heard."""
    count = len(described.likeness)
    is_warm = np.zeros(count, np.float32)
    is_warm[warm] = 1
    known = csr_array(needs.multiply(is_warm[:, None]), dtype=np.float32)
    known.eliminate_zeros()
    likeness = described.likeness * is_warm
    np.fill_diagonal(likeness, 0)
    nearest = np.argpartition(-likeness, ALIKE_COUNT, axis=1)[:, :ALIKE_COUNT]
    weights = np.take_along_axis(likeness, nearest, axis=1).ravel() ** 2
    rows = np.repeat(np.arange(count), ALIKE_COUNT)
    alike = csr_array((weights, (rows, nearest.ravel())), shape=likeness.shape)
    bags = {ALIKE: bag_of(alike, weighed=True), **both_bags(NEEDED, known)}
    features = {"occupation": described.occupations, "skill": described.skills}
    counts = {kind: len(each) for kind, each in features.items()}
    return encoder(features, whole_graph(counts, bags, encoder.config.num_layers))
