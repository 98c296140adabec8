"""A run file says how to train; what nobody reads is an error."""

from pathlib import Path

import pytest

from app.mistake import Mistake
from app.run_file import read_encoder_run
from graph.encoder.config import EncoderConfig
from graph.training.training_config import TrainingConfig


def test_without_a_file_all_is_as_usual() -> None:
    run = read_encoder_run(None)
    assert (run.training, run.encoder) == (TrainingConfig(), EncoderConfig())


def test_what_the_file_says_counts_and_the_rest_is_as_usual(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text('[encoder]\nconvolution = "gat"\n[training]\nsteps = 7\nfan_outs = [4, 2]\n')
    run = read_encoder_run(path)
    assert run.encoder.convolution == "gat"
    assert (run.training.steps, run.training.fan_outs) == (7, (4, 2))
    assert run.training.learning_rate == read_encoder_run(None).training.learning_rate


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[trainning]\nsteps = 1", "no table 'trainning'"),
        ("[training]\nstep = 1", "no key 'step'"),
        ("[training]\nsteps = -1", "steps must be 0 or more, got -1"),
        ("[training]\nsteps = 0\nscorer_steps = 0", "must not both be 0"),
        ('[encoder]\nconvolution = "cnn"', "convolution must be one of"),
        ("[training\n", "is no TOML"),
        ("training = 3", "training must be a table"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "run.toml"
    path.write_text(text)
    with pytest.raises(Mistake, match=said):
        read_encoder_run(path)
