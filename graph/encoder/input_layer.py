"""Turns the features of one node type into hidden states."""

import torch
from torch import Tensor, nn

from graph.encoder.config import EncoderConfig


class InputLayer(nn.Module):
    """A linear map of the features, a vector of the type, and of a node's own if it has one.

    Vectors of their own are for graphs that stay as they are: they belong to node numbers. A node
    that came later has none, and is what its features say.
    """

    def __init__(self, kind: str, feature_width: int, config: EncoderConfig) -> None:
        super().__init__()
        self.kind, self.width, self.feature_width = kind, config.width, feature_width
        count = config.id_embeddings.get(kind, 0)
        self.features = (
            nn.Linear(feature_width, config.width, bias=False) if feature_width else None
        )
        self.of_type = nn.Parameter(torch.empty(config.width))
        nn.init.normal_(self.of_type, std=0.02)
        self.of_node = nn.Embedding(count, config.width, sparse=True) if count else None
        if self.of_node is not None:
            nn.init.normal_(self.of_node.weight, std=0.1)
        if config.is_light:
            nn.init.zeros_(self.of_type)
        self.norm = None if config.is_light else nn.LayerNorm(config.width)

    def forward(self, features: Tensor | None, numbers: Tensor | None, count: int) -> Tensor:
        """Return the states of nodes.

        Args:
            features: (count, feature width), of any floating type; None: the type has none.
            numbers: (count,), int64: node numbers; None: no node has a vector of its own.
            count: How many nodes.

        Returns:
            (count, width)

        Raises:
            ValueError: The features are missing or of another shape.
        """
        states = self.of_type.expand(count, -1)
        if self.features is not None:
            states = self._of_features(self.features, features, count) + self.of_type
        if self.of_node is not None and numbers is not None:
            states = _add_own(states, self.of_node, numbers)
        return states if self.norm is None else self.norm(states)

    def _of_features(self, linear: nn.Linear, features: Tensor | None, count: int) -> Tensor:
        wanted = (count, self.feature_width)
        found = None if features is None else tuple(features.shape)
        if features is None or found != wanted:
            raise ValueError(f"features of {self.kind!r} must be of shape {wanted}, got {found}")
        return linear(features.to(linear.weight.dtype))


def _add_own(states: Tensor, own: nn.Embedding, numbers: Tensor) -> Tensor:
    is_known = (numbers >= 0) & (numbers < own.num_embeddings)
    places = is_known.nonzero().flatten()
    vectors = own(numbers[places]).to(states.dtype)
    return states.index_add(0, places, vectors)
