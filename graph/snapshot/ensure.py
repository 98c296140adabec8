"""Keeps one snapshot of a store that is up to date, under a folder named by its fingerprint."""

import logging
import shutil
from collections.abc import Sequence
from pathlib import Path

from graph.features.source import FeatureSource
from graph.snapshot.build import Step, build_snapshot, fingerprint_of, update_snapshot
from graph.snapshot.facts import read_node_lists
from graph.snapshot.manifest import UnusableSnapshot
from graph.snapshot.snapshot import Snapshot
from graph.store import Store

log = logging.getLogger(__name__)


def ensure_snapshot(store: Store, features: FeatureSource, root: Path, step: Step) -> Snapshot:
    """Open the snapshot of the facts as they are, making it where it is not there.

    It is made from the newest older one, as far as that still holds. The older ones are then
    removed, so that nobody who was erased is left in them; who has one open keeps what they see.

    Args:
        store: Whose facts; others may write to it meanwhile.
        features: Turns nodes into numbers.
        root: A folder for snapshots of this store alone.
        step: Called with what has been done, and how much of it; not when nothing is to do.

    Raises:
        BlockingIOError: Another process makes one just now.
        ValueError: A feature, or the weight of an edge, is not finite; the older ones stay.
    """
    with store.at_one_moment() as facts:
        nodes = read_node_lists(facts)
        folder = root / fingerprint_of(facts.fingerprint(), features, nodes)
        others = _others(root, folder)
        snapshot = _opened(folder)
        if snapshot is None:
            if folder.exists():  # damaged: it would only be in the way
                shutil.rmtree(folder)
            snapshot = _make(facts, features, folder, step, others)
    for other in others:
        shutil.rmtree(other, ignore_errors=True)
    return snapshot


def _make(
    facts: Store, features: FeatureSource, folder: Path, step: Step, others: Sequence[Path]
) -> Snapshot:
    for other in others:
        old = _opened(other)
        if old is not None:
            return update_snapshot(old, facts, features, folder, step)
    return build_snapshot(facts, features, folder, step)


def _others(root: Path, folder: Path) -> list[Path]:
    """Return the folders of other snapshots, the newest first."""
    if not root.is_dir():
        return []
    is_ours = (each for each in root.iterdir() if each.is_dir() and each.name != folder.name)
    whole = [each for each in is_ours if not each.name.startswith(".")]
    return sorted(whole, key=lambda each: each.stat().st_mtime_ns, reverse=True)


def _opened(folder: Path) -> Snapshot | None:
    if not folder.exists():
        return None
    try:
        return Snapshot.open(folder)
    except UnusableSnapshot as error:
        log.info("made again: %s", error)
        return None
