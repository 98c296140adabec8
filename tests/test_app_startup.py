"""The command line starts at once: it loads what a command needs and nothing beside it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODELS = {
    "faiss",
    "gradio",
    "numba",
    "pandas",
    "scipy",
    "sklearn",
    "torch",
    "torch_geometric",
    "transformers",
}
LOADED = """
import sys
from app.cli import main
try:
    main()
except SystemExit as ended:
    sys.stderr.write(" ".join(sys.modules))
    raise
"""


def modules_loaded(*words: str | Path) -> set[str]:
    """Return the top-level modules that a command loads."""
    command = [sys.executable, "-c", LOADED, *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    return set(done.stderr.split())


def test_help_loads_no_database_and_no_numbers() -> None:
    loaded = modules_loaded("--help")
    assert loaded & (MODELS | {"sqlalchemy", "alembic", "numpy", "pyarrow", "rich"}) == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content", "beside"),
    [
        ("people.csv", "id,name,company\np1,Ann,Northwind\n", {"numpy", "pyarrow"}),
        ("events.csv", "person_id,kind,item_id,at\np1,follow,Contoso,2024-01-01\n", {"pyarrow"}),
    ],
)
def test_an_import_of_small_files_loads_no_model_library(
    tmp_path: Path, name: str, content: str, beside: set[str]
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "all_people.csv").write_text("id,name\np1,Ann\n")
    (tmp_path / "in" / name).write_text(content)
    loaded = modules_loaded("--home", tmp_path / "home", "--quiet", "import", tmp_path / "in")
    assert loaded & (MODELS | beside) == set()
