"""Training from the command line: a release comes of it, and a kill costs little."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graph.schema import NodeType
from graph.store import Store

ROOT = Path(__file__).parents[1]
RUN = """
[encoder]
width = 16
out_width = 32
[training]
scorer_steps = 4
steps = 8
evaluate_every = 4
links = 64
candidates = 128
"""
pytestmark = pytest.mark.slow


def command(home: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "app", "--home", str(home), "--json", *words]


def say(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.run(
        command(home, *words),
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a small world."""
    home = tmp_path_factory.mktemp("workspace") / "home"
    made = say(home, "world", "--people", "60", "--jobs", "60", "--seed", "3")
    assert made.returncode == 0, made.stderr
    (home.parent / "run.toml").write_text(RUN)
    return home


def train(home: Path, name: str) -> subprocess.CompletedProcess[str]:
    run = str(home.parent / "run.toml")
    return say(home, "train", "encoder", "--run", run, "--name", name)


@pytest.fixture(scope="module")
def first(home: Path) -> subprocess.CompletedProcess[str]:
    """What the first training said; all texts of the workspace have been encoded by it."""
    done = train(home, "first")
    assert done.returncode == 0, done.stderr
    return done


def weights(home: Path, name: str) -> bytes:
    return (home / "releases" / name / "links" / "encoder" / "model.safetensors").read_bytes()


def test_a_release_is_trained_diagnosed_and_gone_on_from(
    home: Path, first: subprocess.CompletedProcess[str]
) -> None:
    told = json.loads(first.stdout)
    assert told["release"] == "first"
    assert [each["step"] for each in told["history"]] == [8, 12]
    assert not (home / "runs" / "first").exists()
    again = say(
        home,
        *("train", "encoder", "--from", "first", "--name", "second"),
        *("--run", str(home.parent / "run.toml")),
    )
    assert again.returncode == 0, again.stderr
    assert weights(home, "first") != weights(home, "second")
    found = say(home, "diagnose", "--release", "first")
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["findings"]


def test_a_killed_run_goes_on_to_the_same_weights(home: Path) -> None:
    assert train(home, "whole").returncode == 0
    run = str(home.parent / "run.toml")
    words = command(home, "train", "encoder", "--run", run, "--name", "torn")
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(words, cwd=ROOT, env=environment)
    state = home / "runs" / "torn" / "training.json"
    while not state.exists() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert train(home, "torn").returncode == 0
    assert weights(home, "torn") == weights(home, "whole")


def test_an_erased_person_leaves_nothing_derived(home: Path) -> None:
    assert train(home, "before").returncode == 0
    assert list((home / "snapshots").iterdir())
    person = next(Store.open(home / "store.db").stream_nodes(NodeType.PERSON, ()))[0][1]
    erased = say(home, "erase", "--person", person, "--yes")
    assert erased.returncode == 0, erased.stderr
    assert not (home / "snapshots").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--name", "A b"], "cannot be the name"),
        (["--from", "nobody"], "there is no release in nobody"),
        (["--run", "missing.toml"], "missing.toml"),
    ],
)
def test_a_mistake_is_one_line(home: Path, words: list[str], said: str) -> None:
    done = say(home, "train", "encoder", *words)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.usefixtures("first")
def test_a_graph_without_links_says_that_there_is_not_enough(home: Path, tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text("id,name,headline\np1,Ann Example,Data engineer\n")
    other = tmp_path / "home"
    assert say(other, "import", str(table)).returncode == 0
    shutil.copytree(home / "cache", other / "cache")  # it knows of the same skills and titles
    done = say(other, "train", "encoder", "--name", "none")
    assert done.returncode == 2
    assert "not enough data" in done.stderr
    assert not (other / "releases").exists()
