"""Fits the simple models that the encoder is held against, each on what the store tells."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from app.encoder_report.judging import Contestant
from app.encoder_report.links import Links, read_links
from app.encoder_report.sheet import ENDS, ExamTask, Question
from graph.schema import NodeType
from graph.store import Store
from retrieval.baselines.als import fit_als
from retrieval.baselines.bpr import fit_bpr
from retrieval.baselines.factors import Factors
from retrieval.baselines.light_gcn import fit_light_gcn
from retrieval.baselines.text_similarity import Encoder, job_texts, person_texts

POPULARITY, TEXT = "popularity", "text similarity"
ALS, BPR, LIGHT_GCN = "ALS", "BPR", "LightGCN"
PACKAGE = "implicit"  # of the first two

Step = Callable[[str, int], None]
Fit = Callable[[ExamTask, csr_array], Factors]
Floats = npt.NDArray[np.floating]
LinksOf = Mapping[ExamTask, Links]


@dataclass(frozen=True)
class Popularity:
    """Ranks by what everybody did lately, whoever asks."""

    links: LinksOf
    name: str = POPULARITY

    def scores(self, question: Question) -> Floats:
        """Score as `Contestant.scores`."""
        links = self.links[question.task]
        _, columns = links.numbers(question.askers, question.candidates)
        return np.tile(np.log1p(links.popularity[columns]), (len(question.askers), 1))


@dataclass(frozen=True)
class Factored:
    """Ranks by factors learned from links; whoever has no link is answered by popularity."""

    name: str
    links: LinksOf
    factors: Mapping[ExamTask, Factors]

    def scores(self, question: Question) -> Floats:
        """Score as `Contestant.scores`; candidates without any link come last."""
        links = self.links[question.task]
        rows, columns = links.numbers(question.askers, question.candidates)
        scores = self.factors[question.task].scores(rows, columns)
        has_link = np.bincount(links.matrix.indices, minlength=len(links.columns)) > 0
        scores[:, ~has_link[columns]] = scores.min(initial=0) - 1
        is_known = np.diff(links.matrix.indptr)[rows] > 0
        scores[~is_known] = np.log1p(links.popularity[columns])
        return scores


class TextSimilarity:
    """Ranks by how alike the texts of the two are to a sentence encoder.

    Each text is encoded when it is first asked for, and kept.
    """

    name = TEXT

    def __init__(self, store: Store, encode: Encoder) -> None:
        self._encode = encode
        self._texts = {
            NodeType.PERSON: _by_id(store, NodeType.PERSON, person_texts(store)),
            NodeType.JOB: _by_id(store, NodeType.JOB, job_texts(store)),
            NodeType.SKILL: _by_id(store, NodeType.SKILL, _skill_names(store)),
        }
        self._vectors: dict[str, npt.NDArray[np.float32]] = {}  # text -> vector

    def scores(self, question: Question) -> Floats:
        """Score as `Contestant.scores`."""
        one, other = ENDS[question.task]
        return self._of(one, question.askers) @ self._of(other, question.candidates).T

    def _of(self, kind: NodeType, ids: Sequence[str]) -> Floats:
        texts = [self._texts[kind][id] for id in ids]
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if new:
            self._vectors |= zip(new, self._encode(new), strict=True)
        return np.stack([self._vectors[text] for text in texts])


def _by_id(store: Store, kind: NodeType, texts: Sequence[str]) -> dict[str, str]:
    ids = (id for batch in store.stream_nodes(kind, ()) for _key, id in batch)
    return dict(zip(ids, texts, strict=True))


def _skill_names(store: Store) -> list[str]:
    batches = store.stream_nodes(NodeType.SKILL, ("name",))
    return [name or id for batch in batches for _key, id, name in batch]


def simple_contestants(
    store: Store, as_of: int, encode: Encoder, step: Step
) -> Iterator[Contestant]:
    """Fit the simple models one after the other.

    ALS and BPR are left out where the package that fits them is not installed.

    Args:
        store: What may be learned from.
        as_of: The moment of the exam, in seconds since 1970 UTC.
        encode: Texts to unit vectors.
        step: Told which model is being fitted.
    """
    links = read_links(store, as_of)
    yield Popularity(links)
    yield TextSimilarity(store, encode)
    fits: dict[str, Fit] = {LIGHT_GCN: _light_gcn}
    if find_spec(PACKAGE) is not None:
        fits |= {ALS: _als, BPR: _bpr}
    for name, fit in fits.items():
        step(name, 0)
        yield Factored(name, links, _fitted(fit, links))


def _fitted(fit: Fit, links: LinksOf) -> dict[ExamTask, Factors]:
    own = {task: fit(task, links[task].matrix) for task in links if task is not ExamTask.ACT}
    return own | {ExamTask.ACT: own[ExamTask.APPLY]}


def _als(_task: ExamTask, matrix: csr_array) -> Factors:
    return fit_als(matrix)


def _bpr(_task: ExamTask, matrix: csr_array) -> Factors:
    return fit_bpr(matrix)


def _light_gcn(task: ExamTask, matrix: csr_array) -> Factors:
    one, other = ENDS[task]
    return fit_light_gcn(matrix, is_one_set=one is other)
