"""Sums over bags equal the obvious loop, in value and gradient."""

from collections.abc import Callable

import pytest
import torch
from message_flows import random_bag
from torch import Tensor

from graph.encoder.aggregate import (
    at_sources,
    at_targets,
    bag_max,
    bag_mean,
    bag_sum,
    softmax_in_bags,
)
from graph.encoder.transpose import _transpose_by_sorting, transpose
from graph.sampling.message_flow import Bag

Reduce = Callable[[Tensor, Bag], Tensor]


def _bag(seed: int = 3, targets: int = 11, sources: int = 8) -> Bag:
    return random_bag(targets, sources, torch.Generator().manual_seed(seed))


def _slow(values: Tensor, bag: Bag, kind: str) -> Tensor:
    assert bag.weights is not None
    rows = []
    for target in range(bag.num_targets):
        edges = range(int(bag.offsets[target]), int(bag.offsets[target + 1]))
        heard = [values[bag.sources[edge]] for edge in edges]
        if not heard:
            rows.append(torch.zeros(values.shape[1], dtype=values.dtype))
        elif kind == "sum":
            weighed = [each * bag.weights[edge] for each, edge in zip(heard, edges, strict=True)]
            rows.append(torch.stack(weighed).sum(0))
        elif kind == "mean":
            rows.append(torch.stack(heard).mean(0))
        else:
            rows.append(torch.stack(heard).amax(0))
    return torch.stack(rows)


@pytest.mark.parametrize(
    ("kind", "reduce"), [("sum", bag_sum), ("mean", bag_mean), ("max", bag_max)]
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_fast_reduction_equals_the_loop_both_ways(
    kind: str, reduce: Reduce, dtype: torch.dtype
) -> None:
    generator = torch.Generator().manual_seed(5)
    values = torch.randn(8, 3, generator=generator).to(dtype)
    weigh = torch.randn(11, 3, generator=generator).to(dtype)
    bag = _bag()
    assert bag.weights is not None
    bag = bag._replace(weights=bag.weights.to(dtype))
    fast, slow = values.clone().requires_grad_(), values.clone().requires_grad_()
    found, wanted = reduce(fast, bag), _slow(slow, bag, kind)
    torch.testing.assert_close(found, wanted)
    (found * weigh).sum().backward()
    (wanted * weigh).sum().backward()
    torch.testing.assert_close(fast.grad, slow.grad)


def test_gradients_reach_the_weights_of_edges() -> None:
    bag = _bag()
    assert bag.weights is not None
    values = torch.randn(8, 3, dtype=torch.float64, requires_grad=True)
    weights = bag.weights.double().requires_grad_()
    assert torch.autograd.gradcheck(
        lambda v, w: bag_sum(v, bag._replace(weights=w)), (values, weights)
    )


def test_rows_of_both_ends_of_edges_carry_gradients() -> None:
    bag = _bag()
    values = torch.randn(8, 3, dtype=torch.float64, requires_grad=True)
    own = torch.randn(11, 3, dtype=torch.float64, requires_grad=True)
    assert torch.equal(at_sources(values, bag), values[bag.sources])
    assert torch.equal(at_targets(own, bag), own[bag.targets()])
    assert torch.autograd.gradcheck(lambda v: at_sources(v, bag), (values,))
    assert torch.autograd.gradcheck(lambda v: at_targets(v, bag), (own,))


def test_shares_of_every_bag_add_up_to_one_whatever_the_scores() -> None:
    bag = _bag()
    scores = torch.randn(len(bag.sources), 2) * 1_000
    shares = softmax_in_bags(scores, bag)
    every_edge = Bag(torch.arange(len(scores)), bag.offsets)
    hears = (bag.offsets.diff() > 0).float()[:, None].expand(-1, 2)
    torch.testing.assert_close(bag_sum(shares, every_edge), hears)


@pytest.mark.parametrize("reduce", [bag_sum, bag_mean, bag_max])
def test_bags_without_edges_give_zeros(reduce: Reduce) -> None:
    empty = Bag(torch.zeros(0, dtype=torch.int64), torch.zeros(5, dtype=torch.int64))
    assert torch.equal(reduce(torch.ones(3, 2), empty), torch.zeros(4, 2))
    assert torch.equal(reduce(torch.ones(0, 2), empty), torch.zeros(4, 2))


def test_counting_and_sorting_group_edges_alike() -> None:
    bag = _bag()
    counted = transpose(bag.sources, bag.offsets, 8)
    sorted_ = _transpose_by_sorting(bag.sources, bag.offsets, 8)
    assert all(torch.equal(*pair) for pair in zip(counted, sorted_, strict=True))
    assert torch.equal(bag.sources[counted.edges], bag.sources.sort(stable=True).values)
    assert torch.equal(bag.targets()[counted.edges], counted.targets)


def test_a_source_that_is_not_there_is_refused() -> None:
    bag = Bag(torch.tensor([0, 8]), torch.tensor([0, 2]))
    with pytest.raises(IndexError, match="8 nodes"):
        transpose(bag.sources, bag.offsets, 8)
    with pytest.raises(IndexError, match="8 nodes"):
        bag_max(torch.zeros(8, 2), bag)


@pytest.mark.parametrize("reduce", [bag_sum, bag_mean, bag_max])
def test_half_precision_stays_near_single(reduce: Reduce) -> None:
    bag = _bag()
    values = torch.randn(8, 4, generator=torch.Generator().manual_seed(2))
    half = values.bfloat16().requires_grad_()
    found = reduce(half, bag)
    assert found.dtype == torch.bfloat16
    torch.testing.assert_close(found.float(), reduce(values, bag), atol=0.03, rtol=0.03)
    found.sum().backward()
    assert half.grad is not None
    assert half.grad.dtype == torch.bfloat16
