"""The installation is pinned, names no machine, and starts without loading a model library."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PIN = re.compile(r"(?P<name>[a-z0-9.-]+)(?:\[[a-z]+\])?==(?P<version>[0-9][0-9a-z.]*)")
HEAVY = {"faiss", "gradio", "pandas", "sklearn", "torch", "torch_geometric", "transformers"}


def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def _lines(file_name: str) -> list[str]:
    lines = (ROOT / file_name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _extras() -> list[str]:
    extras: dict[str, list[str]] = _project()["optional-dependencies"]
    return [requirement for extra in extras.values() for requirement in extra]


@pytest.mark.parametrize("name", ["app", "graph", "llm", "retrieval"])
def test_no_foreign_distribution_takes_the_name_of_our_package(name: str) -> None:
    with pytest.raises(PackageNotFoundError):
        version(name)


def test_every_direct_dependency_is_pinned_to_one_version() -> None:
    requirements = [*_project()["dependencies"], *_extras()]
    assert [each for each in requirements if PIN.fullmatch(each) is None] == []


def test_every_direct_dependency_is_constrained_to_the_version_it_is_pinned_to() -> None:
    constraints = dict(line.split("==") for line in _lines("constraints.txt"))
    for requirement in [*_project()["dependencies"], *_extras()]:
        pin = PIN.fullmatch(requirement)
        assert pin is not None
        assert constraints.get(pin["name"]) == pin["version"]


def test_every_constraint_is_a_plain_version_that_any_machine_can_have() -> None:
    assert [line for line in _lines("constraints.txt") if PIN.fullmatch(line) is None] == []


@pytest.mark.parametrize("file_name", ["pyproject.toml", "requirements-models.txt", "Makefile"])
def test_no_file_of_the_installation_names_a_host_or_a_place_on_a_disk(file_name: str) -> None:
    text = (ROOT / file_name).read_text()
    assert re.findall(r"https?://|file:|index-url|find-links|/home/|/opt/|/root/", text) == []


def test_what_is_installed_is_what_is_pinned() -> None:
    for requirement in _project()["dependencies"]:
        pin = PIN.fullmatch(requirement)
        assert pin is not None
        assert version(pin["name"]).partition("+")[0] == pin["version"]


def test_a_model_package_is_pinned_by_version_and_hash() -> None:
    pattern = re.compile(r"[a-z0-9-]+==[0-9.]+ --hash=sha256:[0-9a-f]{64}")
    assert [each for each in _lines("requirements-models.txt") if not pattern.fullmatch(each)] == []


def test_the_command_line_starts_without_a_model_library() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "app", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}
    assert "typer" in imported
    assert imported & HEAVY == set()
