"""Lets trained encoders sit an exam: the vectors they make of its store answer every question."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from app.encoder_report.exam import Exam, ExamRequest, Split, make_exam
from app.encoder_report.judging import Contestant
from app.encoder_report.sheet import ExamTask, Question
from app.feature_columns import feature_columns
from app.output import Step
from app.run_file import EncoderRun
from graph.encoder.config import ConvolutionKind, EncoderConfig
from graph.features.feature_encoder import FeatureEncoder
from graph.links.link_model import LinkModel
from graph.links.link_scorer import LinkScorer, Side
from graph.links.link_target import CONTACT, JOB, SKILL
from graph.links.link_vectors import LinkVectors
from graph.snapshot.ensure import ensure_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.store import Store
from graph.text.text_vectors import TextVectors
from graph.training.train import train_encoder

OURS = "careergraph"
ALONE = "no messages"  # the scorer, before any encoder is trained
TARGETS: Mapping[ExamTask, str] = {
    ExamTask.APPLY: JOB.name,
    ExamTask.ACT: JOB.name,
    ExamTask.ACCEPT: CONTACT.name,
    ExamTask.SKILL: SKILL.name,
}
SEEDS_APART = 1_000  # the world to learn from has another seed than the world to be asked about


@dataclass(frozen=True)
class Learned:
    """A model, and what makes numbers of the nodes it is to be asked about."""

    features: FeatureEncoder
    model: LinkModel


@dataclass(frozen=True)
class EncoderContestant:
    """Ranks by the inner product of what a model makes of the two."""

    name: str
    snapshot: Snapshot
    vectors: LinkVectors
    is_encoder_alone: bool = False  # whether only what the encoder's vectors say counts

    def scores(self, question: Question) -> npt.NDArray[np.floating]:
        """Score as `Contestant.scores`."""
        name = TARGETS[question.task]
        one = self._side(name, Side.SOURCE, question.askers)
        return one @ self._side(name, Side.TARGET, question.candidates).T

    def _side(self, name: str, side: Side, ids: Sequence[str]) -> npt.NDArray[np.floating]:
        kind = self.vectors.model.ends(name)[side]
        numbers = self._numbers(kind, ids)
        if not self.is_encoder_alone:
            return self.vectors.space(name, side)[numbers]
        vectors = torch.from_numpy(self.vectors.nodes[kind][numbers])
        with torch.inference_mode():
            return self.vectors.model.scorer.directions(name, side, vectors).numpy()

    def _numbers(self, kind: str, ids: Sequence[str]) -> list[int]:
        return [self.snapshot.node_of(kind, id) for id in ids]


class _School(NamedTuple):
    """What there is to learn from."""

    features: FeatureEncoder
    snapshot: Snapshot


@dataclass
class OurContestants:
    """Makes a contestant of a release, or of every family of convolutions, trained for the exam."""

    text: TextVectors
    run: EncoderRun
    folder: Path  # for worlds and snapshots, while they are needed
    step: Step
    convolutions: Sequence[ConvolutionKind] = (ConvolutionKind.SAGE,)
    release: Learned | None = None

    def __call__(self, exam: Exam) -> Iterator[Contestant]:
        """Yield the contestants for an exam."""
        place = self.folder / f"{exam.split}-{exam.seed}"
        if self.release is not None:
            yield self._contestant(OURS, self.release, exam.store, place / "release")
            return
        school = self._school(exam)
        alone = self._scorer_alone(school, exam)
        if alone is not None:
            yield self._contestant(f"{OURS} ({ALONE})", alone, exam.store, place / "asked")
        for convolution in self.convolutions:
            learned = self._learn(school, exam, convolution, alone)
            name = f"{OURS} ({convolution})"
            found = self._contestant(name, learned, exam.store, place / "asked")
            yield found
            yield replace(found, name=f"{OURS} ({convolution} alone)", is_encoder_alone=True)

    def _contestant(
        self, name: str, learned: Learned, store: Store, folder: Path
    ) -> EncoderContestant:
        snapshot = ensure_snapshot(store, learned.features, folder, self.step)
        vectors = LinkVectors.of(learned.model, learned.model.view(snapshot))
        return EncoderContestant(name, snapshot, vectors)

    def _school(self, exam: Exam) -> "_School":
        """Return what to learn from: the past of the exam's world, or a world of another seed."""
        seed = exam.seed + (SEEDS_APART if exam.split is Split.UNSEEN else 0)
        store = exam.store
        folder = self.folder / f"learned-{exam.split}-{seed}"
        if exam.split is Split.UNSEEN:
            store = self._world(exam, seed, folder)
        features = FeatureEncoder.fit(store, self.text)
        return _School(features, ensure_snapshot(store, features, folder / "snapshots", self.step))

    def _scorer_alone(self, school: "_School", exam: Exam) -> Learned | None:
        """Train the scorer, which is the same whatever convolution comes after it."""
        if not self.run.training.scorer_steps:
            return None
        return self._train(school, exam, ALONE, self.run.encoder, {"steps": 0})

    def _learn(
        self, school: "_School", exam: Exam, convolution: ConvolutionKind, alone: Learned | None
    ) -> Learned:
        encoder = replace(self.run.encoder, convolution=convolution)
        start = None if alone is None else alone.model.scorer
        return self._train(school, exam, convolution, encoder, {"scorer_steps": 0}, start)

    def _train(
        self,
        school: "_School",
        exam: Exam,
        name: str,
        encoder: EncoderConfig,
        training: Mapping[str, int],
        start: LinkScorer | None = None,
    ) -> Learned:
        trained = train_encoder(
            school.snapshot,
            encoder,
            replace(self.run.training, seed=exam.seed, **training),
            tell=lambda told: self.step(f"training {name}", told.step),
            start=start,
            columns=feature_columns(school.features),
        )
        return Learned(school.features, trained.model)

    def _world(self, exam: Exam, seed: int, folder: Path) -> Store:
        home = folder / "home"
        if home.exists():
            return Store.open(home / "store.db")
        config = replace(exam.config, seed=seed)
        return make_exam(ExamRequest(Split.UNSEEN, config, home), self.step).store
