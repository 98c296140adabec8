"""A saved model gives the same scores, or is refused by the name of what is wrong."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from small_facts import JOB, PERSON, random_facts
from small_training import model_of
from torch import Tensor

from graph.encoder.graph_schema import GraphSchema
from graph.links.graph_view import GraphView
from graph.links.link_scorer import Side
from graph.links.link_vectors import LinkVectors
from graph.links.saved_links import load_links, save_links
from graph.training.passed_relations import passed_relations

FACTS = random_facts(12)
VIEW = GraphView(FACTS, passed_relations(FACTS))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model that was saved."""
    save_links(model_of(FACTS), tmp_path / "links")
    return tmp_path / "links"


def change_config(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the scorer's config."""
    path = folder / "scorer" / "config.json"
    values = json.loads(path.read_text())
    change(values)
    path.write_text(json.dumps(values))


def change_weights(folder: Path, change: Callable[[dict[str, Tensor]], object]) -> None:
    """Write other weights of the scorer, with the hash that they then have."""
    path = folder / "scorer" / "model.safetensors"
    tensors = safetensors.torch.load_file(path)
    change(tensors)
    content = safetensors.torch.save(tensors)
    path.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    change_config(folder, lambda values: values.update(weights_sha256=sha256))


def test_a_loaded_model_gives_the_same_scores(tmp_path: Path) -> None:
    model = model_of(FACTS, seed=3).eval()
    sha256 = save_links(model, tmp_path)
    loaded = load_links(tmp_path, VIEW.schema)
    assert len(sha256) == 64
    assert not loaded.training
    assert list(loaded.scorer.targets.values()) == list(model.scorer.targets.values())
    assert loaded.scorer.config == model.scorer.config
    first, second = LinkVectors.of(model, VIEW), LinkVectors.of(loaded, VIEW)
    for name in model.scorer.targets:
        for side in Side:
            np.testing.assert_array_equal(first.space(name, side), second.space(name, side))


def test_loading_draws_no_random_numbers(folder: Path) -> None:
    before = torch.get_rng_state()
    load_links(folder)
    assert torch.equal(before, torch.get_rng_state())


def test_a_foreign_schema_is_refused_with_both_values(folder: Path) -> None:
    schema = VIEW.schema
    widths = GraphSchema({**schema.widths, JOB: 99}, schema.relations, schema.features)
    with pytest.raises(ValueError, match=rf"'job': {schema.widths[JOB]}.*'job': 99"):
        load_links(folder, widths)
    features = GraphSchema(schema.widths, schema.relations, "others")
    with pytest.raises(ValueError, match=r"'small-features'.*'others'"):
        load_links(folder, features)


def test_another_encoder_beside_the_scorer_is_refused_with_both_hashes(
    folder: Path, tmp_path: Path
) -> None:
    mine = json.loads((folder / "encoder" / "config.json").read_text())["weights_sha256"]
    theirs = save_links(model_of(FACTS, seed=9), tmp_path / "other")
    shutil.rmtree(folder / "encoder")
    shutil.copytree(tmp_path / "other" / "encoder", folder / "encoder")
    with pytest.raises(ValueError, match=f"encoder {mine}.* is {theirs}"):
        load_links(folder)


@pytest.mark.parametrize("part", ["encoder", "scorer"])
def test_a_flipped_bit_is_refused_with_both_hashes(folder: Path, part: str) -> None:
    path = folder / part / "model.safetensors"
    said = json.loads((folder / part / "config.json").read_text())["weights_sha256"]
    content = bytearray(path.read_bytes())
    content[-5] ^= 4
    path.write_bytes(content)
    found = hashlib.sha256(content).hexdigest()
    with pytest.raises(ValueError, match=f"{part}.*{found}.* says {said}"):
        load_links(folder)


def _unknown_key(values: dict[str, Any]) -> None:
    values["colour"] = "red"


def _unknown_setting(values: dict[str, Any]) -> None:
    values["scorer"]["colour"] = "red"


def _missing_setting(values: dict[str, Any]) -> None:
    del values["scorer"]["width"]


def _wrong_setting(values: dict[str, Any]) -> None:
    values["scorer"]["width"] = "wide"


def _other_width(values: dict[str, Any]) -> None:
    values["scorer"]["width"] = 77


def _other_trails(values: dict[str, Any]) -> None:
    values["trails"] = ["skill > by magic"]


def _unknown_target_key(values: dict[str, Any]) -> None:
    values["targets"][0]["colour"] = "red"


def _wrong_worth(values: dict[str, Any]) -> None:
    values["targets"][0]["worth"] = [["person", "view"]]


def _other_format(values: dict[str, Any]) -> None:
    values["format"] = 99


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_unknown_key, r"unknown keys \['colour'\]"),
        (_unknown_setting, r"the scorer's config has unknown keys \['colour'\]"),
        (_missing_setting, r"the scorer's config lacks the keys \['width'\]"),
        (_wrong_setting, "the scorer's width must be like 128, got 'wide'"),
        (_other_width, "must be .*77.*, and is .*128"),
        (_other_trails, "weights for the trails .*by magic.* follows .*rev_has_skill"),
        (_unknown_target_key, r"a link target has unknown keys \['colour'\]"),
        (_wrong_worth, "must be relations with a number"),
        (_other_format, "has format 99; this version reads 1"),
    ],
)
def test_a_config_that_does_not_fit_is_refused(
    folder: Path, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    change_config(folder, change)
    with pytest.raises(ValueError, match=said):
        load_links(folder)


def test_a_missing_extra_or_infinite_weight_is_refused_by_name(folder: Path) -> None:
    name = "pairs.job.log_scale"
    change_weights(folder, lambda tensors: tensors.pop(name))
    with pytest.raises(ValueError, match=rf"lack \['{name}'\]"):
        load_links(folder)
    change_weights(folder, lambda tensors: tensors.update({name: torch.tensor(float("inf"))}))
    with pytest.raises(ValueError, match=f"weight {name} .* is not finite"):
        load_links(folder)
    change_weights(
        folder, lambda tensors: tensors.update({name: torch.tensor(1.0), "more": torch.ones(1)})
    )
    with pytest.raises(ValueError, match=r"have \['more'\] too many"):
        load_links(folder)


def test_a_weight_that_is_not_finite_is_not_saved(tmp_path: Path) -> None:
    model = model_of(FACTS)
    with torch.no_grad():
        next(model.encoder.parameters()).fill_(float("nan"))
    with pytest.raises(ValueError, match="is not finite"):
        save_links(model, tmp_path)
    assert not list(tmp_path.rglob("*.safetensors"))


@pytest.mark.parametrize("path", ["encoder/config.json", "scorer/model.safetensors"])
def test_a_missing_file_is_named(folder: Path, path: str) -> None:
    (folder / path).unlink()
    with pytest.raises(FileNotFoundError, match=path):
        load_links(folder)


def test_an_inner_product_is_what_training_scores() -> None:
    """Chunks or not, the vectors of a space are those of the scorer for these nodes."""
    model = model_of(FACTS)
    vectors = LinkVectors.of(model, VIEW)
    people, jobs = vectors.space("job", Side.SOURCE), vectors.space("job", Side.TARGET)
    assert people.shape[0] == FACTS.counts[PERSON]
    assert jobs.shape == (FACTS.counts[JOB], people.shape[1])
    assert vectors.space("job", Side.SOURCE) is people
    np.testing.assert_allclose(np.linalg.norm(vectors.nodes[PERSON], axis=1), 1, atol=1e-5)
