"""Measures which further skills an occupation needs when a fifth of all relations is hidden.

Run as `python -m tests.benchmarks.public_esco_edges --data FOLDER [--vectors FOLDER]`. With
`--validate` a tenth of what is known stands for the hidden, which is not looked at. Ours blends
the closed forms, texts, learned nearest occupations and the encoder by few learned weights.
"""

import argparse
import logging
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array

from retrieval.baselines.ease import Ease, EaseByPeople, fit_ease
from retrieval.baselines.graph_filter import GraphFilter
from retrieval.baselines.matrix_shape import shape_of
from retrieval.baselines.random_walk import RandomWalk
from tests.benchmarks.public.choices import ChoicesConfig
from tests.benchmarks.public.esco_files import read_esco
from tests.benchmarks.public.hidden_edges import hidden_edge_scores
from tests.benchmarks.public.lightgcn_split import Split, carved
from tests.benchmarks.public.ranking import Floats, Numbers, Score, rank_hidden
from tests.benchmarks.public.report import Report, whole_time
from tests.benchmarks.public_esco import encoded

SHARE_HIDDEN = 0.2
Fit = Callable[[csr_array], RandomWalk | GraphFilter | Ease | EaseByPeople]
OURS = ChoicesConfig(
    width=128, layers=2, steps=40, temperature=0.1, choices_a_step=20_000, most_candidates=20_000
)


def measured(split: Split, score: Score) -> Mapping[str, float]:
    """Return the measures of scores."""
    ranks = rank_hidden(score, split.known, split.hidden)
    return {
        "MAP": ranks.average_precision(),
        "Recall@10": ranks.recall(10),
        "Recall@20": ranks.recall(20),
    }


def popularity(split: Split) -> Score:
    """Score every skill by how many occupations need it."""
    often = np.asarray(split.known.sum(axis=0), np.float32).ravel()
    return lambda lists: np.tile(often, (len(lists), 1))


def closed(fit: Fit, split: Split) -> Score:
    """Fit a model in closed form."""
    model = fit(split.known)
    return lambda lists: model.scores(csr_array(split.known[lists]))


def main() -> None:
    """Measure every method and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--validate", action="store_true")
    parser.add_argument("--seeds", type=int, default=1)
    chosen = parser.parse_args()
    if chosen.data is None:
        parser.exit(0, "give --data FOLDER\n")
    logging.basicConfig(level=logging.INFO, format="    %(message)s")
    esco = read_esco(chosen.data)
    split = carved(esco.needs, SHARE_HIDDEN)
    split = carved(split.known, seed=1) if chosen.validate else split
    occupations, skills = shape_of(split.known)
    title = f"{occupations:,} occupations, {skills:,} skills, {split.known.nnz:,} relations known"
    report = Report(title, ("MAP", "Recall@10", "Recall@20"))
    with whole_time(report):
        report.measure("popularity", lambda: measured(split, popularity(split)))
        texts = encoded(esco, chosen.vectors)

        def by_text(lists: Numbers) -> Floats:
            return texts.of_labels[lists] @ texts.of_skills.T

        report.measure("MiniLM, labels alone", lambda: measured(split, by_text))
        simple: tuple[tuple[str, Fit], ...] = (
            ("RP3beta", RandomWalk.fit),
            ("GF-CF", GraphFilter.fit),
            ("EASE", partial(fit_ease, penalty=20.0)),
        )
        for name, fit in simple:
            report.measure(name, lambda fit=fit: measured(split, closed(fit, split)))
        said = ""
        for seed in range(chosen.seeds):

            def work(seed: int = seed) -> Mapping[str, float]:
                nonlocal said
                score, said = hidden_edge_scores(split, esco, texts, OURS, seed)
                return measured(split, score)

            report.measure(f"ours, seed {seed}", work)
    report.show("ours", "MAP", f"Ours: {said}\n{OURS}")


if __name__ == "__main__":
    main()
