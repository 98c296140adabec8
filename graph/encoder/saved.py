"""An encoder on disk; see `graph.encoder.saved_part`."""

from pathlib import Path

import torch

from graph.encoder.config import EncoderConfig
from graph.encoder.encoder import GraphEncoder
from graph.encoder.graph_schema import GraphSchema
from graph.encoder.saved_part import load_weights, read_config, save_part

_KEYS = ("encoder", "schema")


def save_encoder(encoder: GraphEncoder, folder: Path) -> str:
    """Write an encoder into a folder, and return the hash of its weights.

    Raises:
        ValueError: A weight is not finite; nothing is written.
    """
    config = {"encoder": encoder.config.as_json(), "schema": encoder.schema.as_json()}
    return save_part(encoder, config, folder)


def load_encoder(folder: Path, schema: GraphSchema | None = None) -> GraphEncoder:
    """Read an encoder, in evaluation mode.

    Args:
        folder: As `save_encoder` left it.
        schema: Of the graph it is to serve; None: any.

    Raises:
        FileNotFoundError: A file is missing.
        ValueError: The files are damaged or do not belong together, or the schema is another;
            both values are named.
    """
    values = read_config(folder, _KEYS)
    config = EncoderConfig.from_json(values["encoder"])
    saved_schema = GraphSchema.from_json(values["schema"])
    if schema is not None:
        saved_schema.check_same(schema)
    with torch.device("meta"):  # draws no random numbers, as all weights are read
        encoder = GraphEncoder(config, saved_schema)
    load_weights(encoder, values, folder)
    return encoder


def weights_sha256(folder: Path) -> str:
    """Return the hash of a saved encoder's weights, as its config has it."""
    return str(read_config(folder, _KEYS)["weights_sha256"])
