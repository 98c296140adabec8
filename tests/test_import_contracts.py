"""The import contracts hold, and each of them notices what it forbids."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"

pytestmark = pytest.mark.slow


def _broken_contract(folder: Path, contract: str) -> bool:
    command = [sys.executable, "-c", LINT_IMPORTS, "--no-cache", "--contract", contract]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert "Contracts: " in done.stdout, done.stdout + done.stderr
    return "1 broken" in done.stdout


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Four packages, and the modules that our contracts name, with nothing in them."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in ("app", "graph", "llm", "retrieval"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for contract in settings["tool"]["importlinter"]["contracts"]:
        for module in contract.get("source_modules", []):  # those named must be there
            if "." in module:
                (tmp_path / f"{module.replace('.', '/')}.py").touch()
    return tmp_path


@pytest.mark.parametrize("contract", ["layers", "facts", "web", "circles"])
def test_an_empty_house_keeps_every_contract(house: Path, contract: str) -> None:
    assert not _broken_contract(house, contract)


@pytest.mark.parametrize(
    ("contract", "file", "line"),
    [
        ("layers", "graph/store.py", "import app"),
        ("layers", "llm/prompt.py", "import retrieval"),
        ("layers", "retrieval/ranker.py", "from llm import prompt"),
        ("facts", "graph/store.py", "import torch"),
        ("facts", "graph/importers.py", "from transformers import AutoModel"),
        ("web", "llm/base_model.py", "import gradio"),
        ("web", "retrieval/ranker.py", "from fastapi import FastAPI"),
    ],
)
def test_a_forbidden_import_is_noticed(house: Path, contract: str, file: str, line: str) -> None:
    (house / file).write_text(f"{line}\n")
    assert _broken_contract(house, contract)


def test_a_circle_inside_a_package_is_noticed(house: Path) -> None:
    (house / "graph" / "store.py").write_text("import graph.linking\n")
    (house / "graph" / "linking.py").write_text("import graph.store\n")
    assert _broken_contract(house, "circles")
