"""Measures who knows whom from attributes alone, for people all of whose ties are hidden.

Run as `python -m tests.benchmarks.public_ego_facebook --data FOLDER`. Of a tenth of the people no
tie is known; the others are ranked for each of them. With `--validate` a tenth of the people stands
for those, whose ties stay hidden. Ours blends ridge regression, attributes, learned nearest people
and the encoder by few learned weights.
"""

import argparse
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from retrieval.baselines.matrix_shape import shape_of
from retrieval.baselines.nearest_rows import NearestRows
from retrieval.metrics import auc
from tests.benchmarks.public.ego_facebook_files import People, read_people
from tests.benchmarks.public.ranking import Floats, Numbers, rank_hidden
from tests.benchmarks.public.report import Report, whole_time
from tests.benchmarks.public.ties import Network, without
from tests.benchmarks.public.unseen_people import ridge_scores, tie_scores

SHARE_HIDDEN = 0.1


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


def network_of(hidden: Hidden) -> Network:
    """Return what our model may look at."""
    everybody = hidden._replace(cold=np.arange(shape_of(hidden.ties)[0]))
    likeness = shared(everybody, is_rare_more=True, is_cosine=True).astype(np.float32)
    np.fill_diagonal(likeness, 0)
    return Network(hidden.people.attributes, hidden.ties, likeness)


def main() -> None:
    """Measure every method and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--validate", action="store_true")
    chosen = parser.parse_args()
    if chosen.data is None:
        parser.exit(0, "give --data FOLDER\n")
    logging.basicConfig(level=logging.INFO, format="    %(message)s")
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
        network, names = network_of(hidden), hidden.people.names
        report.measure(
            "kernel ridge, all attributes",
            lambda: measured(hidden, ridge_scores(network, names, hidden.cold)),
        )
        said = ""
        for seed in range(chosen.seeds):

            def work(seed: int = seed) -> Mapping[str, float]:
                nonlocal said
                scores, said = tie_scores(network, names, hidden.cold, seed)
                return measured(hidden, scores)

            report.measure(f"ours, seed {seed}", work)
    report.show("ours", "Recall@20", f"Ours: {said}")


def _nearest(hidden: Hidden, likeness: Floats) -> Floats:
    known = likeness.copy()
    known[:, hidden.cold] = 0
    return NearestRows(hidden.ties).scores(known) + 1e-3 * known


if __name__ == "__main__":
    main()
