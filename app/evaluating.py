"""Evaluates an encoder on worlds whose truth is known."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.encoder_report.evaluate import Evaluation, evaluate
from app.encoder_report.exam import Split
from app.encoder_report.ours import Learned, OurContestants
from app.graph_snapshot import load_features, text_vectors
from app.mistake import Mistake
from app.output import Step
from app.release import find_release
from app.run_file import read_encoder_run
from app.workspace import Workspace
from graph.encoder.config import ConvolutionKind
from graph.links.saved_links import load_links


@dataclass(frozen=True)
class EvaluationRequest:
    """What to evaluate, and on which worlds."""

    split: str = Split.UNSEEN.value
    people: int = 3_000
    jobs: int = 1_500
    seeds: tuple[int, ...] = (101, 102, 103)
    release: str | None = None  # None: encoders are trained for the evaluation
    convolutions: tuple[str, ...] = (ConvolutionKind.SAGE.value,)
    run_file: Path | None = None


def evaluate_encoder(
    workspace: Workspace, request: EvaluationRequest, step: Step
) -> dict[str, Any]:
    """Let an encoder and simple models sit the same exams.

    Returns:
        The report; see `app.encoder_report.evaluate.evaluate`.

    Raises:
        Mistake: The request makes no sense, or there is no such release.
    """
    run = read_encoder_run(request.run_file)
    try:
        split = Split(request.split)
        convolutions = tuple(ConvolutionKind(each) for each in request.convolutions)
        evaluation = Evaluation(split, request.people, request.jobs, request.seeds)
    except ValueError as error:
        raise Mistake(str(error)) from None
    text = text_vectors(workspace, run.text)
    learned = None
    if request.release is not None:
        release = find_release(workspace.releases, request.release)
        features = load_features(workspace, release, step)
        learned = Learned(features, load_links(release.links))
    with tempfile.TemporaryDirectory(prefix="careergraph-") as temporary:
        ours = OurContestants(text, run, Path(temporary), step, convolutions, learned)
        return evaluate(evaluation, text.encode, ours, step)
