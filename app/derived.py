"""Forgets what was derived from facts that are gone."""

import shutil

from app.workspace import Workspace


def forget_derived(workspace: Workspace) -> None:
    """Remove snapshots, unfinished runs, and the vectors of texts that nobody has any more.

    Snapshots and vectors are made anew when they are next needed. Releases stay: they hold no
    facts of anybody, only what was learned from all.

    Raises:
        OSError: Something cannot be removed.
    """
    for folder in (workspace.snapshots, workspace.runs):
        if folder.exists():
            shutil.rmtree(folder)
    if not workspace.text_vectors.exists():
        return
    from app.graph_snapshot import text_vectors
    from graph.text.node_texts import all_texts
    from graph.text.text_encoder import TextEncoderConfig

    try:
        kept = text_vectors(workspace, TextEncoderConfig())
    except FileNotFoundError:  # without the model nobody can tell whose a vector is
        workspace.text_vectors.unlink()
        return
    kept.keep_only(all_texts(workspace.open_store()))
