"""Makes what moves the weights, and says how far at each step."""

import math

import torch

from graph.training.step_loss import Trainee
from graph.training.training_config import TrainingConfig

_LOWEST_RATE = 0.05  # of the learning rate, at the end
_FEW = ("source.weights", "target.weights", "log_scale")  # numbers that scale whole vectors
_FASTER = 5.0  # how much more these move: they have a long way to go


def learning_rate_factor(step: int, config: TrainingConfig) -> float:
    """Return by what the learning rate of a step is multiplied: a warm-up, then half a cosine."""
    warm_up = max(int(config.steps * config.warm_up), 1)
    if step < warm_up:
        return (step + 1) / warm_up
    done = (step - warm_up) / max(config.steps - warm_up, 1)
    return _LOWEST_RATE + (1 - _LOWEST_RATE) * 0.5 * (1 + math.cos(math.pi * done))


def make_optimisers(trainee: Trainee, config: TrainingConfig) -> list[torch.optim.Optimizer]:
    """Return AdamW for dense weights, and SparseAdam for vectors that nodes have of their own."""
    sparse = list(trainee.model.sparse_parameters())
    ids = {id(each) for each in sparse}
    decayed, kept, few = [], [], []
    for name, parameter in trainee.named_parameters():
        if id(parameter) in ids:
            continue
        if name.endswith(_FEW):
            few.append(parameter)
        else:
            (decayed if parameter.ndim > 1 else kept).append(parameter)
    groups = [
        {"params": decayed, "weight_decay": config.weight_decay, "factor": 1.0},
        {"params": kept, "weight_decay": 0.0, "factor": 1.0},
        {"params": few, "weight_decay": 0.0, "factor": _FASTER},
    ]
    found: list[torch.optim.Optimizer] = [torch.optim.AdamW(groups, config.learning_rate)]
    if sparse:
        found.append(torch.optim.SparseAdam(sparse, config.sparse_learning_rate))
    return found
