"""A training that was killed, stopped or had no room goes on as if nothing had been."""

import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from training_process import FULL, INTERRUPTED, KILLED, End, TrainingServer

pytestmark = pytest.mark.slow
# So few candidates that they are drawn, and hard ones among them.
CONFIG: dict[str, Any] = {
    "scorer_steps": 4,
    "steps": 6,
    "evaluate_every": 3,
    "patience": 9,
    "candidates": 16,
}


@pytest.fixture(scope="module")
def server() -> Iterator[TrainingServer]:
    """Where trainings are started."""
    with TrainingServer() as server:
        yield server


@pytest.fixture(scope="module")
def undisturbed(server: TrainingServer, tmp_path_factory: pytest.TempPathFactory) -> End:
    """A training that nothing happened to."""
    return server.run(config=CONFIG, folder=str(tmp_path_factory.mktemp("undisturbed")))


def test_a_training_that_is_killed_again_and_again_ends_with_the_same_weights(
    server: TrainingServer, undisturbed: End, tmp_path: Path
) -> None:
    chance, kills, end = random.Random(1), 0, undisturbed._replace(code=KILLED)
    while end.code == KILLED and kills < 30:
        lives = chance.randint(3, 5)
        count = iter(range(100))

        def kill(pid: int, _step: int, lives: int = lives, count: Iterator[int] = count) -> None:
            if next(count) == lives:
                os.kill(pid, signal.SIGKILL)

        end = server.run(kill, config=CONFIG, folder=str(tmp_path))
        kills += end.code == KILLED
    assert end.code == 0
    assert end.said == undisturbed.said
    assert kills >= 2
    assert len(list(tmp_path.iterdir())) == 2  # nothing of what was half written is left


@pytest.mark.parametrize("at", [8, 11, 13, 15])
def test_a_kill_while_the_state_is_written_leaves_one_that_loads(
    server: TrainingServer, undisturbed: End, tmp_path: Path, at: int
) -> None:
    first = server.run(config=CONFIG, folder=str(tmp_path), die_at=at)
    assert first.code == KILLED
    second = server.run(config=CONFIG, folder=str(tmp_path))
    assert second.code == 0
    assert second.said == undisturbed.said
    assert len(second.steps) < len(undisturbed.steps)


def test_a_terminated_training_keeps_its_state_says_so_and_goes_on(
    server: TrainingServer, undisturbed: End, tmp_path: Path
) -> None:
    def terminate(pid: int, step: int) -> None:
        if step == 4:
            os.kill(pid, signal.SIGTERM)

    first = server.run(terminate, config=CONFIG, folder=str(tmp_path))
    assert first.code == INTERRUPTED
    assert first.said["message"] == f"training was stopped after step {first.steps[-1]} of 10"
    second = server.run(config=CONFIG, folder=str(tmp_path))
    assert second.said == undisturbed.said
    assert second.steps[0] == first.steps[-1] + 1


def test_a_full_disk_stops_training_and_keeps_the_state_of_before(
    server: TrainingServer, undisturbed: End, tmp_path: Path
) -> None:
    first = server.run(config=CONFIG, folder=str(tmp_path), full_at=4)
    assert first.code == FULL
    assert "File too large" in first.said["message"]
    second = server.run(config=CONFIG, folder=str(tmp_path))
    assert second.steps[0] == 5  # the state after step 4 is still there
    assert second.said == undisturbed.said


def test_two_processes_learn_as_well_as_one_and_end_with_one_set_of_weights(
    server: TrainingServer, tmp_path: Path
) -> None:
    """The mark is a mean reciprocal rank; chance gives 0.13, and seeds differ by 0.05."""
    config = {"steps": 30, "evaluate_every": 15, "links": 64}
    alone = server.run(config=config | {"links": 128})
    both = server.run(config=config, processes=2, together=str(tmp_path / "meeting"))
    assert both.code == 0
    one, other = both.said["all"]
    assert one == other
    assert one["mark"] > alone.said["mark"] - 0.07
