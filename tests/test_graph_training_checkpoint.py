"""A run goes on from its state as if it had never stopped, and from no other run's."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_facts import NOW, PERSON, REQUIRES, SmallFacts, matchmaking
from small_training import ENCODER, short

from graph.encoder.config import EncoderConfig
from graph.links.link_target import JOB, SKILL, TARGETS, LinkTarget
from graph.training.checkpoint import STATE_FILE, ForeignRun, hash_of_weights
from graph.training.train import StopTraining, Told, Trained, train_encoder
from graph.training.training_config import TrainingConfig

FACTS = matchmaking(people=30, jobs=30)
OWN_VECTORS = replace(ENCODER, id_embeddings={PERSON: 20})
DRAWN = short(candidates=8, steps=5)  # so few that they are drawn, and hard ones among them


def stopping(after: int) -> Callable[[Told], None]:
    """Stop after a step."""

    def tell(told: Told) -> None:
        if told.step == after:
            raise StopTraining

    return tell


def run(
    folder: Path | None,
    tell: Callable[[Told], None] = lambda _told: None,
    config: TrainingConfig = DRAWN,
    encoder: EncoderConfig = OWN_VECTORS,
) -> Trained:
    """Train on the small facts."""
    return train_encoder(FACTS, encoder, config, folder, tell)


@pytest.fixture(scope="module")
def uninterrupted() -> Trained:
    """A run that nothing happened to."""
    return run(None)


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a run stopped after step 3, one step after an evaluation."""
    folder = tmp_path_factory.mktemp("stopped")
    with pytest.raises(StopTraining, match="stopped after step 3 of 5"):
        run(folder, stopping(3))
    return folder


@pytest.fixture
def folder(stopped: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return shutil.copytree(stopped, tmp_path / "run")


def test_a_stopped_run_with_vectors_of_its_own_ends_with_the_same_weights(
    folder: Path, uninterrupted: Trained
) -> None:
    told: list[Told] = []
    found = run(folder, told.append)
    assert [each.step for each in told] == [4, 5]
    assert hash_of_weights(found.model) == hash_of_weights(uninterrupted.model)
    assert found.state == uninterrupted.state


@pytest.mark.slow
def test_it_may_stop_after_every_step(tmp_path: Path, uninterrupted: Trained) -> None:
    for step in range(1, 5):
        with pytest.raises(StopTraining):
            run(tmp_path, stopping(step))
    assert hash_of_weights(run(tmp_path).model) == hash_of_weights(uninterrupted.model)


def test_only_the_newest_state_is_kept(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == [
        "state-3.safetensors",
        STATE_FILE,
    ]


def test_what_a_killed_run_left_half_written_is_removed(folder: Path) -> None:
    (folder / ".state-4-abcd1234.part").write_bytes(b"half")
    (folder / ".training-abcd1234.part").write_bytes(b"half")
    (folder / "notes.txt").write_text("not ours")
    run(folder)
    assert sorted(path.name for path in folder.iterdir()) == [
        "notes.txt",
        "state-5.safetensors",
        STATE_FILE,
    ]


def test_a_run_that_is_over_takes_no_step(tmp_path: Path) -> None:
    first = run(tmp_path)
    told: list[Told] = []
    second = run(tmp_path, told.append)
    assert told == []
    assert hash_of_weights(first.model) == hash_of_weights(second.model)


def test_two_runs_do_not_write_to_one_folder(tmp_path: Path) -> None:
    with pytest.raises(BlockingIOError, match="another process is writing there"):
        run(tmp_path, lambda _told: run(tmp_path) and None)


def test_a_run_with_other_settings_is_refused_by_name_and_both_values(folder: Path) -> None:
    with pytest.raises(ForeignRun, match="a run with training seed 0, and this one has 1"):
        run(folder, config=replace(DRAWN, seed=1))
    with pytest.raises(ForeignRun, match=r"with encoder dropout .*, and this one has 0\.25"):
        run(folder, encoder=replace(OWN_VECTORS, dropout=0.25))


def test_a_run_on_other_data_or_for_other_targets_is_refused(folder: Path) -> None:
    def train(facts: SmallFacts, targets: tuple[LinkTarget, ...] = TARGETS) -> None:
        train_encoder(facts, OWN_VECTORS, DRAWN, folder, targets=targets)

    with pytest.raises(ForeignRun, match="edges job-requires-skill 30, and this one has 31"):
        train(FACTS.stating({**FACTS.stated, REQUIRES: [*FACTS.stated[REQUIRES], (0, 1)]}))
    later = FACTS.stating(FACTS.stated)
    later.as_of = NOW + 1
    with pytest.raises(ForeignRun, match=f"with as_of {NOW}, and this one has {NOW + 1}"):
        train(later)
    with pytest.raises(ForeignRun, match=r"with targets .* has \['job', 'skill'\]"):
        train(FACTS, (JOB, SKILL))


def _cut(folder: Path) -> None:
    path = folder / "state-3.safetensors"
    path.write_bytes(path.read_bytes()[:-1])


def _flip(folder: Path) -> None:
    path = folder / "state-3.safetensors"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _no_json(folder: Path) -> None:
    (folder / STATE_FILE).write_text("{")


def _other_format(folder: Path) -> None:
    path = folder / STATE_FILE
    said: dict[str, Any] = json.loads(path.read_text())
    path.write_text(json.dumps(said | {"format": 99}))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_cut, "state-3.safetensors has the SHA-256"),
        (_flip, "state-3.safetensors has the SHA-256"),
        (_no_json, "training.json is no JSON"),
        (_other_format, "has format 99; this version reads 1"),
    ],
)
def test_a_damaged_state_is_refused_by_its_name(
    folder: Path, damage: Callable[[Path], None], said: str
) -> None:
    damage(folder)
    with pytest.raises(ValueError, match=said):
        run(folder)


def test_a_run_may_begin_from_the_weights_of_another(uninterrupted: Trained) -> None:
    def begin(start: Trained | None) -> Trained:
        config = replace(DRAWN, steps=1, learning_rate=1e-9, sparse_learning_rate=1e-9)
        model = None if start is None else start.model
        return train_encoder(FACTS, OWN_VECTORS, config, start=model)

    fresh, going_on = begin(None), begin(uninterrupted)
    for name, weight in uninterrupted.model.state_dict().items():
        near = going_on.model.state_dict()[name]
        assert (weight - near).abs().max() < 1e-5, name
    assert hash_of_weights(fresh.model) != hash_of_weights(going_on.model)
