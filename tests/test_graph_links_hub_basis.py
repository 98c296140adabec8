"""A basis of hubs keeps the products of what nodes reach."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from graph.links.hub_basis import hub_basis

Floats = npt.NDArray[np.float32]


def generator(seed: int = 0) -> np.random.Generator:
    """A source of chance."""
    return np.random.default_rng(seed)


def random_counts(nodes: int, hubs: int, seed: int = 0) -> sparse.csr_array:
    """Counts without any order: about one hub in ten is met."""
    random = np.random.default_rng(seed)
    met = random.random((nodes, hubs)) < 0.1
    return sparse.csr_array((met * random.uniform(0.5, 2, met.shape)).astype(np.float32))


def clustered(nodes: int, hubs: int, clusters: int, stray: float = 0.0) -> sparse.csr_array:
    """Nodes meet hubs of their own cluster, each as often as it is known; some stray."""
    random = np.random.default_rng(5)
    known, eager = random.uniform(0.5, 2, hubs), random.uniform(0.5, 2, nodes)
    is_own = np.arange(nodes)[:, None] % clusters == np.arange(hubs) % clusters
    strays = (random.random((nodes, hubs)) < stray) * random.uniform(0, 1, (nodes, hubs))
    return sparse.csr_array((is_own * known * eager[:, None] + strays).astype(np.float32))


def error(counts: sparse.csr_array, basis: Floats) -> float:
    """Return how far products are from what they were, relative to them."""
    wanted = (counts @ counts.T).toarray()
    seen = counts @ basis
    return float(np.linalg.norm(seen @ seen.T - wanted) / np.linalg.norm(wanted))


def spanned(basis: Floats) -> Floats:
    """Return the projection that a basis is, whatever its directions are turned to."""
    return basis @ basis.T


@pytest.mark.parametrize("hubs", [0, 1, 5, 8])
def test_hubs_that_fit_have_a_vector_of_their_own(hubs: int) -> None:
    found = hub_basis([random_counts(20, hubs)], 8, generator())
    np.testing.assert_array_equal(found, np.eye(hubs, 8))
    assert found.dtype == np.float32


@settings(max_examples=25)
@given(st.integers(1, 30), st.integers(2, 60), st.integers(1, 40), st.integers(0, 1000))
def test_directions_are_of_length_one_and_at_right_angles(
    nodes: int, hubs: int, width: int, seed: int
) -> None:
    counts = [random_counts(nodes, hubs, seed), random_counts(3, hubs, seed + 1)]
    found = hub_basis(counts, width, generator(seed))
    assert found.shape == (hubs, width)
    assert found.dtype == np.float32
    wanted = np.eye(width) * (np.arange(width) < hubs)
    np.testing.assert_allclose(found.T @ found, wanted, atol=1e-4)


@pytest.mark.parametrize("clusters", [1, 7, 16])
def test_products_of_as_many_clusters_as_numbers_are_kept(clusters: int) -> None:
    counts = clustered(120, 400, clusters)
    assert error(counts, hub_basis([counts], 16, generator())) < 1e-3


def test_products_are_kept_better_than_by_a_random_projection() -> None:
    counts, width = clustered(150, 500, 12, stray=0.02), 24
    at_random = generator(1).standard_normal((500, width), dtype=np.float32) * width**-0.5
    found = error(counts, hub_basis([counts], width, generator()))
    assert found < 0.02
    assert error(counts, at_random) > 5 * found


def test_products_are_kept_as_well_as_by_the_exact_singular_vectors() -> None:
    counts, width = clustered(150, 300, 12, stray=0.05), 24
    *_, directions = np.linalg.svd(counts.toarray(), full_matrices=False)
    exact = error(counts, directions[:width].T)
    assert error(counts, hub_basis([counts], width, generator())) < 1.05 * exact + 1e-4


def test_the_first_directions_are_those_that_say_most() -> None:
    counts = clustered(150, 300, 12, stray=0.05)
    found = hub_basis([counts], 24, generator())
    said = np.linalg.norm(counts @ found, axis=0)
    assert np.all(np.diff(said) <= 1e-3 * said[0])


def test_one_seed_gives_one_basis_and_another_nearly_the_same_space() -> None:
    counts = [clustered(100, 300, 10)]
    first, again, other = (hub_basis(counts, 10, generator(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_allclose(spanned(first), spanned(other), atol=1e-3)


def test_a_trail_counts_for_no_more_because_its_counts_are_larger() -> None:
    one, other = clustered(80, 200, 6), random_counts(80, 200)
    first = hub_basis([one, other], 12, generator())
    second = hub_basis([one, other * np.float32(1024)], 12, generator())
    np.testing.assert_allclose(spanned(first), spanned(second), atol=1e-3)


def test_trails_that_reach_nothing_change_nothing() -> None:
    counts, empty = clustered(80, 200, 6), sparse.csr_array((5, 200), dtype=np.float32)
    first = hub_basis([counts], 6, generator())
    np.testing.assert_array_equal(hub_basis([empty, counts, empty], 6, generator()), first)


@pytest.mark.parametrize("nodes", [0, 4])
def test_where_nothing_is_reached_directions_are_there_all_the_same(nodes: int) -> None:
    empty = sparse.csr_array((nodes, 50), dtype=np.float32)
    found = hub_basis([empty, empty], 8, generator())
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found.T @ found, np.eye(8), atol=1e-5)


def test_a_single_node_gives_finite_directions_that_keep_it() -> None:
    counts = sparse.csr_array(np.arange(40, dtype=np.float32)[None])
    found = hub_basis([counts], 8, generator())
    assert np.isfinite(found).all()
    assert error(counts, found) < 1e-3
