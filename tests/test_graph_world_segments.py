"""Drawing from segments: the right shares, never across a border."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.world.segments import (
    WeightedSegments,
    elements_of,
    group,
    offsets_of,
    owners_of,
    places_within,
)


def test_lengths_become_offsets_owners_and_places() -> None:
    offsets = offsets_of(np.array([2, 0, 3]))
    assert offsets.tolist() == [0, 2, 2, 5]
    assert owners_of(offsets).tolist() == [0, 0, 2, 2, 2]
    assert places_within(offsets).tolist() == [0, 1, 0, 1, 2]


def test_elements_of_some_segments_come_one_segment_after_the_other() -> None:
    elements, owner = elements_of(np.array([0, 2, 2, 5]), np.array([2, 0, 1, 2]))
    assert elements.tolist() == [2, 3, 4, 0, 1, 2, 3, 4]
    assert owner.tolist() == [0, 0, 0, 1, 1, 3, 3, 3]


def test_grouping_keeps_the_order_of_equals() -> None:
    order, offsets = group(np.array([1, 0, 1, 3]), 4)
    assert order.tolist() == [1, 0, 2, 3]
    assert offsets.tolist() == [0, 1, 3, 3, 4]


def test_draws_follow_the_weights() -> None:
    segments = WeightedSegments.of(np.array([0, 2, 4]), np.array([1.0, 3.0, 5.0, 5.0]))
    uniforms = (np.arange(1_000) + 0.5) / 1_000
    drawn = segments.draw(np.zeros(1_000, np.int64), uniforms)
    assert np.bincount(drawn, minlength=4).tolist() == [250, 750, 0, 0]


def test_nothing_is_drawn_from_a_segment_without_weight() -> None:
    segments = WeightedSegments.of(np.array([0, 2, 2, 3]), np.array([0.0, 0.0, 1.0]))
    assert segments.draw(np.array([0, 1, 2]), np.full(3, 0.7)).tolist() == [-1, -1, 2]


@given(
    st.lists(st.lists(st.floats(0, 10), max_size=5), min_size=1, max_size=8),
    st.floats(0, 0.999999),
)
def test_a_draw_lies_in_its_segment_and_has_weight(
    weights: list[list[float]], uniform: float
) -> None:
    offsets = offsets_of(np.array([len(each) for each in weights]))
    flat = np.array([w for each in weights for w in each], float)
    segments = WeightedSegments.of(offsets, flat)
    drawn = segments.draw(np.arange(len(weights)), np.full(len(weights), uniform))
    for number, element in enumerate(drawn.tolist()):
        if element >= 0:
            assert offsets[number] <= element < offsets[number + 1]
        else:
            assert segments.totals(np.array([number]))[0] == 0
