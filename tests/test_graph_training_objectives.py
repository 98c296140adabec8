"""Losses have known answers, and push the right way."""

import math

import pytest
import torch

from graph.training.objectives import acted_on, apart, bpr, distilled, info_nce

NOBODY = torch.zeros(2, 3, dtype=torch.bool)
ALL_THERE = torch.zeros(3)


def test_info_nce_of_equal_scores_is_the_logarithm_of_how_many_there_are() -> None:
    loss = info_nce(torch.zeros(2, 3), torch.tensor([0, 2]), ALL_THERE, NOBODY)
    assert torch.allclose(loss, torch.full((2,), math.log(3)))


def test_info_nce_is_the_softmax_written_out() -> None:
    scores = torch.tensor([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]])
    expected = torch.tensor([0.1, 0.5, 1.0]).log()
    loss = info_nce(scores, torch.tensor([1, 0]), expected, NOBODY)
    odds = scores.exp() / torch.tensor([0.1, 0.5, 1.0])
    wanted = -(odds[[0, 1], [1, 0]] / odds.sum(1)).log()
    assert torch.allclose(loss, wanted)


def test_a_candidate_that_is_drawn_half_as_often_stands_for_two() -> None:
    """Scores over all four equal those over three of which one stands for two alike."""
    whole = torch.tensor([[1.0, 0.3, 0.3, -2.0]])
    none = torch.zeros(1, 4, dtype=torch.bool)
    first = info_nce(whole, torch.tensor([0]), torch.zeros(4), none)
    drawn = info_nce(
        whole[:, [0, 1, 3]], torch.tensor([0]), torch.tensor([0.0, math.log(0.5), 0.0]), none[:, :3]
    )
    assert torch.allclose(first, drawn)


def test_the_score_of_another_known_link_is_no_matter_to_info_nce_or_bpr() -> None:
    known = torch.tensor([[True, True, False], [False, False, True]])
    answers, wrong = torch.tensor([0, 2]), torch.tensor([1, 0])
    scores = torch.tensor([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]], requires_grad=True)
    other = scores.detach().clone()
    other[0, 1] = 50.0
    assert torch.equal(
        info_nce(scores, answers, ALL_THERE, known), info_nce(other, answers, ALL_THERE, known)
    )
    assert torch.equal(bpr(scores, answers, wrong, known), bpr(other, answers, wrong, known))
    info_nce(scores, answers, ALL_THERE, known).sum().backward()
    assert scores.grad is not None
    assert scores.grad[0, 1] == 0
    assert scores.grad[0, 0] < 0 < scores.grad[0, 2]  # the answer up, the others down


def test_scores_are_drawn_to_those_of_their_teacher_who_does_not_move() -> None:
    scores = torch.tensor([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]], requires_grad=True)
    teacher = torch.tensor([[4.0, 5.0, 3.5], [0.0, 2.0, 0.0]], requires_grad=True)
    loss = distilled(scores, teacher)
    wanted, found = teacher.softmax(1), scores.softmax(1)
    assert torch.allclose(loss, (wanted * (wanted / found).log()).sum(1), atol=1e-6)
    assert loss[0].item() == pytest.approx(0, abs=1e-6)  # alike but for a constant
    loss.sum().backward()
    assert teacher.grad is None
    assert scores.grad is not None
    assert torch.allclose(scores.grad, (found - wanted).detach(), atol=1e-6)


def test_bpr_is_the_softplus_of_the_difference_and_pushes_apart() -> None:
    scores = torch.tensor([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]], requires_grad=True)
    loss = bpr(scores, torch.tensor([0, 2]), torch.tensor([1, 0]), NOBODY)
    assert torch.allclose(loss, torch.tensor([math.log1p(math.e), math.log1p(math.exp(-3))]))
    loss.sum().backward()
    assert scores.grad is not None
    assert scores.grad[0, 0] < 0 < scores.grad[0, 1]
    assert scores.grad[1, 2] < 0 < scores.grad[1, 0]
    assert scores.grad[0, 2] == scores.grad[1, 1] == 0


def test_an_answer_held_against_itself_counts_nothing() -> None:
    loss = bpr(torch.randn(2, 3), torch.tensor([0, 2]), torch.tensor([0, 2]), NOBODY)
    assert loss.tolist() == [0, 0]


def test_what_came_of_what_was_shown_weighs_by_its_worth() -> None:
    loss = acted_on(torch.zeros(4), torch.tensor([0.0, 0.15, 1.0, 3.0]))
    assert torch.allclose(loss, math.log(2) * torch.tensor([1, 20 * 0.15 + 0.85, 20, 20]))


def test_log_odds_rise_with_what_came_of_it() -> None:
    scores = torch.zeros(3, requires_grad=True)
    acted_on(scores, torch.tensor([0.0, 0.15, 1.0])).sum().backward()
    assert scores.grad is not None
    assert scores.grad[0] > 0 > scores.grad[1] > scores.grad[2]


def test_only_the_cold_view_is_pulled() -> None:
    cold = torch.tensor([[1.0, 0.0], [0.0, 2.0]], requires_grad=True)
    warm = torch.tensor([[0.0, 1.0], [0.0, 1.0]], requires_grad=True)
    distance = apart(cold, warm)
    assert distance.tolist() == pytest.approx([1, 0])
    distance.sum().backward()
    assert warm.grad is None
    assert cold.grad is not None
    assert cold.grad[0, 1] < 0
