"""Several processes train one model: each its own batches, all with the mean of the gradients."""

from collections.abc import Iterable

import torch
from torch import distributed, nn


def num_processes() -> int:
    """Return how many processes train together; 1 where torch.distributed was not started."""
    if distributed.is_available() and distributed.is_initialized():
        return distributed.get_world_size()
    return 1


def process_number() -> int:
    """Return which of them this is."""
    return distributed.get_rank() if num_processes() > 1 else 0


def any_process(*, here: bool) -> bool:
    """Return whether something is so in any of the processes; all of them must ask."""
    if num_processes() == 1:
        return here
    count = torch.tensor(int(here))
    distributed.all_reduce(count, distributed.ReduceOp.SUM)
    return bool(count)


def average_gradients(module: nn.Module, sparse: Iterable[nn.Parameter] = ()) -> None:
    """Give every process the mean of all gradients.

    By hand, as a batch may leave out a relation or a node type, and then some weights have a
    gradient in one process and none in another. Who has none counts as zero.

    Args:
        module: Whose weights.
        sparse: Those of them that a sparse optimiser updates.
    """
    if num_processes() == 1:
        return
    as_sparse = {id(each) for each in sparse}
    for parameter in module.parameters():
        if not parameter.requires_grad:
            continue
        gradient = parameter.grad
        if gradient is None:
            gradient = torch.zeros_like(parameter)
        gradient = gradient.to_dense() if gradient.is_sparse else gradient
        distributed.all_reduce(gradient, distributed.ReduceOp.SUM)
        gradient = gradient / num_processes()
        parameter.grad = gradient.to_sparse(1) if id(parameter) in as_sparse else gradient


def send_weights(module: nn.Module) -> None:
    """Give every process the weights of the first."""
    if num_processes() > 1:
        for tensor in module.state_dict().values():
            distributed.broadcast(tensor, 0)
