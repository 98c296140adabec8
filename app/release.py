"""Releases: trained parts that belong together, in one folder, whole or not there at all."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.mistake import Mistake
from graph.snapshot.new_folder import new_folder
from graph.whole_file import WholeFile

FORMAT = 1
MANIFEST = "manifest.json"  # written last: a folder that holds it is whole
FEATURES_FILE, LINKS_FOLDER = "features.json", "links"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_KEYS = ("format", "name", "schema", "text_encoder", "features", "encoder", "trained", "files")


@dataclass(frozen=True)
class Release:
    """A folder whose files are those its manifest names."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Return what it is called."""
        return str(self.manifest["name"])

    @property
    def features(self) -> Path:
        """Return what the feature encoder was fitted to."""
        return self.folder / FEATURES_FILE

    @property
    def links(self) -> Path:
        """Return the folder of encoder and scorer."""
        return self.folder / LINKS_FOLDER


def check_name(name: str) -> None:
    """Refuse a name that cannot be a folder everywhere.

    Raises:
        Mistake: It cannot.
    """
    if not _NAME.fullmatch(name):
        raise Mistake(
            f"{name!r} cannot be the name of a release: small letters, digits, dots, dashes and "
            "underscores only, 64 at most, and a letter or digit first"
        )


def publish(
    root: Path, name: str, said: Mapping[str, Any], write: Callable[[Path], None]
) -> Release:
    """Write a release beside the others and give it its name once it is whole.

    Args:
        root: The folder of releases.
        name: Its own; one of that name must not be there.
        said: What the manifest says beside format, name and files.
        write: Writes the parts into a folder.

    Raises:
        Mistake: There is a release of that name.
        BlockingIOError: Another process publishes one just now.
    """
    folder = root / name
    if folder.exists():
        raise Mistake(f"there is a release {name} in {root} already: choose another --name")
    with new_folder(folder) as made:
        write(made)
        manifest = {"format": FORMAT, "name": name, **said, "files": _hashes(made)}
        with WholeFile(made / MANIFEST) as file:
            file.stream.write((json.dumps(manifest, indent=1) + "\n").encode())
            file.commit()
    return Release(folder, manifest)


def open_release(folder: Path) -> Release:
    """Open a release whose files are exactly those of its manifest, to the byte.

    Raises:
        Mistake: There is none, it is of another format, or a file is missing, changed or foreign.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise Mistake(f"there is no release in {folder}: it has no {MANIFEST}")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Mistake(f"{path} is damaged: {error}") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else None
        raise Mistake(f"{path} has the format {found!r}, this version reads {FORMAT}")
    if sorted(manifest) != sorted(_KEYS):
        raise Mistake(f"{path} has the keys {sorted(manifest)}, and should have {sorted(_KEYS)}")
    found, wanted = _hashes(folder), manifest["files"]
    for file in sorted(set(found) | set(wanted)):
        if found.get(file) != wanted.get(file):
            raise Mistake(
                f"{folder / file}: the manifest says {wanted.get(file) or 'no such file'}, "
                f"and there is {found.get(file) or 'none'}"
            )
    return Release(folder, manifest)


def newest_release(root: Path) -> Release | None:
    """Return the release that was made last; None where there is none."""
    folders = [path.parent for path in root.glob(f"[!.]*/{MANIFEST}")] if root.is_dir() else []
    if not folders:
        return None
    return open_release(max(folders, key=lambda folder: (folder / MANIFEST).stat().st_mtime_ns))


def find_release(root: Path, name: str | None) -> Release:
    """Open a release by its name or folder, or the newest.

    Raises:
        Mistake: There is none.
    """
    if name is None:
        found = newest_release(root)
        if found is None:
            raise Mistake(f"there is no release in {root} yet: run `careergraph train encoder`")
        return found
    folder = root / name
    return open_release(folder if folder.is_dir() else Path(name))


def _hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file in a folder but the manifest; a link is no file."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = "a link"
        elif path.is_file() and name != MANIFEST:
            with path.open("rb") as stream:
                found[name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found
