"""Adds up scores of other models and what the most alike did, by few learned weights."""

import logging
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from scipy.sparse import csr_array
from torch import Tensor, nn
from torch.nn import functional

from tests.benchmarks.public.ranking import Floats, Numbers

logger = logging.getLogger(__name__)

POWER_AT_START, WEIGHT_AT_START = 3.0, 0.3
ROWS_A_STEP, MOST_BATCHES = 200, 5
NEVER = -1e9  # a score that nothing has
NEAR_NOTHING = 1e-6


class Block(NamedTuple):
    """What is known of some rows."""

    parts: Tensor  # (parts, rows, items): scores of models fitted before
    often: Tensor  # (rows, items) or (1, items): how many others have each item
    nearest: Tensor  # (rows, neighbours): rows of the deeds
    ways: Tensor  # (rows, neighbours, ways): how alike they are in each way, 0 or more
    closed: csr_array | None = None  # (rows, items): what is known, and so is no candidate


Blocks = Callable[[Numbers], Block]  # numbers of rows -> what is known of them


class LearnedBlend(nn.Module):
    """Scores every item: learned nearest neighbours, popularity, and the parts, as log-odds.

    How much a neighbour counts is a power of a sum of the ways in which it is alike. Sum, power and
    all other weights are learned: as many as there are parts and ways, and four more.
    """

    def __init__(self, deeds: csr_array, scales: Tensor, ways: Tensor) -> None:
        """Start from equal parts.

        Args:
            deeds: Who has what, (rows known, items).
            scales: What each part is divided by, (parts,).
            ways: What each way counts for at first, (ways,), above 0.
        """
        super().__init__()
        self.deeds = torch.from_numpy(deeds.toarray().astype(np.float32))
        self.scales = scales
        self.log_ways = nn.Parameter(ways.log())
        self.log_power = nn.Parameter(torch.tensor(POWER_AT_START).log())
        self.of_parts = nn.Parameter(torch.full((len(scales),), WEIGHT_AT_START))
        self.of_neighbours = nn.Parameter(torch.tensor(1.0))
        self.of_popularity = nn.Parameter(torch.tensor(0.0))
        self.log_floor = nn.Parameter(torch.tensor(-4.0))

    def forward(self, block: Block) -> Tensor:
        """Return scores, (rows, items)."""
        often = block.often + 1
        alike = (block.ways @ self.log_ways.exp() + NEAR_NOTHING).log() * self.log_power.exp()
        had = functional.embedding_bag(
            block.nearest, self.deeds, per_sample_weights=alike.softmax(1), mode="sum"
        )
        scores = self.of_neighbours * (had + self.log_floor.exp() * often / len(self.deeds)).log()
        scores = scores + self.of_popularity * often.log()
        return scores + torch.einsum("pri,p->ri", block.parts, self.of_parts / self.scales)

    def ranked_by(self, blocks: Blocks) -> Callable[[Numbers], Floats]:
        """Return how to score rows by their numbers."""

        def score(rows: Numbers) -> Floats:
            with torch.inference_mode():
                return self(blocks(rows)).numpy()

        return score

    def said(self) -> str:
        """Say what was learned, for people."""
        parts = ", ".join(f"{each:.2f}" for each in self.of_parts.tolist())
        share = (self.log_ways.exp() / self.log_ways.exp().sum()).tolist()
        ways = ", ".join(f"{each:.2f}" for each in share)
        return (
            f"neighbours {self.of_neighbours.item():.2f} (power {self.log_power.exp().item():.1f}; "
            f"ways {ways}), popularity {self.of_popularity.item():.2f}, parts {parts}"
        )


def fit_blend(
    blend: LearnedBlend,
    blocks: Blocks,
    wanted: tuple[Numbers, csr_array],
    steps: int = 80,
    rows_a_step: int = ROWS_A_STEP,
    seed: int = 0,
) -> LearnedBlend:
    """Fit the weights on rows that the parts were not fitted on.

    Args:
        blend: As it starts.
        blocks: What is known of rows.
        wanted: Numbers of rows, and what is to be found for them, (rows, items).
        steps: Of Adam.
        rows_a_step: How many rows; five times as many at most are used, so that what is known of
            them is worked out once, and fits into memory.
        seed: Of what is drawn.
    """
    generator = np.random.default_rng(seed)
    optimiser = torch.optim.Adam(blend.parameters(), lr=0.05)
    numbers, found = wanted
    asked = np.flatnonzero(np.diff(found.indptr))
    drawn = generator.permutation(asked)[: MOST_BATCHES * rows_a_step]
    batches = [
        (blocks(numbers[rows]), _dense(csr_array(found[rows])) > 0)
        for rows in np.array_split(drawn, -(-len(drawn) // rows_a_step))
    ]
    for step in range(steps):
        block, is_wanted = batches[step % len(batches)]
        loss = surprise(blend(block), is_wanted, block.closed)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 20 == 0:
            logger.info("weights, step %d of %d: %.3f", step, steps, float(loss.detach()))
    return blend


def block_of(
    parts: Sequence[npt.NDArray[np.generic]],
    often: Floats,
    neighbours: tuple[Numbers, Floats],
    closed: csr_array | None = None,
) -> Block:
    """Make a block out of arrays.

    Args:
        parts: (rows, items) each.
        often: (rows, items) or (1, items).
        neighbours: Rows of the deeds, (rows, neighbours), and ways, (rows, neighbours, ways).
        closed: (rows, items).
    """
    stacked = np.stack([np.asarray(each, np.float32) for each in parts])
    nearest, ways = neighbours
    tensors = (torch.from_numpy(each) for each in (often, nearest, ways.astype(np.float32)))
    return Block(torch.from_numpy(stacked), *tensors, closed=closed)


def scales_of(block: Block, wanted: csr_array) -> Tensor:
    """Return how much higher each part scores what is wanted than the rest, (parts,)."""
    is_wanted = _dense(wanted) > 0
    lift = block.parts[:, is_wanted].mean(1) - block.parts[:, ~is_wanted].mean(1)
    return lift.abs().clamp(min=NEAR_NOTHING)


def surprise(scores: Tensor, wanted: Tensor, closed: csr_array | None = None) -> Tensor:
    """Return how surprised the scores are at what is wanted, the mean over rows.

    This is `info_nce` over all items, asked for every wanted item in one pass: whatever else is
    wanted, or closed, is no wrong answer.

    Args:
        scores: (rows, items).
        wanted: (rows, items), bool.
        closed: What is no candidate, (rows, items).
    """
    is_out = wanted if closed is None else wanted | (_dense(closed) > 0)
    others = scores.masked_fill(is_out, NEVER).logsumexp(1, keepdim=True)
    each = functional.softplus(others - scores) * wanted
    return (each.sum(1) / wanted.sum(1).clamp(min=1)).mean()


def _dense(matrix: csr_array) -> Tensor:
    return torch.from_numpy(matrix.toarray())
