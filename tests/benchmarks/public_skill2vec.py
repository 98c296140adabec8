"""Measures which skills postings ask for besides those known, beside closed forms.

Run as `python -m tests.benchmarks.public_skill2vec --data FOLDER`. Of 3,000 postings a fifth of the
skills is hidden; no method learns from these postings, each sees the rest of their skills only when
it is asked. With `--validate` other 3,000 are taken, and the former are left out. Ours blends the
closed forms, learned nearest postings and the encoder by few learned weights.
"""

import argparse
import logging
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array

from retrieval.baselines.ease import Ease
from retrieval.baselines.graph_filter import GraphFilter
from retrieval.baselines.matrix_shape import shape_of
from retrieval.baselines.random_walk import RandomWalk
from tests.benchmarks.public.choices import ChoicesConfig
from tests.benchmarks.public.ranking import Score, rank_hidden
from tests.benchmarks.public.report import Report, whole_time
from tests.benchmarks.public.skill2vec_files import read_postings
from tests.benchmarks.public.unseen_postings import Question, ask, posting_scores

ASKED, SHARE_HIDDEN = 3_000, 0.2
OURS = ChoicesConfig(
    width=128,
    layers=2,
    steps=40,
    temperature=0.15,
    withheld=0.3,
    choices_a_step=16_384,
    knows_people=False,
)


def split(asks: csr_array, *, validate: bool) -> Question:
    """Hide a fifth of the skills of 3,000 postings, one at least."""
    generator = np.random.default_rng(0)
    order = generator.permutation(shape_of(asks)[0])
    count = min(ASKED, len(order) // 4)
    place = count if validate else 0
    learned = order[2 * count if validate else count :]
    return ask(asks, order[place : place + count], learned, SHARE_HIDDEN, generator)


def measured(question: Question, score: Score) -> Mapping[str, float]:
    """Return the measures of scores."""
    ranks = rank_hidden(score, question.known, question.hidden)
    return {
        "Recall@10": ranks.recall(10),
        "Recall@20": ranks.recall(20),
        "MRR@20": ranks.reciprocal_rank(20),
    }


def closed(model: Ease | GraphFilter | RandomWalk, question: Question) -> Score:
    """Let a model in closed form score."""
    return lambda lists: model.scores(csr_array(question.known[lists]))


def popularity(question: Question) -> Score:
    """Score every skill by how many postings ask for it."""
    often = np.asarray(question.learned.sum(axis=0), np.float32).ravel()
    return lambda lists: np.tile(often, (len(lists), 1))


def main() -> None:
    """Measure every method and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--validate", action="store_true")
    parser.add_argument("--seeds", type=int, default=1)
    chosen = parser.parse_args()
    if chosen.data is None:
        parser.exit(0, "give --data FOLDER\n")
    logging.basicConfig(level=logging.INFO, format="    %(message)s")
    postings = read_postings(chosen.data)
    question = split(postings.asks, validate=chosen.validate)
    rows, skills = shape_of(postings.asks)
    report = Report(f"{rows:,} postings, {skills:,} skills", ("Recall@10", "Recall@20", "MRR@20"))
    learned = question.learned
    with whole_time(report):
        report.measure("popularity", lambda: measured(question, popularity(question)))
        for name, fit in (
            ("RP3beta", lambda: RandomWalk.fit(learned)),
            ("GF-CF", lambda: GraphFilter.fit(learned)),
            ("EASE", lambda: Ease.fit(learned, penalty=50.0)),
        ):
            report.measure(name, lambda fit=fit: measured(question, closed(fit(), question)))
        said = ""
        for seed in range(chosen.seeds):

            def work(seed: int = seed) -> Mapping[str, float]:
                nonlocal said
                score, said = posting_scores(question, SHARE_HIDDEN, OURS, seed)
                return measured(question, score)

            report.measure(f"ours, seed {seed}", work)
    report.show("ours", "Recall@10", f"Ours: {said}\n{OURS}")


if __name__ == "__main__":
    main()
