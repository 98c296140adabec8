"""Measures our encoder on a split of LightGCN's authors beside popularity and closed forms.

Run as `python -m tests.benchmarks.public_lightgcn --data FOLDER`, the folder having `train.txt` and
`test.txt`, or `data1.txt` and `test1.txt`. With `--validate` a tenth of the training choices stands
for the test, which is not looked at: that is how the settings were chosen. With `--made` choices as
many as Gowalla has are drawn, to see the time and the memory they take.
"""

import argparse
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array

from retrieval.baselines.ease import MOST_ITEMS, Ease
from retrieval.baselines.graph_filter import GraphFilter
from retrieval.baselines.matrix_shape import shape_of
from tests.benchmarks.public.choices import ChoicesConfig, train_choices
from tests.benchmarks.public.lightgcn_split import Split, carved, made_split, read_split
from tests.benchmarks.public.ranking import Score, rank_hidden
from tests.benchmarks.public.report import Report, whole_time

GOWALLA = (29_858, 40_981, 900_000)  # people, items, choices of which a tenth is hidden
SMALL, LARGE = ChoicesConfig(), ChoicesConfig(width=64, steps=60, choices_a_step=4_096)
MOST_FOR_SMALL = 200_000  # choices


def popularity(split: Split) -> Score:
    """Score every item by how many chose it."""
    often = np.asarray(split.known.sum(axis=0), np.float32).ravel()
    return lambda lists: np.tile(often, (len(lists), 1))


def graph_filter(split: Split) -> Score:
    """Fit GF-CF."""
    model = GraphFilter.fit(split.known)
    return lambda lists: model.scores(csr_array(split.known[lists]))


def ease(split: Split) -> Score:
    """Fit EASE."""
    model = Ease.fit(split.known)
    return lambda lists: model.scores(csr_array(split.known[lists]))


def ours(split: Split, config: ChoicesConfig, seed: int) -> Score:
    """Train our encoder."""
    people, items = train_choices(split.known, config, seed).vectors()
    return lambda lists: people[lists] @ items.T


def measured(split: Split, score: Score) -> Mapping[str, float]:
    """Return the measures of the paper."""
    ranks = rank_hidden(score, split.known, split.hidden)
    return {"Recall@20": ranks.recall(20), "NDCG@20": ranks.ndcg(20)}


def main() -> None:
    """Measure every method and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--validate", action="store_true")
    parser.add_argument("--made", action="store_true")
    parser.add_argument("--seeds", type=int, default=1)
    chosen = parser.parse_args()
    if not chosen.made and chosen.data is None:
        parser.exit(0, "give --data FOLDER, or --made\n")
    split = made_split(*GOWALLA) if chosen.made else read_split(chosen.data)
    split = carved(split.known) if chosen.validate else split
    people, items = shape_of(split.known)
    config = SMALL if split.known.nnz <= MOST_FOR_SMALL else LARGE
    title = f"{people:,} people, {items:,} items, {split.known.nnz:,} choices known"
    report = Report(title, ("Recall@20", "NDCG@20"))
    with whole_time(report):
        report.measure("popularity", lambda: measured(split, popularity(split)))
        report.measure("GF-CF", lambda: measured(split, graph_filter(split)))
        if items <= MOST_ITEMS:
            report.measure("EASE", lambda: measured(split, ease(split)))
        for seed in range(chosen.seeds):
            work = partial(ours, split, config, seed)
            report.measure(f"ours, seed {seed}", lambda work=work: measured(split, work()))
    report.show("ours", "Recall@20", f"ours: {config}")


if __name__ == "__main__":
    main()
