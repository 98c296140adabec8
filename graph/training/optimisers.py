"""Makes what moves the weights, and says how far at each step."""

import math

import torch

from graph.training.step_loss import Trainee
from graph.training.training_config import TrainingConfig

_LOWEST_RATE = 0.05  # of the learning rate, at the end
_FEW = (
    "source.weights",
    "target.weights",
    "log_scale",
    "log_scale_alone",
    ".form",
    ".gate",
)  # of the scorer
_FASTER = 5.0  # how much more these move: they have a long way to go
_FAINT = (".bias_of_degrees",)  # of the scorer: says little, and that changes with time
_FAINT_DECAY = 30.0  # how much more it is held down


def learning_rate(step: int, config: TrainingConfig) -> float:
    """Return the learning rate of a step: in each of the two parts a warm-up, then half a cosine.

    Args:
        step: Steps taken before it.
        config: Of the training.
    """
    if step < config.scorer_steps:
        return config.scorer_learning_rate * _factor(step, config.scorer_steps, config)
    return config.learning_rate * _factor(step - config.scorer_steps, config.steps, config)


def _factor(step: int, steps: int, config: TrainingConfig) -> float:
    warm_up = max(int(steps * config.warm_up), 1)
    if step < warm_up:
        return (step + 1) / warm_up
    done = (step - warm_up) / max(steps - warm_up, 1)
    return _LOWEST_RATE + (1 - _LOWEST_RATE) * 0.5 * (1 + math.cos(math.pi * done))


def make_optimisers(trainee: Trainee, config: TrainingConfig) -> list[torch.optim.Optimizer]:
    """Return AdamW for dense weights, and SparseAdam for vectors that nodes have of their own."""
    sparse = list(trainee.model.sparse_parameters())
    ids = {id(each) for each in sparse}
    decayed, kept, few, faint = [], [], [], []
    for name, parameter in trainee.named_parameters():
        if id(parameter) in ids:
            continue
        if name.endswith(_FEW):
            few.append(parameter)
        elif name.startswith("model.scorer.") and name.endswith(_FAINT):
            faint.append(parameter)
        else:
            (decayed if parameter.ndim > 1 else kept).append(parameter)
    groups = [
        {"params": decayed, "weight_decay": config.weight_decay, "factor": 1.0},
        {"params": kept, "weight_decay": 0.0, "factor": 1.0},
        {"params": few, "weight_decay": 0.0, "factor": _FASTER},
        {"params": faint, "weight_decay": _FAINT_DECAY * config.weight_decay, "factor": 1.0},
    ]
    found: list[torch.optim.Optimizer] = [torch.optim.AdamW(groups, config.learning_rate)]
    if sparse:
        found.append(torch.optim.SparseAdam(sparse, config.sparse_learning_rate))
    return found
