"""Measures the gradients of one training batch, layer by layer and relation by relation."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from graph.diagnostics.finding import Finding, Severity
from graph.links.link_model import LinkModel
from graph.training.batch import draw_batch
from graph.training.lessons import Chapter
from graph.training.step_loss import Trainee
from graph.training.training_config import TrainingConfig

_EXPLODING = 100.0  # length of all gradients together; training cuts them at 1
_VANISHING = 1e-3  # of the longest layer's, in another
_NOTHING = 1e-8  # of the whole


class GradientRow(NamedTuple):
    """The gradients of one part of a model."""

    layer: str  # "input", "layer 1" ..., "output", "scorer"
    part: str  # node type, relation, "join person", "gates" or target
    gradient: float  # length of all its gradients as one vector
    weight: float  # length of all its weights
    is_reached: bool  # False: the batch says nothing of it


class _Part(NamedTuple):
    layer: str
    name: str
    weights: list[nn.Parameter]


def measure_gradients(
    model: LinkModel, chapter: Chapter, config: TrainingConfig
) -> list[GradientRow]:
    """Return the gradients of one batch; the model stays as it is, without dropout.

    What only training knows (features told from neighbours, the bias of what was shown) is left
    out, as it is not kept with a model.
    """
    batch = draw_batch(chapter, config, 0.0, np.random.default_rng(config.seed))
    with torch.random.fork_rng(devices=[]):  # the trainee draws weights that are not used
        trainee = Trainee(model).eval()
    loss = trainee(chapter, batch, config, 0, 0)
    parts = list(_parts(model))
    weights = [each for part in parts for each in part.weights]
    found = torch.autograd.grad(loss.total, weights, allow_unused=True)
    by_weight = {id(weight): each for weight, each in zip(weights, found, strict=True)}
    return [_row(part, [by_weight[id(each)] for each in part.weights]) for part in parts]


def _parts(model: LinkModel) -> Iterator[_Part]:
    encoder = model.encoder
    for kind, each in encoder.inputs.items():
        yield _Part("input", kind, list(each.parameters()))
    for number, layer in enumerate(encoder.hetero_layers(), start=1):
        for relation, each in layer.convolutions.items():
            yield _Part(f"layer {number}", relation, list(each.parameters()))
        for kind, each in layer.joins.items():
            yield _Part(f"layer {number}", f"join {kind}", list(each.parameters()))
        yield _Part(f"layer {number}", "gates", [layer.gates])
    for kind, each in encoder.outputs.items():
        yield _Part("output", kind, list(each.parameters()))
    for name, each in model.scorer.pairs.items():
        yield _Part("scorer", name, list(each.parameters()))


def _row(part: _Part, gradients: Sequence[Tensor | None]) -> GradientRow:
    reached = [
        each.to_dense() if each.is_sparse else each for each in gradients if each is not None
    ]
    return GradientRow(
        part.layer, part.name, _length(reached), _length(part.weights), bool(reached)
    )


def _length(tensors: Sequence[Tensor]) -> float:
    return math.sqrt(sum(float(each.detach().double().square().sum()) for each in tensors))


def by_layer(rows: Sequence[GradientRow]) -> dict[str, float]:
    """Return the length of the gradients of every layer."""
    squares: dict[str, float] = {}
    for row in rows:
        squares[row.layer] = squares.get(row.layer, 0.0) + row.gradient**2
    return {layer: math.sqrt(square) for layer, square in squares.items()}


def judge_gradients(rows: Sequence[GradientRow]) -> list[Finding]:
    """Say whether gradients explode, vanish, or are no numbers."""
    layers = by_layer(rows)
    total = math.sqrt(sum(each**2 for each in layers.values()))
    values = {layer: length for layer, length in layers.items()}
    broken = [f"{row.layer}, {row.part}" for row in rows if not math.isfinite(row.gradient)]
    if broken:
        meaning = f"Gradients are no numbers: {'; '.join(broken[:5])}."
        advice = (
            "Look for bad features and weights above, and train anew with a lower learning_rate."
        )
        return [Finding("broken_gradients", Severity.FAULT, broken[0], meaning, advice)]
    if total < _NOTHING:
        meaning = "No gradient reaches any weight: there is nothing left to learn from this batch."
        advice = "See whether all links of the graph are alike, or the scale of a target grew huge."
        return [Finding("no_gradients", Severity.WARNING, "model", meaning, advice, values)]
    findings = []
    if total > _EXPLODING:
        longest = max(layers, key=lambda layer: layers[layer])
        meaning = f"Gradients are {total:.3g} long, those of the {longest} {layers[longest]:.3g}."
        advice = "Lower learning_rate, lengthen warm_up, and keep most_norm at 1."
        finding = Finding("exploding_gradients", Severity.WARNING, longest, meaning, advice, values)
        findings.append(finding)
    findings += _vanishing(layers)
    if not findings:
        meaning = f"Gradients reach every layer; all together they are {total:.3g} long."
        findings = [Finding("gradients", Severity.OK, "layers", meaning, values=values)]
    return findings


def _vanishing(layers: dict[str, float]) -> list[Finding]:
    hidden = {name: length for name, length in layers.items() if name.startswith(("input", "lay"))}
    longest = max(hidden.values(), default=0.0)
    findings = []
    for layer, length in hidden.items():
        if length < _VANISHING * longest:
            meaning = f"Its gradients ({length:.2g}) are lost beside the longest ({longest:.2g})."
            advice = "Take residual connections, jumping_knowledge 'cat' and fewer layers."
            values = {"length": length, "longest": longest}
            findings.append(
                Finding("vanishing_gradients", Severity.WARNING, layer, meaning, advice, values)
            )
    return findings
