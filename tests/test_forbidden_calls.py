"""Our code calls nothing that runs what a file says, and writes files only where that is its work.

Read from the syntax of every file of the house; a call that is no name and no attribute, such as
one through `getattr`, is not seen.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "graph", "llm", "retrieval")
FORBIDDEN = {
    "eval": "runs text",
    "exec": "runs text",
    "compile": "makes text run",
    "__import__": "loads by text",
    "os.system": "a shell",
    "os.popen": "a shell",
    "subprocess.getoutput": "a shell",
    "subprocess.getstatusoutput": "a shell",
    "pickle.load": "runs what it reads",
    "pickle.loads": "runs what it reads",
    "pickle.Unpickler": "runs what it reads",
    "cPickle.load": "runs what it reads",
    "dill.load": "runs what it reads",
    "dill.loads": "runs what it reads",
    "cloudpickle.load": "runs what it reads",
    "cloudpickle.loads": "runs what it reads",
    "joblib.load": "runs what it reads",
    "marshal.load": "runs what it reads",
    "marshal.loads": "runs what it reads",
    "shelve.open": "runs what it reads",
    "pandas.read_pickle": "runs what it reads",
    "pd.read_pickle": "runs what it reads",
    "yaml.load": "makes objects",
    "yaml.unsafe_load": "makes objects",
    "yaml.full_load": "makes objects",
    "tempfile.mktemp": "a name that another process may take first",
}
WRITING_METHODS = {"write_text", "write_bytes", "touch", "savez", "savez_compressed"}
# Where files are written, each whole or not at all; everything else goes through these.
WRITERS = {
    "app/atomic_file.py": "private text, by a temporary neighbour",
    "app/workspace.py": "an empty private file for the database to fill",
    "graph/store/migrate.py": "a private copy of the store, before it is brought up to date",
    "graph/store/lock.py": "the number of the process that writes",
    "graph/text/vector_cache.py": "an empty private file for the database to fill",
    "graph/whole_file.py": "tables, by a temporary neighbour",
}


class Call(NamedTuple):
    """A call that breaks a rule."""

    line: int
    why: str


class Found(NamedTuple):
    """What a file calls that is looked at."""

    dangerous: list[Call]
    writing: list[Call]


@cache
def found_in_files() -> dict[str, Found]:
    """Return what was found in each file of the house, by its path."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    assert len(paths) > 50
    found: dict[str, Found] = {}
    for path in paths:
        all_calls = list(calls(path.read_text(encoding="utf-8")))
        name = path.relative_to(ROOT).as_posix()
        found[name] = Found(dangerous_among(all_calls), writing_among(all_calls))
    return found


def full_name(node: ast.expr) -> str:
    """Return the dotted name of what is called; "" before a dot where it is no plain name."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{full_name(value)}.{name}"
    return ""


def imported_names(tree: ast.AST) -> dict[str, str]:
    """Return what each imported name stands for: {"run": "subprocess.run", "p": "pickle"}."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom):
            names |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return names


def calls(source: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call with the name of what is called, import names written out."""
    tree = ast.parse(source)
    stands_for = imported_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            first, dot, rest = full_name(node.func).partition(".")
            yield stands_for.get(first, first) + dot + rest, node


def dangerous_among(found: Iterable[tuple[str, ast.Call]]) -> list[Call]:
    return sorted(Call(node.lineno, why) for name, node in found if (why := danger(name, node)))


def dangerous_calls(source: str) -> list[Call]:
    return dangerous_among(calls(source))


def danger(name: str, node: ast.Call) -> str | None:
    said = {word.arg: getattr(word.value, "value", None) for word in node.keywords}
    if name in FORBIDDEN:
        return f"{name}: {FORBIDDEN[name]}"
    if said.get("shell") not in (None, False):
        return f"{name}(shell=True): a shell"
    if said.get("allow_pickle") not in (None, False):
        return f"{name}(allow_pickle=True): runs what it reads"
    if name == "torch.load" and said.get("weights_only") is not True:
        return "torch.load without weights_only=True: runs what it reads"
    return None


def writing_among(found: Iterable[tuple[str, ast.Call]]) -> list[Call]:
    return sorted(Call(node.lineno, name) for name, node in found if writes(name, node))


def writing_calls(source: str) -> list[Call]:
    return writing_among(calls(source))


def writes(name: str, node: ast.Call) -> bool:
    if name == "app.atomic_file.write_text":
        return False
    last = name.rpartition(".")[2]
    if last in WRITING_METHODS or name in ("os.open", "os.fdopen", "tempfile.mkstemp", "np.save"):
        return True
    if last != "open":
        return False
    place = 1 if name in ("open", "io.open", "codecs.open") else 0
    given = [node.args[place]] if len(node.args) > place else []
    given += [word.value for word in node.keywords if word.arg == "mode"]
    modes = [mode.value for mode in given if isinstance(mode, ast.Constant)]
    return any(
        isinstance(mode, str) and len(mode) < 4 and set(mode) & set("wax+") for mode in modes
    )


def test_no_file_calls_what_runs_data() -> None:
    found = {path: each.dangerous for path, each in found_in_files().items() if each.dangerous}
    assert found == {}


def test_files_are_written_only_where_that_is_done_whole_or_not_at_all() -> None:
    found = {path: each.writing for path, each in found_in_files().items() if each.writing}
    assert {name: calls for name, calls in found.items() if name not in WRITERS} == {}
    assert set(WRITERS) <= found.keys(), "a writer that writes nothing any more"


@pytest.mark.parametrize(
    "code",
    [
        "eval(x)",
        "import os; os.system('ls')",
        "from os import system as run; run('ls')",
        "import pickle as p; p.loads(x)",
        "from pickle import load; load(x)",
        "import numpy as np; np.load(x, allow_pickle=True)",
        "import subprocess; subprocess.run('ls', shell=True)",
        "import torch; torch.load(x)",
        "import torch; torch.load(x, weights_only=False)",
        "import joblib; joblib.load(x)",
        "import yaml; yaml.load(x)",
    ],
)
def test_the_check_notices_what_it_forbids(code: str) -> None:
    assert len(dangerous_calls(code)) == 1


def test_the_check_lets_safe_calls_be() -> None:
    safe = "import torch, json, re; torch.load(x, weights_only=True); json.load(x); re.compile(y)"
    assert dangerous_calls(safe) == []
    assert writing_calls("open(x); path.open('rb'); zipfile.open(name)") == []


@pytest.mark.parametrize(
    "code", ["open(x, 'w')", "p.open('ab')", "open(x, mode='x')", "p.write_text(y)", "p.touch()"]
)
def test_the_check_notices_writing(code: str) -> None:
    assert len(writing_calls(code)) == 1
