"""What our models of public data are blended from is what its closed forms say it is."""

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array

from graph.training.objectives import info_nce
from tests.benchmarks.public.choices import ChoicesConfig
from tests.benchmarks.public.kernel_ridge import KernelRidge
from tests.benchmarks.public.learned_blend import Block, LearnedBlend, fit_blend, surprise
from tests.benchmarks.public.most_alike import most_alike
from tests.benchmarks.public.shared_items import SharedItems
from tests.benchmarks.public.unseen_postings import ask, posting_scores


def test_surprise_is_info_nce_asked_for_every_wanted_item() -> None:
    scores = torch.randn(1, 6, generator=torch.Generator().manual_seed(0))
    wanted = torch.tensor([[True, False, True, False, False, False]])
    closed = np.array([[0, 1, 0, 0, 0, 0]], np.float32)
    linked = wanted | (torch.from_numpy(closed) > 0)
    each = [info_nce(scores, torch.tensor([i]), torch.zeros(6), linked) for i in (0, 2)]
    assert float(surprise(scores, wanted, csr_array(closed))) == pytest.approx(float(sum(each)) / 2)


def test_a_known_row_is_foretold_as_if_it_had_been_left_out() -> None:
    generator = np.random.default_rng(0)
    features = generator.normal(size=(7, 4)).astype(np.float32)
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    alike, deeds = features @ features.T, csr_array((generator.random((7, 3)) < 0.5) * 1.0)
    others = np.arange(1, 7)
    without = KernelRidge.fit(alike[np.ix_(others, others)], csr_array(deeds[others]), 0.3)
    found = KernelRidge.fit(alike, deeds, 0.3).scores_without_self(np.array([0]))
    np.testing.assert_allclose(found, without.scores(alike[:1, others]), atol=1e-4)


def test_nobody_is_its_own_neighbour() -> None:
    deeds = csr_array(np.eye(4, dtype=np.float32) + 0.1)
    ways = SharedItems(deeds).ways(deeds)
    nearest, found = most_alike(ways[0], ways, np.arange(4), 2)
    assert not (nearest == np.arange(4)[:, None]).any()
    assert found.shape == (4, 2, 2)


def test_a_blend_learns_which_part_is_right() -> None:
    generator = np.random.default_rng(0)
    wanted = csr_array((generator.random((40, 12)) < 0.3).astype(np.float32))
    right, noise = torch.from_numpy(wanted.toarray()), torch.rand(40, 12)

    def block(rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Block:
        nearest = torch.zeros(len(rows), 1, dtype=torch.int64)
        parts = torch.stack([right[rows], noise[rows]])
        return Block(parts, torch.ones(1, 12), nearest, torch.ones(len(rows), 1, 1))

    blend = LearnedBlend(csr_array(np.ones((1, 12), np.float32)), torch.ones(2), torch.ones(1))
    rows = np.arange(40)
    fit_blend(blend, block, (rows, wanted), steps=30)
    learned = blend.of_parts.detach().numpy()
    assert learned[0] > 1 > abs(learned[1])
    scores = blend.ranked_by(block)(rows)
    assert (scores[wanted.toarray() > 0].min() > scores[wanted.toarray() == 0].max()).item()


def test_everything_is_learned_of_postings_from_few_of_them() -> None:
    generator = np.random.default_rng(0)
    of_group = np.arange(12) % 2 == np.arange(80)[:, None] % 2
    asks = csr_array((of_group & (generator.random((80, 12)) < 0.8)).astype(np.float32))
    question = ask(asks, np.arange(10), np.arange(10, 80), 0.3, generator)
    config = ChoicesConfig(width=4, layers=2, steps=3, withheld=0.3, knows_people=False)
    score, said = posting_scores(question, 0.3, config, seed=0)
    scores = score(np.arange(10))
    assert (scores[of_group[:10]].min() > scores[~of_group[:10]].max()).item()
    assert "encoder" in said
