"""Trains our encoder to say which skills an occupation needs that it has no edge of."""

from typing import NamedTuple

import numpy as np
import torch
from scipy.sparse import csr_array
from torch import Tensor
from torch.nn import functional

from graph.encoder.config import ConvolutionKind, EncoderConfig
from graph.encoder.encoder import GraphEncoder
from graph.encoder.graph_schema import GraphSchema
from graph.relation import Relation
from retrieval.baselines.graph_filter import smoothest
from retrieval.baselines.matrix_shape import shape_of
from tests.benchmarks.public.ranking import Floats, Numbers
from tests.benchmarks.public.whole_graph import bag_of, both_bags, whole_graph

ALIKE = Relation("occupation", "similar_to", "occupation")
NEEDED = Relation("skill", "needed_by", "occupation")
WIDTH, OUT_WIDTH, WORD_WIDTH, ALIKE_COUNT = 256, 512, 256, 10
STEPS, RATE, TEMPERATURE, SHARE_COLD = 100, 0.005, 0.07, 0.3


class Asked(NamedTuple):
    """Which occupations are asked about, and which are known with all their skills."""

    needs: csr_array  # (occupations, skills)
    asked: Numbers
    known: Numbers


def needs_scores(asked: Asked, texts: tuple[Floats, Floats], words: csr_array, seed: int) -> Floats:
    """Train, and score every skill for the occupations asked about.

    In every step some of the known occupations lose all their skills, as if they were new: they
    hear the most alike of the others, and those hear their skills.

    Args:
        asked: What is known.
        texts: Vectors of the texts of occupations and of skills.
        words: TF-IDF of all texts of occupations, (occupations, words).
        seed: Of everything that is drawn.
    """
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    likeness = csr_array(words @ words.T).toarray().astype(np.float32)
    np.fill_diagonal(likeness, 0)
    left, values, _ = smoothest(words, WORD_WIDTH)
    features = {
        "occupation": torch.from_numpy(np.hstack([texts[0], left * values])),
        "skill": torch.from_numpy(texts[1]),
    }
    encoder = _encoder(features, shape_of(asked.needs)[1])
    dense = torch.optim.AdamW(encoder.dense_parameters(), lr=RATE / 5, weight_decay=0.01)
    sparse = torch.optim.SparseAdam(list(encoder.sparse_parameters()), lr=RATE)
    for _ in range(STEPS):
        cold = generator.permutation(asked.known)[: int(SHARE_COLD * len(asked.known))]
        warm = np.setdiff1d(asked.known, cold)
        vectors = _vectors(encoder, features, (asked.needs, likeness), warm)
        wanted = torch.from_numpy(csr_array(asked.needs[cold]).toarray())
        logits = vectors["occupation"][torch.from_numpy(cold)] @ vectors["skill"].t()
        loss = -(functional.log_softmax(logits / TEMPERATURE, 1) * wanted).sum() / wanted.sum()
        dense.zero_grad()
        sparse.zero_grad()
        loss.backward()
        dense.step()
        sparse.step()
    encoder.eval()
    with torch.inference_mode():
        found = _vectors(encoder, features, (asked.needs, likeness), asked.known)
        return (found["occupation"][torch.from_numpy(asked.asked)] @ found["skill"].t()).numpy()


def _encoder(features: dict[str, Tensor], skills: int) -> GraphEncoder:
    config = EncoderConfig(
        width=WIDTH,
        out_width=OUT_WIDTH,
        convolution=ConvolutionKind.PINSAGE,
        id_embeddings={"skill": skills},
    )
    widths = {kind: rows.shape[1] for kind, rows in features.items()}
    return GraphEncoder(config, GraphSchema(widths, (ALIKE, NEEDED, NEEDED.reversed())))


def _vectors(
    encoder: GraphEncoder,
    features: dict[str, Tensor],
    graph: tuple[csr_array, Floats],
    warm: Numbers,
) -> dict[str, Tensor]:
    """Encode everything, the warm occupations alone having skills and being heard."""
    needs, likeness = graph
    is_warm = np.zeros(len(likeness), bool)
    is_warm[warm] = True
    known = csr_array(needs.multiply(is_warm[:, None]))
    known.eliminate_zeros()
    nearest = np.argpartition(-(likeness * is_warm), ALIKE_COUNT, axis=1)[:, :ALIKE_COUNT]
    weights = np.take_along_axis(likeness * is_warm, nearest, axis=1).ravel() ** 2
    rows = np.repeat(np.arange(len(likeness)), ALIKE_COUNT)
    alike = csr_array((weights, (rows, nearest.ravel())), shape=likeness.shape)
    bags = {ALIKE: bag_of(alike, weighed=True), **both_bags(NEEDED, known)}
    counts = {kind: len(each) for kind, each in features.items()}
    return encoder(features, whole_graph(counts, bags, encoder.config.num_layers))
