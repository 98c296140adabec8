"""Trains an encoder on the facts of a workspace and publishes it as a release."""

import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.feature_columns import feature_columns
from app.graph_snapshot import fit_features, load_features, snapshot_of
from app.mistake import Mistake
from app.output import Step
from app.release import FEATURES_FILE, LINKS_FOLDER, Release, check_name, find_release, publish
from app.run_file import EncoderRun, read_encoder_run
from app.stopping import Stopping, stopping_in_order
from app.workspace import Workspace
from graph.features.feature_encoder import FeatureEncoder
from graph.links.saved_links import load_links, save_links
from graph.snapshot.snapshot import Snapshot
from graph.training.checkpoint import ForeignRun
from graph.training.lessons import NothingToLearn
from graph.training.train import (
    StopTraining,
    Told,
    Trained,
    TrainingFailed,
    train_encoder,
)
from graph.training.validation import AT


@dataclass(frozen=True)
class EncoderRequest:
    """What to train from, and what to call it."""

    run_file: Path | None = None
    start: str | None = None  # the release to go on from
    name: str | None = None  # None: after the day


def train_release(workspace: Workspace, request: EncoderRequest, step: Step) -> Release:
    """Train, and publish what was best.

    A run that was interrupted goes on where it was last kept, when it is asked for by the same
    name with the same settings and facts.

    Raises:
        Mistake: The run file or a name is wrong, or there is nothing to learn from.
        OSError: A file cannot be written.
    """
    run = read_encoder_run(request.run_file)
    name = request.name or time.strftime("encoder-%Y-%m-%d")
    check_name(name)
    if (workspace.releases / name).exists():
        raise Mistake(
            f"there is a release {name} in {workspace.releases} already: choose another --name"
        )
    start = find_release(workspace.releases, request.start) if request.start else None
    store = workspace.open_store()
    if start is None:
        features = fit_features(workspace, store, run.text, step)
    else:
        features = load_features(workspace, start, step)
    snapshot = snapshot_of(workspace, store, features, step)
    begin = None if start is None else load_links(start.links)
    try:
        with stopping_in_order() as stopping:
            trained = train_encoder(
                snapshot,
                run.encoder,
                run.training,
                workspace.runs / name,
                _teller(step, stopping),
                start=begin,
                columns=feature_columns(features),
            )
    except (NothingToLearn, ForeignRun) as error:
        raise Mistake(str(error)) from None
    except StopTraining as error:
        raise Mistake(f"{error}: the same command goes on from there") from None
    except TrainingFailed as error:
        raise Mistake(f"{error}; nothing was published") from None
    release = _publish(workspace, name, run, features, snapshot, trained)
    shutil.rmtree(workspace.runs / name)
    return release


def _publish(
    workspace: Workspace,
    name: str,
    run: EncoderRun,
    features: FeatureEncoder,
    snapshot: Snapshot,
    trained: Trained,
) -> Release:
    hashes: list[str] = []

    def write(folder: Path) -> None:
        features.save(folder / FEATURES_FILE)
        hashes.append(save_links(trained.model, folder / LINKS_FOLDER))
        said["encoder"] = hashes[0]

    said: dict[str, Any] = {
        "schema": 1,
        "text_encoder": {"id": features.fitted.text_id, "config": asdict(run.text)},
        "features": features.fingerprint,
        "encoder": "",
        "trained": {
            "snapshot": snapshot.fingerprint,
            "training": run.training.as_json(),
            "best_step": trained.state.best_step,
            "history": trained.state.history,
        },
    }
    return publish(workspace.releases, name, said, write)


def _teller(step: Step, stopping: Stopping) -> Callable[[Told], None]:
    """Return what tells a person how far training has come, and how well it does."""
    begun, found = time.monotonic(), ""
    first: int | None = None

    def tell(told: Told) -> None:
        nonlocal first, found
        first = told.step if first is None else first
        if told.found:
            found = "".join(
                f"; of 100 new {name} links {100 * each.recall:.0f} in the first {AT}"
                for name, each in told.found.items()
            )
        done = told.step - first + 1
        left = (time.monotonic() - begun) / done * (told.steps - told.step) / 60
        step(f"at most {told.steps} steps and {left:.0f} min to go{found}; steps", told.step)
        if stopping.is_asked:
            raise StopTraining

    return tell
