"""What a score is told: losses over links, and over two views of one node."""

import torch
from torch import Tensor
from torch.nn import functional

_RARE = 20.0  # one application weighs as much as so many jobs that were passed over
_NEVER = -1e4  # a score that no candidate has


def info_nce(scores: Tensor, answers: Tensor, log_expected: Tensor, known: Tensor) -> Tensor:
    """Return how surprised the scores are at the answers, (batch,).

    The softmax over all candidates, https://arxiv.org/abs/1807.03748, with the correction for how
    they were drawn, https://doi.org/10.1145/3298689.3346996.

    Args:
        scores: (batch, candidates).
        answers: The column of each right answer, (batch,), int64.
        log_expected: How often each candidate is expected to be drawn, (candidates,).
        known: Other candidates that are linked too, and so are no wrong answers,
            (batch, candidates), bool.
    """
    return functional.cross_entropy(
        (scores - log_expected).masked_fill(_others(known, answers), _NEVER),
        answers,
        reduction="none",
    )


def distilled(scores: Tensor, teacher: Tensor) -> Tensor:
    """Return how far what the scores foretell is from what a teacher foretells, (batch,).

    The Kullback-Leibler divergence of the two softmaxes over all candidates: how likely each of
    them is says more than which one it was, https://arxiv.org/abs/1503.02531. Nothing is passed
    back to the teacher.

    Args:
        scores: (batch, candidates).
        teacher: Its scores of the same, (batch, candidates).
    """
    found = functional.kl_div(
        functional.log_softmax(scores, 1),
        functional.log_softmax(teacher.detach(), 1),
        reduction="none",
        log_target=True,
    )
    return found.sum(1)


def bpr(scores: Tensor, answers: Tensor, wrong: Tensor, known: Tensor) -> Tensor:
    """Return how surprised the scores are that an answer beats one wrong candidate, (batch,).

    Bayesian personalised ranking, https://arxiv.org/abs/1205.2618. Pairs whose wrong candidate is
    linked too count nothing.

    Args:
        scores: (batch, candidates).
        answers: The column of each right answer, (batch,), int64.
        wrong: The column of the candidate it is held against, (batch,), int64.
        known: As `info_nce`.
    """
    rows = torch.arange(len(scores))
    difference = scores[rows, answers] - scores[rows, wrong]
    counts = ~(_others(known, answers)[rows, wrong] | (answers == wrong))
    return functional.softplus(-difference) * counts


def acted_on(scores: Tensor, worth: Tensor) -> Tensor:
    """Return how surprised log-odds are at what came of what was shown, (pairs,).

    What says more weighs more: an application counts as several views.

    Args:
        scores: Log-odds, (pairs,).
        worth: Of what came of it, 0 for nothing, (pairs,).
    """
    worth = worth.clamp(max=1)
    for_it = functional.logsigmoid(scores) * worth * _RARE
    return -(for_it + functional.logsigmoid(-scores) * (1 - worth))


def apart(cold: Tensor, warm: Tensor) -> Tensor:
    """Return the cosine distance of two views of the same nodes, (nodes,); only the cold learns."""
    return 1 - functional.cosine_similarity(cold, warm.detach(), dim=1)


def _others(known: Tensor, answers: Tensor) -> Tensor:
    """Return known links but the one that is asked for."""
    others = known.clone()
    others[torch.arange(len(answers)), answers] = False
    return others
