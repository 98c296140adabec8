"""The answer sheet of a world is read by evaluation alone, never by training or serving."""

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PACKAGES = ("app", "graph", "llm", "retrieval")
READER = "graph.world.truth.reader"
# Who may read it, and who may start those; `cli` only inside the command that was asked for.
EVALUATION = ("app.world_report", "app.encoder_report", "app.evaluating")
STARTED_BY = {"app.cli"}


class Module(NamedTuple):
    """What a module names."""

    imports: set[str]
    at_start: set[str]  # of these, what is imported outside of its functions
    words: set[str]


@cache
def modules() -> dict[str, Module]:
    """Return every module of the house by its name."""
    found: dict[str, Module] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = read(ast.parse(path.read_text(encoding="utf-8")))
    return found


def read(tree: ast.Module) -> Module:
    outside = [node for node in tree.body if not isinstance(node, ast.FunctionDef)]
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return Module(
        imported(tree),
        {name for node in outside for name in imported(node)},
        {value for value in constants if isinstance(value, str)},
    )


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def is_evaluation(module: str) -> bool:
    return module.startswith(EVALUATION)


def test_only_evaluation_imports_the_reader() -> None:
    readers = {name for name, module in modules().items() if READER in module.imports}
    assert readers, "nobody reads the answer sheet: the list above is out of date"
    assert {name for name in readers if not is_evaluation(name)} == set()


def test_training_and_serving_do_not_reach_the_reader_through_evaluation() -> None:
    users = {
        name
        for name, module in modules().items()
        if any(is_evaluation(other) for other in module.imports) and not is_evaluation(name)
    }
    assert users <= STARTED_BY


def test_the_command_line_loads_evaluation_only_when_asked() -> None:
    at_start = modules()["app.cli"].at_start
    assert not any(is_evaluation(name) or name == READER for name in at_start)


def test_nobody_else_knows_the_names_of_its_files() -> None:
    from graph.world.truth.format import JOB_PAIRS, MANIFEST, NEXT_TITLES, PERSON_PAIRS

    secret = {f"{name}.parquet" for name in (JOB_PAIRS, PERSON_PAIRS, NEXT_TITLES)}
    secret |= {MANIFEST, JOB_PAIRS, PERSON_PAIRS, NEXT_TITLES}
    for name, module in modules().items():
        if name == "graph.world.truth.format" or is_evaluation(name):
            continue
        assert not module.words & secret, name
