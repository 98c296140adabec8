"""Brings together the facts of a workspace and what a release learned."""

from app.graph_snapshot import fit_features, load_features, snapshot_of
from app.mistake import Mistake
from app.output import Step
from app.release import Release, find_release, newest_release
from app.workspace import Workspace
from graph.links.graph_view import schema_of
from graph.links.link_model import LinkModel
from graph.links.saved_links import load_links
from graph.snapshot.snapshot import Snapshot
from graph.text.text_encoder import TextEncoderConfig


def learned_graph(
    workspace: Workspace, name: str | None, step: Step
) -> tuple[Snapshot, LinkModel | None]:
    """Return the facts as arrays, and the model of a release.

    Args:
        workspace: Whose facts and releases.
        name: Of the release; None: the newest, or no model where there is no release.
        step: Told what is being worked on.

    Raises:
        Mistake: There is no such release, or it does not fit.
    """
    release = newest_release(workspace.releases)
    if name is not None:
        release = find_release(workspace.releases, name)
    store = workspace.open_store()
    if release is None:
        features = fit_features(workspace, store, TextEncoderConfig(), step)
        return snapshot_of(workspace, store, features, step), None
    features = load_features(workspace, release, step)
    snapshot = snapshot_of(workspace, store, features, step)
    return snapshot, load_model(release, snapshot)


def load_model(release: Release, snapshot: Snapshot) -> LinkModel:
    """Load the model of a release, for a snapshot with its features.

    Raises:
        Mistake: The release is damaged, or of another schema.
    """
    try:
        model = load_links(release.links)
        found = schema_of(snapshot, model.encoder.schema.relations)
        model.encoder.schema.check_same(found)
    except (ValueError, FileNotFoundError) as error:
        raise Mistake(f"release {release.name}: {error}") from None
    return model
