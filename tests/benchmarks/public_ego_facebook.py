"""Measures who knows whom from attributes alone, for people all of whose ties are hidden.

Run as `python -m tests.benchmarks.public_ego_facebook --data FOLDER`. Of a tenth of the people no
tie is known; the others are ranked for each of them.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from scipy.sparse import csr_array
from torch.nn import functional

from graph.encoder.config import ConvolutionKind, EncoderConfig
from graph.encoder.encoder import GraphEncoder
from graph.encoder.graph_schema import GraphSchema
from graph.relation import Relation
from retrieval.baselines.graph_filter import smoothest
from retrieval.baselines.matrix_shape import shape_of
from retrieval.baselines.nearest_rows import NearestRows
from retrieval.metrics import auc
from tests.benchmarks.public.ego_facebook_files import People, read_people
from tests.benchmarks.public.ranking import Floats, Numbers, rank_hidden
from tests.benchmarks.public.report import Report, whole_time
from tests.benchmarks.public.whole_graph import bag_of, both_bags, whole_graph

KNOWS = Relation("person", "connected_to", "person")
HAS = Relation("attribute", "had_by", "person")
ALIKE = Relation("person", "similar_to", "person")  # the most alike who still have ties
SHARE_HIDDEN, SHARE_COLD = 0.1, 0.3
STEPS, TEMPERATURE, RATE, ALIKE_COUNT = 80, 0.1, 0.01, 10


class Hidden(NamedTuple):
    """A network of which some people have lost all their ties."""

    people: People
    cold: Numbers  # numbers of those
    ties: csr_array  # (people, people): what is left
    lost: csr_array  # (cold, people): what is to be found


def hide(people: People, share: float = SHARE_HIDDEN, seed: int = 0) -> Hidden:
    """Hide all ties of a share of the people; those among themselves are not asked about."""
    count = shape_of(people.ties)[0]
    cold = np.sort(np.random.default_rng(seed).permutation(count)[: int(share * count)])
    return Hidden(people, cold, without(people.ties, cold), _to_others(people.ties, cold))


def without(ties: csr_array, cold: Numbers) -> csr_array:
    """Return the ties in which none of some people is."""
    stays = np.ones(shape_of(ties)[0], np.float32)
    stays[cold] = 0
    left = csr_array(ties.multiply(stays[:, None]).multiply(stays[None, :]))
    left.eliminate_zeros()
    return left


def _to_others(ties: csr_array, cold: Numbers) -> csr_array:
    lost = csr_array(ties[cold])
    is_other = ~np.isin(lost.indices, cold)
    rows = np.repeat(np.arange(len(cold)), np.diff(lost.indptr))
    return csr_array(
        (lost.data[is_other], (rows[is_other], lost.indices[is_other])), shape=shape_of(lost)
    )


def measured(hidden: Hidden, scores: Floats) -> Mapping[str, float]:
    """Return the measures of scores, (cold, people); the cold are no candidates."""
    known = np.zeros(scores.shape, np.float32)
    known[:, hidden.cold] = 1
    ranks = rank_hidden(lambda lists: scores[lists], csr_array(known), hidden.lost)
    asked = np.setdiff1d(np.arange(scores.shape[1]), hidden.cold)
    is_tie = hidden.lost.toarray()[:, asked] > 0
    return {
        "AUC": auc(is_tie, scores[:, asked]),
        "Recall@20": ranks.recall(20),
        "Recall@50": ranks.recall(50),
        "MRR": ranks.reciprocal_rank(),
    }


def shared(hidden: Hidden, *, is_rare_more: bool = False, is_cosine: bool = False) -> Floats:
    """Count shared attributes, or weigh them: by their rareness, or over the lengths of both."""
    attributes = hidden.people.attributes
    often = np.maximum(np.asarray(attributes.sum(axis=0)).ravel(), 1)
    weights = np.log(shape_of(attributes)[0] / often) if is_rare_more else np.ones(len(often))
    weighed = csr_array(attributes.multiply(weights[None, :]))
    if is_cosine:
        length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
        weighed = csr_array(weighed.multiply(1 / np.maximum(length, 1e-9)[:, None]))
    return csr_array(weighed[hidden.cold] @ weighed.T).toarray()


def trained(hidden: Hidden, seed: int) -> Floats:
    """Train our encoder, losing the ties of a share of the people in every step."""
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    attributes, count = hidden.people.attributes, shape_of(hidden.ties)[0]
    encoder = _encoder(attributes)
    dense = torch.optim.AdamW(encoder.dense_parameters(), lr=RATE, weight_decay=0.01)
    sparse = torch.optim.SparseAdam(list(encoder.sparse_parameters()), lr=RATE)
    warm = np.setdiff1d(np.arange(count), hidden.cold)
    likeness = shared(hidden._replace(cold=np.arange(count)), is_rare_more=True, is_cosine=True)
    np.fill_diagonal(likeness, 0)
    for _ in range(STEPS):
        cold = generator.permutation(warm)[: int(SHARE_COLD * len(warm))]
        alike = most_alike(likeness, np.concatenate([cold, hidden.cold]))
        vectors = _vectors(encoder, attributes, without(hidden.ties, cold), alike)
        wanted = torch.from_numpy(csr_array(hidden.ties[cold]).toarray())
        wanted[:, cold] = 0
        # people whose ties are lost are no candidates, in training as in the test
        closed = np.concatenate([cold, hidden.cold])
        logits = vectors[cold] @ vectors.t() / TEMPERATURE
        logits[:, closed] = -1e9
        log_shares = functional.log_softmax(logits, 1)
        loss = -(log_shares * wanted).sum() / wanted.sum().clamp(min=1)
        dense.zero_grad()
        sparse.zero_grad()
        loss.backward()
        dense.step()
        sparse.step()
    encoder.eval()
    with torch.inference_mode():
        alike = most_alike(likeness, hidden.cold)
        vectors = _vectors(encoder, attributes, hidden.ties, alike).numpy()
    return vectors[hidden.cold] @ vectors.T


def _encoder(attributes: csr_array) -> GraphEncoder:
    count = shape_of(attributes)[1]
    config = EncoderConfig(
        width=64,
        out_width=128,
        convolution=ConvolutionKind.PINSAGE,
        id_embeddings={"attribute": count},
    )
    schema = GraphSchema({"person": 0, "attribute": 0}, (KNOWS, HAS, HAS.reversed(), ALIKE))
    encoder = GraphEncoder(config, schema)
    own = next(encoder.sparse_parameters())
    with torch.no_grad():
        _, values, right = smoothest(attributes, min(64, min(shape_of(attributes)) - 1))
        own[:, : len(values)] = torch.from_numpy(right.T * np.sqrt(values))
    return encoder


def most_alike(likeness: Floats, without_ties: Numbers) -> csr_array:
    """Return for everybody the most alike who have ties, with how alike they are."""
    seen = likeness.copy()
    seen[:, without_ties] = 0
    nearest = np.argpartition(-seen, ALIKE_COUNT, axis=1)[:, :ALIKE_COUNT]
    rows = np.repeat(np.arange(len(seen)), ALIKE_COUNT)
    weights = np.take_along_axis(seen, nearest, axis=1).ravel()
    return csr_array((weights, (rows, nearest.ravel())), shape=seen.shape)


def _vectors(
    encoder: GraphEncoder, attributes: csr_array, ties: csr_array, alike: csr_array
) -> torch.Tensor:
    people, count = shape_of(attributes)
    bags = {KNOWS: bag_of(ties), ALIKE: bag_of(alike, weighed=True), **both_bags(HAS, attributes)}
    return encoder({}, whole_graph({"person": people, "attribute": count}, bags, 2))["person"]


def main() -> None:
    """Measure every method and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--validate", action="store_true")
    chosen = parser.parse_args()
    if chosen.data is None:
        parser.exit(0, "give --data FOLDER\n")
    hidden = hide(read_people(chosen.data))
    if chosen.validate:
        hidden = hide(hidden.people._replace(ties=hidden.ties), seed=1)
    people, attributes = shape_of(hidden.people.attributes)
    title = f"{people:,} people, {attributes:,} attributes; all ties of {len(hidden.cold):,} hidden"
    report = Report(title, ("AUC", "Recall@20", "Recall@50", "MRR"))
    degrees = np.asarray(hidden.ties.sum(axis=0), np.float32).ravel()
    likeness = shared(hidden, is_rare_more=True, is_cosine=True)
    with whole_time(report):
        often = np.tile(degrees, (len(hidden.cold), 1))
        report.measure("popularity", lambda: measured(hidden, often))
        report.measure("shared attributes", lambda: measured(hidden, shared(hidden)))
        report.measure("cosine", lambda: measured(hidden, shared(hidden, is_cosine=True)))
        report.measure("cosine, rare ones more", lambda: measured(hidden, likeness))
        report.measure(
            "ties of the 10 most alike", lambda: measured(hidden, _nearest(hidden, likeness))
        )
        for seed in range(chosen.seeds):
            report.measure(
                f"ours, seed {seed}", lambda seed=seed: measured(hidden, trained(hidden, seed))
            )
        report.show("ours", "Recall@20")


def _nearest(hidden: Hidden, likeness: Floats) -> Floats:
    known = likeness.copy()
    known[:, hidden.cold] = 0
    return NearestRows(hidden.ties).scores(known) + 1e-3 * known


if __name__ == "__main__":
    main()
