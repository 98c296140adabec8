"""Makes a world, lets models learn in it, and writes the report on it."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.atomic_file import check_writable
from app.mistake import Mistake
from app.output import Step
from app.workspace import Workspace
from app.world import WorldRequest, build_world
from app.world_report.contest import (
    LEARNED,
    best_learned,
    judge,
    prepare_lessons,
    score_everything,
    text_similarity,
)
from app.world_report.exam import read_exam
from app.world_report.figures import Findings, figures_of
from app.world_report.groups import audit_groups
from app.world_report.laws import REAL_NETWORK, measure
from app.world_report.page import page_of
from app.world_report.plots import Plot, draw_all
from app.world_report.signals import weigh_features, weigh_signals
from graph.store import Store
from graph.text.packaged_model import packaged_model
from graph.whole_file import WholeFile
from graph.world.behaviour.utility import Task
from graph.world.config import WorldConfig
from graph.world.network.statistics import load_statistics
from graph.world.truth.reader import Truth, read_truth
from retrieval.baselines.history import read_history
from retrieval.baselines.market import read_market
from retrieval.baselines.pair_features import PairFeatures

FOLDER = "world"  # of the plots, beside the page


@dataclass(frozen=True)
class ReportRequest:
    """Which world to report on, and where to write the page."""

    config: WorldConfig
    out: Path  # a folder

    @property
    def page(self) -> Path:
        """The page; its plots lie in a folder beside it."""
        return self.out / f"{FOLDER}.md"


def make_report(request: ReportRequest, step: Step) -> dict[str, Any]:
    """Make a world and write the report on it.

    Returns:
        The figures of the report.

    Raises:
        Mistake: The page cannot be written there, or the text encoder is not installed.
    """
    encoder = encoder_folder()
    _check_out(request)
    with tempfile.TemporaryDirectory(prefix="careergraph-") as temporary:
        truth = Path(temporary) / "truth"
        workspace = Workspace(Path(temporary) / "home")
        build_world(workspace, WorldRequest(request.config, None, truth), step)
        store = workspace.open_store()
        found = examine(request.config, store, read_truth(truth), encoder, step)
    step("plots", 0)
    plots = draw_all(found.laws, found.real, found.rows, found.signals, found.groups)
    figures = figures_of(found)
    _write(request.page, page_of(found, plots, FOLDER), plots, figures)
    return figures


def examine(config: WorldConfig, store: Store, truth: Truth, encoder: Path, step: Step) -> Findings:
    """Measure a world, and let models learn from its store and be marked by its truth."""
    step("reading", 0)
    market, history = read_market(store), read_history(store)
    exam = read_exam(truth, market)
    features = PairFeatures(market, history)
    step("laws", 0)
    laws = measure(store, market, history, exam)
    lessons = prepare_lessons(features, exam)
    text = text_similarity(exam, store, encoder, step)
    scores = score_everything(exam, lessons, features, text, step)
    rows = judge(exam, scores)
    best = best_learned(rows, Task.APPLY)
    ranking = scores[best][Task.APPLY]
    step("what models do not see", 0)
    signals = weigh_signals(exam, ranking)
    step("what models see", 0)
    kinds = weigh_features(exam, lessons, LEARNED[best], ranking)
    groups = audit_groups(config.seed, step)
    real = load_statistics(REAL_NETWORK)
    return Findings(config, laws, real, exam, rows, best, signals, kinds, groups)


def encoder_folder() -> Path:
    """Return where the text encoder lies.

    Raises:
        Mistake: Its package is not installed.
    """
    try:
        return packaged_model()
    except FileNotFoundError as error:
        raise Mistake(f"{error}: `careergraph doctor` says what to do") from error


def _check_out(request: ReportRequest) -> None:
    if not request.out.is_dir():
        raise Mistake(f"there is no folder {request.out} to write the page to")
    check_writable(request.page)
    folder = request.out / FOLDER
    if folder.exists() and not folder.is_dir():
        raise Mistake(f"{folder} is a file, and the plots need a folder of that name")


def _write(page: Path, text: str, plots: Sequence[Plot], figures: dict[str, Any]) -> None:
    folder = page.parent / FOLDER
    for plot in plots:
        _write_whole(folder / f"{plot.name}.svg", plot.svg)
    _write_whole(folder / "figures.json", json.dumps(figures, indent=1, allow_nan=False) + "\n")
    _write_whole(page, text)


def _write_whole(path: Path, text: str) -> None:
    """Write a file that anybody may read: nothing in it is about a real person."""
    with WholeFile(path) as file:
        file.stream.write(text.encode())
        file.commit()
