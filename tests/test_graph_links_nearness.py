"""Inner products of places tell how near they are."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from small_facts import JOB, PERSON, SKILL, SmallFacts
from torch import Tensor
from torch.nn.functional import normalize

from graph.links.graph_view import GraphView
from graph.links.nearness import EARTH_KM, NEAR_WIDTH, REACHES_KM, Nearness

WHERE = {"where": (1, 4)}
CITIES = {  # latitude, longitude, and how many km from Berlin
    "Berlin": (52.52, 13.40, 0),
    "Potsdam": (52.40, 13.07, 26),
    "Leipzig": (51.34, 12.37, 149),
    "Hamburg": (53.55, 9.99, 255),
    "Munich": (48.14, 11.58, 504),
    "Paris": (48.86, 2.35, 878),
    "Rome": (41.90, 12.50, 1_184),
    "Lisbon": (38.72, -9.14, 2_313),
    "New York": (40.71, -74.01, 6_385),
    "Sydney": (-33.87, 151.21, 16_094),
}


def on_sphere(latitudes: list[float], longitudes: list[float]) -> Tensor:
    """Points from degrees."""
    north, east = (
        torch.tensor(each, dtype=torch.float64).deg2rad() for each in (latitudes, longitudes)
    )
    points = torch.stack([north.cos() * east.cos(), north.cos() * east.sin(), north.sin()], dim=1)
    return points.float()


def along_meridian(*kilometres: float) -> Tensor:
    """Points north of one on the equator, on the way to the pole."""
    return on_sphere(
        [math.degrees(each / EARTH_KM) for each in kilometres], [30.0] * len(kilometres)
    )


def scattered(count: int, seed: int = 0) -> Tensor:
    """Points anywhere on Earth."""
    random = torch.Generator().manual_seed(seed)
    return normalize(torch.randn(count, 3, generator=random))


def towns(count: int, around: int = 8, seed: int = 0) -> Tensor:
    """Points within some tens of kilometres of a few centres."""
    random = torch.Generator().manual_seed(seed)
    centres = scattered(around, seed + 1)[torch.arange(count) % around]
    return normalize(centres + torch.randn(count, 3, generator=random) * 20 / EARTH_KM)


def products(near: Nearness, some: Tensor, others: Tensor) -> Tensor:
    """How near places are to others."""
    return near.vectors(some) @ near.vectors(others).T


def nearness_at(kilometres: float) -> float:
    """How near two places are by definition."""
    chord = 2 * EARTH_KM * math.sin(kilometres / EARTH_KM / 2)
    return sum(math.exp(-chord / reach) for reach in REACHES_KM) / len(REACHES_KM)


def test_the_nearer_the_larger_the_inner_product() -> None:
    points = along_meridian(0, 20, 100, 500, 3_000)
    found = products(Nearness(points, 0), points, points)
    wanted = [nearness_at(each) for each in (0, 20, 100, 500, 3_000)]
    assert (found[0].diff() < 0).all()
    np.testing.assert_allclose(found[0], wanted, atol=0.01)
    assert (found[4].diff() > 0).all()


def test_cities_are_near_as_their_distances_say() -> None:
    points = on_sphere([city[0] for city in CITIES.values()], [city[1] for city in CITIES.values()])
    found = products(Nearness(points, 0), points, points)[0]
    wanted = [nearness_at(city[2]) for city in CITIES.values()]
    assert (found.diff() < 0).all()
    np.testing.assert_allclose(found, wanted, atol=0.015)


def test_places_each_as_much_farther_are_less_near_by_an_even_step() -> None:
    points = along_meridian(0, 30, 100, 300, 1_000, 3_000)
    steps = -products(Nearness(points, 0), points, points)[0].diff()
    assert steps.max() < 1.5 * steps.min()


def test_distances_are_told_among_more_places_than_numbers() -> None:
    points = along_meridian(*range(0, 3_000, 10))
    asked = along_meridian(0, 20, 100, 500, 2_990)
    found = products(Nearness(points, 0), asked, asked)[0]
    assert (found[1:].diff() < 0).all()
    np.testing.assert_allclose(
        found[2:], [nearness_at(each) for each in (100, 500, 2_990)], atol=0.02
    )


@settings(max_examples=30)
@given(st.integers(1, NEAR_WIDTH), st.integers(0, 1000))
def test_a_place_is_as_near_to_itself_as_can_be(count: int, seed: int) -> None:
    points = scattered(count, seed)
    found = products(Nearness(points, 0), points, points)
    np.testing.assert_allclose(found.diagonal(), np.ones(count), atol=0.02)
    assert found.max() < 1.001


@settings(max_examples=30)
@given(st.integers(2, NEAR_WIDTH), st.integers(0, 1000))
def test_as_few_places_as_numbers_are_as_near_as_by_definition(count: int, seed: int) -> None:
    points = towns(count, seed=seed)
    chords = torch.cdist(points.double(), points.double()) * EARTH_KM
    wanted = torch.stack([(-chords / reach).exp() for reach in REACHES_KM]).mean(0)
    found = products(Nearness(points, 0), points, points)
    assert (found - wanted).abs().max() < 0.03


def test_unknown_places_are_near_nothing() -> None:
    points = along_meridian(0, 100)
    points = torch.cat([torch.zeros(1, 3), points, torch.zeros(2, 3)])
    near = Nearness(points, 0)
    found = near.vectors(points)
    assert found.shape == (5, NEAR_WIDTH)
    assert found.dtype == torch.float32
    assert not found[[0, 3, 4]].any()
    assert found[[1, 2]].any(dim=1).all()
    assert not products(near, points, points)[0].any()


def test_unknown_places_move_no_other() -> None:
    points = along_meridian(0, 100, 700)
    with_unknown = torch.cat([points, torch.zeros(50, 3)])
    found = Nearness(with_unknown, 0).vectors(points)
    assert torch.equal(found, Nearness(points, 0).vectors(points))


def test_how_many_live_at_a_place_moves_nothing() -> None:
    points = along_meridian(0, 100, 700)
    crowded = points[[0, 0, 0, 0, 1, 2, 2]]
    assert torch.equal(Nearness(crowded, 0).vectors(points), Nearness(points, 0).vectors(points))


def test_a_point_that_is_no_landmark_is_nearest_to_the_closest_one() -> None:
    landmarks = along_meridian(0, 200, 600, 1_500)
    near = Nearness(landmarks, 0)
    for asked, closest in ((20, 0), (120, 1), (350, 1), (500, 2), (1_200, 3)):
        found = products(near, along_meridian(asked), landmarks)[0]
        assert found.argmax() == closest, asked
        # Exact between a landmark and whatever else.
        wanted = [nearness_at(abs(asked - each)) for each in (0, 200, 600, 1_500)]
        np.testing.assert_allclose(found, wanted, atol=0.01)


@pytest.mark.parametrize("count", [0, 4])
def test_where_nobody_has_a_place_all_vectors_are_zeros(count: int) -> None:
    near = Nearness(torch.zeros(count, 3), 0)
    for asked in (torch.zeros(3, 3), along_meridian(0, 100), torch.zeros(0, 3)):
        found = near.vectors(asked)
        assert found.shape == (len(asked), NEAR_WIDTH)
        assert not found.any()


def test_a_single_place_has_a_vector() -> None:
    points = along_meridian(50)
    assert products(Nearness(points, 0), points, points).item() == pytest.approx(1, abs=0.01)


def test_points_a_little_off_the_sphere_are_brought_to_it() -> None:
    """Features are of float16, which is right to some kilometres."""
    points = along_meridian(0, 200, 1_000)
    near = Nearness(points.half().float(), 0)
    found = products(near, points.half().float(), points.half().float())
    wanted = [nearness_at(each) for each in (0, 200, 1_000)]
    np.testing.assert_allclose(found[0], wanted, atol=0.03)


def test_among_very_many_places_a_seed_chooses_the_landmarks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("graph.links.nearness._LANDMARKS", 256)
    points = torch.cat([towns(400), torch.zeros(10, 3)])
    first, again, other = (Nearness(points, seed) for seed in (1, 1, 2))
    one = first.vectors(points)
    assert torch.equal(one, again.vectors(points))
    assert not torch.allclose(one.abs(), other.vectors(points).abs(), atol=0.01)
    assert torch.isfinite(one).all()
    assert not one[400:].any()
    of_town = torch.arange(400) % 8
    same = of_town[:, None] == of_town
    for near in (first, other):
        found = products(near, points[:400], points[:400])
        assert found[same].min() > found[~same].max()


def test_a_view_says_how_near_people_and_jobs_are() -> None:
    points = along_meridian(0, 30, 300, 2_000)
    facts = SmallFacts({PERSON: 3, JOB: 4, SKILL: 2}, {}, width=5)
    facts.rows[PERSON][:, 1:4] = points[[0, 3, 2]].numpy()
    facts.rows[JOB][:, 1:4] = points.numpy()
    facts.rows[PERSON][1, 1:4] = 0
    view = GraphView(facts, (), columns={PERSON: WHERE, JOB: WHERE})
    found = view.near(PERSON, slice(None)) @ view.near(JOB, slice(None)).T
    assert (found[0].diff() < 0).all()
    assert not found[1].any()
    assert found[2].argmax() == 2
    assert not view.near(SKILL, slice(None)).any()  # its places are nowhere in its features
    assert view.near("place", slice(None)).shape == (0, NEAR_WIDTH)
    numbers = torch.tensor([2, 0])
    assert torch.equal(view.near(JOB, numbers), view.near(JOB, slice(None))[numbers])


def test_a_view_without_columns_has_nothing_near() -> None:
    view = GraphView(SmallFacts({PERSON: 3, JOB: 2}, {}), ())
    for kind, count in ((PERSON, 3), (JOB, 2)):
        found = view.near(kind, slice(None))
        assert found.shape == (count, NEAR_WIDTH)
        assert not found.any()
