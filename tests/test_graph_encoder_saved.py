"""A saved encoder loads as it was or not at all."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from message_flows import CONNECTED, RELATIONS, SCHEMA, WIDTHS, random_features, whole_flow
from torch import Tensor

from graph.encoder import ConvolutionKind, EncoderConfig, GraphSchema
from graph.encoder.encoder import GraphEncoder
from graph.encoder.saved import load_encoder, save_encoder, weights_sha256

CONFIG = EncoderConfig(width=8, out_width=6, num_heads=2, id_embeddings={"person": 4})
GATE = "layers.0.gates"


def _encoder(config: EncoderConfig = CONFIG) -> GraphEncoder:
    torch.manual_seed(0)
    return GraphEncoder(config, SCHEMA)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An encoder that was saved."""
    save_encoder(_encoder(), tmp_path / "encoder")
    return tmp_path / "encoder"


def _change_config(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "config.json"
    values = json.loads(path.read_text())
    change(values)
    path.write_text(json.dumps(values))


def _change_weights(folder: Path, change: Callable[[dict[str, Tensor]], object]) -> None:
    """Write other weights, with the hash that they then have."""
    import hashlib

    path = folder / "model.safetensors"
    tensors = safetensors.torch.load_file(path)
    change(tensors)
    content = safetensors.torch.save(tensors)
    path.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    _change_config(folder, lambda values: values.update(weights_sha256=sha256))


@pytest.mark.parametrize("kind", ConvolutionKind)
def test_a_loaded_encoder_gives_the_same_vectors(tmp_path: Path, kind: ConvolutionKind) -> None:
    encoder = _encoder(replace(CONFIG, convolution=kind)).eval()
    save_encoder(encoder, tmp_path)
    loaded = load_encoder(tmp_path, SCHEMA)
    flow = whole_flow()
    features = random_features(flow)
    wanted = encoder(features, flow)
    for name, vectors in loaded(features, flow).items():
        assert torch.equal(vectors, wanted[name])
    assert (loaded.config, loaded.schema) == (encoder.config, encoder.schema)
    assert all(each.requires_grad for each in loaded.parameters())


def test_two_files_lie_in_the_folder_and_the_hash_tells_weights_apart(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["config.json", "model.safetensors"]
    first = weights_sha256(folder)
    other = _encoder()
    other.silence([CONNECTED])
    assert save_encoder(_encoder(), folder) == first
    assert save_encoder(other, folder) != first
    assert weights_sha256(folder) != first


def test_loading_draws_no_random_numbers(folder: Path) -> None:
    torch.manual_seed(5)
    wanted = torch.rand(3)
    torch.manual_seed(5)
    load_encoder(folder)
    assert torch.equal(torch.rand(3), wanted)


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (GraphSchema(WIDTHS, RELATIONS, "features-2"), "'features-1'.*'features-2'"),
        (GraphSchema({**WIDTHS, "job": 9}, RELATIONS, "features-1"), "'job': 5.*'job': 9"),
        (GraphSchema(WIDTHS, RELATIONS[:-1], "features-1"), "relations.*skill-rev_requires-job"),
    ],
)
def test_a_foreign_schema_is_refused_with_both_values(
    folder: Path, schema: GraphSchema, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        load_encoder(folder, schema)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda tensors: tensors.pop(GATE), rf"lack \['{GATE}'\]"),
        (lambda tensors: tensors.update(more=torch.zeros(1)), r"have \['more'\] too many"),
        (lambda tensors: tensors.update({GATE: torch.zeros(2)}), r"must be \(\(5,\).*\(\(2,\)"),
        (lambda tensors: tensors.update({GATE: torch.zeros(5).half()}), "float32.*float16"),
        (lambda tensors: tensors[GATE].fill_(torch.nan), f"{GATE} .* not finite"),
    ],
)
def test_weights_that_do_not_fit_are_refused(
    folder: Path, change: Callable[[dict[str, Tensor]], object], said: str
) -> None:
    _change_weights(folder, change)
    with pytest.raises(ValueError, match=said):
        load_encoder(folder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda values: values.update(more=1), r"unknown keys \['more'\]"),
        (lambda values: values["encoder"].update(more=1), r"unknown keys \['more'\]"),
        (lambda values: values["schema"].pop("features"), r"lacks the keys \['features'\]"),
        (lambda values: values.update(format=2), "format 2; this version reads 1"),
        (lambda values: values["encoder"].update(width=16), "must be"),
        (lambda values: values.update(weights_sha256="0"), "SHA-256 .*config.json says 0"),
    ],
)
def test_a_config_that_does_not_fit_is_refused(
    folder: Path, change: Callable[[dict[str, Any]], object], said: str
) -> None:
    _change_config(folder, change)
    with pytest.raises(ValueError, match=said):
        load_encoder(folder)


def test_one_turned_bit_is_noticed(folder: Path) -> None:
    path = folder / "model.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="SHA-256"):
        load_encoder(folder)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(FileNotFoundError, match=name):
        load_encoder(folder)


def test_an_encoder_with_a_weight_that_is_not_finite_is_not_saved(folder: Path) -> None:
    before = weights_sha256(folder)
    encoder = _encoder()
    with torch.no_grad():
        encoder.hetero_layers()[0].gates[0] = torch.inf
    with pytest.raises(ValueError, match=GATE):
        save_encoder(encoder, folder)
    assert weights_sha256(folder) == before
    load_encoder(folder)


def test_text_that_is_no_json_is_refused(folder: Path) -> None:
    (folder / "config.json").write_text("{")
    with pytest.raises(ValueError, match="no JSON"):
        load_encoder(folder)
