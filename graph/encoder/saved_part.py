"""One trained part on disk: config.json and model.safetensors, loaded strictly or not at all."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from graph.encoder.json_fields import checked_fields
from graph.whole_file import WholeFile

FORMAT = 1  # raised when folders of before can no longer be read
CONFIG_FILE = "config.json"
WEIGHTS_FILE = "model.safetensors"
_HASH = "weights_sha256"


def save_part(module: nn.Module, config: Mapping[str, Any], folder: Path) -> str:
    """Write a module into a folder.

    The weights come first and the config, which holds their hash, last: a folder that was left
    half written, new or over an old one, is refused by `read_config` or `load_weights`.

    Returns:
        The hash of the weights, which tells parts apart.

    Raises:
        ValueError: A weight is not finite; nothing is written.
    """
    tensors = {name: each.detach().cpu().contiguous() for name, each in module.state_dict().items()}
    _check_finite(tensors, folder)
    weights = safetensors.torch.save(tensors)
    sha256 = hashlib.sha256(weights).hexdigest()
    values = {"format": FORMAT, **config, _HASH: sha256}
    _write(folder / WEIGHTS_FILE, weights)
    _write(folder / CONFIG_FILE, (json.dumps(values, indent=2) + "\n").encode())
    return sha256


def read_config(folder: Path, keys: tuple[str, ...]) -> Mapping[str, Any]:
    """Read the config of a part.

    Args:
        folder: Of the part.
        keys: What it must hold besides format and hash, and no more.

    Raises:
        FileNotFoundError: There is none.
        ValueError: It is damaged, of another format, or has other keys.
    """
    path = folder / CONFIG_FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is no JSON: {error}") from error
    wanted = ("format", *keys, _HASH)
    values = checked_fields(str(path), found, wanted, required=wanted)
    if values["format"] != FORMAT:
        raise ValueError(f"{path} has format {values['format']!r}; this version reads {FORMAT}")
    return values


def load_weights(module: nn.Module, config: Mapping[str, Any], folder: Path) -> None:
    """Give a module, made on the device `meta`, the weights of a part; it ends up evaluating.

    Raises:
        FileNotFoundError: There are no weights.
        ValueError: They are damaged, not finite, or not those of the module.
    """
    path = folder / WEIGHTS_FILE
    content = path.read_bytes()
    found, wanted = hashlib.sha256(content).hexdigest(), str(config[_HASH])
    if found != wanted:
        raise ValueError(f"{path} has the SHA-256 {found}; its {CONFIG_FILE} says {wanted}")
    try:
        tensors = safetensors.torch.load(content)
    except safetensors.SafetensorError as error:
        raise ValueError(f"{path} is no safetensors file: {error}") from error
    _check_names(module.state_dict(), tensors, folder)
    _check_finite(tensors, folder)
    module.load_state_dict(tensors, strict=True, assign=True)
    module.requires_grad_().eval()


def _write(path: Path, content: bytes) -> None:
    with WholeFile(path) as file:
        file.stream.write(content)
        file.commit()


def _check_names(wanted: Mapping[str, Tensor], found: Mapping[str, Tensor], folder: Path) -> None:
    missing, extra = sorted(set(wanted) - set(found)), sorted(set(found) - set(wanted))
    if missing or extra:
        raise ValueError(f"the weights in {folder} lack {missing} and have {extra} too many")
    for name, tensor in wanted.items():
        mine = tuple(tensor.shape), tensor.dtype
        theirs = tuple(found[name].shape), found[name].dtype
        if mine != theirs:
            raise ValueError(f"weight {name} in {folder} must be {mine}, and is {theirs}")


def _check_finite(tensors: Mapping[str, Tensor], folder: Path) -> None:
    for name, tensor in tensors.items():
        if not bool(torch.isfinite(tensor).all()):
            raise ValueError(f"weight {name} for {folder} is not finite")
