"""Reads the TOML file that says how to train: every part its own table, an unknown key an error."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.mistake import Mistake

if TYPE_CHECKING:
    from graph.encoder.config import EncoderConfig
    from graph.text.text_encoder import TextEncoderConfig
    from graph.training.training_config import TrainingConfig


@dataclass(frozen=True)
class EncoderRun:
    """How an encoder is to be trained."""

    text: "TextEncoderConfig"
    encoder: "EncoderConfig"
    training: "TrainingConfig"


def read_encoder_run(path: Path | None) -> EncoderRun:
    """Read a run file; what it does not say is as the parts have it.

    Raises:
        Mistake: It is no TOML, or a table, key or value is not one of ours.
    """
    from graph.encoder.config import EncoderConfig
    from graph.text.text_encoder import TextEncoderConfig
    from graph.training.training_config import TrainingConfig

    parts = {"text": TextEncoderConfig, "encoder": EncoderConfig, "training": TrainingConfig}
    said = {} if path is None else _read(path)
    if unknown := sorted(set(said) - set(parts)):
        raise Mistake(f"{path}: there is no table {unknown[0]!r}; there are {sorted(parts)}")
    made: dict[str, Any] = {}
    for name, part in parts.items():
        values = said.get(name, {})
        known = {field.name for field in fields(part)}
        if not isinstance(values, dict):
            raise Mistake(f"{path}: {name} must be a table")
        if strange := sorted(set(values) - known):
            raise Mistake(f"{path}: [{name}] has no key {strange[0]!r}; it has {sorted(known)}")
        try:
            made[name] = part(**values)
        except (TypeError, ValueError) as error:
            raise Mistake(f"{path}: [{name}]: {error}") from None
    return EncoderRun(**made)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Mistake(f"{path} is no TOML: {error}") from None
