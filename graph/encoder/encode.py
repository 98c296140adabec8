"""Gives vectors to some nodes, new ones too, without learning from them."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from graph.encoder.encoder import GraphEncoder
from graph.sampling.message_flow import MessageFlow


def encode(
    encoder: GraphEncoder, features: Mapping[str, Tensor], flow: MessageFlow
) -> dict[str, npt.NDArray[np.float32]]:
    """Return the vectors of the seeds of a flow.

    A new node needs features and a place among the flow's nodes, but no neighbours and no weights.

    Args:
        encoder: Left as it was, also if it was in training.
        features: Node type -> (nodes, feature width), the rows of `flow.nodes` in that order.
        flow: The seeds and what is around them.

    Returns:
        Node type -> (seeds, out_width), of length 1.

    Raises:
        ValueError: A vector is not finite, for a feature that is not; type and number are named.
    """
    was_training = encoder.training
    try:
        encoder.eval()
        with torch.inference_mode():
            found = {kind: each.cpu().numpy() for kind, each in encoder(features, flow).items()}
    finally:
        encoder.train(was_training)
    for kind, vectors in found.items():
        check_finite(kind, vectors, flow.nodes[kind].cpu().numpy())
    return found


def check_finite(
    kind: str, vectors: npt.NDArray[np.floating], numbers: npt.NDArray[np.int64]
) -> None:
    """Refuse vectors with NaN or an infinity.

    Args:
        kind: Type of their nodes.
        vectors: (nodes, width)
        numbers: (nodes or more,): their numbers.

    Raises:
        ValueError: The first such node is named.
    """
    is_bad = ~np.isfinite(vectors).all(axis=1)
    if is_bad.any():
        first = int(numbers[int(np.flatnonzero(is_bad)[0])])
        raise ValueError(
            f"the vector of {kind} number {first} is not finite "
            f"({int(is_bad.sum())} of {len(vectors)} are not): are its features, and its weights?"
        )
