"""A `LinkModel` on disk: the encoder in one folder, the scorer in another beside it."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import torch

from graph.encoder.graph_schema import GraphSchema
from graph.encoder.json_fields import checked_fields
from graph.encoder.saved import load_encoder, save_encoder, weights_sha256
from graph.encoder.saved_part import load_weights, read_config, save_part
from graph.links.link_model import LinkModel
from graph.links.link_scorer import LinkScorer, ScorerConfig
from graph.links.link_target import LinkTarget
from graph.links.trail import TRAILS
from graph.relation import Relation

ENCODER, SCORER = "encoder", "scorer"
_KEYS = ("scorer", "targets", "trails", "encoder_sha256")
_SCORER_KEYS = tuple(each.name for each in fields(ScorerConfig))
_TARGET_KEYS = ("name", "worth", "is_dated", "share")


def save_links(model: LinkModel, folder: Path) -> str:
    """Write a model into a folder, and return the hash of the encoder's weights.

    Raises:
        ValueError: A weight is not finite.
    """
    sha256 = save_encoder(model.encoder, folder / ENCODER)
    config = {
        "scorer": model.scorer.config.as_json(),
        "targets": [_as_json(target) for target in model.scorer.targets.values()],
        "trails": [str(trail) for trail in TRAILS],
        "encoder_sha256": sha256,
    }
    save_part(model.scorer, config, folder / SCORER)
    return sha256


def load_links(folder: Path, schema: GraphSchema | None = None) -> LinkModel:
    """Read a model, in evaluation mode.

    Args:
        folder: As `save_links` left it.
        schema: Of the graph it is to serve; None: any.

    Raises:
        FileNotFoundError: A file is missing.
        ValueError: The files are damaged or do not belong together, or the schema is another.
    """
    encoder = load_encoder(folder / ENCODER, schema)
    values = read_config(folder / SCORER, _KEYS)
    found = weights_sha256(folder / ENCODER)
    if values["encoder_sha256"] != found:
        raise ValueError(
            f"the scorer in {folder} was trained on the encoder {values['encoder_sha256']}, and "
            f"the encoder beside it is {found}"
        )
    trails = [str(trail) for trail in TRAILS]
    if values["trails"] != trails:
        raise ValueError(
            f"the scorer in {folder} has weights for the trails {values['trails']}, and this "
            f"version follows {trails}"
        )
    config = _scorer_config(values["scorer"])
    targets = [_from_json(each) for each in values["targets"]]
    with torch.device("meta"):
        scorer = LinkScorer(config, targets)
    load_weights(scorer, values, folder / SCORER)
    return LinkModel(encoder, scorer).eval()


def _scorer_config(found: object) -> ScorerConfig:
    values = checked_fields("the scorer's config", found, _SCORER_KEYS, required=_SCORER_KEYS)
    usual = ScorerConfig().as_json()
    for name, value in values.items():
        wanted = (int, float) if isinstance(usual[name], float) else type(usual[name])
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise ValueError(f"the scorer's {name} must be like {usual[name]!r}, got {value!r}")
    try:
        return ScorerConfig(**values)
    except (TypeError, AttributeError, LookupError) as error:
        raise ValueError(f"the scorer's config is not what it must be: {found}") from error


def _as_json(target: LinkTarget) -> dict[str, Any]:
    worth = [[*relation, value] for relation, value in target.worth.items()]
    return {
        "name": target.name,
        "worth": worth,
        "is_dated": target.is_dated,
        "share": target.share,
    }


def _from_json(found: object) -> LinkTarget:
    values = checked_fields("a link target", found, _TARGET_KEYS, required=_TARGET_KEYS)
    try:
        worth = {Relation(*each[:3]): float(each[3]) for each in values["worth"]}
    except (TypeError, IndexError, ValueError) as error:
        said = f"the worth of a link target must be relations with a number: {values['worth']!r}"
        raise ValueError(said) from error
    return LinkTarget(values["name"], worth, values["is_dated"], values["share"])
