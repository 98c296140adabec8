"""Makes the facts of a workspace ready for learning: texts encoded, features fitted, arrays."""

from pathlib import Path

from app.output import Step
from app.release import Release
from app.workspace import PRIVATE_FOLDER, Workspace
from graph.features.feature_encoder import FeatureEncoder
from graph.schema import NodeType
from graph.snapshot.ensure import ensure_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.store import Store
from graph.text.cached_encoder import CachedEncoder
from graph.text.text_encoder import TextEncoder, TextEncoderConfig
from graph.text.vector_cache import VectorCache


def text_vectors(workspace: Workspace, config: TextEncoderConfig) -> CachedEncoder:
    """Return the text encoder, with what it encoded before in this workspace.

    Raises:
        FileNotFoundError: The model is not on this machine.
    """
    path = workspace.text_vectors
    _make_private(workspace.home)
    _make_private(path.parent)
    return CachedEncoder(TextEncoder(config=config), VectorCache(path))


def fit_features(
    workspace: Workspace, store: Store, config: TextEncoderConfig, step: Step
) -> FeatureEncoder:
    """Learn from the facts of a store what their features are measured by."""
    step("features", 0)
    return FeatureEncoder.fit(store, text_vectors(workspace, config), _progress(step))


def load_features(workspace: Workspace, release: Release, step: Step) -> FeatureEncoder:
    """Return the features of a release."""
    config = TextEncoderConfig(**release.manifest["text_encoder"]["config"])
    return FeatureEncoder.load(release.features, text_vectors(workspace, config), _progress(step))


def snapshot_of(
    workspace: Workspace, store: Store, features: FeatureEncoder, step: Step
) -> Snapshot:
    """Return the facts as they are now, as arrays; only what changed is worked out anew.

    Raises:
        BlockingIOError: Another process makes them just now.
        ValueError: A number in the facts is not finite; its node is named.
    """
    _make_private(workspace.snapshots)
    return ensure_snapshot(store, features, workspace.snapshots, step)


def _progress(step: Step):  # noqa: ANN202  a small closure
    def told(kind: NodeType, done: int) -> None:
        step(f"{kind} texts and features", done)

    return told


def _make_private(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
