"""Turns the states of a node in all layers into its vector."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from graph.encoder.config import EncoderConfig, JumpingKnowledge

SMALLEST = 1e-6  # length below which a vector is not stretched to 1; a zero vector stays zero


class OutputLayer(nn.Module):
    """Jumping knowledge, https://arxiv.org/abs/1806.03536, a linear map, and length 1."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.jump = config.jumping_knowledge
        is_wide = self.jump is JumpingKnowledge.CAT
        width = config.width * (config.num_layers + 1 if is_wide else 1)
        self.output = nn.Linear(width, config.out_width)

    def forward(self, states: Sequence[Tensor]) -> Tensor:
        """Return unit vectors.

        Args:
            states: Of the input and of each layer, (nodes, width) each.

        Returns:
            (nodes, out_width), float32
        """
        return unit(self.output(self._jumped(states)))

    def _jumped(self, states: Sequence[Tensor]) -> Tensor:
        match self.jump:
            case JumpingKnowledge.LAST:
                return states[-1]
            case JumpingKnowledge.CAT:
                return torch.cat(list(states), dim=1)
            case JumpingKnowledge.MAX:
                return torch.stack(list(states)).amax(0)
            case JumpingKnowledge.MEAN:
                return torch.stack(list(states)).mean(0)


def unit(vectors: Tensor) -> Tensor:
    """Return vectors stretched to length 1, in float32; a zero vector stays as it is."""
    vectors = vectors.float()
    squares = vectors.square().sum(1, keepdim=True)
    return vectors * squares.clamp(min=SMALLEST**2).rsqrt()
